"""What the layers below must know about checklists."""

from lms.audit_words import Words
from lms.checklists import forms, privacy, recovery, views
from lms.feature import Feature
from lms.i18n import lazy

FEATURE = Feature(
    blueprints=(views.bp,),
    audit_words={
        "claim.approved": Words(lazy("A skill was approved.")),
        "claim.requested": Words(lazy("Approval was asked for.")),
        "claim.returned": Words(lazy("A skill came back with a next step.")),
        "claim.undone": Words(lazy("A decision on a skill was taken back.")),
        "claim.withdrawn": Words(lazy("A request for approval was taken back.")),
    },
    forms={
        "checklists.change_claim": (forms.ClaimForm,),
    },
    recoverers=recovery.RECOVERERS,
    holdings=privacy.HOLDINGS,
)

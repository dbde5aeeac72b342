"""What the layers below must know about the diary."""

from lms.audit_words import Words
from lms.diary import forms, privacy, recovery, views
from lms.feature import Feature
from lms.i18n import lazy

FEATURE = Feature(
    blueprints=(views.bp,),
    audit_words={
        "diary.commented": Words(lazy("A diary entry was commented on.")),
        "diary.deleted": Words(lazy("A diary entry was deleted.")),
        "diary.read": Words(
            lazy("A shared diary entry was read."),
            to_its_person=lazy("read a diary entry that you had shared"),
        ),
        "diary.restored": Words(lazy("An earlier text of a diary entry was brought back.")),
        "diary.saved": Words(lazy("A diary entry was changed.")),
        "diary.shared": Words(lazy("A diary entry was shared.")),
        "diary.undeleted": Words(lazy("A deleted diary entry was brought back.")),
        "diary.unshared": Words(lazy("A diary entry was made private.")),
        "diary.written": Words(lazy("A diary entry was written.")),
    },
    forms={
        "diary.comment": (forms.CommentForm,),
        "diary.delete": (),
        "diary.restore": (),
        "diary.save": (forms.EntryForm,),
        "diary.undelete": (),
        "diary.write": (forms.EntryForm,),
    },
    recoverers=recovery.RECOVERERS,
    holdings=privacy.HOLDINGS,
)

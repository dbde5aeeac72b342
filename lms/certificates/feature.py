"""What the layers below must know about certificates."""

from lms.audit_words import Words
from lms.certificates import forms, privacy, staff_views, views
from lms.feature import Feature
from lms.i18n import lazy

FEATURE = Feature(
    blueprints=(views.bp, staff_views.bp),
    audit_words={
        "certificate.issued": Words(lazy("A certificate was issued."), of_administration=True),
        "certificate.read": Words(
            lazy("A certificate was opened."), to_its_person=lazy("opened your certificate")
        ),
    },
    forms={
        "certificates_staff.issue": (forms.IssueForm,),
    },
    holdings=privacy.HOLDINGS,
)

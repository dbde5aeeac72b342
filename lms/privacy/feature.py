"""What the layers below must know about a person's own data."""

from lms.audit_words import Words
from lms.feature import Feature
from lms.i18n import lazy
from lms.privacy import forms, views

FEATURE = Feature(
    blueprints=(views.bp,),
    audit_words={
        "person.erased": Words(lazy("A person erased their data."), of_administration=True),
    },
    forms={
        "privacy.erase": (forms.EraseForm,),
    },
)

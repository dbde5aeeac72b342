"""What the layers below must know about criteria."""

from lms.audit_words import Words
from lms.feature import Feature
from lms.i18n import lazy

FEATURE = Feature(
    audit_words={
        "criteria.published": Words(lazy("A checklist was published."), of_administration=True),
    },
)

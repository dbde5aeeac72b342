"""What the layers below must know of lessons."""

from lms.audit_words import Words
from lms.feature import Feature
from lms.i18n import lazy
from lms.lessons import privacy, views

FEATURE = Feature(
    blueprints=(views.bp,),
    audit_words={
        "lesson.done": Words(lazy("A lesson was marked done.")),
        "lesson.not-done": Words(lazy("A lesson was marked unfinished.")),
    },
    holdings=privacy.HOLDINGS,
)

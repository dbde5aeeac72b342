"""What the layers below must know about tasks."""

from lms.audit_words import Words
from lms.feature import Feature
from lms.i18n import lazy
from lms.tasks import privacy

FEATURE = Feature(
    audit_words={
        "answer.done": Words(lazy("A task was marked done.")),
        "answer.passed": Words(lazy("An answer was accepted.")),
        "answer.returned": Words(lazy("An answer came back with a next step.")),
        "answer.sent": Words(lazy("An answer was sent.")),
        "answer.withdrawn": Words(lazy("An answer was taken back.")),
    },
    holdings=privacy.HOLDINGS,
)

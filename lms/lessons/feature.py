"""What the layers below must know about lessons."""

from lms.audit_words import Words
from lms.feature import Feature
from lms.i18n import lazy
from lms.lessons import forms, privacy, recovery, views

FEATURE = Feature(
    blueprints=(views.bp,),
    audit_words={
        "lesson.done": Words(lazy("A lesson was marked done.")),
        "lesson.not-done": Words(lazy("A lesson was marked unfinished.")),
    },
    forms={
        "lessons.answer": (forms.TaskAnswerForm,),
        "lessons.done": (forms.DoneForm,),
        "lessons.quiz": (),
    },
    recoverers=recovery.RECOVERERS,
    holdings=privacy.HOLDINGS,
)

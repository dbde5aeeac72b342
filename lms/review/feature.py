"""What the layers below must know about review."""

from lms.audit_words import Words
from lms.feature import Feature
from lms.i18n import lazy
from lms.review import forms, review_views, staff_views, views

FEATURE = Feature(
    blueprints=(views.bp, review_views.bp, staff_views.bp),
    audit_words={
        "answer.read": Words(lazy("An answer was read."), to_its_person=lazy("read your answer to a task")),
        "claim.read": Words(
            lazy("A skill and its evidence were looked at."),
            to_its_person=lazy("looked at your competence and its evidence"),
        ),
        "person.read": Words(
            lazy("Somebody's progress was looked at."),
            to_its_person=lazy("looked at your progress and work in a course"),
        ),
    },
    forms={
        "review.decide_several": (forms.DecisionForm,),
        "review_one.decide_answer": (forms.DecisionForm,),
        "review_one.decide_claim": (forms.DecisionForm,),
    },
)

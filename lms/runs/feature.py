"""What the layers below must know about runs."""

from lms.audit_words import Words
from lms.feature import Feature
from lms.i18n import lazy
from lms.runs import forms, privacy, staff_views, views

FEATURE = Feature(
    blueprints=(views.bp, staff_views.bp),
    audit_words={
        "enrolment.added": Words(lazy("A person joined a course.")),
        "run.changed": Words(lazy("A run was changed.")),
        "run.closed": Words(lazy("A run was closed."), of_administration=True),
        "run.created": Words(lazy("A run was created."), of_administration=True),
        "run.instructor-added": Words(lazy("A run got an instructor.")),
        "run.instructor-removed": Words(lazy("An instructor left a run.")),
        "run.opened": Words(lazy("A run was opened."), of_administration=True),
        "run.version-taken": Words(lazy("A run took a newer version of its course.")),
    },
    forms={
        "runs.enrol": (),
        "runs.take_version": (forms.ShownForm,),
        "runs_staff.change": (forms.ActionForm, forms.DetailsForm, forms.EnrolForm, forms.ShownForm),
        "runs_staff.create": (forms.NewRunForm,),
    },
    holdings=privacy.HOLDINGS,
)

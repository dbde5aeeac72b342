"""What an audit line says to people: one sentence for each action."""

from lms.i18n import _, lazy

# what the office needs to know: people, roles, runs, certificates, courses; nothing of anybody's studies
OF_ADMINISTRATION = {
    "person.added": lazy("A person was added."),
    "person.renamed": lazy("A name was corrected."),
    "person.roles-set": lazy("The roles were changed."),
    "person.password-set": lazy("The password was changed."),
    "person.disabled": lazy("The account was closed."),
    "person.enabled": lazy("The account was opened again."),
    "person.erased": lazy("A person erased their data."),
    "run.created": lazy("A run was created."),
    "run.opened": lazy("A run was opened."),
    "run.closed": lazy("A run was closed."),
    "certificate.issued": lazy("A certificate was issued."),
    "course.published": lazy("A course was published."),
    "criteria.published": lazy("A checklist was published."),
    "guide.published": lazy("The help pages were published."),
}

OF_STUDIES = {
    "answer.done": lazy("A task was marked done."),
    "answer.passed": lazy("An answer was accepted."),
    "answer.read": lazy("An answer was read."),
    "answer.returned": lazy("An answer came back with a next step."),
    "answer.sent": lazy("An answer was sent."),
    "answer.withdrawn": lazy("An answer was taken back."),
    "certificate.read": lazy("A certificate was opened."),
    "claim.approved": lazy("A skill was approved."),
    "claim.read": lazy("A skill and its evidence were looked at."),
    "claim.requested": lazy("Approval was asked for."),
    "claim.returned": lazy("A skill came back with a next step."),
    "claim.undone": lazy("A decision on a skill was taken back."),
    "claim.withdrawn": lazy("A request for approval was taken back."),
    "diary.commented": lazy("A diary entry was commented on."),
    "diary.deleted": lazy("A diary entry was deleted."),
    "diary.read": lazy("A shared diary entry was read."),
    "diary.restored": lazy("An earlier text of a diary entry was brought back."),
    "diary.saved": lazy("A diary entry was changed."),
    "diary.shared": lazy("A diary entry was shared."),
    "diary.undeleted": lazy("A deleted diary entry was brought back."),
    "diary.unshared": lazy("A diary entry was made private."),
    "diary.written": lazy("A diary entry was written."),
    "enrolment.added": lazy("A person joined a course."),
    "lesson.done": lazy("A lesson was marked done."),
    "lesson.not-done": lazy("A lesson was marked unfinished."),
    "person.password-wrong": lazy("A wrong password was given."),
    "person.read": lazy("Somebody's progress was looked at."),
    "person.signed-in": lazy("A sign-in."),
    "person.signed-out": lazy("A sign-out."),
    "person.signed-out-everywhere": lazy("A sign-out everywhere."),
    "run.changed": lazy("A run was changed."),
    "run.instructor-added": lazy("A run got an instructor."),
    "run.instructor-removed": lazy("An instructor left a run."),
    "run.version-taken": lazy("A run took a newer version of its course."),
}


def sentence(action: str) -> str:
    """Return what the action means, in the language of the request."""
    known = OF_ADMINISTRATION.get(action) or OF_STUDIES.get(action)
    return str(known or _("Something was changed."))

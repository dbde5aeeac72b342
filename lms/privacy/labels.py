"""What the tables and columns of personal data are called in the words of the person they are about."""

from collections.abc import Collection, Iterable

from lms.access import STAFF_ROLES, Role
from lms.i18n import lazy
from lms.personal_data import Holding

# by the first table of a holding
HOLDING_LABELS = {
    "people": lazy("Your name, user name, language and password"),
    "person_roles": lazy("Your roles"),
    "sign_ins": lazy("Where you are signed in now"),
    "sign_in_counters": lazy("Wrong tries to sign in with your user name during the last hours"),
    "audit_lines": lazy("What has happened in the service, by you or to your things"),
    "enrolments": lazy("The courses you are in"),
    "run_instructors": lazy("The groups you lead"),
    "lesson_marks": lazy("The lessons you have marked done"),
    "quiz_tries": lazy("Your tries at quizzes"),
    "task_answers": lazy("Your answers to tasks and what was said of them"),
    "diary_entries": lazy("Your diary with its earlier versions and what was said of it"),
    "diary_comments": lazy("Comments you have written in diaries"),
    "diary_readings": lazy("The shared diary entries you have read"),
    "hour_counts": lazy("How often you have saved and sent within the last hours"),
    "person_storage": lazy("How much space your texts take"),
    "claims": lazy("Your competence: own words, evidence and approvals"),
    "claim_events": lazy("What you have said of the competence of others"),
    "certificates": lazy("Your certificates"),
}

# only those who work here have these
OF_STAFF = frozenset({"run_instructors", "diary_readings", "claim_events"})

COLUMN_LABELS = {
    "action": lazy("What happened"),
    "approvals": lazy("Approvals"),
    "asked_in": lazy("What was asked stands at the step"),
    "bytes": lazy("Bytes"),
    "answer": lazy("Answer"),
    "at": lazy("When"),
    "author": lazy("Who"),
    "body": lazy("Text"),
    "by": lazy("Who"),
    "by_me": lazy("Done by you"),
    "can_do": lazy("What you can do"),
    "changed_at": lazy("Changed"),
    "check_code": lazy("Check code"),
    "checklist": lazy("Checklist"),
    "code": lazy("Code"),
    "comment": lazy("Comment"),
    "comments": lazy("Comments"),
    "course": lazy("Course"),
    "course_language": lazy("Language of the course"),
    "course_title": lazy("Course"),
    "created_at": lazy("Made"),
    "decision": lazy("Decision"),
    "disabled_at": lazy("Closed"),
    "done_at": lazy("Done"),
    "enrolled": lazy("Enrolled"),
    "events": lazy("Steps"),
    "evidence": lazy("Evidence"),
    "group": lazy("Group"),
    "history": lazy("Steps"),
    "holder_name": lazy("Name"),
    "hours": lazy("Hours"),
    "issued_at": lazy("Issued"),
    "issued_on": lazy("Issued"),
    "issuer_name": lazy("Issuer"),
    "kind": lazy("Kind"),
    "language": lazy("Language"),
    "lesson": lazy("Lesson"),
    "lessons": lazy("Lessons"),
    "name": lazy("Name"),
    "number": lazy("Number"),
    "official": lazy("Official wording"),
    "part_unit": lazy("Part-unit"),
    "questions": lazy("Questions"),
    "quiz": lazy("Quiz"),
    "rating": lazy("Own rating"),
    "reader": lazy("Who"),
    "readings": lazy("Read by"),
    "revision": lazy("Version"),
    "revisions": lazy("Versions"),
    "right": lazy("Correct answers"),
    "role": lazy("Role"),
    "saved_at": lazy("Saved"),
    "says": lazy("What the paper says"),
    "scope_osp": lazy("Scope"),
    "seen_at": lazy("Last seen"),
    "sent_at": lazy("Sent"),
    "shared": lazy("Shared"),
    "shared_at": lazy("Shared at"),
    "signer_name": lazy("Signer"),
    "signer_title": lazy("The signer’s title"),
    "started_at": lazy("Started"),
    "state": lazy("State"),
    "summary": lazy("In short"),
    "text": lazy("Text"),
    "text_number": lazy("Number of the text"),
    "times": lazy("How many times"),
    "title": lazy("Title"),
    "tried_at": lazy("Tried"),
    "unit_title": lazy("Unit"),
    "updated_at": lazy("Changed"),
    "username": lazy("User name"),
    "verify_code": lazy("Check code"),
    "verify_url": lazy("Check address"),
    "wording": lazy("Wording"),
    "work": lazy("Evidence"),
    "year": lazy("Year"),
}


def holding_label(tables: frozenset[str]) -> str | None:
    """Return what a holding with these tables is called, None when it has no name yet."""
    return next((str(label) for table, label in HOLDING_LABELS.items() if table in tables), None)


def held_about(holdings: Iterable[Holding], roles: Collection[Role]) -> list[str]:
    """Return the names of what may be held about a person with these roles."""
    left_out = frozenset() if STAFF_ROLES & set(roles) else OF_STAFF
    labels = (holding_label(holding.tables) for holding in holdings if not holding.tables & left_out)
    return [label for label in labels if label]


def erased_of(holdings: Iterable[Holding], roles: Collection[Role]) -> list[str]:
    """Return the names of what goes when a person with these roles erases their account."""
    return held_about((holding for holding in holdings if not holding.only_unlinked), roles)


def column_label(column: str) -> str:
    label = COLUMN_LABELS.get(column)
    return str(label) if label else column.replace("_", " ").capitalize()

"""Who follows whose work: one table of what becomes of an instructor, and of each page where work is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person, PersonRole
from lms.checklists import followed
from lms.checklists import operations as claim_operations
from lms.checklists import policy as claim_policy
from lms.checklists import queries as claim_queries
from lms.checklists.models import Claim
from lms.checklists.read_models import Prospect
from lms.diary import policy as diary_policy
from lms.diary import readers as diary_readers
from lms.diary.models import DiaryEntry
from lms.errors import NotFound
from lms.login import SignedIn
from lms.review import queries as review_queries
from lms.runs import policy as run_policy
from lms.runs import queries as run_queries
from lms.runs import staff_queries
from lms.runs.models import Run, RunInstructor
from lms.runs.states import RunState
from lms.tasks import followed as followed_answers
from lms.tasks import policy as answer_policy
from lms.tasks.models import TaskAnswer
from tests.checklists.cast import Cast, claims_of, make_answer, make_cast, make_entry
from tests.client import Client
from tests.conftest import NOW
from tests.lessons.course import signed_in


@dataclass(frozen=True)
class Works:
    """Aino's work in the run that Bertil instructs: an answer, two claims, and a diary entry shared with him."""

    cast: Cast
    answer: TaskAnswer
    waiting: Claim
    approved: Claim
    entry: DiaryEntry
    bertil: SignedIn


@pytest.fixture
def works(session: Session) -> Works:
    cast = make_cast(session)
    answer = make_answer(session, cast.run, cast.aino)
    entry = make_entry(session, cast.aino, title="Jaettu", shared=True)
    waiting, approved = claims_of(session, cast.aino)
    draft = claim_operations.ClaimDraft(rating=3, text="Luin.")
    for claim in (waiting, approved):
        claim_operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    claim_operations.approve(session, approved, by=cast.bertil, now=NOW)
    session.commit()
    return Works(cast, answer, waiting, approved, entry, signed_in(cast.bertil))


Surface = Callable[[Session, Works], bool]


def is_found(load: Callable[[], object]) -> bool:
    """Tell whether a loader gives what it is asked for."""
    try:
        load()
    except NotFound:
        return False
    return True


# where an instructor meets the work of people, and where it is said who does
SURFACES: dict[str, Surface] = {
    "group": lambda session, works: is_found(
        lambda: run_policy.run_for_follower(session, works.cast.run.id, works.bertil)
    ),
    "lessons": lambda session, works: is_found(
        lambda: run_policy.run_for_reader(session, works.cast.run.id, works.bertil)
    ),
    "own groups": lambda session, works: bool(run_queries.runs_of_instructor(session, works.cast.bertil.id)),
    "answer": lambda session, works: is_found(
        lambda: answer_policy.sent_answer_for_instructor(session, works.answer.id, works.bertil)
    ),
    "answers in the queue": lambda session, works: bool(
        followed_answers.waiting_count(session, works.cast.bertil.id)
    ),
    "claim": lambda session, works: is_found(
        lambda: claim_policy.claim_to_decide(session, works.waiting.id, works.bertil)
    ),
    "claims in the queue": lambda session, works: bool(followed.waiting_count(session, works.cast.bertil.id)),
    "decisions to take back": lambda session, works: bool(
        followed.decisions_since(session, works.cast.bertil.id, NOW - timedelta(minutes=1))
    ),
    "diary entry": lambda session, works: is_found(
        lambda: diary_policy.entry_for_reader(session, works.entry.id, works.bertil)
    ),
    "comment": lambda session, works: is_found(
        lambda: diary_policy.entry_for_commenter(session, works.entry.id, works.bertil)
    ),
    "new entries": lambda session, works: bool(
        diary_readers.unread_shared_for(session, works.cast.bertil.id, 5)
    ),
    "entries on the person's page": lambda session, works: bool(
        diary_readers.shared_count(session, works.cast.aino.id, reader_id=works.cast.bertil.id)
    ),
    "named as reader": lambda session, works: (
        works.cast.bertil.name in diary_readers.instructors_of(session, works.cast.aino.id)
    ),
    "can answer tasks": lambda session, works: staff_queries.run_has_reviewer(session, works.cast.run.id),
    "can answer claims": lambda session, works: (
        claim_queries.prospect_of(session, works.waiting) is Prospect.ANSWERED
    ),
}
EVERYWHERE = frozenset(SURFACES)
NOWHERE: frozenset[str] = frozenset()
SAYS_WHO_CAN = {"named as reader", "can answer tasks", "can answer claims"}
# claims and the diary are followed while the run is open, the group and its answers after that, too
IN_AN_ENDED_RUN = frozenset(
    {"group", "lessons", "own groups", "answer", "answers in the queue", "can answer tasks"}
)


def change_nothing(session: Session, cast: Cast) -> None:
    return


def take_the_role(session: Session, cast: Cast) -> None:
    of_bertil = PersonRole.person_id == cast.bertil.id
    session.execute(delete(PersonRole).where(of_bertil, PersonRole.role == Role.INSTRUCTOR))
    session.add(PersonRole(person_id=cast.bertil.id, role=Role.TEACHER))


def close_the_account(session: Session, cast: Cast) -> None:
    session.get_one(Person, cast.bertil.id).disabled_at = NOW


def take_the_password(session: Session, cast: Cast) -> None:
    session.get_one(Person, cast.bertil.id).password_hash = None


def end_the_run(session: Session, cast: Cast) -> None:
    session.get_one(Run, cast.run.id).state = RunState.CLOSED


def close_the_writers_account(session: Session, cast: Cast) -> None:
    session.get_one(Person, cast.aino.id).disabled_at = NOW


def erase_the_writer(session: Session, cast: Cast) -> None:
    session.execute(delete(Person).where(Person.id == cast.aino.id))


def erase_the_instructor(session: Session, cast: Cast) -> None:
    session.execute(delete(Person).where(Person.id == cast.bertil.id))


def name_another_instructor(session: Session, cast: Cast) -> None:
    session.execute(delete(RunInstructor).where(RunInstructor.run_id == cast.run.id))
    session.add(RunInstructor(run_id=cast.run.id, person_id=cast.elsa.id))


CHANGES: dict[str, tuple[Callable[[Session, Cast], None], frozenset[str]]] = {
    "nothing changes": (change_nothing, EVERYWHERE),
    "role removed": (take_the_role, NOWHERE),
    "account disabled": (close_the_account, NOWHERE),
    "no password yet": (take_the_password, EVERYWHERE - SAYS_WHO_CAN),
    "run ended": (end_the_run, IN_AN_ENDED_RUN),
    "the writer's account disabled": (close_the_writers_account, EVERYWHERE),
    "the writer erased": (
        erase_the_writer,
        frozenset({"group", "lessons", "own groups", "can answer tasks"}),
    ),
    "the instructor erased": (erase_the_instructor, NOWHERE),
    # the other one can answer
    "instructor changed": (name_another_instructor, frozenset({"can answer tasks", "can answer claims"})),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_loader_queue_and_count_follows_the_one_rule(
    empty: Flask, session: Session, works: Works, change: str
) -> None:
    make, expected = CHANGES[change]
    make(session, works.cast)
    session.commit()

    with empty.app_context():
        shown = {name for name, is_shown in SURFACES.items() if is_shown(session, works)}

    assert shown == expected


def test_the_queue_of_the_other_instructor_takes_over(session: Session, works: Works) -> None:
    name_another_instructor(session, works.cast)
    session.commit()

    assert review_queries.waiting_count(session, works.cast.bertil.id) == 0
    assert review_queries.waiting_count(session, works.cast.elsa.id) == 2


# what Bertil opens while his sign-in goes on, and whether it is still there in an ended run
PAGES = {
    "/review": True,
    "/runs/{run}/people": True,
    "/runs/{run}/people/{person}": True,
    "/review/answers/{answer}": True,
    "/review/claims/{claim}": False,
    "/diary/{entry}": False,
    "/runs/{run}": True,
}


def pages_of(works: Works) -> dict[str, bool]:
    ids = {
        "run": works.cast.run.id,
        "person": works.cast.aino.id,
        "answer": works.answer.id,
        "claim": works.waiting.id,
        "entry": works.entry.id,
    }
    return {path.format(**ids): is_there_at_the_end for path, is_there_at_the_end in PAGES.items()}


def test_who_has_lost_the_role_comes_to_no_page_any_more(
    client: Client, session: Session, works: Works
) -> None:
    client.sign_in("bertil")
    assert {client.get(path).status_code for path in pages_of(works)} == {200}
    take_the_role(session, works.cast)
    session.commit()

    codes = {path: client.get(path).status_code for path in pages_of(works)}

    assert set(codes.values()) == {404}, codes
    comment = client.post(f"/diary/{works.entry.id}/comments", {"body": "Hei"})
    assert comment.status_code == 404
    assert "Jaettu" not in client.get("/").text


def test_of_an_ended_run_the_group_and_its_answers_remain(
    client: Client, session: Session, works: Works
) -> None:
    end_the_run(session, works.cast)
    session.commit()
    client.sign_in("bertil")

    for path, is_there in pages_of(works).items():
        assert client.get(path).status_code == (200 if is_there else 404), path


def test_the_start_page_counts_what_is_followed(client: Client, session: Session, works: Works) -> None:
    client.sign_in("bertil")
    assert "Jaettu" in client.get("/").text
    name_another_instructor(session, works.cast)
    session.commit()

    page = client.get("/").text

    assert "Jaettu" not in page and works.answer.title not in page

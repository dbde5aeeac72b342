"""A run in which nobody can answer: staff see it on every page where they could fix it, and before they close one."""

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person, PersonRole
from lms.checklists.models import Claim
from lms.checklists.states import ClaimState
from lms.errors import Conflict
from lms.runs import operations
from lms.runs.models import Run, RunInstructor
from lms.runs.states import RunState
from tests import factories
from tests.checklists.cast import Cast, make_answer, make_cast
from tests.client import PASSWORD, Client
from tests.conftest import NOW

SAID = "An instructor is missing"


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


@pytest.fixture
def staff(client: Client, cast: Cast) -> Client:
    return client.sign_in("didrik")


def take_instructor_away(session: Session, run: Run) -> None:
    session.execute(delete(RunInstructor).where(RunInstructor.run_id == run.id))
    session.commit()


def test_with_an_instructor_nothing_is_said(staff: Client, cast: Cast) -> None:
    assert SAID not in staff.get(f"/staff/runs/{cast.run.id}").text
    assert "nobody answers" not in staff.get("/staff/runs").text
    assert SAID not in staff.get("/").text
    assert "Everything is in order" in staff.get("/").text


def test_an_open_run_without_an_instructor_is_reported_everywhere(
    staff: Client, session: Session, cast: Cast
) -> None:
    take_instructor_away(session, cast.run)

    page = staff.get(f"/staff/runs/{cast.run.id}").text
    assert SAID in page
    assert "This run has no instructor. People cannot send their work" in " ".join(page.split())
    assert staff.get("/staff/runs").text.count("nobody answers") == 1
    start = staff.get("/").text
    assert SAID in start
    assert "Everything is in order" not in start
    assert f'href="/staff/runs/{cast.run.id}"' in start.split('id="unanswered"')[1].split("</section>")[0]


def test_an_instructor_who_erases_the_account_leaves_a_note_to_staff(
    client: Client, session: Session, cast: Cast
) -> None:
    client.sign_in("bertil").get("/me/erase")
    erased = client.post("/me/erase", {"password": PASSWORD, "understood": "y"})
    assert erased.status_code == 302, erased.text

    client.token = ""
    assert SAID in client.sign_in("didrik").get("/").text


@pytest.mark.parametrize("lost", ["role", "account", "password"])
def test_an_instructor_who_cannot_answer_is_as_good_as_none(
    staff: Client, session: Session, cast: Cast, lost: str
) -> None:
    if lost == "role":
        session.execute(delete(PersonRole).where(PersonRole.person_id == cast.bertil.id))
    elif lost == "account":
        session.get_one(Person, cast.bertil.id).disabled_at = NOW
    else:
        session.get_one(Person, cast.bertil.id).password_hash = None
    session.commit()

    assert "have lost the role, or their accounts are closed" in staff.get(f"/staff/runs/{cast.run.id}").text
    assert "nobody answers" in staff.get("/staff/runs").text
    assert SAID in staff.get("/").text


@pytest.mark.parametrize("state", [RunState.PLANNED, RunState.CLOSED])
def test_before_opening_a_run_without_an_instructor_staff_are_warned(
    staff: Client, session: Session, cast: Cast, state: RunState
) -> None:
    take_instructor_away(session, cast.run)
    session.get_one(Run, cast.run.id).state = state
    session.commit()

    assert (
        "You can open it, but people cannot send their work" in staff.get(f"/staff/runs/{cast.run.id}").text
    )
    assert "nobody answers" not in staff.get("/staff/runs").text
    assert staff.post(f"/staff/runs/{cast.run.id}", {"action": "open"}).status_code == 302
    assert SAID in staff.get(f"/staff/runs/{cast.run.id}").text


def make_work_wait(session: Session, cast: Cast) -> None:
    """Let one answer and one claim of Aino's wait."""
    make_answer(session, cast.run, cast.aino)
    claim = session.query(Claim).filter_by(person_id=cast.aino.id).order_by(Claim.id).first()
    assert claim
    claim.state = ClaimState.WAITING
    session.commit()


def test_before_closing_the_page_shows_how_many_works_wait(
    staff: Client, session: Session, cast: Cast
) -> None:
    make_work_wait(session, cast)

    page = staff.get(f"/staff/runs/{cast.run.id}").text
    other = staff.get(f"/staff/runs/{cast.other_run.id}").text

    assert "2 pieces of work are waiting for an answer." in page
    assert 'name="waiting" value="2"' in page
    assert "waiting for an answer" not in other
    closed = staff.post(f"/staff/runs/{cast.run.id}", {"action": "close", "waiting": "2"})
    assert closed.status_code == 302
    assert "waiting for an answer" not in staff.get(f"/staff/runs/{cast.run.id}").text


def test_a_run_is_not_closed_by_a_page_that_has_not_shown_the_work(
    staff: Client, session: Session, cast: Cast
) -> None:
    make_work_wait(session, cast)

    answer = staff.post(f"/staff/runs/{cast.run.id}", {"action": "close", "waiting": "1"})

    assert answer.status_code == 409
    assert "2 pieces of work are waiting for an answer. Go back" in answer.text
    session.rollback()
    assert session.get_one(Run, cast.run.id).state is RunState.OPEN


def test_closing_itself_asks_what_was_seen(session: Session, cast: Cast) -> None:
    make_work_wait(session, cast)
    run = session.get_one(Run, cast.run.id)

    with pytest.raises(Conflict):
        operations.close_run(session, run, waiting_shown=1, by=cast.didrik.id, now=NOW)

    assert str(run.state) == RunState.OPEN
    assert operations.close_run(session, run, waiting_shown=2, by=cast.didrik.id, now=NOW) == 2
    assert str(run.state) == RunState.CLOSED


def test_many_runs_without_instructors_are_counted(client: Client, session: Session) -> None:
    factories.make_person(session, "didrik", Role.STAFF)
    version = factories.make_version(session)
    for number in range(9):
        factories.make_run(session, version, name=f"Ryhmä {number}")
    session.commit()

    card = client.sign_in("didrik").get("/").text.split('id="unanswered"')[1].split("</section>")[0]

    assert card.count("<li>") == 8
    assert "See all 9" in card

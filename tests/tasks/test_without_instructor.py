"""A task in a run where nobody can answer: the text is stored, and nothing is called sent to an instructor."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import PersonRole
from lms.runs.models import RunInstructor
from lms.tasks import queries
from lms.tasks.states import AnswerState
from tests.client import Client
from tests.lessons.course import Cast, make_cast

WHY = "because the course has no instructor"


def take_instructor_away(session: Session, cast: Cast) -> None:
    session.execute(delete(RunInstructor).where(RunInstructor.run_id == cast.run.id))
    session.commit()


def card_of(client: Client, cast: Cast, task: str = "viesti") -> str:
    page = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text
    return page.split(f'id="task-{task}"')[1].split("</section>")[0]


def test_sending_is_not_offered_and_the_card_says_why(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    assert "Send to the instructor" in card_of(client, cast)
    take_instructor_away(session, cast)

    card = card_of(client, cast)

    assert WHY in card
    assert 'value="send"' not in card and 'value="save"' in card
    assert 'value="send"' in card_of(client, cast, "lista") and WHY not in card_of(client, cast, "lista")
    assert "This course has no instructor at the moment" in client.get(f"/runs/{cast.run.id}").text


def test_what_is_sent_from_an_older_page_is_stored_as_a_draft(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    take_instructor_away(session, cast)

    answer = client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Hei Sanna", "action": "send"})

    assert answer.status_code == 302
    kept = queries.answers_of(session, cast.enrolment.id)["viesti"]
    assert (kept.text, kept.state, kept.sent_at) == ("Hei Sanna", AnswerState.DRAFT, None)
    page = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text
    assert "Saved, but not sent: nobody can answer it just now." in page
    assert "You sent this" not in page


def test_what_was_sent_before_waits_for_the_next_instructor(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Hei", "action": "send"})
    assert "You sent this to your instructor" in card_of(client, cast)
    session.execute(delete(PersonRole).where(PersonRole.role == Role.INSTRUCTOR))
    session.commit()

    card = card_of(client, cast)

    assert WHY in card and "The next instructor will see it." in card
    assert "to your instructor" not in card


def test_what_one_checks_alone_needs_no_instructor(client: Client, session: Session) -> None:
    cast = make_cast(session)
    take_instructor_away(session, cast)

    client.sign_in("aino").post(f"/runs/{cast.run.id}/tasks/lista", {"answer": "Hei", "action": "send"})

    assert queries.answers_of(session, cast.enrolment.id)["lista"].state is AnswerState.SENT


def test_nobody_is_ones_own_instructor(client: Client, session: Session) -> None:
    cast = make_cast(session)
    session.execute(delete(RunInstructor).where(RunInstructor.run_id == cast.run.id))
    session.add(PersonRole(person_id=cast.aino.id, role=Role.INSTRUCTOR))
    session.add(RunInstructor(run_id=cast.run.id, person_id=cast.aino.id))
    session.commit()

    assert WHY in card_of(client.sign_in("aino"), cast)

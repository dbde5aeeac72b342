"""An answer to a task that was written before the sign-in ended: saved at signing in, and never sent."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.runs.models import Run
from lms.runs.states import RunState
from lms.tasks.models import TaskAnswer
from lms.tasks.states import AnswerState
from tests.accounts.late import page_after, sent_too_late, signed_in_on
from tests.client import Client
from tests.lessons.course import Cast, make_cast

LATE = "Kirjoitin tämän liian myöhään."


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


def address(cast: Cast, task: str = "viesti") -> str:
    return f"/runs/{cast.run.id}/tasks/{task}"


def answers(session: Session) -> list[tuple[str, AnswerState]]:
    session.rollback()
    rows = session.scalars(select(TaskAnswer)).all()
    return [(row.text, row.state) for row in rows]


def write(client: Client, cast: Cast, text: str, action: str = "save") -> None:
    sent = client.sign_in("aino").post(address(cast), {"answer": text, "action": action})
    assert sent.status_code == 302


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("save", "Your answer is saved."),
        ("send", "Your answer is saved, but not sent yet."),
        ("odd", "Your answer is saved."),
    ],
)
def test_the_answer_is_saved_and_not_sent(
    client: Client, session: Session, cast: Cast, action: str, told: str
) -> None:
    refused = sent_too_late(client, address(cast), {"answer": LATE, "action": action, "version": "0"})
    saved = signed_in_on(client, refused, "aino")

    assert saved.location == f"/runs/{cast.run.id}/lessons/sopimus#task-viesti"
    assert told in page_after(client, saved)
    assert answers(session) == [(LATE, AnswerState.DRAFT)]


@pytest.mark.parametrize("version", ["0", ""])
def test_over_a_newer_answer_nothing_is_saved_and_the_text_comes_back(
    client: Client, session: Session, cast: Cast, version: str
) -> None:
    write(client, cast, "uudempi")
    refused = sent_too_late(client, address(cast), {"answer": LATE, "action": "send", "version": version})
    shown = signed_in_on(client, refused, "aino")

    assert shown.status_code == 200
    assert "A newer text has been saved there. Your own text is below." in shown.text and LATE in shown.text
    assert answers(session) == [("uudempi", AnswerState.DRAFT)]


def test_an_answer_that_is_with_the_instructor_does_not_change(
    client: Client, session: Session, cast: Cast
) -> None:
    write(client, cast, "lähetetty", "send")
    refused = sent_too_late(client, address(cast), {"answer": LATE, "action": "save", "version": "1"})
    shown = signed_in_on(client, refused, "aino")

    assert "Your answer is with the instructor now." in shown.text and LATE in shown.text
    assert answers(session) == [("lähetetty", AnswerState.SENT)]


def test_when_the_run_has_ended_the_text_comes_back_with_the_reason(
    client: Client, session: Session, cast: Cast
) -> None:
    refused = sent_too_late(client, address(cast), {"answer": LATE, "action": "save"})
    session.execute(update(Run).where(Run.id == cast.run.id).values(state=RunState.CLOSED))
    session.commit()
    shown = signed_in_on(client, refused, "aino")

    assert "Why was the text not saved?" in shown.text and LATE in shown.text
    assert answers(session) == []


def test_in_a_run_of_others_nothing_is_saved(client: Client, session: Session, cast: Cast) -> None:
    path = f"/runs/{cast.other_run.id}/tasks/viesti"
    shown = signed_in_on(client, sent_too_late(client, path, {"answer": LATE}), "aino")

    assert shown.status_code == 200 and LATE in shown.text
    assert answers(session) == []


def test_signed_in_on_twice_the_answer_stays_saved(client: Client, session: Session, cast: Cast) -> None:
    refused = sent_too_late(client, address(cast), {"answer": LATE, "version": "0"})
    first = signed_in_on(client, refused, "aino")
    client.token = ""
    again = signed_in_on(client, refused, "aino")

    assert first.location == again.location
    assert answers(session) == [(LATE, AnswerState.DRAFT)]

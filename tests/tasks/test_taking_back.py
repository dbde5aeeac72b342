"""A sent answer can be taken back by its writer until somebody has decided on it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db
from lms.audit import AuditLine
from lms.errors import DomainError
from lms.tasks import followed, operations
from lms.tasks.models import TaskAnswer, TaskAnswerEvent
from lms.tasks.states import AnswerState
from tests.client import Client
from tests.conftest import NOW
from tests.lessons.course import make_cast, signed_in
from tests.tasks.test_decisions import accept, give_back, send, task


def actions(session: Session) -> list[str]:
    session.rollback()
    return [
        str(action) for action in session.scalars(select(TaskAnswerEvent.action).order_by(TaskAnswerEvent.id))
    ]


def test_a_sent_answer_is_taken_back_corrected_and_sent_again(client: Client, session: Session) -> None:
    cast = make_cast(session)
    send(session, cast)
    address, lesson = f"/runs/{cast.run.id}/tasks/viesti", f"/runs/{cast.run.id}/lessons/sopimus"
    client.sign_in("aino")
    assert "Take the answer back" in client.get(lesson).text

    for _time in range(2):
        answer = client.post(address, {"action": "withdraw"})
        assert answer.location == f"{lesson}#task-viesti"

    page = client.get(lesson).text
    assert "Hei</textarea>" in page and "Take the answer back" not in page
    assert "You took your answer back. You can write again." in page
    assert followed.answers_waiting_for(session, cast.liisa.id, 9) == []
    client.post(address, {"action": "send", "answer": "Hei vielä", "version": 2})
    assert actions(session) == ["send", "withdraw", "send"]
    assert [row.title for row in followed.answers_waiting_for(session, cast.liisa.id, 9)]
    of_answers = select(AuditLine.action).where(AuditLine.action.like("answer.%")).order_by(AuditLine.id)
    assert session.scalars(of_answers).all() == ["answer.sent", "answer.withdrawn", "answer.sent"]


def test_the_instructors_open_page_says_that_it_was_taken_back(empty: Flask, session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast, "Keskeneräinen ajatus")
    reviewer, writer = Client(empty).sign_in("liisa"), Client(empty).sign_in("aino")
    page = f"/review/answers/{answer.id}"
    assert "Keskeneräinen ajatus" in reviewer.get(page).text
    writer.post(f"/runs/{cast.run.id}/tasks/viesti", {"action": "withdraw"})

    decided = reviewer.post(page, {"decision": "pass", "comment": "Hyvä!", "version": answer.version})

    assert decided.status_code == 409
    assert "Aino took this answer back." in decided.text and "Hyvä!" in decided.text
    again = reviewer.get(page).text
    assert "Aino took this answer back." in again and 'name="decision"' not in again
    assert "Keskeneräinen ajatus" not in again, "it is a draft again, and nobody else's to read"


def test_words_that_were_taken_back_are_not_on_an_older_page_of_the_talk_either(
    client: Client, session: Session
) -> None:
    cast = make_cast(session)
    for number in range(11):
        answer = send(session, cast, f"Luonnos {number}.")
        if number < 10:
            operations.withdraw_answer(session, cast.enrolment.id, task(), by=signed_in(cast.aino), now=NOW)
    session.commit()
    client.sign_in("liisa")

    newest, older = (client.get(f"/review/answers/{answer.id}?page={page}").text for page in (1, 2))

    assert "Luonnos 10." in newest and "Luonnos 0." not in newest
    assert "Sent the answer." in older and "Luonnos 0." not in older


@pytest.mark.parametrize(
    ("decide", "said"), [(accept, "has just accepted"), (give_back, "has already answered")]
)
def test_a_decided_answer_stays(client: Client, session: Session, decide: object, said: str) -> None:
    cast = make_cast(session)
    decide(session, send(session, cast), cast)  # type: ignore[operator]  # one of two functions
    session.commit()

    answer = client.sign_in("aino").post(f"/runs/{cast.run.id}/tasks/viesti", {"action": "withdraw"})

    assert answer.status_code == 409 and said in answer.text
    assert actions(session)[-1] != "withdraw"


def test_what_nobody_waits_for_is_not_taken_back(client: Client, session: Session) -> None:
    cast = make_cast(session)
    send(session, cast, name="lista")
    client.sign_in("aino")

    assert client.post(f"/runs/{cast.run.id}/tasks/viesti", {"action": "withdraw"}).status_code == 404
    assert client.post(f"/runs/{cast.run.id}/tasks/lista", {"action": "withdraw"}).status_code == 409
    assert Client(client.app).sign_in("cia").post(
        f"/runs/{cast.run.id}/tasks/viesti", {"action": "withdraw"}
    ).status_code in (403, 404)


def test_a_save_by_itself_neither_sends_nor_takes_back(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/sopimus")
    address = f"/runs/{cast.run.id}/tasks/viesti"
    headers = {"X-Requested-With": "fetch", "Accept": "application/json"}
    fields = {"csrf_token": client.token, "answer": "Hei", "action": "send"}

    saved = client.browser.post(address, data=fields, headers=headers)
    withdrawn = client.browser.post(address, data={**fields, "action": "withdraw"}, headers=headers)

    assert (saved.status_code, withdrawn.status_code) == (200, 422)
    assert actions(session) == []
    assert session.scalars(select(TaskAnswer.state)).one() is AnswerState.DRAFT


def test_of_taking_back_and_deciding_at_once_one_wins(empty: Flask, session: Session) -> None:
    cast = make_cast(session)
    answer_id = send(session, cast).id
    writer, reviewer = signed_in(cast.aino), signed_in(cast.liisa)

    def take_back() -> bool:
        with empty.test_request_context(), db.transaction() as own:
            operations.withdraw_answer(own, cast.enrolment.id, task(), by=writer, now=NOW)
        return True

    def decide() -> bool:
        with empty.test_request_context(), db.transaction() as own:
            found = own.get_one(TaskAnswer, answer_id)
            operations.pass_answer(own, found, by=reviewer, version=None, now=NOW)
        return True

    def tried(change: object) -> bool:
        try:
            return bool(change())  # type: ignore[operator]  # one of the two above
        except DomainError:
            return False

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(tried, (take_back, decide)))

    assert sorted(won) == [False, True]
    assert actions(session)[1:] == (["withdraw"] if won[0] else ["pass"])

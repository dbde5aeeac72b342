import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import AuditLine
from lms.forms import TEXT_LENGTH
from lms.tasks import queries
from lms.tasks.models import TaskAnswer, TaskAnswerEvent
from lms.tasks.queries import AnswerRow
from lms.tasks.states import AnswerState
from tests.client import Client
from tests.conftest import NOW
from tests.lessons.course import Cast, make_cast


def answer_in(session: Session, cast: Cast, task: str = "viesti") -> AnswerRow | None:
    session.rollback()
    return queries.answers_of(session, cast.enrolment.id).get(task)


def state_of(session: Session, cast: Cast, task: str = "viesti") -> tuple[str, int]:
    found = answer_in(session, cast, task)
    assert found
    return found.state, found.version


def test_a_draft_is_stored(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    answer = client.post(
        f"/runs/{cast.run.id}/tasks/viesti", {"answer": " Hei\r\n\r\nSanna ", "action": "save"}
    )

    assert answer.location == f"/runs/{cast.run.id}/lessons/sopimus#task-viesti"
    kept = answer_in(session, cast)
    assert kept and (kept.text, kept.state, kept.version) == (" Hei\n\nSanna ", AnswerState.DRAFT, 1)
    assert " Hei\n\nSanna </textarea>" in client.get(f"/runs/{cast.run.id}/lessons/sopimus").text


def test_an_answer_to_the_instructor_waits(client: Client, session: Session) -> None:
    cast = make_cast(session)

    client.sign_in("aino").post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Hei", "action": "send"})
    text = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text

    assert state_of(session, cast) == ("sent", 1)
    assert "You sent this to your instructor" in text
    assert 'id="part-viesti"' not in text and "<p>Hei</p>" in text
    assert queries.finished_tasks(session, cast.run.id) == {cast.aino.id: frozenset()}


def test_an_answer_for_oneself_is_done_and_may_be_corrected(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    client.post(
        f"/runs/{cast.run.id}/tasks/lista", {"answer": "Viisi kohtaa", "action": "send", "version": "0"}
    )
    client.post(
        f"/runs/{cast.run.id}/tasks/lista", {"answer": "Kuusi kohtaa", "action": "save", "version": "1"}
    )
    text = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text

    assert state_of(session, cast, "lista") == ("sent", 2)
    assert "Kuusi kohtaa</textarea>" in text and "You can still edit it." in text
    assert queries.finished_tasks(session, cast.run.id) == {cast.aino.id: frozenset({"lista"})}


def test_what_was_done_for_oneself_is_nowhere_called_sent(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    client.post(f"/runs/{cast.run.id}/tasks/lista", {"answer": "Viisi kohtaa", "action": "send"})

    packed = ZipFile(BytesIO(client.get("/me/data.zip").data))
    page, data = packed.read("omat-tiedot.html").decode(), json.loads(packed.read("data.json"))["data"]

    assert "Marked done" in page and "A task was marked done." in page
    assert "Sent" not in page and "An answer was sent." not in page
    (answer,) = data["task-answers"]
    assert answer["state"] == "done" and answer["done_at"] and "sent_at" not in answer
    assert [event["action"] for event in answer["events"]] == ["done"]
    assert "answer.sent" not in [line["action"] for line in data["audit_lines"]]


def test_what_was_sent_to_the_instructor_is_called_sent(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Hei", "action": "send"})

    data = json.loads(ZipFile(BytesIO(client.get("/me/data.zip").data)).read("data.json"))["data"]

    assert data["task-answers"][0]["state"] == "sent"
    assert [event["action"] for event in data["task-answers"][0]["events"]] == ["send"]
    assert "answer.sent" in [line["action"] for line in data["audit_lines"]]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_answer_is_not_sent(client: Client, session: Session, text: str) -> None:
    cast = make_cast(session)

    answer = client.sign_in("aino").post(
        f"/runs/{cast.run.id}/tasks/viesti", {"answer": text, "action": "send"}
    )

    assert answer.status_code == 422
    assert answer.text.count("Write your answer first.") == 2
    assert 'aria-describedby="part-viesti-error part-viesti-saved"' in answer.text
    assert answer_in(session, cast) is None


def test_too_long_an_answer_comes_back_whole(client: Client, session: Session) -> None:
    cast = make_cast(session)
    long = "ä" * (TEXT_LENGTH + 1)

    answer = client.sign_in("aino").post(
        f"/runs/{cast.run.id}/tasks/viesti", {"answer": long, "action": "send"}
    )

    assert answer.status_code == 422
    assert f"{long}</textarea>" in answer.text


def test_the_plain_twin_stays_when_an_answer_comes_back(client: Client, session: Session) -> None:
    cast = make_cast(session)
    fields = {"answer": "", "action": "send", "plain": "1"}

    assert "Selkeä teksti." in client.sign_in("aino").post(f"/runs/{cast.run.id}/tasks/viesti", fields).text


@pytest.mark.parametrize("fields", [{"action": "burn"}, {"version": "one"}])
def test_a_form_that_makes_no_sense_is_refused(
    client: Client, session: Session, fields: dict[str, str]
) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    answer = client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Hei", "action": "save", **fields})

    assert answer.status_code == 422
    assert answer_in(session, cast) is None


@pytest.mark.parametrize("task", ["ei-ole", "katso", "kysely"])
def test_only_tasks_that_take_an_answer_take_one(client: Client, session: Session, task: str) -> None:
    cast = make_cast(session)

    answer = client.sign_in("aino").post(
        f"/runs/{cast.run.id}/tasks/{task}", {"answer": "Hei", "action": "save"}
    )

    assert answer.status_code == 404


def test_strangers_find_no_task(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("cia")

    answer = client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Hei", "action": "save"})

    assert answer.status_code == 404


def test_sent_twice_is_one_event(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    fields = {"answer": "Hei", "action": "send", "version": "0"}

    for _ in range(2):
        assert client.post(f"/runs/{cast.run.id}/tasks/viesti", fields).status_code == 302

    session.rollback()
    assert session.scalar(select(func.count()).select_from(TaskAnswerEvent)) == 1
    sent = select(func.count()).select_from(AuditLine).where(AuditLine.action == "answer.sent")
    assert session.scalar(sent) == 1


def test_a_sent_answer_does_not_change_while_it_waits(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino").post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Hei", "action": "send"})

    answer = client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Toinen teksti", "action": "save"})

    assert answer.status_code == 409 and "Toinen teksti" in answer.text
    kept = answer_in(session, cast)
    assert kept and kept.text == "Hei"


def test_of_two_tabs_the_older_one_keeps_its_text_but_does_not_win(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    address = f"/runs/{cast.run.id}/tasks/viesti"
    client.post(address, {"answer": "Ensimmäinen", "action": "save", "version": "0"})

    answer = client.post(address, {"answer": "Toinen välilehti", "action": "save", "version": "0"})

    assert answer.status_code == 409 and "Toinen välilehti" in answer.text
    assert "This was open in another window too" in answer.text
    assert "A newer text has been saved there. Your own text is below." in answer.text
    kept = answer_in(session, cast)
    assert kept and kept.text == "Ensimmäinen"


def test_a_script_saves_and_hears_the_version(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/sopimus")
    headers = {"X-Requested-With": "fetch", "Accept": "application/json"}
    address = f"/runs/{cast.run.id}/tasks/viesti"
    fields = {"csrf_token": client.token, "answer": "Hei", "action": "save", "version": "0"}

    first = client.browser.post(address, data=fields, headers=headers)
    lost = client.browser.post(address, data=fields, headers=headers)
    second = client.browser.post(address, data={**fields, "answer": "Hei!", "version": "1"}, headers=headers)
    stale = client.browser.post(address, data={**fields, "answer": "Ei"}, headers=headers)
    long = client.browser.post(address, data={**fields, "answer": "a" * (TEXT_LENGTH + 1)}, headers=headers)

    assert first.json == lost.json == {"saved_at": NOW.isoformat(), "revision": 1}
    assert second.json and second.json["revision"] == 2
    assert (stale.status_code, long.status_code) == (409, 422)


def test_the_same_answer_sent_by_twenty_threads_is_one_event(empty: Flask, session: Session) -> None:
    cast = make_cast(session)
    client = Client(empty).sign_in("aino")
    client.get(f"/runs/{cast.run.id}/lessons/sopimus")
    cookie = client.browser.get_cookie("lms")
    assert cookie

    def send(_number: int) -> int:
        browser = empty.test_client()
        browser.set_cookie("lms", cookie.value)
        fields = {"csrf_token": client.token, "answer": "Hei", "action": "send", "version": "0"}
        return browser.post(f"/runs/{cast.run.id}/tasks/viesti", data=fields).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(send, range(20)))

    session.rollback()
    assert set(statuses) == {302}
    assert session.scalar(select(func.count()).select_from(TaskAnswer)) == 1
    assert session.scalar(select(func.count()).select_from(TaskAnswerEvent)) == 1


def test_answers_of_a_person_come_newest_first(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    for task in ("viesti", "lista"):
        client.post(f"/runs/{cast.run.id}/tasks/{task}", {"answer": f"Teksti {task}", "action": "save"})
    client.post(f"/runs/{cast.run.id}/tasks/lisa", {"answer": "", "action": "save"})
    session.rollback()

    assert [row.task for row in queries.answers_by(session, cast.aino.id)] == ["lista", "viesti"]
    assert queries.answers_by(session, cast.cia.id) == []

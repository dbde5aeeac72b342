from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Person
from lms.runs.models import RunInstructor
from lms.runs.states import RunState
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.lessons.course import Cast, make_cast
from tests.queries import count_queries


def test_a_lesson_shows_its_parts_in_order(client: Client, session: Session) -> None:
    cast = make_cast(session)

    text = client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/sopimus").text

    wanted = ["lesson 1 / 3", "about 12 min", "<h1>", "Sanna saa paikan.", "Pyydä aikaa.", "Näin luet",
              "Tarkista itse", "Ohje: Viesti.", "Mitä opit?", "Done, next lesson"]  # fmt: skip
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)


def test_the_plain_twin_is_shown_when_asked(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    ordinary = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text
    plain = client.get(f"/runs/{cast.run.id}/lessons/sopimus?plain=1").text

    assert f'href="/runs/{cast.run.id}/lessons/sopimus?plain=1"' in ordinary
    assert "Selkeä teksti." in plain and "Työsopimus lyhyesti" in plain
    assert "In ordinary wording" in plain


def test_plain_wording_is_retained_from_lesson_to_lesson(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/sopimus?plain=1")

    answer = client.post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "1", "plain": "1"})

    assert answer.location == f"/runs/{cast.run.id}/lessons/osio-2?plain=1"


def test_a_lesson_without_a_plain_twin_is_shown_as_it_is(client: Client, session: Session) -> None:
    cast = make_cast(session)

    answer = client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/loppu?plain=1")

    assert answer.status_code == 200
    assert "In plain wording" not in answer.text


def test_the_text_is_in_the_readers_language_where_there_is_one(client: Client, session: Session) -> None:
    cast = make_cast(session)
    reader = session.get_one(Person, cast.aino.id)
    reader.language = "sv"
    session.commit()
    client.sign_in("aino")

    assert "Sanna får jobbet." in client.get(f"/runs/{cast.run.id}/lessons/sopimus").text
    assert 'lang="fi"' in client.get(f"/runs/{cast.run.id}/lessons/loppu").text


@pytest.mark.parametrize("slug", ["ei-ole", "kysely", "sopimus.md"])
def test_a_lesson_that_is_not_there_is_not_found(client: Client, session: Session, slug: str) -> None:
    cast = make_cast(session)

    assert client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/{slug}").status_code == 404


@pytest.mark.parametrize("stranger", ["cia", "pekka"])
def test_strangers_do_not_find_a_run(client: Client, session: Session, stranger: str) -> None:
    cast = make_cast(session)
    client.sign_in(stranger)

    assert client.get(f"/runs/{cast.run.id}").status_code == 404
    assert client.get(f"/runs/{cast.run.id}/lessons/sopimus").status_code == 404
    assert client.post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "1"}).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(client: Client, session: Session) -> None:
    cast = make_cast(session)

    answer = client.get(f"/runs/{cast.run.id}/lessons/sopimus")

    assert answer.status_code == 302 and answer.location.startswith("/sign-in?next=")


def test_an_instructor_reads_without_forms(client: Client, session: Session) -> None:
    cast = make_cast(session)

    text = client.sign_in("liisa").get(f"/runs/{cast.run.id}/lessons/sopimus").text

    main = text[text.index("<main") : text.index("</main>")]
    assert "Ohje: Viesti." in main and "Luottamusmies" not in main
    assert "<form" not in main and "<textarea" not in main


def test_an_instructor_cannot_do_the_participants_work(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("liisa")

    for path, fields in (
        ("lessons/sopimus/done", {"done": "1"}),
        ("tasks/viesti", {"answer": "Hei", "action": "save"}),
        ("quizzes/kysely", {"q1": "0"}),
    ):
        assert client.post(f"/runs/{cast.run.id}/{path}", fields).status_code == 403


def test_a_closed_run_is_read_but_not_worked_in(client: Client, session: Session) -> None:
    cast = make_cast(session, state=RunState.CLOSED)
    client.sign_in("aino")

    text = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text
    refused = client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Pitkä tekstini", "action": "send"})

    assert "Everything you did is safe" in text
    assert 'name="answer"' not in text and "Done, next lesson" not in text
    assert refused.status_code == 403 and "Pitkä tekstini" in refused.text


def diary_card(client: Client, cast: Cast) -> str:
    page = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text
    return page.split('id="diary-opit"')[1].split("</section>")[0]


def test_a_diary_prompt_names_who_can_read(client: Client, session: Session) -> None:
    cast = make_cast(session)
    elsewhere = factories.make_run(session, name="Toinen", instructors=[cast.pekka])
    factories.make_enrolment(session, elsewhere, cast.aino)
    session.commit()

    card = diary_card(client.sign_in("aino"), cast)

    assert "If you share it, it can be read by: Liisa, Pekka. You see when it has been read." in card


@pytest.mark.parametrize("why", ["closed", "nobody", "account"])
def test_where_nobody_can_read_a_diary_prompt_offers_no_sharing(
    client: Client, session: Session, why: str
) -> None:
    cast = make_cast(session, state=RunState.CLOSED if why == "closed" else RunState.OPEN)
    if why == "nobody":
        session.execute(delete(RunInstructor))
    if why == "account":
        session.get_one(Person, cast.liisa.id).disabled_at = NOW
    session.commit()
    client.sign_in("aino")

    card = diary_card(client, cast)

    assert "Only you see this. You have no instructor now who could read it." in card
    assert 'name="shared" value="1"' not in card
    fields = {"run": cast.run.id, "lesson": "sopimus", "prompt": "opit", "body": "Opin.", "shared": "0"}
    assert client.post("/diary/new", fields).status_code == 302


def test_what_was_shared_can_be_taken_back_though_nobody_reads_it_now(
    client: Client, session: Session
) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    fields = {"run": cast.run.id, "lesson": "sopimus", "prompt": "opit", "body": "Opin.", "shared": "1"}
    client.post("/diary/new", fields)
    session.execute(delete(RunInstructor))
    session.commit()

    card = diary_card(client, cast)

    assert 'name="shared" value="0"' in card and 'name="shared" value="1"' not in card
    assert "You have no instructor now." in card


@pytest.mark.parametrize("size", [20, 200])
def test_a_lesson_takes_few_queries_however_much_there_is(
    empty: Flask, client: Client, session: Session, size: int
) -> None:
    cast = make_cast(session, lesson_count=size)
    for number in range(size):
        factories.make_enrolment(session, cast.run, factories.make_person(session, f"muu{number}"))
    session.commit()
    client.sign_in("aino")
    page = f"/runs/{cast.run.id}/lessons/sopimus"
    client.get(page)
    for number in range(size // 10):
        client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": f"Teksti {number}", "action": "save"})
        client.post(f"/runs/{cast.run.id}/quizzes/kysely", {"q1": str(number % 2)})
    client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Valmis", "action": "send"})

    with count_queries(empty) as lesson_queries:
        client.get(page)
    with count_queries(empty) as contents_queries:
        client.get(f"/runs/{cast.run.id}")

    assert len(lesson_queries) <= 8, lesson_queries
    assert len(contents_queries) <= 5, contents_queries


def test_the_state_of_a_draft_is_shown_in_words(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino").post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Hei", "action": "save"})

    today = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text
    with clock.fixed(NOW + timedelta(days=3)):
        later = client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/sopimus").text

    assert "Saved at 12.04." in today
    assert "Saved at 12.04." not in later and "Unfinished" in later

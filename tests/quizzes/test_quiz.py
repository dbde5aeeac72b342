import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.quizzes import privacy, queries
from lms.quizzes.models import QuizTry
from tests.client import Client
from tests.conftest import NOW
from tests.lessons.course import RIGHT, make_cast


def results(text: str) -> list[str]:
    return re.findall(r'data-answer="([^"]+)"', text)


def tries(session: Session) -> list[QuizTry]:
    session.rollback()
    return list(session.scalars(select(QuizTry).order_by(QuizTry.id)))


def test_a_right_try_is_shown_with_the_authors_words(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    answer = client.post(f"/runs/{cast.run.id}/quizzes/kysely", RIGHT)
    text = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text

    assert answer.location == f"/runs/{cast.run.id}/lessons/sopimus#quiz-kysely"
    assert results(text) == ["right"] * 6
    assert "<strong>Correct.</strong> Juuri niin." in text and "All correct. Well done!" in text
    kept = tries(session)[0]
    assert (kept.right_count, kept.question_count) == (6, 6)


def test_what_is_not_right_yet_is_said_kindly_and_never_gives_the_answer(
    client: Client, session: Session
) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    wrong = {"q1": "1", "q2": "1", "q3": ["1"], "q4": "pomo", "q5": "7", "q6-1": "1", "q6-2": "0"}

    client.post(f"/runs/{cast.run.id}/quizzes/kysely", wrong)
    text = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text

    assert results(text) == ["not-yet"] * 6
    assert "<strong>Not yet.</strong> Lue ensin." in text and "Hän on työpaikalla." in text
    assert "luottamusmies" not in text
    assert 'value="pomo"' in text


def test_some_answers_are_enough_to_check(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    client.post(f"/runs/{cast.run.id}/quizzes/kysely", {"q1": "0"})

    assert results(client.get(f"/runs/{cast.run.id}/lessons/sopimus").text) == ["right", *["empty"] * 5]


def test_nothing_answered_is_asked_again(client: Client, session: Session) -> None:
    cast = make_cast(session)

    answer = client.sign_in("aino").post(f"/runs/{cast.run.id}/quizzes/kysely", {"q4": "  ", "q1": "99"})

    assert answer.status_code == 422
    assert answer.text.count("Choose or write an answer first") == 2
    assert tries(session) == []


def test_the_newest_of_many_tries_is_shown(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    for fields in ({"q1": "0"}, {"q1": "1"}, RIGHT):
        client.post(f"/runs/{cast.run.id}/quizzes/kysely", fields)

    assert results(client.get(f"/runs/{cast.run.id}/lessons/sopimus").text) == ["right"] * 6
    assert len(tries(session)) == 3
    assert queries.last_tries(session, cast.enrolment.id, ["kysely"])["kysely"].right_count == 6


def test_the_plain_twins_quiz_is_marked_as_it_is_worded(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    answer = client.post(f"/runs/{cast.run.id}/quizzes/kysely", {"q1": "1", "plain": "1"})
    plain = client.get(answer.location.partition("#")[0]).text
    ordinary = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text

    assert results(plain) == ["right"]
    assert results(ordinary) == []


def test_questions_that_have_changed_are_not_marked(client: Client, session: Session) -> None:
    cast = make_cast(session)

    answer = client.sign_in("aino").post(
        f"/runs/{cast.run.id}/quizzes/kysely", {"q1": "0", "wording": "0123456789abcdef"}
    )

    assert answer.status_code == 409
    assert tries(session) == []


def test_true_and_false_are_in_the_readers_language(client: Client, session: Session) -> None:
    cast = make_cast(session)
    session.get_one(Person, cast.aino.id).language = "fi"
    session.commit()

    assert "Kyllä, näin on" in client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/sopimus").text


@pytest.mark.parametrize("quiz", ["ei-ole", "viesti"])
def test_a_quiz_that_is_not_there_is_not_found(client: Client, session: Session, quiz: str) -> None:
    cast = make_cast(session)

    assert client.sign_in("aino").post(f"/runs/{cast.run.id}/quizzes/{quiz}", RIGHT).status_code == 404


def test_strangers_find_no_quiz(client: Client, session: Session) -> None:
    cast = make_cast(session)

    assert client.sign_in("cia").post(f"/runs/{cast.run.id}/quizzes/kysely", RIGHT).status_code == 404


def test_tries_are_exported_and_erased(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino").post(f"/runs/{cast.run.id}/quizzes/kysely", {"q1": "0"})
    session.rollback()

    assert list(privacy.export(session, cast.aino.id)) == [
        {
            "quiz": "kysely",
            "lesson": "sopimus",
            "given": {"q1": ["0"]},
            "right": 1,
            "questions": 6,
            "tried_at": NOW.isoformat(),
        }
    ]
    privacy.erase(session, cast.aino.id, NOW)

    assert list(privacy.export(session, cast.aino.id)) == []

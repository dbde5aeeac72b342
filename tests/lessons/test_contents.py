import re

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.runs.states import RunState
from tests.client import Client
from tests.lessons.course import Cast, make_cast


def progress(text: str) -> tuple[str, str]:
    found = re.search(r'data-done="(\d+)" data-total="(\d+)"', text)
    assert found
    return found[1], found[2]


def go_through(client: Client, cast: Cast, *slugs: str) -> None:
    for slug in slugs:
        client.post(f"/runs/{cast.run.id}/lessons/{slug}/done", {"done": "1"})


def test_a_newcomer_starts_from_the_first_lesson(client: Client, session: Session) -> None:
    cast = make_cast(session)

    text = client.sign_in("aino").get(f"/runs/{cast.run.id}").text

    assert progress(text) == ("0", "3")
    assert re.search(rf'button-main" href="/runs/{cast.run.id}/lessons/sopimus">Start<', text)


def test_progress_is_shown_and_the_way_goes_on(client: Client, session: Session) -> None:
    cast = make_cast(session)
    go_through(client.sign_in("aino"), cast, "sopimus")

    text = client.get(f"/runs/{cast.run.id}").text

    assert progress(text) == ("1", "3")
    assert "Continue: Osio-2" in text
    assert text.count("path-done") == 1 and text.count('aria-current="step"') == 1


def test_a_finished_course_says_so(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    go_through(client, cast, "sopimus", "osio-2")

    last = client.post(f"/runs/{cast.run.id}/lessons/loppu/done", {"done": "1"})
    text = client.get(last.location).text

    assert last.location == f"/runs/{cast.run.id}"
    assert "You have read every lesson." in text and "Everything is done" in text
    assert 'class="button button-main"' not in text[text.index("<main") : text.index("</main>")]


def test_the_last_lesson_done_first_leads_back_kindly(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    last = client.post(f"/runs/{cast.run.id}/lessons/loppu/done", {"done": "1"})

    assert "The unfinished ones are waiting for you" in client.get(last.location).text


def test_tasks_are_counted_in_words_without_extra_ones(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")
    for task in ("viesti", "lista", "lisa"):
        client.post(f"/runs/{cast.run.id}/tasks/{task}", {"answer": "Tein", "action": "send"})

    text = client.get(f"/runs/{cast.run.id}").text

    assert "1 of 2 done." in text
    assert "One answer is waiting for your instructor." in text


def test_sections_appear_once_above_their_lessons(client: Client, session: Session) -> None:
    cast = make_cast(session)

    text = client.sign_in("aino").get(f"/runs/{cast.run.id}").text

    assert text.count('class="path-section"') == 2


def test_an_instructor_sees_contents_and_the_way_to_the_group(client: Client, session: Session) -> None:
    cast = make_cast(session)

    text = client.sign_in("liisa").get(f"/runs/{cast.run.id}").text

    assert f'href="/runs/{cast.run.id}/people"' in text
    assert "data-done" not in text and "path-done" not in text


def test_titles_are_in_the_readers_language(client: Client, session: Session) -> None:
    cast = make_cast(session)
    session.get_one(Person, cast.aino.id).language = "sv"
    session.commit()

    assert "Arbetsavtal" in client.sign_in("aino").get(f"/runs/{cast.run.id}").text


@pytest.mark.parametrize(
    ("state", "said"),
    [(RunState.PLANNED, "has not begun yet"), (RunState.CLOSED, "Everything you did is safe")],
)
def test_a_course_that_is_not_open_is_there_to_read(
    client: Client, session: Session, state: RunState, said: str
) -> None:
    cast = make_cast(session)
    cast.run.state = state
    session.commit()
    client.sign_in("aino")

    contents = client.get(f"/runs/{cast.run.id}").text
    lesson = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text

    assert said in contents and said in lesson
    assert "Read the lessons" in contents
    assert ">Start<" not in contents
    assert ("safe" in contents) == (state is RunState.CLOSED)
    refused = client.post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "1"})
    assert refused.status_code == 403
    assert ("has not begun" in refused.text) == (state is RunState.PLANNED)

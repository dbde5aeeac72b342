from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import AuditLine
from lms.catalogue.outline import outline_from_json
from lms.lessons import privacy, queries
from lms.lessons.models import LessonMark
from lms.runs.models import Enrolment
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.lessons.course import make_cast
from tests.queries import count_queries


def marks(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(LessonMark.lesson).order_by(LessonMark.lesson)))


def test_done_leads_to_the_next_lesson(client: Client, session: Session) -> None:
    cast = make_cast(session)

    answer = client.sign_in("aino").post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "1"})

    assert answer.location == f"/runs/{cast.run.id}/lessons/osio-2"
    assert marks(session) == ["sopimus"]


def test_done_twice_is_done_once(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino")

    for _ in range(2):
        assert client.post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "1"}).status_code == 302

    assert marks(session) == ["sopimus"]
    lines = session.scalar(
        select(func.count()).select_from(AuditLine).where(AuditLine.action == "lesson.done")
    )
    assert lines == 1


def test_a_mark_is_taken_away_and_the_lesson_stays_open(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino").post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "1"})
    assert "Mark unfinished" in client.get(f"/runs/{cast.run.id}/lessons/sopimus").text

    for _ in range(2):
        answer = client.post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "0"})

    assert answer.location == f"/runs/{cast.run.id}/lessons/sopimus"
    assert marks(session) == []
    lines = select(AuditLine.action).where(AuditLine.action.startswith("lesson.")).order_by(AuditLine.id)
    assert session.scalars(lines).all() == ["lesson.done", "lesson.not-done"]


def test_taking_a_mark_away_leaves_the_marks_of_others(client: Client, session: Session) -> None:
    cast = make_cast(session)
    other = factories.make_person(session, "toinen")
    enrolment = Enrolment(run_id=cast.run.id, person_id=other.id, enrolled_at=NOW)
    session.add(enrolment)
    session.flush()
    session.add(LessonMark(enrolment_id=enrolment.id, lesson="sopimus", done_at=NOW))
    session.commit()
    path = f"/runs/{cast.run.id}/lessons/sopimus/done"
    client.sign_in("aino").post(path, {"done": "1"})
    assert marks(session) == ["sopimus", "sopimus"]

    client.post(path, {"done": "0"})

    assert marks(session) == ["sopimus"]


@pytest.mark.parametrize("value", ["", "2", "yes"])
def test_a_mark_is_one_or_nought(client: Client, session: Session, value: str) -> None:
    cast = make_cast(session)

    answer = client.sign_in("aino").post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": value})

    assert answer.status_code == 422
    assert marks(session) == []


def test_many_presses_at_once_are_one(empty: Flask, session: Session) -> None:
    cast = make_cast(session)
    clients = [Client(empty).sign_in("aino") for _ in range(5)]

    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda number: press(clients[number % 5], cast.run.id),
                range(20),
            )
        )

    assert set(answers) == {302}
    assert marks(session) == ["sopimus"]


def press(client: Client, run_id: int) -> int:
    return client.post(f"/runs/{run_id}/lessons/sopimus/done", {"done": "1"}).status_code


@pytest.mark.parametrize(
    ("done", "wanted"),
    [((), "a"), (("a",), "b"), (("b",), "c"), (("c",), "a"), (("a", "c"), "b"), (("a", "b", "c"), None)],
)
def test_the_way_goes_on_after_the_last_done_lesson(done: Sequence[str], wanted: str | None) -> None:
    lessons = [factories.lesson_json(slug) for slug in "abc"]
    outline = outline_from_json(factories.outline_json(lessons=lessons))

    found = queries.next_lesson(outline, done)

    assert (found.slug if found else None) == wanted


def test_done_lessons_of_a_group_are_listed_by_person(client: Client, session: Session) -> None:
    cast = make_cast(session)
    newcomer = factories.make_enrolment(session, cast.run, factories.make_person(session, "uusi"))
    session.commit()
    client.sign_in("aino").post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "1"})
    session.rollback()

    found = queries.done_in_run(session, cast.run.id)

    assert found == {cast.aino.id: frozenset({"sopimus"}), newcomer.person_id: frozenset()}
    assert queries.done_lessons(session, cast.enrolment.id) == {"sopimus": NOW}


@pytest.mark.parametrize("count", [2, 20])
def test_own_courses_take_three_queries_at_most(empty: Flask, session: Session, count: int) -> None:
    aino = factories.make_person(session, "aino")
    for number in range(count):
        version = factories.make_version(session, factories.outline_json(f"kurssi-{number}"))
        run = factories.make_run(session, version, people=[aino], name=f"Ryhmä {number}")
        enrolment = factories.make_enrolment(session, run, factories.make_person(session, f"muu{number}"))
        session.add(LessonMark(enrolment_id=enrolment.id, lesson="alku", done_at=NOW))
    session.commit()

    with count_queries(empty) as sent:
        courses = queries.courses_of(session, aino.id)

    assert len(courses) == count and len(sent) <= 3
    assert all(course.done == frozenset() and course.last_activity == NOW for course in courses)


def test_marks_are_exported_and_erased(client: Client, session: Session) -> None:
    cast = make_cast(session)
    client.sign_in("aino").post(f"/runs/{cast.run.id}/lessons/sopimus/done", {"done": "1"})
    session.rollback()

    assert privacy.export(session, cast.aino.id) == [
        {"run": cast.run.id, "lesson": "sopimus", "done_at": NOW.isoformat()}
    ]
    privacy.erase(session, cast.aino.id, NOW)

    assert privacy.export(session, cast.aino.id) == []

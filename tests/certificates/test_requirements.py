"""Who has met what the course asks for, and in which words the page says what is missing."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import db, i18n
from lms.certificates import overview, requirements
from lms.certificates.requirements import Missing, in_words
from lms.runs import queries as runs
from lms.tasks.models import Reviewer
from lms.tasks.states import AnswerState
from tests import factories
from tests.certificates.scene import Scene, issue_all, make_scene
from tests.queries import count_queries


def run_progress(app: Flask, scene: Scene) -> dict[str, requirements.CertificateProgress]:
    with app.app_context(), db.reading() as session:
        run = runs.run_for(session, scene.run.id, scene.staff.id)
        assert run
        return {progress.person.name: progress for progress in requirements.run_progress(session, run)}


def test_each_thing_that_is_missing_is_counted(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    scene.add("aino", "Aino")
    bertil = scene.add("bertil", "Bertil")
    scene.mark_lessons(bertil, "alku", "poistettu-osio")
    scene.answer(bertil, "muistio", Reviewer.SELF, AnswerState.SENT)
    scene.answer(bertil, "hissipuhe", Reviewer.INSTRUCTOR, AnswerState.SENT)
    scene.approve(bertil, (1073,))
    scene.add_ready("cia", "Cia")
    session.commit()

    found = run_progress(empty, scene)

    assert found["Aino"].missing == Missing(lessons=2, tasks=2, criteria=2)
    assert found["Bertil"].missing == Missing(lessons=1, tasks=1, criteria=1)
    assert found["Cia"].is_ready
    assert not found["Bertil"].is_ready


def test_only_what_the_course_asks_for_counts(empty: Flask, session: Session) -> None:
    scene = make_scene(session, requires=["lessons"])
    scene.mark_lessons(scene.add("aino", "Aino"), "alku", "loppu")
    session.commit()

    assert run_progress(empty, scene)["Aino"].is_ready


def test_a_criterion_that_came_with_a_newer_set_is_missing(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    scene.add_ready("aino", "Aino")
    scene.criteria.is_current = False
    factories.make_criteria(session, codes=(1073, 1074, 1075))
    session.commit()

    assert run_progress(empty, scene)["Aino"].missing == Missing(criteria=1)


def test_nobody_is_ready_while_the_checklist_is_unpublished(empty: Flask, session: Session) -> None:
    scene = make_scene(session, checklist="toinen")
    scene.finish(scene.add("aino", "Aino"))
    session.commit()

    assert run_progress(empty, scene)["Aino"].missing == Missing(checklist_missing=True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "2 osiota, 1 tehtävä, 3 kohtaa tarkistuslistasta"),
        ("sv", "2 avsnitt, 1 uppgift, 3 punkter på checklistan"),
        ("en", "2 lessons, 1 task, 3 items of the checklist"),
    ],
)
def test_what_is_missing_is_shown_in_words(empty: Flask, language: str, words: str) -> None:
    with empty.test_request_context():
        i18n.use_language(language)

        assert in_words(Missing(lessons=2, tasks=1, criteria=3)) == words


def test_the_overview_counts_what_the_run_page_tells(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    scene.add_ready("aino")
    scene.add_ready("bertil")
    session.commit()
    issue_all(empty, scene)
    scene.add_ready("cia")
    scene.add_ready("dan")
    half = scene.add("eero")
    scene.mark_lessons(half, "alku", "loppu")
    scene.approve(half, (1073, 1074))
    scene.answer(half, "hissipuhe", Reviewer.INSTRUCTOR, AnswerState.SENT)
    scene.answer(half, "muistio", Reviewer.SELF, AnswerState.DRAFT)
    session.commit()

    with empty.app_context(), db.reading() as own:
        [counts] = overview.counts_of(own, overview.certified_runs(own))
        waiting = overview.runs_with_ready(own, 5)
    found = run_progress(empty, scene)

    assert (counts.people, counts.ready, counts.issued) == (5, 2, 2)
    assert counts.ready == sum(progress.is_ready for progress in found.values())
    assert [(item.run.id, item.ready) for item in waiting] == [(scene.run.id, 2)]


def test_an_item_approved_on_another_list_does_not_count(empty: Flask, session: Session) -> None:
    scene = make_scene(session, requires=["checklist"], checklist="toinen")
    scene.approve(scene.add("aino", "Aino"), (1073, 1074))
    factories.make_criteria(session, slug="toinen")
    session.commit()

    with empty.app_context(), db.reading() as own:
        [counts] = overview.counts_of(own, overview.certified_runs(own))

    assert counts.ready == 0
    assert run_progress(empty, scene)["Aino"].missing == Missing(criteria=2)


def test_a_course_without_a_certificate_is_not_listed(empty: Flask, session: Session) -> None:
    make_scene(session, certificate="none").add_ready("aino")
    listed = factories.make_run(session)
    session.commit()

    with empty.app_context(), db.reading() as own:
        assert [run.id for run in overview.certified_runs(own)] == [listed.id]
        assert overview.runs_with_ready(own, 5) == []


def test_queries_do_not_grow_with_people(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    counted = []
    for already, wanted in ((0, 20), (20, 200)):
        for number in range(already, wanted):
            scene.add_ready(f"henkilo{number}")
        session.commit()
        with empty.app_context(), db.reading() as own, count_queries(empty) as seen:
            run = runs.run_for(own, scene.run.id, scene.staff.id)
            assert run
            assert len(requirements.run_progress(own, run)) == wanted
            overview.runs_with_ready(own, 5)
        counted.append(len(seen))

    assert counted[1] <= counted[0] <= 15, counted

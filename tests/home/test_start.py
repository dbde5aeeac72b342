"""The front page and the start pages: what to do next, for each role."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.access import Role
from lms.accounts.models import Person
from lms.checklists.models import Claim, ClaimEvent
from lms.checklists.states import ClaimAction, ClaimState
from lms.diary.models import DiaryComment, DiaryEntry
from lms.lessons.models import LessonMark
from lms.runs.models import Run
from lms.runs.states import RunState
from lms.tasks.models import Reviewer, TaskAnswer, TaskAnswerEvent
from lms.tasks.states import AnswerAction, AnswerState
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.queries import count_queries


@pytest.fixture
def aino(session: Session) -> Person:
    person = factories.make_person(session, "aino", name="Aino Aalto")
    session.commit()
    return person


@pytest.fixture
def liisa(session: Session) -> Person:
    person = factories.make_person(session, "liisa", Role.INSTRUCTOR, name="Liisa Laine")
    session.commit()
    return person


def make_course(session: Session, slug: str = "tyo", lessons: int = 6) -> Run:
    outline = factories.outline_json(
        slug, lessons=[factories.lesson_json(f"{slug}-osio-{number}") for number in range(1, lessons + 1)]
    )
    return factories.make_run(session, factories.make_version(session, outline), name=f"Ryhmä {slug}")


def make_answer(
    session: Session, enrolment_id: int, action: AnswerAction, *, comment: str = "", task: str = "t"
) -> None:
    states = {
        AnswerAction.SEND: AnswerState.SENT,
        AnswerAction.PASS: AnswerState.PASSED,
        AnswerAction.RETURN: AnswerState.RETURNED,
    }
    answer = TaskAnswer(
        enrolment_id=enrolment_id,
        task=task,
        lesson="tyo-osio-1",
        title=f"Hissipuhe {task}",
        reviewer=Reviewer.INSTRUCTOR,
        text="Hei",
        state=states[action],
        version=1,
        saved_at=NOW,
        sent_at=NOW,
    )
    session.add(answer)
    session.flush()
    for number, step in enumerate(
        [AnswerAction.SEND, action][: 1 if action is AnswerAction.SEND else 2], start=1
    ):
        session.add(
            TaskAnswerEvent(
                answer_id=answer.id,
                number=number,
                action=step,
                at=NOW - timedelta(hours=2 - number),
                by_name="Liisa Laine",
                text="Hei",
                comment=comment,
            )
        )


def make_claim(
    session: Session, person: Person, action: ClaimAction, *, at: timedelta = timedelta(hours=1)
) -> None:
    criterion = factories.make_criteria(session, f"lista-{action}", codes=[1073]).criteria[0]
    states = {ClaimAction.APPROVE: ClaimState.APPROVED, ClaimAction.RETURN: ClaimState.RETURNED}
    claim = Claim(
        person_id=person.id,
        criterion_id=criterion.id,
        checklist=f"lista-{action}",
        code=criterion.code,
        rating=3,
        text="",
        state=states[action],
        version=2,
        changed_at=NOW - at,
    )
    session.add(claim)
    session.flush()
    session.add(
        ClaimEvent(
            claim_id=claim.id,
            number=1,
            action=action,
            at=NOW - at,
            by_name="Liisa Laine",
            comment="Näin tämän itse.",
            content_id=factories.make_content(session, claim).id,
        )
    )


def test_a_stranger_sees_what_this_is_and_how_to_come_in(client: Client, session: Session) -> None:
    factories.make_version(session)
    session.commit()
    page = client.get("/").text

    assert 'href="/sign-in"' in page
    assert "Työstä lyhyesti." in page
    assert "012 345 6789" in page
    assert 'href="/courses' not in page


def test_a_newcomer_chooses_a_course(client: Client, aino: Person) -> None:
    page = client.sign_in("aino").get("/").text

    assert "Hello Aino." in page
    assert "Choose a course" in page
    assert 'href="/courses"' in page


def test_one_who_has_not_begun_starts_with_the_first_lesson(
    client: Client, session: Session, aino: Person
) -> None:
    run = make_course(session)
    factories.make_enrolment(session, run, aino)
    session.commit()
    page = client.sign_in("aino").get("/").text

    assert "Start: Tyo-osio-1" in page
    assert f'href="/runs/{run.id}/lessons/tyo-osio-1"' in page
    assert 'data-done="0" data-total="6"' in page


def test_one_in_the_middle_goes_on_where_they_were(client: Client, session: Session, aino: Person) -> None:
    run = make_course(session)
    enrolment = factories.make_enrolment(session, run, aino)
    for number in (1, 2, 3):
        session.add(LessonMark(enrolment_id=enrolment.id, lesson=f"tyo-osio-{number}", done_at=NOW))
    session.commit()
    page = client.sign_in("aino").get("/").text

    assert "Continue: Tyo-osio-4" in page
    assert "Everything is safe" in page
    assert page.count('class="path-step') == 4
    assert "Tyo-osio-1<" not in page
    assert "Tyo-osio-5" in page


def test_the_course_worked_in_last_comes_first(client: Client, session: Session, aino: Person) -> None:
    old, new = make_course(session, "vanha"), make_course(session, "uusi")
    for run, days in ((old, 9), (new, 1)):
        enrolment = factories.make_enrolment(session, run, aino)
        enrolment.enrolled_at = NOW - timedelta(days=20)
        session.add(
            LessonMark(
                enrolment_id=enrolment.id, lesson=f"{run.name[6:]}-osio-1", done_at=NOW - timedelta(days=days)
            )
        )
    session.commit()

    assert "Continue: Uusi-osio-2" in client.sign_in("aino").get("/").text


def test_one_who_has_done_everything_sees_so(client: Client, session: Session, aino: Person) -> None:
    enrolment = factories.make_enrolment(session, make_course(session, lessons=1), aino)
    session.add(LessonMark(enrolment_id=enrolment.id, lesson="tyo-osio-1", done_at=NOW))
    session.commit()
    page = client.sign_in("aino").get("/").text

    assert "You have gone through every lesson" in page


def test_a_course_that_has_ended_is_listed_apart(client: Client, session: Session, aino: Person) -> None:
    run = make_course(session)
    run.state = RunState.CLOSED
    factories.make_enrolment(session, run, aino)
    session.commit()
    page = client.sign_in("aino").get("/").text

    assert "Courses that have ended" in page
    assert "Start: " not in page
    assert "Your course has ended. Everything you did is safe." in page
    assert "You have gone through every lesson" not in page


def test_a_course_that_has_not_begun_is_not_said_to_have_ended(
    client: Client, session: Session, aino: Person
) -> None:
    run = make_course(session)
    run.state = RunState.PLANNED
    factories.make_enrolment(session, run, aino)
    session.commit()
    page = client.sign_in("aino").get("/").text

    assert "Your course has not begun yet." in page
    assert "Courses that begin later" in page
    assert "ended" not in page


def test_what_came_back_is_shown_with_the_others_words(
    client: Client, session: Session, aino: Person, liisa: Person
) -> None:
    run = make_course(session)
    enrolment = factories.make_enrolment(session, run, aino)
    make_answer(
        session, enrolment.id, AnswerAction.RETURN, comment="Kerro vielä <b>miksi</b>.", task="palautettu"
    )
    make_answer(session, enrolment.id, AnswerAction.PASS, comment="Hyvä!", task="hyva")
    make_answer(session, enrolment.id, AnswerAction.SEND, task="odottaa")
    make_claim(session, aino, ClaimAction.APPROVE)
    make_claim(session, aino, ClaimAction.RETURN, at=timedelta(days=31))
    entry = DiaryEntry(
        person_id=aino.id,
        key="k",
        title="Aamuvuoro",
        body="x",
        shared=True,
        shared_at=NOW,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(entry)
    session.flush()
    for author in (liisa, aino):
        session.add(
            DiaryComment(
                entry_id=entry.id,
                author_id=author.id,
                author_name=author.name,
                body=f"Sana {author.name}",
                at=NOW,
            )
        )
    session.commit()
    page = client.sign_in("aino").get("/").text

    assert "Hissipuhe palautettu" in page
    assert f"/runs/{run.id}/lessons/tyo-osio-1#task-palautettu" in page
    assert "Kerro vielä &lt;b&gt;miksi&lt;/b&gt;." in page
    assert "Hissipuhe hyva" in page
    assert "Hissipuhe odottaa" not in page
    assert page.count("I can do thing 1073") == 1
    assert "Sana Liisa Laine" in page
    assert "Sana Aino Aalto" not in page
    claim = session.scalars(select(Claim.id).order_by(Claim.id)).first()
    assert f'href="/claims/{claim}"' in page
    assert f'href="/diary/{entry.id}"' in page


def test_an_instructor_sees_the_oldest_first_and_the_own_groups(
    client: Client, session: Session, aino: Person, liisa: Person
) -> None:
    run = factories.make_run(session, instructors=[liisa])
    enrolment = factories.make_enrolment(session, run, aino)
    for number in range(7):
        make_answer(session, enrolment.id, AnswerAction.SEND, task=f"t{number}")
    session.commit()
    page = client.sign_in("liisa").get("/").text

    assert "7 pieces of work are waiting for you" in page
    assert page.count("Aino Aalto: Hissipuhe") == 5
    assert "See all 7" in page
    assert f'href="/runs/{run.id}/people"' in page
    assert "To review (7)" in page
    assert "Keskiviikon etäryhmä" in client.get("/my-runs").text


def test_an_instructor_whose_groups_have_ended_sees_where_they_are(
    client: Client, session: Session, liisa: Person
) -> None:
    run = factories.make_run(session, instructors=[liisa])
    run.state = RunState.CLOSED
    session.commit()
    page = client.sign_in("liisa").get("/").text

    assert "Your groups have ended." in page
    assert "You have no group yet" not in page


def test_another_instructor_sees_none_of_it(
    client: Client, session: Session, aino: Person, liisa: Person
) -> None:
    make_answer(
        session, factories.make_enrolment(session, factories.make_run(session), aino).id, AnswerAction.SEND
    )
    session.commit()
    page = client.sign_in("liisa").get("/").text

    assert "You have no group yet" in page
    assert "Aino" not in page
    assert "Keskiviikon" not in page
    assert "Keskiviikon" not in client.get("/my-runs").text


def test_staff_see_open_runs_and_who_is_ready(client: Client, session: Session, aino: Person) -> None:
    factories.make_person(session, "henkka", Role.STAFF)
    run = make_course(session, lessons=1)
    enrolment = factories.make_enrolment(session, run, aino)
    session.add(LessonMark(enrolment_id=enrolment.id, lesson="tyo-osio-1", done_at=NOW))
    session.commit()
    page = client.sign_in("henkka").get("/").text

    assert f'href="/staff/certificates/{run.id}"' in page
    assert f'href="/staff/runs/{run.id}"' in page


def test_an_admin_sees_the_people_and_the_log(client: Client, session: Session, aino: Person) -> None:
    paavo = factories.make_person(session, "paavo", Role.ADMIN)
    run = factories.make_run(session, name="Keskiviikon ryhmä")
    lines = [
        ("person.roles-set", "person", aino.id, aino.id),
        ("run.opened", "run", run.id, None),
        ("diary.written", "diary_entry", 13, None),
        ("claim.approved", "claim", 14, aino.id),
    ]
    for action, kind, number, about in lines:
        audit.record(session, action, by=paavo.id, object_type=kind, object_id=number, about=about, now=NOW)
    session.commit()
    page = client.sign_in("paavo").get("/").text

    assert "There are 2 people here" in page
    assert "Aino Aalto: The roles were changed." in page
    assert "Keskiviikon ryhmä: A run was opened." in page
    for unsaid in ("diary", "skill", "sign-in", "person."):
        assert unsaid not in page.split('id="log"')[1].split("</section>")[0]


def test_a_teacher_sees_that_nothing_waits(client: Client, session: Session) -> None:
    factories.make_person(session, "opettaja", Role.TEACHER)
    session.commit()

    assert "There is nothing for you here yet" in client.sign_in("opettaja").get("/").text


def test_one_with_every_role_sees_every_part(client: Client, session: Session) -> None:
    person = factories.make_person(session, "kaikki", *Role)
    factories.make_enrolment(session, make_course(session), person)
    session.commit()
    page = client.sign_in("kaikki").get("/").text

    for text in ("Start: Tyo-osio-1", "Waiting, oldest first", "Open runs", "Latest events"):
        assert text in page


def test_groups_are_for_instructors_only(client: Client, aino: Person) -> None:
    assert client.get("/my-runs").status_code == 302
    assert client.sign_in("aino").get("/my-runs").status_code == 404


@pytest.mark.parametrize("count", [20, 200])
def test_start_pages_cost_as_many_queries_however_much_there_is(
    empty: Flask, session: Session, aino: Person, liisa: Person, count: int
) -> None:
    factories.make_person(session, "henkka", Role.STAFF)
    factories.make_person(session, "paavo", Role.ADMIN)
    run = factories.make_run(session, instructors=[liisa])
    for number in range(count):
        person = factories.make_person(session, f"osallistuja{number}")
        make_answer(session, factories.make_enrolment(session, run, person).id, AnswerAction.SEND)
    own = factories.make_enrolment(session, make_course(session, lessons=12), aino)
    for number in range(count):
        make_answer(session, own.id, AnswerAction.RETURN, task=f"t{number}")
    session.commit()
    found = {}
    for username in ("aino", "liisa", "henkka", "paavo"):
        client = Client(empty).sign_in(username)
        client.get("/")
        with count_queries(empty) as sent:
            client.get("/")
        found[username] = len(sent)

    assert found["aino"] <= 8
    assert max(found.values()) <= 12
    assert found == {"aino": 6, "liisa": 9, "henkka": 12, "paavo": 5}


def test_an_untouched_course_is_begun(client: Client, session: Session, aino: Person) -> None:
    factories.make_enrolment(session, make_course(session), aino)
    session.commit()
    page = client.sign_in("aino").get("/").text

    assert "You have joined the course" in page
    assert "Start: " in page

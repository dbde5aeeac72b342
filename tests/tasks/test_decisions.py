from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db
from lms.access import Role
from lms.accounts.models import PersonRole
from lms.audit import AuditLine
from lms.catalogue.outline import TaskOutline
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.runs.models import RunInstructor
from lms.tasks import followed, operations, policy, privacy, queries
from lms.tasks.models import TaskAnswer
from lms.tasks.states import AnswerState
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.lessons.course import TASKS, Cast, make_cast, signed_in
from tests.queries import count_queries


def task(name: str = "viesti") -> TaskOutline:
    found = next(task for task in TASKS if task["id"] == name)
    return TaskOutline(**found, lesson="sopimus")  # type: ignore[arg-type]  # a dict of mixed values


def send(session: Session, cast: Cast, text: str = "Hei", name: str = "viesti") -> TaskAnswer:
    answer = operations.send_answer(
        session, cast.enrolment.id, task(name), text=text, version=None, by=signed_in(cast.aino), now=NOW
    )
    session.commit()
    return answer


def accept(session: Session, answer: TaskAnswer, cast: Cast, *, version: int | None = None) -> None:
    operations.pass_answer(
        session, answer, by=signed_in(cast.liisa), comment="Hienoa.", version=version, now=NOW
    )


def give_back(
    session: Session, answer: TaskAnswer, cast: Cast, comment: str = "Kerro vielä palkasta."
) -> None:
    operations.return_answer(
        session, answer, by=signed_in(cast.liisa), comment=comment, version=answer.version, now=NOW
    )


def test_a_passed_answer_counts_and_no_longer_changes(client: Client, session: Session) -> None:
    cast = make_cast(session)
    accept(session, send(session, cast), cast)
    session.commit()

    text = client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/sopimus").text
    changed = client.post(f"/runs/{cast.run.id}/tasks/viesti", {"answer": "Uusi", "action": "save"})

    assert "Liisa accepted this" in text and "Hienoa." in text
    assert changed.status_code == 409 and "Uusi" in changed.text
    session.rollback()
    assert queries.finished_tasks(session, cast.run.id) == {cast.aino.id: frozenset({"viesti"})}


def test_a_returned_answer_is_corrected_and_sent_again(client: Client, session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast)
    give_back(session, answer, cast)
    session.commit()
    client.sign_in("aino")

    lesson = client.get(f"/runs/{cast.run.id}/lessons/sopimus").text
    contents = client.get(f"/runs/{cast.run.id}").text
    address = f"/runs/{cast.run.id}/tasks/viesti"
    client.post(address, {"answer": "Hei, palkka", "action": "save", "version": "2"})
    client.post(address, {"answer": "Hei, palkka ja aika", "action": "send", "version": "3"})

    assert "Not yet. Next step:" in lesson and "Kerro vielä palkasta." in lesson
    assert f'href="/runs/{cast.run.id}/lessons/sopimus#task-viesti"' in contents
    session.rollback()
    history = queries.history_of(session, answer.id, limit=9)
    assert [event.action for event in history] == ["send", "return", "send"]
    assert [event.text for event in history] == ["Hei", "Hei", "Hei, palkka ja aika"]


def test_returning_needs_a_next_step(session: Session) -> None:
    cast = make_cast(session)

    with pytest.raises(Invalid):
        give_back(session, send(session, cast), cast, comment="  ")


def test_the_second_instructor_hears_who_was_first(session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast)
    accept(session, answer, cast, version=1)

    with pytest.raises(Conflict) as conflict:
        operations.return_answer(session, answer, by=signed_in(cast.pekka), comment="Ei.", version=1, now=NOW)

    assert str(conflict.value.message) == "Liisa was first and has accepted this answer."


def test_one_who_answers_again_from_a_second_window_is_not_named_to_oneself(session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast)
    accept(session, answer, cast, version=1)

    with pytest.raises(Conflict) as conflict:
        give_back(session, answer, cast, comment="Kerro lisää.")

    assert str(conflict.value.message) == "You have already answered this."


def test_a_decision_on_an_older_text_is_refused(session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast)
    give_back(session, answer, cast)
    again = send(session, cast, "Parempi")

    with pytest.raises(Conflict, match="changed since you opened it"):
        accept(session, again, cast, version=1)


def test_nobody_decides_on_an_answer_for_oneself(session: Session) -> None:
    cast = make_cast(session)

    with pytest.raises(NotAllowed):
        accept(session, send(session, cast, name="lista"), cast)


@pytest.mark.parametrize("state", [AnswerState.DRAFT, AnswerState.RETURNED, AnswerState.PASSED])
def test_only_what_waits_is_decided(session: Session, state: AnswerState) -> None:
    cast = make_cast(session)
    answer = send(session, cast)
    answer.state = state
    session.commit()

    with pytest.raises(Conflict):
        accept(session, answer, cast)


def test_an_answer_is_for_the_instructors_of_its_run(session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast)

    assert policy.sent_answer_for_instructor(session, answer.id, signed_in(cast.liisa)).id == answer.id
    for stranger in (cast.pekka, cast.aino, cast.cia):
        with pytest.raises(NotFound):
            policy.sent_answer_for_instructor(session, answer.id, signed_in(stranger))


def test_an_instructor_does_not_decide_on_own_answers(session: Session) -> None:
    cast = make_cast(session)
    session.add(PersonRole(person_id=cast.aino.id, role=Role.INSTRUCTOR))
    session.add(RunInstructor(run_id=cast.run.id, person_id=cast.aino.id))
    answer = send(session, cast)

    with pytest.raises(NotFound):
        policy.sent_answer_for_instructor(session, answer.id, signed_in(cast.aino))
    assert followed.waiting_count(session, cast.aino.id) == 0


@pytest.mark.parametrize("count", [20, 200])
def test_the_queue_takes_one_query_however_long_it_is(empty: Flask, session: Session, count: int) -> None:
    cast = make_cast(session)
    for number in range(count):
        person = factories.make_person(session, f"muu{number}")
        enrolment = factories.make_enrolment(session, cast.run, person)
        operations.send_answer(
            session, enrolment.id, task(), text="Hei", version=None, by=signed_in(person), now=NOW
        )
    session.commit()

    with count_queries(empty) as sent:
        waiting = followed.answers_waiting_for(session, cast.liisa.id, 500)

    assert len(waiting) == count == followed.waiting_count(session, cast.liisa.id)
    assert len(sent) == 1
    assert followed.answers_waiting_for(session, cast.pekka.id, 500) == []
    assert (waiting[0].person_name, waiting[0].title, waiting[0].run_id) == ("Muu0", "Viesti", cast.run.id)


def test_of_two_instructors_at_once_one_wins(empty: Flask, session: Session) -> None:
    cast = make_cast(session)
    paavo = factories.make_person(session, "paavo", Role.INSTRUCTOR)
    session.add(RunInstructor(run_id=cast.run.id, person_id=paavo.id))
    answer_id = send(session, cast).id
    session.commit()
    people = [signed_in(cast.liisa), signed_in(paavo)]

    def decide(number: int) -> str:
        by = people[number % 2]
        with empty.app_context(), db.transaction() as own:
            answer = policy.sent_answer_for_instructor(own, answer_id, by)
            try:
                operations.pass_answer(own, answer, by=by, version=1, now=NOW)
            except Conflict as lost:
                return str(lost.message)
        return "won"

    with ThreadPoolExecutor(20) as pool:
        ends = list(pool.map(decide, range(20)))

    session.rollback()
    assert ends.count("won") == 1
    told = ("was first and has accepted", "You have already answered this.")
    assert all(any(words in end for words in told) for end in ends if end != "won")
    assert [event.action for event in queries.history_of(session, answer_id, limit=9)] == ["send", "pass"]


def test_what_was_handed_in_stays_with_whom_it_was_handed_to(session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast, name="lista")
    now_reviewed = TaskOutline("lista", "Oma lista", "text", "instructor", extra=False, lesson="sopimus")

    operations.save_answer(
        session, cast.enrolment.id, now_reviewed, text="Uusi", version=None, by=signed_in(cast.aino), now=NOW
    )

    assert (answer.reviewer, answer.state) == ("self", "sent")


def test_decisions_leave_audit_lines_about_the_writer(session: Session) -> None:
    cast = make_cast(session)
    give_back(session, send(session, cast), cast)
    session.commit()

    lines = session.scalars(
        select(AuditLine).where(AuditLine.object_type == "answer").order_by(AuditLine.id)
    ).all()

    assert [(line.action, line.actor_id, line.about_id) for line in lines] == [
        ("answer.sent", cast.aino.id, cast.aino.id),
        ("answer.returned", cast.liisa.id, cast.aino.id),
    ]


def test_erasing_an_instructor_leaves_the_words_without_the_name(client: Client, session: Session) -> None:
    cast = make_cast(session)
    give_back(session, send(session, cast), cast)
    assert next(privacy.export(session, cast.liisa.id))["comment"] == "Kerro vielä palkasta."
    privacy.erase(session, cast.liisa.id, NOW)
    session.commit()

    text = client.sign_in("aino").get(f"/runs/{cast.run.id}/lessons/sopimus").text
    text = text.split('id="task-viesti"')[1].split("</section>")[0]

    assert "Your instructor answered" in text and "Kerro vielä palkasta." in text and "Liisa" not in text


def test_own_answers_are_exported_whole_and_erased(session: Session) -> None:
    cast = make_cast(session)
    give_back(session, send(session, cast), cast)

    exported = list(privacy.export(session, cast.aino.id))
    privacy.erase(session, cast.aino.id, NOW)
    session.commit()

    assert [row["text"] for row in exported] == ["Hei"]
    assert len(exported[0]["events"]) == 2  # type: ignore[arg-type]  # a list of rows
    assert session.scalars(select(TaskAnswer)).all() == []

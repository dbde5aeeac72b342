"""What an instructor gets of an answer, whoever calls the loader: what was sent, as it was sent."""

import pytest
from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.tasks import operations, policy
from lms.tasks.states import AnswerState
from tests.conftest import NOW
from tests.lessons.course import Cast, make_cast, signed_in
from tests.tasks.test_decisions import give_back, send, task


def save(session: Session, cast: Cast, text: str) -> int:
    answer = operations.save_answer(
        session, cast.enrolment.id, task(), text=text, version=None, by=signed_in(cast.aino), now=NOW
    )
    return answer.id


def test_a_draft_is_nobody_elses(session: Session) -> None:
    cast = make_cast(session)
    answer_id = save(session, cast, "Kesken")

    with pytest.raises(NotFound):
        policy.sent_answer_for_instructor(session, answer_id, signed_in(cast.liisa))


def test_what_one_checks_alone_is_nobody_elses(session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast, name="lista")

    with pytest.raises(NotFound):
        policy.sent_answer_for_instructor(session, answer.id, signed_in(cast.liisa))


def test_what_is_written_after_it_came_back_is_not_shown(session: Session) -> None:
    cast = make_cast(session)
    give_back(session, send(session, cast, "Lähetetty"), cast)
    answer_id = save(session, cast, "Kesken")

    found = policy.sent_answer_for_instructor(session, answer_id, signed_in(cast.liisa))

    assert (found.text, found.state) == ("Lähetetty", AnswerState.RETURNED)


def test_of_what_was_taken_back_no_words_are_left(session: Session) -> None:
    cast = make_cast(session)
    answer = send(session, cast, "Lähetetty")
    operations.withdraw_answer(session, cast.enrolment.id, task(), by=signed_in(cast.aino), now=NOW)

    found = policy.sent_answer_for_instructor(session, answer.id, signed_in(cast.liisa))

    assert (found.text, found.state) == ("", AnswerState.DRAFT)


def test_an_operation_sends_nothing_that_nobody_can_answer(session: Session) -> None:
    cast = make_cast(session)
    cast.liisa.disabled_at = NOW
    session.flush()

    answer = send(session, cast, "Hei")

    assert (answer.text, answer.state, answer.sent_at) == ("Hei", AnswerState.DRAFT, None)

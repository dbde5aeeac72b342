"""What waits when a run closes: nobody is led to what cannot be done any more."""

import pytest
from sqlalchemy.orm import Session

from lms.checklists import operations
from lms.runs.models import Run
from lms.runs.states import RunState
from lms.tasks.models import TaskAnswer
from lms.tasks.states import AnswerState
from tests.checklists.cast import Cast, claim_of, make_answer, make_cast
from tests.client import Client
from tests.conftest import NOW


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


@pytest.fixture
def sent(session: Session, cast: Cast) -> TaskAnswer:
    """Return Aino's answer, which waits for an instructor."""
    answer = make_answer(session, cast.run, cast.aino)
    session.commit()
    return answer


def close(session: Session, cast: Cast) -> None:
    session.rollback()
    session.get_one(Run, cast.run.id).state = RunState.CLOSED
    session.commit()


def test_who_closes_a_run_hears_how_much_was_left(
    client: Client, session: Session, cast: Cast, sent: TaskAnswer
) -> None:
    client.sign_in("didrik").get(f"/staff/runs/{cast.run.id}")
    closed = client.post(f"/staff/runs/{cast.run.id}", {"action": "close", "waiting": "1"})

    assert "One piece of work was left without an answer." in client.get(closed.location).text


def test_an_answer_of_an_ended_run_can_be_accepted_but_not_given_back(
    client: Client, session: Session, cast: Cast, sent: TaskAnswer
) -> None:
    address = f"/review/answers/{sent.id}"
    client.sign_in("bertil")
    assert 'value="return"' in client.get(address).text
    close(session, cast)

    page = client.get(address).text
    given_back = client.post(
        address, {"decision": "return", "comment": "Lisää vielä.", "version": str(sent.version)}
    )
    accepted = client.post(address, {"decision": "pass", "comment": "", "version": str(sent.version)})

    assert 'value="return"' not in page and "cannot mend this any more" in page
    assert given_back.status_code == 409
    assert "Lisää vielä." in given_back.text
    assert accepted.status_code == 302


def test_the_start_page_leads_to_no_task_of_an_ended_run(
    client: Client, session: Session, cast: Cast, sent: TaskAnswer
) -> None:
    address = f"/review/answers/{sent.id}"
    client.sign_in("bertil").get(address)
    client.post(address, {"decision": "return", "comment": "Lisää vielä.", "version": str(sent.version)})
    session.expire_all()
    assert session.get_one(TaskAnswer, sent.id).state is AnswerState.RETURNED
    client.token = ""
    assert "Complete: " in client.sign_in("aino").get("/").text
    close(session, cast)

    page = client.get("/").text

    assert "Complete: " not in page
    assert "Lisää vielä." in page


def test_a_request_that_could_not_be_sent_again_is_not_taken_back(
    client: Client, session: Session, cast: Cast
) -> None:
    claim, draft = claim_of(session, cast.aino), operations.ClaimDraft(rating=3, text="Luin sopimuksen.")
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    session.commit()
    client.sign_in("aino")
    assert 'value="withdraw"' in client.get(f"/claims/{claim.id}").text
    close(session, cast)

    assert 'value="withdraw"' not in client.get(f"/claims/{claim.id}").text

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.audit import AuditLine
from lms.checklists import operations
from lms.checklists.models import Claim
from lms.lessons.models import LessonMark
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from lms.tasks.models import Reviewer
from tests import factories
from tests.checklists.cast import CHECKLIST, Cast, claims_of, make_answer, make_entry
from tests.client import Client
from tests.conftest import NOW
from tests.queries import count_queries


def enrolment_of(session: Session, cast: Cast) -> int:
    own = select(Enrolment.id).where(Enrolment.run_id == cast.run.id, Enrolment.person_id == cast.aino.id)
    return session.scalars(own).one()


@pytest.fixture
def progress(session: Session, cast: Cast) -> Claim:
    """Aino has read a lesson, sent an answer, shared an entry, and got one claim approved, one waiting."""
    session.add(LessonMark(enrolment_id=enrolment_of(session, cast), lesson="alku", done_at=NOW))
    session.add(LessonMark(enrolment_id=enrolment_of(session, cast), lesson="poistettu", done_at=NOW))
    first, second = claims_of(session, cast.aino)
    for claim in (first, second):
        draft = operations.ClaimDraft(rating=3, text="Luin.")
        operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    operations.approve(session, first, by=cast.bertil, now=NOW)
    session.commit()
    return first


def test_the_group_is_in_a_table_by_name(
    client: Client, session: Session, cast: Cast, progress: Claim
) -> None:
    early = factories.make_person(session, "aapo")
    factories.make_enrolment(session, cast.run, early)
    make_answer(session, cast.run, cast.aino)
    client.sign_in("bertil")

    page = client.get(f"/runs/{cast.run.id}/people").text

    assert page.index("Aapo</a>") < page.index("Aino</a>")
    assert f'href="/runs/{cast.run.id}/people/{cast.aino.id}"' in page
    row = page.split("Aino</a>")[1].split("</tr>")[0]
    assert 'data-done="1" data-total="2"' in row
    assert "0 / 1" in row
    assert "1 / 2" in row
    assert ">2</td>" in row


def test_one_persons_page_shows_the_instructor_everything_shared(
    client: Client, session: Session, cast: Cast, progress: Claim
) -> None:
    answer = make_answer(session, cast.run, cast.aino)
    shared = make_entry(session, cast.aino, title="Jaettu", shared=True)
    make_entry(session, cast.aino, title="Vain minun")
    client.sign_in("bertil")

    page = client.get(f"/runs/{cast.run.id}/people/{cast.aino.id}").text

    assert 'data-done="1" data-total="2"' in page
    assert f'href="/review/claims/{progress.id}?run={cast.run.id}"' in page
    assert f'href="/review/answers/{answer.id}?run={cast.run.id}"' in page
    assert f'href="/diary/{shared.id}"' in page
    assert ">New</span>" in page
    assert 'data-state="approved"' in page
    assert "Vain minun" not in page


def test_staff_see_progress_but_no_texts(
    client: Client, session: Session, cast: Cast, progress: Claim
) -> None:
    answer = make_answer(session, cast.run, cast.aino)
    make_entry(session, cast.aino, title="Jaettu", shared=True)
    client.sign_in("didrik")

    assert 'data-done="1"' in client.get(f"/runs/{cast.run.id}/people").text
    page = client.get(f"/runs/{cast.run.id}/people/{cast.aino.id}").text

    assert 'data-state="approved"' in page
    assert "/review/" not in page
    assert "Jaettu" not in page
    assert client.get(f"/review/answers/{answer.id}").status_code == 404
    assert client.get(f"/review/claims/{progress.id}").status_code == 404


def test_a_closed_run_shows_progress_but_no_texts(
    client: Client, session: Session, cast: Cast, progress: Claim
) -> None:
    make_entry(session, cast.aino, title="Jaettu", shared=True)
    session.get_one(Run, cast.run.id).state = RunState.CLOSED
    session.commit()
    client.sign_in("bertil")

    page = client.get(f"/runs/{cast.run.id}/people/{cast.aino.id}").text

    assert 'data-done="1"' in page
    assert "Jaettu" not in page
    assert "/review/claims" not in page


def test_an_answer_for_oneself_is_not_linked(client: Client, session: Session, cast: Cast) -> None:
    make_answer(session, cast.run, cast.aino, reviewer=Reviewer.SELF)
    client.sign_in("bertil")

    page = client.get(f"/runs/{cast.run.id}/people/{cast.aino.id}").text

    assert "Viesti esihenkilölle" in page
    assert "/review/answers" not in page


def test_strangers_do_not_know_of_the_group(client: Client, session: Session, cast: Cast) -> None:
    for person in (cast.aino, cast.cia, cast.elsa):
        client.sign_in(person.username)
        assert client.get(f"/runs/{cast.run.id}/people").status_code == 404
        assert client.get(f"/runs/{cast.run.id}/people/{cast.aino.id}").status_code == 404
        client.sign_out()


def test_a_person_of_another_run_is_not_there(client: Client, cast: Cast) -> None:
    client.sign_in("bertil")

    for person_id in (cast.cia.id, cast.bertil.id, 2**31, 10**30):
        assert client.get(f"/runs/{cast.run.id}/people/{person_id}").status_code == 404
    assert client.get(f"/runs/{2**31}/people").status_code == 404


def test_opening_a_persons_page_is_recorded_once_a_day(
    client: Client, session: Session, cast: Cast, progress: Claim
) -> None:
    path = f"/runs/{cast.run.id}/people/{cast.aino.id}"
    for name in ("bertil", "bertil", "didrik"):
        client.sign_in(name)
        assert client.get(path).status_code == 200
        client.sign_out()
    with clock.fixed(NOW + timedelta(days=1)):
        client.sign_in("bertil").get(path)

    lines = session.scalars(
        select(AuditLine).where(AuditLine.action == "person.read").order_by(AuditLine.id)
    ).all()

    assert [line.actor_id for line in lines] == [cast.bertil.id, cast.didrik.id, cast.bertil.id]
    assert {line.about_id for line in lines} == {cast.aino.id}
    assert {(line.object_type, line.object_id) for line in lines} == {
        ("enrolment", str(enrolment_of(session, cast)))
    }


def test_ones_own_page_leaves_no_record_of_reading(client: Client, session: Session, cast: Cast) -> None:
    factories.make_enrolment(session, cast.run, cast.bertil)
    session.commit()

    assert client.sign_in("bertil").get(f"/runs/{cast.run.id}/people/{cast.bertil.id}").status_code == 200

    assert not session.scalars(select(AuditLine).where(AuditLine.action == "person.read")).all()


@pytest.mark.parametrize("count", [20, 200])
def test_the_pages_ask_as_much_for_many_as_for_few(
    client: Client, session: Session, cast: Cast, count: int
) -> None:
    people = [factories.make_person(session, f"osallistuja{number}") for number in range(count)]
    session.add_all(Enrolment(run_id=cast.run.id, person_id=one.id, enrolled_at=NOW) for one in people)
    operations.open_claims(session, [one.id for one in people], checklist=CHECKLIST, now=NOW)
    session.commit()
    client.sign_in("bertil")

    for path in (f"/runs/{cast.run.id}/people", f"/runs/{cast.run.id}/people/{cast.aino.id}"):
        with count_queries(client.app) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 12, seen

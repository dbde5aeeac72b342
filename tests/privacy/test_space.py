"""A person's space: counted as they write, said in words when it runs out, given back when they delete."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import quota
from lms.checklists import operations as claims
from lms.checklists import queries as claim_queries
from lms.checklists.models import ClaimText
from lms.diary.models import DiaryComment, DiaryEntry, DiaryRevision
from lms.quota import PersonStorage, size_of
from tests import factories
from tests.checklists.cast import Cast, claim_of, claims_of, make_cast, make_entry
from tests.client import Client
from tests.conftest import NOW

MOST = 100_000_000
NEARLY_ALL = MOST - 150
RUNNING_OUT = "Your space here is running out"
FULL = "Your space here is full"
TEXT = "Tänään opin <paljon>."
ESCAPED = "Tänään opin &lt;paljon&gt;."


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


def used(session: Session, person_id: int) -> int:
    session.rollback()
    return session.scalar(select(PersonStorage.bytes).where(PersonStorage.person_id == person_id)) or 0


def let_use(session: Session, person_id: int, size: int) -> None:
    session.rollback()
    quota.lock(session, person_id)
    session.execute(update(PersonStorage).values(bytes=size))
    session.commit()


def texts_of(session: Session, person_id: int) -> int:
    """Return what all the person's texts take, added up from the rows themselves."""
    session.rollback()
    written = [
        *session.scalars(select(DiaryComment.body).where(DiaryComment.author_id == person_id)),
        *session.scalars(select(ClaimText.body).where(ClaimText.person_id == person_id)),
    ]
    saved = select(DiaryRevision.title, DiaryRevision.body).join(DiaryEntry)
    versions = session.execute(saved.where(DiaryEntry.person_id == person_id)).all()
    return sum(size_of(*version) for version in versions) + sum(size_of(text) for text in written)


def write(client: Client, body: str, **fields: str) -> str:
    answer = client.post("/diary/new", {"title": "Päivä", "body": body, **fields})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def test_what_is_written_is_counted_and_what_is_deleted_given_back(
    client: Client, session: Session, cast: Cast
) -> None:
    aino, bertil = client.sign_in("aino"), Client(client.app).sign_in("bertil")
    path = write(aino, "Ä" * 100, shared="1")
    aino.post(path, {"title": "Päivä", "body": "Ä" * 50, "revision": "1", "shared": "1"})
    bertil.get(path)
    bertil.post(f"{path}/comments", {"body": "Hyvä!"})

    assert (
        used(session, cast.aino.id)
        == texts_of(session, cast.aino.id)
        == 2 * (quota.ROW_BYTES + len("Päivä".encode())) + 300
    )
    assert used(session, cast.bertil.id) == texts_of(session, cast.bertil.id) == size_of("Hyvä!")

    aino.post(f"{path}/delete")

    assert (used(session, cast.aino.id), used(session, cast.bertil.id)) == (0, 0)


def test_attached_work_is_counted_once_and_given_back_when_nothing_refers_to_it(
    session: Session, cast: Cast
) -> None:
    entry = make_entry(session, cast.aino, body="Ä" * 100)
    for claim in claims_of(session, cast.aino):
        claims.save_claim(session, claim, claims.ClaimDraft(entry_id=entry.id), by=cast.aino, now=NOW)
    session.commit()

    assert used(session, cast.aino.id) == texts_of(session, cast.aino.id) == size_of("Ä" * 100)

    for claim in claims_of(session, cast.aino):
        (piece,) = claim_queries.evidence_of(session, claim.id)
        claims.save_claim(session, claim, claims.ClaimDraft(removed_id=piece.id), by=cast.aino, now=NOW)
    session.commit()

    assert (used(session, cast.aino.id), session.scalars(select(ClaimText.id)).all()) == (0, [])


def test_what_was_asked_with_stays_though_the_work_is_taken_off(session: Session, cast: Cast) -> None:
    entry = make_entry(session, cast.aino, body="Tein listan.")
    claim = claim_of(session, cast.aino)
    draft = claims.ClaimDraft(rating=3, entry_id=entry.id)
    claims.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    claims.withdraw(session, claim, by=cast.aino, now=NOW)
    (piece,) = claim_queries.evidence_of(session, claim.id)
    claims.save_claim(session, claim, claims.ClaimDraft(removed_id=piece.id), by=cast.aino, now=NOW)
    session.commit()

    assert session.scalars(select(ClaimText.body)).all() == ["Tein listan."]


@pytest.mark.parametrize(("size", "said"), [(0.79, ""), (0.8, RUNNING_OUT), (1, FULL)])
def test_the_person_gets_the_message_where_they_write(
    client: Client, session: Session, cast: Cast, size: float, said: str
) -> None:
    path = write(client.sign_in("aino"), TEXT)
    claim = claim_of(session, cast.aino)
    let_use(session, cast.aino.id, int(MOST * size))

    for page in (
        "/me",
        "/diary",
        "/diary/new",
        path,
        f"/claims/{claim.id}",
        f"/runs/{cast.run.id}/lessons/alku",
    ):
        shown = client.get(page).text
        assert [words for words in (RUNNING_OUT, FULL) if words in shown] == ([said] if said else []), page
        assert ("80 % of your space" in shown) is (said == RUNNING_OUT)


def test_a_full_space_refuses_a_save_and_gives_the_text_back(
    client: Client, session: Session, cast: Cast
) -> None:
    path = write(client.sign_in("aino"), "Ensin.")
    claim, task = f"/claims/{claim_of(session, cast.aino).id}", f"/runs/{cast.run.id}/tasks/viesti"
    let_use(session, cast.aino.id, NEARLY_ALL)
    before = factories.row_counts(session)
    forms = {
        "/diary/new": {"title": "Päivä", "body": TEXT},
        path: {"title": "Päivä", "body": TEXT, "revision": "1", "shared": "0"},
        f"{path}/comments": {"body": TEXT},
        claim: {"rating": "3", "text": TEXT, "action": "request"},
        task: {"answer": TEXT, "action": "send"},
    }

    for address, given in forms.items():
        refused = client.post(address, given)
        assert refused.status_code == 422, address
        assert ESCAPED in refused.text, address
        assert "because your space here is full" in refused.text, address
    session.rollback()
    assert factories.row_counts(session) == before
    assert used(session, cast.aino.id) == NEARLY_ALL


def test_autosave_gets_the_reason(client: Client, session: Session, cast: Cast) -> None:
    path = write(client.sign_in("aino"), "Ensin.")
    let_use(session, cast.aino.id, NEARLY_ALL)

    fields = {"csrf_token": client.token, "title": "Päivä", "body": TEXT, "revision": "1", "shared": "0"}
    refused = client.browser.post(path, data=fields, headers={"Accept": "application/json"})

    assert refused.status_code == 422
    assert "space here is full" in refused.get_json()["error"]


def test_deleting_and_taking_back_work_in_a_full_space(client: Client, session: Session, cast: Cast) -> None:
    path = write(client.sign_in("aino"), TEXT, shared="1")
    claim = claim_of(session, cast.aino)
    claims.request_approval(
        session, claim, by=cast.aino, draft=claims.ClaimDraft(rating=3, text="Näin."), now=NOW
    )
    session.commit()
    let_use(session, cast.aino.id, MOST)

    withdrawn = client.post(f"/claims/{claim.id}", {"action": "withdraw"})
    unshared = client.post(path, {"title": "Päivä", "body": TEXT, "revision": "1", "shared": "0"})
    deleted = client.post(f"{path}/delete")

    assert [answer.status_code for answer in (withdrawn, unshared, deleted)] == [302, 302, 302]
    assert used(session, cast.aino.id) < MOST

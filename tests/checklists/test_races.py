from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.checklists import operations, queries
from lms.checklists.states import ClaimAction, ClaimState
from lms.runs.models import RunInstructor
from tests.checklists.cast import CHECKLIST, Cast, claim_of, claims_of, events_of, make_entry, state_by_events
from tests.client import Client
from tests.conftest import NOW

THREADS = 20


def waiting_claim(session: Session, cast: Cast) -> int:
    """Let Aino's claim wait for two instructors, Bertil and Elsa."""
    claim = claim_of(session, cast.aino)
    draft = operations.ClaimDraft(rating=3, text="Luin sopimuksen.")
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    session.add(RunInstructor(run_id=cast.run.id, person_id=cast.elsa.id))
    session.commit()
    return claim.id


def press_at_once(
    app: Flask, names: tuple[str, ...], post: Callable[[str, Client], TestResponse]
) -> list[TestResponse]:
    """Let the people press at the same moment, each in many windows; return the answers."""
    signed_in = {name: Client(app).sign_in(name) for name in names}
    windows: list[tuple[str, Client]] = []
    for number in range(THREADS):
        name = names[number % len(names)]
        signed_in[name].get("/")
        windows.append((name, signed_in[name].another_window()))
    barrier = Barrier(THREADS)

    def press(number: int) -> TestResponse:
        barrier.wait()
        return post(*windows[number])

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(press, range(THREADS)))


def test_of_many_answers_at_once_one_counts(empty: Flask, session: Session, cast: Cast) -> None:
    claim_id = waiting_claim(session, cast)

    def answer(name: str, window: Client) -> TestResponse:
        decision = "approve" if name == "bertil" else "return"
        return window.post(f"/review/claims/{claim_id}", {"decision": decision, "comment": "Kerro vielä."})

    answers = press_at_once(empty, ("bertil", "elsa"), answer)

    assert Counter(one.status_code for one in answers) == {302: 1, 409: THREADS - 1}
    refused = [one.text for one in answers if one.status_code == 409]
    told = ("was first", "You have already answered this.")
    assert all(any(words in text for words in told) and "Kerro vielä." in text for text in refused)
    claim = claim_of(session, cast.aino)
    events = events_of(session, claim)
    assert [event.number for event in events] == [1, 2]
    assert events[0].action is ClaimAction.REQUEST
    assert claim.state is state_by_events(events)


def test_taking_back_and_approving_at_once_leave_one_of_them(
    empty: Flask, session: Session, cast: Cast
) -> None:
    claim_id = waiting_claim(session, cast)

    def press(name: str, window: Client) -> TestResponse:
        if name == "bertil":
            return window.post(f"/review/claims/{claim_id}", {"decision": "approve"})
        return window.post(f"/claims/{claim_id}", {"action": "withdraw"})

    answers = press_at_once(empty, ("aino", "bertil"), press)

    assert Counter(one.status_code for one in answers) == {302: 1, 409: THREADS - 1}
    claim = claim_of(session, cast.aino)
    events = events_of(session, claim)
    assert [event.number for event in events] == [1, 2]
    assert claim.state is state_by_events(events)
    assert claim.state in (ClaimState.APPROVED, ClaimState.OPEN)


def test_opening_at_once_opens_each_claim_once(empty: Flask, session: Session, cast: Cast) -> None:
    for claim in claims_of(session, cast.aino):
        session.delete(claim)
    session.commit()
    barrier = Barrier(THREADS)
    engine = empty.extensions["engine"].execution_options(writing=True)

    def open_them(_number: int) -> None:
        barrier.wait()
        with Session(engine) as own, own.begin():
            operations.open_claims(own, [cast.aino.id], checklist=CHECKLIST, now=NOW)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(open_them, range(THREADS)))

    session.rollback()
    assert len(claims_of(session, cast.aino)) == 2


def test_a_text_that_one_window_takes_off_and_another_attaches_is_never_lost(
    empty: Flask, session: Session, cast: Cast
) -> None:
    """One claim lets go of the only copy while another takes it, and the diary is saved meanwhile."""
    first, second = claims_of(session, cast.aino)
    entry = make_entry(session, cast.aino, body="Tein listan.")
    aino = Client(empty).sign_in("aino")
    for _round in range(5):
        session.rollback()
        for claim in (first, second):
            for piece in queries.evidence_of(session, claim.id):
                session.delete(piece)
        session.flush()
        operations.save_claim(session, first, operations.ClaimDraft(entry_id=entry.id), by=cast.aino, now=NOW)
        session.commit()
        (piece,) = queries.evidence_of(session, first.id)
        session.rollback()
        forms = (
            (f"/claims/{first.id}", {"action": "save", "remove": str(piece.id)}),
            (f"/claims/{second.id}", {"action": "save", "entry": str(entry.id)}),
            (
                f"/diary/{entry.id}",
                {"title": "Keskiviikko", "body": "Tein listan.", "shared": "1", "revision": "9"},
            ),
        )
        aino.get("/")
        barrier = Barrier(len(forms))

        def press(form: tuple[str, dict[str, str]], barrier: Barrier = barrier) -> int:
            window = aino.another_window()
            barrier.wait()
            return window.post(*form).status_code

        with ThreadPoolExecutor(len(forms)) as pool:
            assert list(pool.map(press, forms))[:2] == [302, 302]
        session.rollback()
        assert [piece.body for piece in queries.pieces_of(session, second.id)] == ["Tein listan."]
        assert queries.pieces_of(session, first.id) == []

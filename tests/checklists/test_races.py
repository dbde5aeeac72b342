from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy.orm import Session

from lms.checklists import operations
from lms.checklists.states import ClaimAction, ClaimState
from lms.runs.models import RunInstructor
from tests.checklists.cast import CHECKLIST, Cast, claim_of, claims_of, events_of, state_by_events
from tests.client import Client
from tests.conftest import NOW

THREADS = 20


def waiting_claim(session: Session, cast: Cast) -> int:
    claim = claim_of(session, cast.aino)
    draft = operations.Draft(rating=3, text="Luin sopimuksen.")
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    session.add(RunInstructor(run_id=cast.run.id, person_id=cast.elsa.id))
    session.commit()
    return claim.id


def at_once(app: Flask, usernames: list[str], post: Callable[[int, Client], int]) -> list[int]:
    """Let each person press at the same moment, each in a browser of their own; return the statuses."""
    clients = [Client(app).sign_in(username) for username in usernames]
    for client in clients:
        client.get("/")
    barrier = Barrier(len(clients))

    def press(number: int) -> int:
        barrier.wait()
        return post(number, clients[number])

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(press, range(len(clients))))


def sign_ins(*names: str) -> list[str]:
    """Return the names over and over; a person has at most five browsers."""
    return [names[number % len(names)] for number in range(THREADS)]


def test_of_many_answers_at_once_one_counts(empty: Flask, session: Session, cast: Cast) -> None:
    claim_id = waiting_claim(session, cast)
    clients = {name: Client(empty).sign_in(name) for name in ("bertil", "elsa")}
    for client in clients.values():
        client.get("/review")
    barrier = Barrier(THREADS)

    def press(number: int) -> tuple[int, str]:
        name = ("bertil", "elsa")[number % 2]
        client = Client(empty)
        client.browser = empty.test_client()
        for cookie in clients[name].browser._cookies.values():
            client.browser.set_cookie(cookie.key, cookie.value)
        barrier.wait()
        fields = {"decision": ("approve", "return")[number % 2], "comment": "Kerro vielä."}
        answer = client.post(f"/review/claims/{claim_id}", fields, token=clients[name].token)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(press, range(THREADS)))

    assert Counter(status for status, _text in answers) == {302: 1, 409: THREADS - 1}
    assert all("was first" in text and "Kerro vielä." in text for status, text in answers if status == 409)
    claim = claim_of(session, cast.aino)
    events = events_of(session, claim)
    assert [event.action for event in events][0] is ClaimAction.REQUEST
    assert len(events) == 2
    assert claim.state is state_by_events(events)


def test_taking_back_and_approving_at_once_leave_one_of_them(
    empty: Flask, session: Session, cast: Cast
) -> None:
    claim_id = waiting_claim(session, cast)

    def post(number: int, client: Client) -> int:
        if number % 2:
            return client.post(f"/review/claims/{claim_id}", {"decision": "approve"}).status_code
        return client.post(f"/claims/{claim_id}", {"action": "withdraw"}).status_code

    statuses = at_once(empty, ["aino", "bertil"] * 5, post)

    assert Counter(statuses) == {302: 1, 409: 9}
    claim = claim_of(session, cast.aino)
    events = events_of(session, claim)
    assert len(events) == 2
    assert claim.state is state_by_events(events)
    assert claim.state in (ClaimState.APPROVED, ClaimState.OPEN)


def test_opening_at_once_opens_each_claim_once(empty: Flask, session: Session, cast: Cast) -> None:
    for claim in claims_of(session, cast.aino):
        session.delete(claim)
    session.commit()
    barrier = Barrier(THREADS)
    engine = empty.extensions["engine"]

    def open_them(_number: int) -> None:
        barrier.wait()
        with Session(engine.execution_options(writing=True)) as own, own.begin():
            operations.open_claims(own, [cast.aino.id], checklist=CHECKLIST, now=NOW)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(open_them, range(THREADS)))

    session.rollback()
    assert len(claims_of(session, cast.aino)) == 2

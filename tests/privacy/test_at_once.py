"""Somebody erases their account while they, or somebody else, do something to it: nobody meets a broken page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.checklists import operations as checklists
from lms.checklists.models import ClaimEvent
from lms.diary.models import DiaryEntry
from tests import factories, pages
from tests.certificates.scene import make_scene
from tests.checklists.cast import claim_of, make_cast
from tests.client import PASSWORD, Client
from tests.conftest import NOW

# each pair meets at another moment every time
ROUNDS = 3
FIELDS = {"understood": "y", "password": PASSWORD}
Act = Callable[[], TestResponse]


def at_once(*acts: Act) -> list[TestResponse]:
    together = Barrier(len(acts))

    def run(act: Act) -> TestResponse:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(copy_context().run, run, act) for act in acts]]


def leaving(app: Flask, username: str) -> Client:
    """Return the person's browser on the page that erases everything."""
    client = Client(app).sign_in(username)
    client.get("/me/erase")
    return client


def erase(client: Client) -> TestResponse:
    return client.post("/me/erase", FIELDS)


def is_gone(session: Session, username: str) -> bool:
    session.rollback()
    return session.scalar(select(func.count()).where(Person.username == username)) == 0


def statuses(answers: list[TestResponse]) -> set[int]:
    return {answer.status_code for answer in answers}


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_two_erasures_at_once_none_breaks(empty: Flask, session: Session, number: int) -> None:
    factories.make_person(session, "aino")
    session.commit()
    first = leaving(empty, "aino")
    second = first.another_window()

    answers = at_once(lambda: erase(first), lambda: erase(second))

    assert is_gone(session, "aino")
    assert "/goodbye" in {answer.location for answer in answers}
    # the slower one says goodbye, or gets the message that nobody is signed in
    assert statuses(answers) <= {302, 401}


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_save_during_the_erasure_breaks_nothing_and_leaves_nothing(
    empty: Flask, session: Session, number: int
) -> None:
    factories.make_person(session, "aino")
    session.commit()
    first = leaving(empty, "aino")
    second = first.another_window()
    entry = {"title": "Päivä", "body": "Vielä yksi ajatus", "key": "k"}

    goodbye, saved = at_once(lambda: erase(first), lambda: second.post("/diary/new", entry))

    assert goodbye.location == "/goodbye"
    assert saved.status_code in (302, 401)
    assert saved.status_code == 302 or "Vielä yksi ajatus" in saved.text
    assert is_gone(session, "aino")
    assert session.scalar(select(func.count()).select_from(DiaryEntry)) == 0


@pytest.mark.parametrize("number", range(ROUNDS))
def test_an_approval_during_the_erasure_breaks_nothing(empty: Flask, session: Session, number: int) -> None:
    cast = make_cast(session)
    claim = claim_of(session, cast.aino)
    draft = checklists.ClaimDraft(rating=3, text="Luin sopimuksen.")
    checklists.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    session.commit()
    aino, bertil = leaving(empty, "aino"), Client(empty).sign_in("bertil")
    page = f"/review/claims/{claim.id}"
    form = pages.form(bertil.get(page).text, page)

    goodbye, approved = at_once(
        lambda: erase(aino), lambda: bertil.post(page, form.filled(decision="approve", comment="Hienoa"))
    )

    assert goodbye.location == "/goodbye"
    assert approved.status_code in (302, 404, 409)
    assert is_gone(session, "aino")
    assert session.scalar(select(func.count()).select_from(ClaimEvent)) == 0


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_certificate_during_the_erasure_breaks_nothing(empty: Flask, session: Session, number: int) -> None:
    scene = make_scene(session)
    eero = scene.add_ready("eero", "Eero Niemi", "en")
    session.commit()
    leaver, staff = leaving(empty, "eero"), Client(empty).sign_in("saara")
    address = f"/staff/certificates/{scene.run.id}"
    staff.get(address)
    fields = {"people": str(eero.id), "confirm": "1"}

    goodbye, issued = at_once(lambda: erase(leaver), lambda: staff.post(address, fields))

    assert goodbye.location == "/goodbye"
    assert issued.status_code in (302, 409, 422)
    assert is_gone(session, "eero")
    assert session.scalars(select(Certificate.person_id)).all() in ([], [None])

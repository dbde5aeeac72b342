"""No list of what people make is shown whole, however long: each comes in pages, and nothing in it is out of reach."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import audit
from lms.checklists import evidence, operations
from lms.checklists import views as claim_views
from lms.diary import views as diary_views
from lms.diary.models import DiaryComment
from lms.home import views as home_views
from lms.privacy import views as privacy_views
from lms.review import review_views
from lms.review import staff_views as review_staff_views
from lms.runs import staff_views as run_staff_views
from lms.tasks.models import TaskAnswerEvent
from lms.tasks.states import AnswerAction
from tests import factories
from tests.checklists.cast import Cast, claim_of, make_answer, make_cast, make_entry
from tests.client import Client
from tests.conftest import NOW

MANY = 7
A_PAGE = 3
PAGES = 3


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


def words(number: int) -> str:
    return f"Sana-{number:02}."


def comments(session: Session, cast: Cast) -> str:
    entry = make_entry(session, cast.aino, shared=True)
    session.add_all(
        DiaryComment(
            entry_id=entry.id, author_id=cast.bertil.id, author_name="Bertil", body=words(number), at=NOW
        )
        for number in range(MANY)
    )
    return f"/diary/{entry.id}"


def shared_entries(session: Session, cast: Cast) -> str:
    for number in range(MANY):
        make_entry(session, cast.aino, title=words(number), shared=True)
    return f"/runs/{cast.run.id}/people/{cast.aino.id}"


def own_entries(session: Session, cast: Cast) -> str:
    for number in range(MANY):
        make_entry(session, cast.aino, title=words(number))
    return "/diary"


def steps_of_a_claim(session: Session, cast: Cast) -> int:
    claim = claim_of(session, cast.aino)
    for number in range(MANY):
        draft = operations.ClaimDraft(rating=3, text=f"kerta {number}")
        operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
        operations.return_claim(session, claim, by=cast.bertil, comment=words(number), now=NOW)
    return claim.id


def own_claim(session: Session, cast: Cast) -> str:
    return f"/claims/{steps_of_a_claim(session, cast)}"


def claim_to_review(session: Session, cast: Cast) -> str:
    return f"/review/claims/{steps_of_a_claim(session, cast)}"


def answer_to_review(session: Session, cast: Cast) -> str:
    answer = make_answer(session, cast.run, cast.aino)
    session.add_all(
        TaskAnswerEvent(
            answer_id=answer.id,
            number=number + 1,
            action=AnswerAction.RETURN,
            at=NOW,
            by_name="Bertil",
            text="",
            comment=words(number),
        )
        for number in range(MANY)
    )
    return f"/review/answers/{answer.id}"


def readings(session: Session, cast: Cast) -> str:
    for number in range(MANY):
        reader = factories.make_person(session, f"lukija{number}", name=words(number))
        at = NOW + timedelta(minutes=number)
        audit.record(
            session, "claim.read", by=reader.id, object_type="claim", object_id=1, about=cast.aino.id, now=at
        )
    return "/me"


def people(session: Session, cast: Cast) -> str:
    for number in range(MANY - 1):
        person = factories.make_person(session, f"osallistuja{number}", name=words(number))
        factories.make_enrolment(session, cast.run, person)
    cast.aino.name = words(MANY - 1)
    session.merge(cast.aino)
    return f"/runs/{cast.run.id}/people"


def people_for_staff(session: Session, cast: Cast) -> str:
    people(session, cast)
    return f"/staff/runs/{cast.run.id}"


def runs(session: Session, cast: Cast) -> str:
    for number in range(MANY):
        factories.make_run(session, name=words(number), instructors=[cast.bertil])
    return "/staff/runs"


def my_runs(session: Session, cast: Cast) -> str:
    runs(session, cast)
    return "/my-runs"


LISTS: tuple[tuple[str, object, str, Callable[[Session, Cast], str]], ...] = (
    ("aino", diary_views, "COMMENTS_ON_A_PAGE", comments),
    ("bertil", diary_views, "COMMENTS_ON_A_PAGE", comments),
    ("aino", diary_views, "ENTRIES_ON_A_PAGE", own_entries),
    ("bertil", review_staff_views, "ENTRIES_ON_A_PAGE", shared_entries),
    ("aino", claim_views, "STEPS_ON_A_PAGE", own_claim),
    ("bertil", review_views, "STEPS_ON_A_PAGE", claim_to_review),
    ("bertil", review_views, "STEPS_ON_A_PAGE", answer_to_review),
    ("aino", privacy_views, "READINGS_ON_A_PAGE", readings),
    ("bertil", review_staff_views, "PEOPLE_ON_A_PAGE", people),
    ("didrik", run_staff_views, "PEOPLE_ON_A_PAGE", people_for_staff),
    ("didrik", run_staff_views, "RUNS_ON_A_PAGE", runs),
    ("bertil", home_views, "GROUPS_ON_A_PAGE", my_runs),
)


@pytest.mark.parametrize(
    ("who", "module", "size", "fill"), LISTS, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_long_list_comes_in_pages_and_all_of_it_can_be_reached(
    client: Client,
    session: Session,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    module: object,
    size: str,
    fill: Callable[[Session, Cast], str],
) -> None:
    path = fill(session, cast)
    session.commit()
    # a conversation has two steps to each word
    rows = 2 * A_PAGE if fill in (own_claim, claim_to_review) else A_PAGE
    monkeypatch.setattr(module, size, rows)
    client.sign_in(who)

    found, address = [], path
    for _page in range(2 * PAGES):
        html = client.get(address).text
        shown = set(re.findall(r"Sana-\d\d", html))
        assert len(shown) <= A_PAGE + 2
        found.append(shown)
        further = re.search(r'<a class="button button-quiet" href="([^"]+)">Next</a>', html)
        if not further:
            break
        address = further[1].replace("&amp;", "&").split("#")[0]

    assert len(found) == PAGES
    assert set.union(*found) == {words(number).rstrip(".") for number in range(MANY)}


def test_older_work_can_be_attached_too(
    empty: Flask, client: Client, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST_CHOICES", 3)
    for number in range(5):
        make_entry(session, cast.aino, title=words(number))
    claim = claim_of(session, cast.aino)
    client.sign_in("aino")

    first = client.get(f"/claims/{claim.id}").text
    second = client.get(f"/claims/{claim.id}?work=2").text

    assert [words(number) in first for number in range(5)] == [False, False, True, True, True]
    assert [words(number) in second for number in range(5)] == [True, True, False, False, False]
    assert f'href="/claims/{claim.id}?work=2#work"' in first
    assert "Choose from older work" not in second
    for nonsense in ("0", "x", "9" * 30):
        assert client.get(f"/claims/{claim.id}?work={nonsense}").status_code == 200

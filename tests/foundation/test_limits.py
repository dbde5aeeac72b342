"""What one person may do within an hour: counted by all workers together, and said in words when it is too much."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock, db, limits
from lms.accounts import privacy
from lms.checklists.models import Claim
from lms.checklists.states import ClaimState
from lms.diary.models import DiaryEntry
from lms.errors import Busy
from lms.limits import HourCount, Limit
from lms.tasks.models import TaskAnswer
from tests import factories
from tests.conftest import NOW
from tests.conventions.whole_site import WholeSite, make_whole_site

THREE = Limit("testing", 3)
TEXT = "Sana"


def counts(session: Session) -> list[tuple[str, str, int]]:
    session.rollback()
    rows = session.execute(
        select(HourCount.who, HourCount.what, HourCount.count).order_by(HourCount.who, HourCount.what)
    )
    return [(who, what, count) for who, what, count in rows]


def test_of_many_at_once_only_so_many_are_let_through(empty: Flask, session: Session) -> None:
    def once(_number: int) -> bool:
        with empty.app_context():
            try:
                limits.count_try(THREE, 7, now=NOW)
            except Busy:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        let_through = sum(pool.map(once, range(16)))

    assert let_through == 3
    assert counts(session) == [("person 7", "testing", 3)]


def test_a_new_hour_begins_anew_in_the_same_row(session: Session) -> None:
    for _time in range(3):
        limits.count(session, THREE, 7, now=NOW)
    with pytest.raises(Busy) as refused:
        limits.count(session, THREE, 7, now=NOW)

    limits.count(session, THREE, 7, now=NOW + timedelta(minutes=56))
    session.commit()

    assert refused.value.wait_seconds == 56 * 60
    assert counts(session) == [("person 7", "testing", 1)]


def test_others_and_other_things_have_their_own_counts_and_old_ones_go(session: Session) -> None:
    limits.count(session, THREE, "a keyed hash", now=NOW - timedelta(days=2))
    for who in (7, 8):
        limits.count(session, THREE, who, now=NOW)
    limits.count(session, Limit("else", 1), 7, now=NOW)
    session.commit()

    assert counts(session) == [
        ("person 7", "else", 1),
        ("person 7", "testing", 1),
        ("person 8", "testing", 1),
    ]


def test_what_is_refused_and_rolled_back_has_not_been_done(empty: Flask, session: Session) -> None:
    with empty.app_context(), pytest.raises(ZeroDivisionError), db.transaction() as own:
        limits.count(own, THREE, 7, now=NOW)
        raise ZeroDivisionError

    assert counts(session) == []


def claim_id(site: WholeSite, state: ClaimState) -> int:
    statement = select(Claim.id).where(Claim.person_id == site.people["aino"].id, Claim.state == state)
    return site.session.scalars(statement.order_by(Claim.id)).first() or 0


def entry_id(site: WholeSite) -> int:
    return site.session.scalars(select(DiaryEntry.id).where(DiaryEntry.shared)).first() or 0


def answer_id(site: WholeSite) -> int:
    return site.session.scalars(select(TaskAnswer.id).where(TaskAnswer.task == "viesti")).first() or 0


def test_everything_that_stores_or_costs_has_its_limit(
    empty: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_whole_site(empty, session, text=TEXT)
    run = f"/runs/{site.run.id}"
    claim, waiting = f"/claims/{claim_id(site, ClaimState.OPEN)}", claim_id(site, ClaimState.WAITING)
    aino, bertil, didrik = (site.browser(name) for name in ("aino", "bertil", "didrik"))
    entry = f"/diary/{entry_id(site)}"
    forms = {
        "NEW_ENTRIES": (aino, "/diary/new", {"body": "uusi"}),
        "DIARY_SAVES": (aino, entry, {"title": TEXT, "body": "toinen", "revision": "2", "shared": "1"}),
        "COMMENTS": (bertil, f"{entry}/comments", {"body": "uusi sana"}),
        "ANSWER_SAVES": (aino, f"{run}/tasks/viesti", {"answer": "uusi", "action": "save"}),
        "ANSWERS_SENT": (aino, f"{run}/tasks/viesti", {"answer": "uusi", "action": "send"}),
        "QUIZ_TRIES": (aino, f"{run}/quizzes/kysely", {"q1": TEXT, "q2": "0"}),
        "LESSON_MARKS": (aino, f"{run}/lessons/loppu/done", {"done": "1"}),
        "CLAIM_SAVES": (aino, claim, {"rating": "2", "text": "näin", "action": "save"}),
        "CLAIM_STEPS": (aino, claim, {"rating": "2", "text": "näin", "action": "request"}),
        "DECISIONS": (bertil, f"/review/claims/{waiting}", {"decision": "return", "comment": "vielä"}),
        "DELETIONS": (aino, f"{entry}/delete", {}),
        "ENROLMENTS": (aino, "/courses/pieni/enrol", {}),
    }
    files = {
        "EXPORTS": (aino, ("/me/data.zip", "/diary/export.zip")),
        "BOOKLETS": (didrik, ("/staff/courses/suuri.pdf",)),
    }
    assert {*forms, *files} == {name for name, found in vars(limits).items() if isinstance(found, Limit)}
    for name in (*forms, *files):
        monkeypatch.setattr(limits, name, Limit("nothing", 0))
    session.rollback()
    before = factories.row_counts(session)
    session.rollback()

    for name, (browser, path, given) in forms.items():
        refused = browser.post(path, given)
        assert (refused.status_code, refused.headers.get("Retry-After")) == (429, str(56 * 60)), name
        written = [text for field, text in given.items() if field in ("body", "text", "comment", "answer")]
        assert all(text in refused.text for text in written), name
    for name, (browser, paths) in files.items():
        assert [browser.get(path).status_code for path in paths] == [429] * len(paths), name

    after = factories.row_counts(session)
    assert after == before


def test_an_hour_of_autosave_on_two_devices_is_not_refused() -> None:
    every_five_seconds = 3600 // 5
    for limit in (limits.DIARY_SAVES, limits.ANSWER_SAVES, limits.CLAIM_SAVES):
        assert limit.most >= 2 * every_five_seconds


def test_own_data_tell_of_the_counts_and_erasing_takes_them(empty: Flask, session: Session) -> None:
    aino = factories.make_person(session, "aino")
    limits.count(session, THREE, aino.id, now=clock.now())
    session.commit()
    holding = next(one for one in privacy.HOLDINGS if one.name == "hour_counts")

    assert list(holding.export(session, aino.id)) == [
        {"key": "testing", "at": NOW.replace(minute=0).isoformat(), "times": 1}
    ]
    holding.erase(session, aino.id, NOW)
    session.commit()
    assert counts(session) == []

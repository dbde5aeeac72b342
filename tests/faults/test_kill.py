"""Workers are killed in the middle of saves: what was acknowledged is stored, once and whole."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import limits
from lms.accounts.models import Person
from lms.audit import AuditLine
from lms.config import Settings
from lms.diary.models import DiaryEntry, DiaryRevision
from lms.limits import HourCount
from tests import factories
from tests.faults.site import Browser, Site, served

WRITERS = 6
KILLS = {"sqlite": 12, "postgresql": 3}
BETWEEN_KILLS_SECONDS = (0.2, 0.9)


@dataclass
class Ledger:
    """What the writers sent, and what the site said was safe."""

    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


def keep_writing(browser: Browser, name: str, ledger: Ledger) -> None:
    number = 0
    while not ledger.stop.is_set():
        text = f"{name} kirjoitti merkinnän {number}"
        ledger.sent.append(text)
        if browser.insist(text, until=time.monotonic() + 30):
            ledger.acknowledged.append(text)
        number += 1


def let_write_much(session: Session) -> None:
    """Give everybody room for more entries in this hour than a person may write."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for person_id in session.scalars(select(Person.id)).all():
        who, what = limits.key_of(person_id), limits.NEW_ENTRIES.what
        session.add(HourCount(who=who, what=what, hour=hour, count=-1_000_000))
    session.commit()


def kill_often(site: Site, times: int, *, seed: int) -> None:
    """Kill a random worker, again and again, as soon as there is one that has begun to serve."""
    drawn = random.Random(seed)
    for _ in range(times):
        time.sleep(drawn.uniform(*BETWEEN_KILLS_SECONDS))
        while not (workers := site.workers()):
            assert site.server.poll() is None, "the server gave up"
            time.sleep(0.05)
        site.kill(drawn.choice(workers))


def test_what_was_acknowledged_is_stored_once_and_whole(
    empty: Flask, session: Session, database: Settings
) -> None:
    names = [f"kirjoittaja{number}" for number in range(WRITERS)]
    for name in names:
        factories.make_person(session, name)
    let_write_much(session)
    ledger = Ledger()
    backend = session.get_bind().dialect.name

    with served(database) as site:
        browsers = [Browser(site.port).sign_in(name) for name in names]
        writers = [
            threading.Thread(target=keep_writing, args=(browser, name, ledger))
            for browser, name in zip(browsers, names, strict=True)
        ]
        for writer in writers:
            writer.start()
        kill_often(site, KILLS[backend], seed=20261123)
        time.sleep(0.5)
        ledger.stop.set()
        for writer in writers:
            writer.join()
        site.wait()
        assert browsers[0].insist("Vielä yksi.", until=time.monotonic() + 10)
        ledger.acknowledged.append("Vielä yksi.")

    assert not [status for browser in browsers for status in browser.odd]
    assert len(ledger.acknowledged) > 5 * KILLS[backend], "too few saves to tell anything"
    assert_kept(session, ledger)


def assert_kept(session: Session, ledger: Ledger) -> None:
    stored = Counter(session.scalars(select(DiaryEntry.body)))
    assert set(stored.values()) == {1}
    assert set(ledger.acknowledged) <= stored.keys()
    assert stored.keys() <= {*ledger.sent, "Vielä yksi."}
    entries = {tuple(row) for row in session.execute(select(DiaryEntry.id, DiaryEntry.body))}
    revisions = {tuple(row) for row in session.execute(select(DiaryRevision.entry_id, DiaryRevision.body))}
    assert revisions == entries
    assert session.scalar(select(func.count()).select_from(DiaryRevision)) == len(entries)
    lines = session.scalars(select(AuditLine.object_id).where(AuditLine.action == "diary.written")).all()
    assert sorted(lines) == sorted(str(entry_id) for entry_id, _body in entries)
    if session.get_bind().dialect.name == "sqlite":
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []

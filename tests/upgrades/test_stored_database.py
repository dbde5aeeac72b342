"""An installation made with an earlier program is whole after the upgrade, and after the way back."""

import json
from base64 import b64decode
from io import BytesIO
from zipfile import ZipFile

from flask import Flask

from lms import schema
from tests.client import PASSWORD, Client
from tests.journey import go
from tests.upgrades import rows
from tests.upgrades.conftest import Site

RUN, AINO, OWN_ENTRY, SHARED_ENTRY, APPROVED_CLAIM, WAITING_CLAIM = 1, 5, 1, 2, 1, 3
NUMBER = "2026-00001"
# what is good for an hour need not come back
SHORT_LIVED = frozenset({"sign_in_tries"})
# what people have written, as far as each shape has the table
WRITTEN = (
    "diary_entries", "diary_revisions", "diary_comments", "task_answers", "task_answer_events", "claims",
    "claim_events", "claim_evidence", "claim_texts", "claim_content_pieces",
)  # fmt: skip
OF_EERO = {
    "Alku", "Eero aloitti tänään.", "Nyökkään ja sanon hei.", "Osaan kertoa pajan kaupasta.",
    "Pois", "Eero poisti tämän.",
}  # fmt: skip


def texts(stored: rows.Rows) -> set[str]:
    """Return every text that somebody has written in the stored tables."""
    columns = ("title", "body", "text", "comment")
    found = {row.get(name) for table in WRITTEN for row in stored.get(table, []) for name in columns}
    return {text for text in found if text}


def test_every_stored_table_holds_something(number: str) -> None:
    """That no table is missing shows when the rows come back."""
    assert [table for table, found in rows.stored(number).items() if not found] == []


def test_the_old_participant_finds_everything(upgraded: Flask) -> None:
    aino = Client(upgraded).sign_in("aino")

    assert "Jännitti avata sivu. Se olikin helppo." in go(aino, f"/diary/{OWN_ENTRY}")
    shared = go(aino, f"/diary/{SHARED_ENTRY}")
    assert "Opin, että tervehdys riittää alkuun." in shared and "Hieno huomio, Aino." in shared
    assert f"/diary/{OWN_ENTRY}" in go(aino, "/diary")
    claim = go(aino, f"/claims/{APPROVED_CLAIM}")
    assert 'data-state="approved"' in claim
    for said in (
        "Kirjoita vielä, kenelle kerroit.",
        "Nyt se on selvä. Hienoa.",
        "Tee suunnitelma",
    ):
        assert said in claim
    lesson = go(aino, f"/runs/{RUN}/lessons/loppu")
    assert "Kerro vielä, mikä siinä auttoi." in lesson and "Huomenna aion" in lesson
    assert 'data-done="2"' in go(aino, f"/runs/{RUN}")
    for page in ("/", "/me", "/checklists", "/courses/pieni", "/me/erase"):
        go(aino, page)


def test_the_old_certificate_is_the_same_and_verifies(upgraded: Flask, number: str) -> None:
    [paper] = [row for row in rows.stored(number)["certificates"] if row["number"] == NUMBER]
    aino = Client(upgraded).sign_in("aino")

    assert aino.get(f"/certificates/{NUMBER}.pdf").data == b64decode(paper["pdf"])
    page = go(Client(upgraded), f"/verify/{paper['code']}")
    assert 'data-result="valid"' in page and "Aino Salmela" in page


def test_the_old_data_can_be_taken_along(upgraded: Flask, number: str) -> None:
    aino = Client(upgraded).sign_in("aino")
    with ZipFile(BytesIO(aino.get("/me/data.zip").data)) as packed:
        data = packed.read("data.json").decode()
        assert f"files/certificates/{NUMBER}.pdf" in packed.namelist()

    json.loads(data)
    written = texts(rows.stored(number))
    assert [text for text in written - OF_EERO if text not in data] == []
    assert [text for text in OF_EERO - {"Alku", "Pois"} if text in data] == []


def test_those_who_work_there_go_on_from_where_they_were(upgraded: Flask) -> None:
    liisa, hanna, pasi = (Client(upgraded).sign_in(name) for name in ("liisa", "hanna", "pasi"))

    queue = go(liisa, "/review")
    assert f"/review/claims/{WAITING_CLAIM}" in queue and "Eero Niemi" in queue
    assert "Kun siivoan jäljet, muut pääsevät aloittamaan." in go(liisa, f"/review/claims/{WAITING_CLAIM}")
    assert "Aino Salmela" in go(liisa, f"/runs/{RUN}/people/{AINO}")
    assert "Aino Salmela" in go(hanna, f"/staff/certificates/{RUN}")
    assert "Lahja Lähtenyt" in go(pasi, "/people")
    closed = Client(upgraded).post("/sign-in", {"username": "lahtenyt", "password": PASSWORD})
    assert closed.status_code == 422


def test_new_work_goes_on_from_the_old(old: Site) -> None:
    """On PostgreSQL the numbers of new rows go on from those of the old ones."""
    old.upgrade()
    aino = Client(old.app).sign_in("aino")
    form = {"key": "uusi", "revision": "0", "title": "Uusi", "body": "Päivityksen jälkeen."}
    written = aino.post("/diary/new", form)

    assert written.status_code == 302
    assert "Päivityksen jälkeen." in go(aino, str(written.headers["Location"]))


def test_somebody_from_before_the_upgrade_can_leave_wholly(upgraded: Flask, site: Site) -> None:
    eero = Client(upgraded).sign_in("eero")
    go(eero, "/me/erase")
    assert eero.post("/me/erase", {"understood": "y", "password": PASSWORD}).location == "/goodbye"

    left = json.dumps(site.everything(), ensure_ascii=False)
    assert [word for word in ("Eero", "Nyökkään", "pajan kaupasta") if word in left] == []


def test_no_reference_is_broken(upgraded: Flask) -> None:
    with upgraded.extensions["engine"].connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_the_way_back_keeps_every_row(old: Site, number: str) -> None:
    old.upgrade()
    schema.downgrade(old.settings, number)
    before, back = rows.stored(number), old.everything()

    assert set(back) == set(before)
    assert [name for name in before if name not in SHORT_LIVED and back[name] != before[name]] == []

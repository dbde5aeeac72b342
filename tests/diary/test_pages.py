"""The list, the card on a lesson page, the file to take away, and what the pages cost."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import html5lib
import pytest
from flask import render_template
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms import personal_data
from lms.diary import privacy, queries, readers
from lms.diary.models import DiaryComment, DiaryEntry, DiaryRevision
from tests.client import check_page
from tests.conftest import NOW
from tests.diary.conftest import Cast, write
from tests.queries import count_queries

CANARY = "<script>alert(1)</script>"


def make_entries(session: Session, person_id: int, number: int) -> None:
    """Make entries with a revision and a comment each."""
    for key in range(number):
        entry = DiaryEntry(
            person_id=person_id,
            key=f"k{key}",
            title=f"Päivä {key}",
            body=f"Teksti {key}",
            shared=False,
            version=1,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(entry)
        session.flush()
        session.add(
            DiaryRevision(
                entry_id=entry.id, number=1, title=entry.title, body=entry.body, shared=False, saved_at=NOW
            )
        )
        session.add(
            DiaryComment(entry_id=entry.id, author_id=person_id, author_name="Aino", body="Hei", at=NOW)
        )
    session.commit()


@pytest.mark.parametrize("number", [20, 200])
def test_pages_cost_the_same_however_long_the_diary(cast: Cast, session: Session, number: int) -> None:
    make_entries(session, cast.id_of("aino"), number)
    client = cast.browser("aino")
    newest = queries.entries_of(session, cast.id_of("aino"), 1)[0]

    costs = {}
    for path in ("/diary", f"/diary/{newest.id}", "/diary/new", "/diary/export.zip"):
        with count_queries(cast.app) as seen:
            client.get(path)
        costs[path.replace(str(newest.id), "id")] = len(seen)

    assert costs["/diary"] <= 8
    assert costs["/diary/id"] <= 8
    assert costs["/diary/new"] <= 8
    # two of them count that a file is made
    assert costs["/diary/export.zip"] <= 10


def test_an_instructors_first_reading_costs_little(cast: Cast) -> None:
    path = write(cast.browser("aino"), shared="1")
    client = cast.browser("liisa")

    with count_queries(cast.app) as first:
        client.get(path)
    with count_queries(cast.app) as again:
        client.get(path)

    assert len(first) <= 12
    assert len(again) <= 8


def test_the_list_is_newest_first_and_in_pages_of_twenty(cast: Cast, session: Session) -> None:
    make_entries(session, cast.id_of("aino"), 45)
    client = cast.browser("aino")

    first, last = client.get("/diary").text, client.get("/diary?page=3").text

    assert first.count('class="item-title"') == 20
    assert first.index("Päivä 44") < first.index("Päivä 25")
    assert "/diary?page=2" in first
    assert last.count('class="item-title"') == 5
    assert "Päivä 0<" in last
    assert client.get("/diary?page=99").text.count('class="item-title"') == 5
    assert client.get("/diary?page=nonsense").text.count('class="item-title"') == 20


def test_only_ones_own_entries_that_are_there_make_pages(cast: Cast, session: Session) -> None:
    make_entries(session, cast.id_of("aino"), 21)
    make_entries(session, cast.id_of("pekka"), 60)
    session.execute(
        update(DiaryEntry)
        .where(DiaryEntry.person_id == cast.id_of("aino"), DiaryEntry.title == "Päivä 7")
        .values(deleted_at=NOW)
    )
    session.commit()

    page = cast.browser("aino").get("/diary").text

    assert page.count('class="item-title"') == 20
    assert "Päivä 20<" in page
    assert "?page=" not in page


def test_shared_entries_are_counted_for_each_person_by_themselves(cast: Cast, session: Session) -> None:
    make_entries(session, cast.id_of("aino"), 4)
    make_entries(session, cast.id_of("pekka"), 4)
    shared = update(DiaryEntry).values(shared=True, shared_at=NOW)
    for name, titles in (("aino", ("Päivä 1", "Päivä 2")), ("pekka", ("Päivä 1", "Päivä 2", "Päivä 3"))):
        own = DiaryEntry.person_id == cast.id_of(name)
        session.execute(shared.where(own, DiaryEntry.title.in_(titles)))
    deleted = update(DiaryEntry).where(
        DiaryEntry.person_id == cast.id_of("aino"), DiaryEntry.title == "Päivä 2"
    )
    session.execute(deleted.values(deleted_at=NOW))
    session.commit()

    assert readers.shared_count(session, cast.id_of("aino"), reader_id=cast.id_of("liisa")) == 1
    assert readers.shared_count(session, cast.id_of("pekka"), reader_id=cast.id_of("matti")) == 3


def test_a_long_text_is_listed_by_its_beginning(cast: Cast) -> None:
    client = cast.browser("aino")
    write(client, "Sana toinen " * 300 + "loppu")

    page = client.get("/diary").text

    assert "Sana toinen …" in page or "Sana …" in page
    assert "loppu" not in page


def test_the_card_of_a_prompt_writes_and_edits(cast: Cast, session: Session) -> None:
    part = {"id": "opit", "title": "Mitä opit?", "html": "<p>Kirjoita <b>yksi</b> lause.</p>"}
    aino = cast.id_of("aino")

    def card() -> str:
        entry = queries.prompt_entries(session, aino, cast.run.id, "alku").get("opit")
        with cast.app.test_request_context(f"/runs/{cast.run.id}/lessons/alku"):
            return render_template(
                "diary/_prompt.html", part=part, run=cast.run, lesson="alku", entry=entry, readers=()
            )

    empty = card()
    place = {"run": cast.run.id, "lesson": "alku", "prompt": "opit"}
    write(cast.browser("aino"), CANARY, title="", shared="1", **place)
    session.rollback()
    written = card()

    assert 'id="diary-opit"' in empty
    assert 'action="/diary/new"' in empty
    assert "<b>yksi</b>" in empty
    assert 'name="key" value=""' not in empty
    assert "&lt;script&gt;" in written
    assert 'name="revision" value="1"' in written
    assert 'action="/diary/new"' not in written
    for text in (empty, written):
        check_page(f'<!doctype html><html lang="fi"><title>x</title><h1>x</h1>{text}</html>')


def test_the_whole_diary_is_one_readable_page_and_json(cast: Cast) -> None:
    client, reader = cast.browser("aino"), cast.browser("liisa")
    path = write(client, CANARY, shared="1")
    client.post(path, {"title": "Päivä", "body": f"{CANARY} uusi", "revision": 1, "shared": "1"})
    reader.get(path)
    reader.post(f"{path}/comments", {"body": "Hienoa"})
    write(cast.browser("pekka"), "Pekan oma")

    answer = client.get("/diary/export.zip")

    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="my-diary-2026-11-23.zip"')
    packed = ZipFile(BytesIO(answer.data))
    assert packed.namelist() == ["my-diary.html", "my-diary.json"]
    page, data = packed.read("my-diary.html").decode(), json.loads(packed.read("my-diary.json"))
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; uusi" in page
    assert "Hienoa" in page
    assert [revision["text"] for revision in data[0]["revisions"]] == [CANARY, f"{CANARY} uusi"]
    assert data[0]["comments"] == [{"author": "Liisa", "text": "Hienoa", "at": NOW.isoformat()}]
    assert data[0]["readings"] == [{"reader": "Liisa", "revision": 2, "at": NOW.isoformat()}]
    assert "Pekan" not in page
    assert len(data) == 1


def holding(name: str) -> personal_data.Holding:
    return next(one for one in privacy.HOLDINGS if one.name == name)


def test_erasing_the_writer_leaves_nothing_of_the_diary(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"), shared="1")
    cast.browser("liisa").get(path)
    cast.browser("liisa").post(f"{path}/comments", {"body": "Hienoa"})
    assert list(holding("diary").export(session, cast.id_of("aino")))

    holding("diary").erase(session, cast.id_of("aino"), NOW)
    session.commit()

    for table in ("diary_entries", "diary_revisions", "diary_comments", "diary_readings"):
        assert session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    assert list(holding("diary").export(session, cast.id_of("aino"))) == []


def test_erasing_a_commenter_takes_the_name_and_leaves_the_words(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client, shared="1")
    cast.browser("liisa").get(path)
    cast.browser("liisa").post(f"{path}/comments", {"body": "Hienoa"})
    liisa = cast.id_of("liisa")
    assert [row["text"] for row in holding("diary_comments").export(session, liisa)] == ["Hienoa"]
    assert len(list(holding("diary_readings").export(session, liisa))) == 1

    for name in ("diary_comments", "diary_readings"):
        holding(name).erase(session, liisa, NOW)
    session.commit()

    page = client.get(path).text
    assert "Hienoa" in page
    assert "Deleted user" in page
    assert list(holding("diary_comments").export(session, liisa)) == []
    assert list(holding("diary_readings").export(session, liisa)) == []


def test_an_entry_names_the_lesson_that_it_began_in(cast: Cast) -> None:
    aino = cast.browser("aino")
    card = write(aino, run=str(cast.run.id), lesson="alku", prompt="opit", shared="1")
    entry = re.findall(r'href="(/diary/[0-9]+)"', aino.get("/diary").text)[0]

    own, shared = aino.get(entry).text, cast.browser("liisa").get(entry).text

    assert "You wrote this in the lesson" in own
    assert f'href="{card}#diary-opit"' in own
    crumb = shared[shared.index('class="crumb"') : shared.index("<h1")]
    assert " · Alku" in crumb

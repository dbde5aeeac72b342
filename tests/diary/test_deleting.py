"""A deleted text is gone at once for everybody, comes back on its writer's word, and is removed after ten minutes."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.audit import AuditLine
from lms.config import ROOT
from lms.diary import privacy, queries
from lms.serving import server
from tests.client import Client
from tests.conftest import NOW
from tests.diary.conftest import Cast, write

CANARY = "Sininenkanarialintu"
TABLES = ("diary_entries", "diary_revisions", "diary_comments", "diary_readings")
TEN_MINUTES = timedelta(minutes=10)
# they work on deleted entries, or on all of a person's
# a lock holds a deleted entry as well as any other
OF_DELETING = {
    "lms/diary/deletion.py",
    "lms/diary/privacy.py:_erase_entries",
    "lms/checklists/evidence.py:lock",
}


def rows(session: Session) -> list[int]:
    session.rollback()
    connection = session.connection()
    return [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in TABLES]


def shared_text(cast: Cast) -> str:
    """Write a text in the lesson's card, shared, read and commented on; return its address."""
    place = {"run": cast.run.id, "lesson": "alku", "prompt": "opit"}
    write(cast.browser("aino"), CANARY, title=CANARY, shared="1", **place)
    path = "/diary/1"
    liisa = cast.browser("liisa")
    assert liisa.get(path).status_code == 200
    assert liisa.post(f"{path}/comments", {"body": CANARY}).status_code == 302
    return path


def packed(client: Client, path: str) -> str:
    archive = ZipFile(BytesIO(client.get(path).data))
    return "".join(archive.read(name).decode() for name in archive.namelist())


def test_a_deleted_text_is_nowhere(cast: Cast, session: Session) -> None:
    aino, liisa = cast.browser("aino"), cast.browser("liisa")
    path = shared_text(cast)
    own = ("/", f"/runs/{cast.run.id}/lessons/alku", "/me", path, f"{path}/earlier", f"{path}/delete")
    of_instructor = ("/", f"/runs/{cast.run.id}/people/{cast.id_of('aino')}", path)
    assert all(CANARY in aino.get(page).text for page in ("/", "/diary", path))
    assert all(CANARY in liisa.get(page).text for page in of_instructor[1:])

    assert aino.post(f"{path}/delete").headers["Location"] == "/diary"

    assert [page for page in own if CANARY in aino.get(page).text] == []
    assert [page for page in of_instructor if CANARY in liisa.get(page).text] == []
    assert CANARY not in packed(aino, "/diary/export.zip") + packed(aino, "/me/data.zip")
    assert CANARY not in packed(liisa, "/me/data.zip")
    assert aino.get(path).status_code == liisa.get(path).status_code == 404
    for client, address in ((aino, path), (aino, f"{path}/delete"), (liisa, f"{path}/comments")):
        assert client.post(address, {"title": "Päivä", "body": "Hei", "revision": 1}).status_code == 404
    assert queries.entry_count(session, cast.id_of("aino")) == 0
    assert aino.get("/diary").text.count(CANARY) == 1, "only where the deletion can be undone"


def test_the_page_says_until_when_it_comes_back_and_it_does(cast: Cast, session: Session) -> None:
    aino = cast.browser("aino")
    path = shared_text(cast)
    aino.post(f"{path}/delete")

    page = aino.get("/diary").text
    assert "You can bring it back until 12.14." in page
    assert f'action="{path}/undelete"' in page
    with clock.fixed(NOW + timedelta(minutes=9)):
        for _time in range(2):
            assert aino.post(f"{path}/undelete").headers["Location"] == path

    assert CANARY in aino.get(path).text
    assert CANARY in cast.browser("liisa").get(path).text, "it is shared as it was"
    assert rows(session) == [1, 1, 1, 1]
    session.rollback()
    lines = session.scalars(select(AuditLine.action).where(AuditLine.action.like("diary.%deleted"))).all()
    assert sorted(lines) == ["diary.deleted", "diary.undeleted"]


def test_after_ten_minutes_it_is_too_late_and_the_page_says_so(cast: Cast, session: Session) -> None:
    aino = cast.browser("aino")
    path = shared_text(cast)
    aino.post(f"{path}/delete")

    with clock.fixed(NOW + TEN_MINUTES + timedelta(seconds=1)):
        assert "bring it back" not in aino.get("/diary").text
        late = aino.post(f"{path}/undelete")
        assert rows(session) == [1, 1, 1, 1]
        write(cast.browser("pekka"))
        gone = aino.post(f"{path}/undelete")

    assert late.status_code == gone.status_code == 409
    assert "They have passed." in late.text and "They have passed." in gone.text
    assert rows(session) == [1, 1, 0, 0], "Pekka's own is left"


def test_a_sign_in_removes_what_is_over(cast: Cast, session: Session) -> None:
    path = shared_text(cast)
    cast.browser("aino").post(f"{path}/delete")

    with clock.fixed(NOW + timedelta(minutes=5)):
        cast.browser("pekka")
    assert rows(session) == [1, 1, 1, 1]
    with clock.fixed(NOW + timedelta(minutes=11)):
        cast.browser("pekka")
    assert rows(session) == [0, 0, 0, 0]


def test_the_start_of_the_server_removes_what_is_over(cast: Cast, session: Session) -> None:
    path = shared_text(cast)
    cast.browser("aino").post(f"{path}/delete")

    with clock.fixed(NOW + timedelta(minutes=11)):
        server.run_maintenance(cast.app)

    assert rows(session) == [0, 0, 0, 0]


def test_nobody_else_brings_it_back(cast: Cast) -> None:
    path = shared_text(cast)
    cast.browser("aino").post(f"{path}/delete")

    for name in ("liisa", "pekka", "saara", "ari"):
        client = cast.browser(name)
        client.get("/diary")
        assert client.post(f"{path}/undelete").status_code == 404
        assert CANARY not in client.get("/diary").text


def test_a_form_left_open_makes_a_new_text(cast: Cast, session: Session) -> None:
    aino = cast.browser("aino")
    path = write(aino, key="k1")
    aino.post(f"{path}/delete")

    assert write(aino, "Vielä auki ollut teksti", key="k1") != path

    assert aino.post(f"{path}/undelete").status_code == 302
    assert rows(session)[0] == 2


def test_erasing_the_account_takes_the_deleted_text_too(cast: Cast, session: Session) -> None:
    path = shared_text(cast)
    cast.browser("aino").post(f"{path}/delete")

    diary = next(one for one in privacy.HOLDINGS if one.name == "diary")
    diary.erase(session, cast.id_of("aino"), NOW)
    session.commit()

    assert rows(session) == [0, 0, 0, 0]


def selecting() -> Iterator[tuple[str, str]]:
    """Yield the statements of the program that select from entries: where they are, and their text."""
    for path in sorted((ROOT / "lms").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            text = ast.get_source_segment(source, node) or ""
            if "DiaryEntry" in text and any(
                word in text for word in ("select(", "delete(", "update(", "exists(")
            ):
                name = getattr(node, "name", "") or str(node.lineno)
                yield f"{path.relative_to(ROOT)}:{name}", text


def test_every_query_of_entries_leaves_deleted_ones_out() -> None:
    found = dict(selecting())
    asks = {place for place, text in found.items() if "IS_PRESENT" in text}
    others = {place for place in found if place not in asks and place.split(":")[0] not in OF_DELETING}

    assert len(asks) > 8
    assert {place for place in others if place not in OF_DELETING and not hangs_on(found[place])} == set()


def hangs_on(text: str) -> bool:
    """Tell whether a statement is only joined to, or a part of, one that asks whether the entry is there."""
    return any(f"{name} = " in text or f"def {name}(" in text for name in PARTS)


# of export.py, whose statements get their condition in _streamed(); parts of other statements; seen by a locked entry
PARTS = (
    "_ENTRIES",
    "_REVISIONS",
    "_COMMENTS",
    "_READINGS",
    "_FOLLOWED_RUN",
    "_COMMENT_COUNT",
    "_UNREAD_SHARED",
)

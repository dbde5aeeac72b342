"""An earlier text comes back by a press; the present one is never lost, and nothing becomes shared by it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditLine
from lms.diary.models import DiaryEntry, DiaryRevision
from tests.client import Client
from tests.diary.conftest import Cast, write


def rewritten(client: Client, *, first: str, then: str) -> str:
    """Write a text and another over it, shared or not ("1", "0"); return the address."""
    path = write(client, "Ensimmäinen", shared=first)
    client.post(path, {"title": "Päivä", "body": "Toinen", "revision": 1, "shared": then})
    return path


def test_an_earlier_text_is_opened_and_brought_back(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = rewritten(client, first="0", then="0")
    assert f'href="{path}/versions/1"' in client.get(f"{path}/earlier").text
    page = client.get(f"{path}/versions/1").text
    assert "Ensimmäinen" in page and "Toinen" not in page

    for _time in range(2):
        assert client.post(f"{path}/versions/1/restore").headers["Location"] == path

    page = client.get(path).text
    assert "Ensimmäinen</textarea>" in page
    assert "The text it replaced is among the earlier texts." in page
    assert "Toinen" in client.get(f"{path}/earlier").text
    session.rollback()
    assert session.scalars(select(DiaryRevision.body).order_by(DiaryRevision.number)).all() == [
        "Ensimmäinen",
        "Toinen",
        "Ensimmäinen",
    ]
    lines = select(AuditLine.action, AuditLine.actor_id).where(AuditLine.action == "diary.restored")
    assert session.execute(lines).all() == [("diary.restored", cast.id_of("aino"))]


@pytest.mark.parametrize(
    ("first", "then", "after", "said"),
    [
        ("0", "1", False, "This text was never shared."),
        ("1", "1", True, "your instructor can read this text as soon as you bring it back"),
        ("1", "0", False, ""),
    ],
)
def test_a_text_becomes_shared_with_nobody_by_coming_back(
    cast: Cast, session: Session, first: str, then: str, after: bool, said: str
) -> None:
    client = cast.browser("aino")
    path = rewritten(client, first=first, then=then)

    assert said in client.get(f"{path}/versions/1").text
    client.post(f"{path}/versions/1/restore")

    session.rollback()
    assert session.scalars(select(DiaryEntry.shared)).one() is after
    assert ("Now only you can read it." in client.get(path).text) is (then == "1" and not after)


def test_earlier_texts_are_the_writers_own(cast: Cast) -> None:
    path = rewritten(cast.browser("aino"), first="1", then="1")

    for name in ("liisa", "pekka", "ari"):
        client = cast.browser(name)
        assert client.get(f"{path}/versions/1").status_code == 404
        assert client.post(f"{path}/versions/1/restore").status_code == 404


def test_a_number_that_the_entry_does_not_have_is_not_there(cast: Cast) -> None:
    client = cast.browser("aino")
    path = rewritten(client, first="0", then="0")

    assert client.get(f"{path}/versions/3").status_code == client.get(f"{path}/versions/0").status_code == 404
    assert client.post(f"{path}/versions/3/restore").status_code == 404
    assert client.get(f"{path}/versions/2").headers["Location"] == path

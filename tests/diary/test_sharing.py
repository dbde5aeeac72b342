"""A text is shared, and sharing ends, by a person's own press and by nothing else."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditLine
from lms.diary.models import DiaryEntry
from tests.client import Client
from tests.diary.conftest import Cast, write

BY_ITSELF = {"Accept": "application/json", "X-Requested-With": "fetch"}
PRESS = {"Accept": "application/json", "X-Requested-With": "press"}


def is_shared(session: Session) -> bool:
    session.rollback()
    return session.scalars(select(DiaryEntry.shared)).one()


def send(client: Client, path: str, headers: dict[str, str], **fields: object) -> int:
    data = {"csrf_token": client.token, "title": "Päivä", "revision": 1, **fields}
    return client.browser.post(path, data=data, headers=headers).status_code


@pytest.mark.parametrize(
    "headers", [BY_ITSELF, {"Accept": "application/json"}, {"X-Requested-With": "fetch"}]
)
def test_a_new_text_that_saves_itself_is_private(
    cast: Cast, session: Session, headers: dict[str, str]
) -> None:
    client = cast.browser("aino")
    client.get("/diary/new")

    assert send(client, "/diary/new", headers, body="Salaa", shared="1", revision=0) == 200

    assert not is_shared(session)
    assert client.get("/diary").text.count("Not shared") == 1


@pytest.mark.parametrize("before", ["0", "1"])
def test_a_text_that_saves_itself_keeps_its_readers(cast: Cast, session: Session, before: str) -> None:
    client = cast.browser("aino")
    path = write(client, shared=before)
    client.get(path)

    assert send(client, path, BY_ITSELF, body="Lisää", shared="1" if before == "0" else "0") == 200

    assert is_shared(session) is (before == "1")
    assert "Lisää" in client.get(path).text


@pytest.mark.parametrize("before", ["0", "1"])
def test_saving_keeps_the_readers(cast: Cast, session: Session, before: str) -> None:
    client = cast.browser("aino")
    path = write(client, shared=before, key="k1")

    client.post(path, {"title": "Päivä", "body": "Lisää", "revision": 1})
    client.post("/diary/new", {"title": "Päivä", "body": "Vielä", "revision": 2, "key": "k1"})

    assert is_shared(session) is (before == "1")
    assert "Vielä" in client.get(path).text


def test_a_press_shares_and_another_ends_it(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client)

    client.post(path, {"title": "Päivä", "body": "Katso tätä", "revision": 1, "shared": "1"})
    page = client.get(path).text
    assert "Saved and shared with your instructor at 12.04." in page
    assert "This can be read by: Liisa." in page
    assert 'name="shared" value="0">Stop sharing<' in page
    assert cast.browser("liisa").get(path).status_code == 200

    client.post(path, {"title": "Päivä", "body": "Katso tätä", "revision": 2, "shared": "0"})
    assert "The text is not shared any more." in client.get(path).text
    assert cast.browser("liisa").get(path).status_code == 404
    lines = session.scalars(select(AuditLine.action).where(AuditLine.action.like("diary.%shared"))).all()
    assert sorted(lines) == ["diary.shared", "diary.unshared"]


def test_a_press_sent_by_a_script_shares_and_tells_where_to_go_on(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client)
    client.get(path)
    data = {"csrf_token": client.token, "title": "Päivä", "body": "Jaan", "revision": 1, "shared": "1"}

    for _time in range(2):  # the answer to the first was lost on the way
        answer = client.browser.post(path, data=data, headers=PRESS)
        assert (answer.status_code, answer.get_json()) == (200, {"location": path})

    assert is_shared(session)
    assert "Saved and shared" in client.get(path).text, "the page that follows still says it"
    assert session.scalar(select(DiaryEntry.version)) == 2


def test_without_an_instructor_nothing_is_offered(cast: Cast) -> None:
    page = cast.browser("tea").get("/diary/new").text

    assert 'name="shared"' not in page
    assert "You have no instructor now" in page


def test_a_stale_press_shares_nothing(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client)
    client.post(path, {"title": "Päivä", "body": "Puhelimella", "revision": 1})

    answer = client.post(path, {"title": "Päivä", "body": "Koneella", "revision": 1, "shared": "1"})

    assert answer.status_code == 409
    assert not is_shared(session)

"""Writing and saving: drafts, keys, revisions, and texts that come back."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock
from lms.audit import AuditLine
from lms.diary import queries
from lms.diary.models import DiaryEntry, DiaryRevision
from tests.client import Client
from tests.conftest import NOW
from tests.diary.conftest import Cast, write

JSON = {"Accept": "application/json", "X-Requested-With": "fetch"}
CANARY = '<script>alert("x")</script><img src=x onerror=alert(1)>{{ 7*7 }}'


def autosave(client: Client, path: str, **fields: object) -> tuple[int, dict[str, object]]:
    data = {"csrf_token": client.token, "shared": "0", **fields}
    answer = client.browser.post(path, data=data, headers=JSON)
    return answer.status_code, answer.get_json(silent=True) or {}


def count(session: Session, model: type[object]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_an_empty_diary_says_what_to_do(cast: Cast) -> None:
    page = cast.browser("aino").get("/diary").text

    assert "begin with one sentence" in page
    assert 'href="/diary/new"' in page


def test_an_entry_is_written_read_and_listed_with_its_lock_in_words(cast: Cast) -> None:
    client = cast.browser("aino")
    client.get("/diary/new")

    path = write(client, "Kävin varastolla.\n\nOpin paljon.")

    page = client.get(path).text
    assert "Kävin varastolla." in page
    assert "Saved at 12.04." in page
    listed = client.get("/diary").text
    assert "Kävin varastolla. Opin paljon." in listed
    assert "Not shared" in listed


def test_the_writing_page_says_who_could_read_and_saves_first(cast: Cast) -> None:
    page = cast.browser("aino").get("/diary/new").text

    assert "If you share it, it can be read by: Liisa." in page
    assert page.index("data-saves") < page.index('name="shared" value="1"'), "Enter presses the first button"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Tänään\nopin paljon.", "Tänään opin paljon."),
        ("Kävin tutustumassa varastoon ja sain kokeilla trukkia.", "Kävin tutustumassa varastoon ja sain…"),
        ("a" * 300, "a" * 40 + "…"),
    ],
)
def test_an_empty_title_becomes_the_first_words(cast: Cast, text: str, title: str) -> None:
    client = cast.browser("aino")

    path = write(client, title="", body=text)

    assert f"<h1>{title}</h1>" in client.get(path).text


def test_a_prompt_gives_its_title_and_leads_back_to_the_lesson(cast: Cast) -> None:
    client = cast.browser("aino")
    place = {"run": cast.run.id, "lesson": "alku", "prompt": "opit"}
    page = client.get(f"/diary/new?run={cast.run.id}&lesson=alku&prompt=opit").text
    assert "<h1>Mitä opit tänään?</h1>" in page

    answer = client.post("/diary/new", {"title": "", "body": "Opin.", "shared": "0", **place})

    assert answer.headers["Location"] == f"/runs/{cast.run.id}/lessons/alku#diary-opit"
    assert "Mitä opit tänään?" in client.get("/diary").text


def test_an_edit_from_the_lesson_leads_back_to_the_lesson(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    place = {"run": str(cast.run.id), "lesson": "alku", "prompt": "opit"}
    write(client, **place)
    row = queries.prompt_entries(session, cast.id_of("aino"), cast.run.id, "alku")["opit"]

    answer = client.post(f"/diary/{row.id}", {"body": "Lisää.", "revision": 1, "shared": "0", **place})

    assert answer.headers["Location"] == f"/runs/{cast.run.id}/lessons/alku#diary-opit"


@pytest.mark.parametrize(
    "place",
    [
        {"run": "other", "lesson": "alku", "prompt": "opit"},
        {"run": "own", "lesson": "nowhere"},
        {"run": "own", "lesson": "alku", "prompt": "nothing"},
        {"run": "own", "prompt": "opit"},
        {"run": "99999999999999999999", "lesson": "alku"},
        {"run": "x", "lesson": "alku"},
        {"lesson": "alku"},
    ],
)
def test_a_place_that_is_not_the_writers_is_not_there(cast: Cast, place: dict[str, str]) -> None:
    client = cast.browser("aino")
    known = {"other": str(cast.other_run.id), "own": str(cast.run.id)}
    place = {**place, "run": known.get(place.get("run", ""), place.get("run", ""))}

    answer = client.post("/diary/new", {"body": "Kirjoitin tämän.", **place})

    assert answer.status_code == 404
    assert "Kirjoitin tämän." in answer.text
    assert client.browser.get("/diary/new", query_string=place).status_code == 404


@pytest.mark.parametrize("body", ["", "   \n ", "a" * 20_001])
def test_a_text_that_cannot_be_saved_comes_back(cast: Cast, session: Session, body: str) -> None:
    client = cast.browser("aino")
    client.get("/diary/new")

    answer = client.post("/diary/new", {"title": "Otsikkoni", "body": body, "shared": "1"})

    assert answer.status_code == 422
    assert "Otsikkoni" in answer.text
    assert body.strip() in answer.text
    assert count(session, DiaryEntry) == 0


def test_what_word_and_slides_leave_in_a_text_is_no_dead_end(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    client.get("/diary/new")

    status, _answer = autosave(
        client, "/diary/new", body="Opin\x0b\x93paljon\x94\u2028tänään\x01", title="O\u00adtsi\ufeffkko"
    )

    assert status == 200
    entry = session.scalars(select(DiaryEntry)).one()
    assert (entry.title, entry.body) == ("Otsikko", "Opin\n“paljon”\ntänään")


def test_an_edit_that_cannot_be_saved_comes_back(cast: Cast) -> None:
    client = cast.browser("aino")
    path = write(client)

    answer = client.post(path, {"title": "Uusi otsikko " * 20, "body": "Uusi teksti", "revision": 1})

    assert answer.status_code == 422
    assert "Uusi teksti" in answer.text
    assert "Tänään opin paljon." not in client.get("/diary/new").text


def test_an_unknown_choice_of_reader_is_refused(cast: Cast) -> None:
    answer = cast.browser("aino").post("/diary/new", {"body": "Teksti", "shared": "2"})
    assert answer.status_code == 422


def test_the_same_form_sent_twice_is_one_entry(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")

    first = write(client, key="k1")
    second = write(client, key="k1")

    assert first == second
    assert count(session, DiaryEntry) == count(session, DiaryRevision) == 1


def test_forms_without_a_key_are_entries_of_their_own(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    assert write(client) != write(client)
    assert count(session, DiaryEntry) == 2


def test_a_key_is_each_writers_own(cast: Cast, session: Session) -> None:
    assert write(cast.browser("aino"), key="k1") != write(cast.browser("pekka"), key="k1")
    assert count(session, DiaryEntry) == 2


def test_the_old_form_of_a_changed_entry_overwrites_nothing(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client, key="k1")
    client.post(path, {"body": "Muutettu", "title": "Päivä", "revision": 1})

    answer = client.post("/diary/new", {"body": "Vanhasta lomakkeesta", "title": "Päivä", "key": "k1"})

    assert answer.status_code == 409
    assert "Muutettu" in answer.text
    assert "Vanhasta lomakkeesta" in answer.text
    assert f'action="{path}"' in answer.text


def test_each_save_is_a_revision_and_the_same_content_is_none(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client)

    client.post(path, {"body": "Toinen", "title": "Päivä", "revision": 1, "shared": "0"})
    client.post(path, {"body": "Toinen", "title": "Päivä", "revision": 2, "shared": "0"})

    assert count(session, DiaryRevision) == 2
    lines = session.scalars(select(AuditLine.action).where(AuditLine.object_type == "diary_entry")).all()
    assert sorted(lines) == ["diary.saved", "diary.written"]
    earlier = client.get(f"{path}/earlier").text
    assert "Tänään opin paljon." in earlier
    assert "Toinen" not in earlier


def test_a_stale_save_shows_both_texts_and_a_way_to_go_on(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client)
    client.post(path, {"body": "Puhelimella", "title": "Päivä", "revision": 1, "shared": "0"})

    answer = client.post(path, {"body": "Koneella", "title": "Päivä", "revision": 1, "shared": "1"})

    assert answer.status_code == 409
    assert "Puhelimella" in answer.text
    assert "Koneella" in answer.text
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', answer.text)
    assert revision
    assert revision[1] == "2"
    assert 'name="shared"' not in answer.text, "sharing is not carried over"
    on = client.post(path, {"body": "Koneella", "title": "Päivä", "revision": revision[1], "shared": "0"})
    assert on.status_code == 302
    assert "Puhelimella" in client.get(f"{path}/earlier").text


def test_a_save_without_a_revision_overwrites_nothing(cast: Cast) -> None:
    client = cast.browser("aino")
    path = write(client)

    assert client.post(path, {"body": "Uusi", "title": "Päivä"}).status_code == 409
    assert "Tänään opin paljon." in client.get(path).text


def test_a_save_sent_again_after_a_lost_answer_is_the_same_save(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client)
    fields = {"body": "Toinen", "title": "Päivä", "revision": 1, "shared": "0"}
    client.post(path, fields)
    client.post(path, {**fields, "body": "Kolmas", "revision": 2})

    status, answer = autosave(client, path, **fields)

    assert (status, answer["revision"]) == (200, 2), "the form goes on from its own save, not from the newest"
    assert count(session, DiaryRevision) == 3
    assert autosave(client, path, **{**fields, "body": "Neljäs", "revision": 2})[0] == 409


def test_autosave_makes_the_entry_and_then_edits_it(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    client.get("/diary/new")

    status, first = autosave(client, "/diary/new", title="", body="Al", key="k1", revision=0)
    assert status == 200
    assert set(first) == {"saved_at", "revision", "url"}
    assert first["saved_at"] == NOW.isoformat()
    with clock.fixed(NOW + timedelta(minutes=1)):
        status, second = autosave(
            client, str(first["url"]), title="", body="Alku", key="k1", revision=first["revision"]
        )

    assert (status, second["revision"]) == (200, 2)
    assert second["url"] == first["url"]
    assert count(session, DiaryEntry) == 1


def test_autosave_says_in_json_what_is_missing(cast: Cast) -> None:
    client = cast.browser("aino")
    client.get("/diary/new")

    status, answer = autosave(client, "/diary/new", body="")

    assert status == 422
    assert "body" in json.dumps(answer)


def test_autosave_of_a_stale_text_is_a_conflict(cast: Cast) -> None:
    client = cast.browser("aino")
    path = write(client)
    autosave(client, path, body="Yksi", revision=1)

    assert autosave(client, path, body="Kaksi", revision=1)[0] == 409


def test_a_text_written_after_the_sign_in_expired_comes_back(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client)
    client.get(path)

    with clock.fixed(NOW + timedelta(hours=2)):
        answer = client.post(path, {"body": "Pitkä teksti", "title": "Päivä", "revision": 1})

    assert answer.status_code == 401
    assert "Pitkä teksti" in answer.text
    assert count(session, DiaryRevision) == 1


def test_hostile_text_is_shown_as_it_was_written(cast: Cast) -> None:
    client = cast.browser("aino")

    path = write(client, CANARY, title=CANARY, shared="1")
    client.post(f"{path}/comments", {"body": CANARY})
    client.post(path, {"title": CANARY, "body": CANARY + "2", "revision": 1, "shared": "1"})
    pages = [client.get(path), client.get("/diary"), client.get(f"{path}/earlier")]
    pages += [client.get(f"{path}/delete"), cast.browser("liisa").get(path)]
    pages += [client.post(path, {"title": CANARY, "body": CANARY, "revision": 0, "shared": "0"})]

    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;script&gt;" in page.text
        assert "{{ 7*7 }}" in page.text


def test_line_ends_and_leading_empty_lines_survive(cast: Cast, session: Session) -> None:
    write(cast.browser("aino"), "\r\n\r\nalku\r\nloppu")
    assert session.scalar(select(DiaryEntry.body)) == "\n\nalku\nloppu"


def test_a_number_beyond_every_entry_is_not_there(cast: Cast) -> None:
    client = cast.browser("aino")
    assert client.get(f"/diary/{10**30}").status_code == 404
    assert client.get("/diary?page=999999999999999999999999").status_code == 200
    path = write(client)
    assert client.get(f"{path}/earlier?below=-{10**30}").status_code == 200

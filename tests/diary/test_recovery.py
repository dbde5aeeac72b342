"""An entry that was written before the sign-in ended: saved at signing in, for its writer alone, over nothing."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.diary.models import DiaryEntry, DiaryRevision
from lms.runs.models import Enrolment
from tests.accounts.late import page_after, sent_too_late, signed_in_on
from tests.client import Client
from tests.diary.conftest import Cast, write

LATE = "Kirjoitin tämän liian myöhään."


def rescued(client: Client, path: str, **fields: str) -> str:
    """Send Aino's form too late, sign in on the page that comes, and return the page that follows."""
    refused = sent_too_late(client, path, {"title": "Päivä", "body": LATE, **fields})
    return page_after(client, signed_in_on(client, refused, "aino"))


def entries(session: Session) -> list[tuple[str, bool, int]]:
    session.rollback()
    rows = session.scalars(select(DiaryEntry).order_by(DiaryEntry.id)).all()
    return [(row.body, row.shared, row.version) for row in rows]


def number_of(path: str) -> int:
    return int(path.rsplit("/", 1)[1])


def test_a_new_entry_is_saved_at_signing_in(cast: Cast, session: Session) -> None:
    page = rescued(Client(cast.app), "/diary/new")

    assert "Your text is saved. Only you can read it." in page and LATE in page
    assert entries(session) == [(LATE, False, 1)]


def test_an_entry_that_was_to_be_shared_is_saved_unshared(cast: Cast, session: Session) -> None:
    page = rescued(Client(cast.app), "/diary/new", shared="1")

    assert "Your text is saved, but not shared." in page
    assert entries(session) == [(LATE, False, 1)]


def test_an_odd_choice_of_readers_costs_no_text(cast: Cast, session: Session) -> None:
    rescued(Client(cast.app), "/diary/new", shared="maybe")

    assert entries(session) == [(LATE, False, 1)]


def test_an_own_entry_gets_a_new_revision(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"), "ensin")
    page = rescued(Client(cast.app), path, revision="1")

    assert "Your text is saved. Only you can read it." in page
    assert entries(session) == [(LATE, False, 2)]
    kept = session.scalars(select(DiaryRevision.body).order_by(DiaryRevision.number)).all()
    assert list(kept) == ["ensin", LATE]


def test_beside_a_newer_text_it_is_saved_as_a_new_entry(cast: Cast, session: Session) -> None:
    writer = cast.browser("aino")
    path = write(writer, "ensin")
    writer.post(path, {"title": "Päivä", "body": "uudempi", "revision": "1"})
    page = rescued(Client(cast.app), path, revision="1")

    assert "A newer text had been saved. Yours is safe too" in page and LATE in page
    assert entries(session) == [("uudempi", False, 2), (LATE, False, 1)]


def test_into_a_shared_entry_nothing_is_written_that_its_readers_would_see(
    cast: Cast, session: Session
) -> None:
    path = write(cast.browser("aino"), "jaettu", shared="1")
    page = rescued(Client(cast.app), path, revision="1", shared="1")

    assert "The shared entry is as it was before." in page
    assert entries(session) == [("jaettu", True, 1), (LATE, False, 1)]


def test_a_form_whose_entry_has_been_made_and_shared_meanwhile_shows_nothing_either(
    cast: Cast, session: Session
) -> None:
    write(cast.browser("aino"), "jaettu", shared="1", key="lomake")
    rescued(Client(cast.app), "/diary/new", key="lomake", revision="1")

    assert entries(session) == [("jaettu", True, 1), (LATE, False, 1)]


def test_a_form_that_was_saved_by_script_goes_on_in_its_entry(cast: Cast, session: Session) -> None:
    write(cast.browser("aino"), "alku", key="lomake")
    rescued(Client(cast.app), "/diary/new", key="lomake", revision="1")

    assert entries(session) == [(LATE, False, 2)]


def test_what_is_saved_already_is_not_saved_twice(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"), LATE, shared="1")
    page = rescued(Client(cast.app), path, revision="1", shared="1")

    assert "Your text is saved." in page and "Only you can read it" not in page
    assert entries(session) == [(LATE, True, 1)]


def test_of_an_entry_that_has_been_deleted_the_text_is_saved_as_a_new_one(
    cast: Cast, session: Session
) -> None:
    writer = cast.browser("aino")
    path = write(writer, "ensin")
    writer.post(f"{path}/delete")
    page = rescued(Client(cast.app), path, revision="1")

    assert "The entry is not there any more." in page
    assert entries(session) == [(LATE, False, 1)]


def test_anothers_entry_stays_as_it_is(cast: Cast, session: Session) -> None:
    path = write(cast.browser("pekka"), "Pekan oma")
    rescued(Client(cast.app), path, revision="1")
    owners = session.scalars(select(DiaryEntry.person_id).order_by(DiaryEntry.id)).all()

    assert entries(session) == [("Pekan oma", False, 1), (LATE, False, 1)]
    assert list(owners) == [cast.id_of("pekka"), cast.id_of("aino")]


def test_a_text_that_is_too_long_comes_back_with_the_reason(cast: Cast, session: Session) -> None:
    client = Client(cast.app)
    refused = sent_too_late(client, "/diary/new", {"title": "a" * 201, "body": "Opin paljon."})
    shown = signed_in_on(client, refused, "aino")

    assert shown.status_code == 200
    assert "Why was the text not saved?" in shown.text and "At most 200 characters fit here." in shown.text
    assert "Opin paljon." in shown.text
    assert entries(session) == []


def test_a_press_to_stop_sharing_holds_whatever_becomes_of_the_text(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"), "Jaettu teksti.", shared="1")

    rescued(Client(cast.app), path, revision="1", shared="0")

    assert [(body, shared) for body, shared, _revision in entries(session)] == [(LATE, False)]


def test_a_text_that_no_field_takes_is_refused_at_once(cast: Cast, session: Session) -> None:
    """The page that would carry it along costs memory, and signing in could not save it."""
    refused = Client(cast.app).post("/diary/new", {"title": "", "body": "a" * 20_001})

    assert refused.status_code == 413
    assert "a" * 20_001 not in refused.text
    assert entries(session) == []


def test_a_text_from_a_lesson_keeps_its_place_and_outlives_the_enrolment(
    cast: Cast, session: Session
) -> None:
    where = {"run": str(cast.run.id), "lesson": "alku", "prompt": "opit"}
    rescued(Client(cast.app), "/diary/new", **where)
    session.execute(
        update(Enrolment).values(person_id=cast.id_of("ari")).where(Enrolment.run_id == cast.run.id)
    )
    session.commit()
    rescued(Client(cast.app), "/diary/new", **where, key="toinen")
    places = session.execute(select(DiaryEntry.run_id, DiaryEntry.prompt).order_by(DiaryEntry.id)).all()

    assert [tuple(place) for place in places] == [(cast.run.id, "opit"), (None, None)]


def test_the_instructor_learns_nothing_of_a_rescued_text(cast: Cast, session: Session) -> None:
    client = Client(cast.app)
    refused = sent_too_late(client, "/diary/new", {"body": LATE, "shared": "1"})
    path = signed_in_on(client, refused, "aino").location

    assert cast.browser("liisa").get(path).status_code == 404

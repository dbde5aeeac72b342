"""A person's own page and the file with all that is stored about them."""

import json
import re
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import audit
from lms.access import Role
from lms.accounts.models import Person
from lms.diary.models import DiaryComment, DiaryEntry
from lms.personal_data import all_holdings
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.queries import count_queries


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    found = {
        "aino": factories.make_person(session, "aino", name="Aino Aalto"),
        "cia": factories.make_person(session, "cia", name="Cia Ketunhäntä"),
        "liisa": factories.make_person(session, "liisa", Role.INSTRUCTOR, name="Liisa Laine"),
    }
    session.commit()
    return found


def make_entry(session: Session, person: Person, body: str, *, key: str = "avain") -> DiaryEntry:
    entry = DiaryEntry(
        person_id=person.id, key=key, title="Otsikko", body=body, shared=True, shared_at=NOW, version=1,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry


def own_archive(client: Client) -> ZipFile:
    answer = client.get("/me/data.zip")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    return ZipFile(BytesIO(answer.data))


def test_the_page_tells_who_i_am_and_where_i_am_signed_in(
    empty: Flask, client: Client, people: dict[str, Person]
) -> None:
    Client(empty).sign_in("aino")
    page = client.sign_in("aino").get("/me").text

    assert "Aino Aalto" in page
    assert "Participant" in page
    assert "signed in on 2 devices" in page


def test_the_page_tells_who_has_looked(client: Client, session: Session, people: dict[str, Person]) -> None:
    aino, liisa = people["aino"], people["liisa"]
    given = {"object_type": "diary_entry", "object_id": 7, "now": NOW}
    audit.record(session, "diary.read", by=liisa.id, about=aino.id, **given)  # type: ignore[arg-type]
    audit.record(session, "something.read", by=liisa.id, about=aino.id, **given)  # type: ignore[arg-type]
    audit.record(session, "diary.read", by=liisa.id, about=people["cia"].id, **given)  # type: ignore[arg-type]
    audit.record(session, "diary.commented", by=liisa.id, about=aino.id, **given)  # type: ignore[arg-type]
    session.commit()
    page = client.sign_in("aino").get("/me").text

    assert page.count("Liisa Laine") == 2
    assert "read a diary entry that you had shared" in page
    assert "looked at your work" in page


@pytest.mark.parametrize("count", [1, 60])
def test_the_page_costs_as_many_queries_however_often_somebody_looked(
    empty: Flask, client: Client, session: Session, people: dict[str, Person], count: int
) -> None:
    for number in range(count):
        audit.record(
            session, "diary.read", by=people["liisa"].id, about=people["aino"].id,
            object_type="diary_entry", object_id=number, now=NOW,
        )  # fmt: skip
    session.commit()
    client.sign_in("aino")

    with count_queries(empty) as sent:
        client.get("/me")

    assert len(sent) == 5


def test_the_file_holds_what_is_mine_and_names_others_only_where_the_pages_do(
    client: Client, session: Session, people: dict[str, Person]
) -> None:
    mine = make_entry(session, people["aino"], "Minun <kanarialintuni>")
    make_entry(session, people["cia"], "Cian salaisuus")
    session.add(
        DiaryComment(
            entry_id=mine.id,
            author_id=people["liisa"].id,
            author_name="Liisa Laine",
            body="Hienoa työtä",
            at=NOW,
        )
    )
    factories.make_run(session, people=[people["aino"], people["cia"]], instructors=[people["liisa"]])
    session.commit()
    archive = own_archive(client.sign_in("aino"))
    page, data = archive.read("omat-tiedot.html").decode(), archive.read("data.json").decode()

    assert "Minun &lt;kanarialintuni&gt;" in page
    assert "Minun <kanarialintuni>" in data
    for text in (page, data):
        assert "Hienoa työtä" in text
        assert "Liisa Laine" in text
        assert "Cia" not in text
    with client.app.app_context():
        assert set(json.loads(data)["data"]) == {holding.name for holding in all_holdings()}
    assert "<script" not in page
    assert not re.search(r'(src|href)="', page)


def test_the_file_names_who_has_looked_and_says_what_is_left_out(
    client: Client, session: Session, people: dict[str, Person]
) -> None:
    for action, who, kind in (("claim.read", "liisa", "claim"), ("person.password-set", "cia", "person")):
        by, about = people[who].id, people["aino"].id
        audit.record(session, action, by=by, object_type=kind, object_id=1, about=about, now=NOW)
    session.commit()

    packed = own_archive(client.sign_in("aino"))
    page, data = packed.read("omat-tiedot.html").decode(), json.loads(packed.read("data.json"))["data"]

    lines = {line["action"]: line["by"] for line in data["audit_lines"]}
    assert lines["claim.read"] == "Liisa Laine"
    assert lines["person.password-set"] is None
    assert "Liisa Laine" in page and "Cia" not in page
    assert "What is not here" in page and "only in data.json" in page


def test_the_manifest_tells_each_files_checksum(client: Client, people: dict[str, Person]) -> None:
    archive = own_archive(client.sign_in("aino"))
    manifest = json.loads(archive.read("manifest.json"))["files"]

    assert {file["name"] for file in manifest} == set(archive.namelist()) - {"manifest.json"}
    for file in manifest:
        assert sha256(archive.read(file["name"])).hexdigest() == file["sha256"]
        assert len(archive.read(file["name"])) == file["bytes"]


@pytest.mark.parametrize("path", ["/me", "/me/data.zip", "/me/erase"])
def test_a_stranger_is_sent_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).location == f"/sign-in?next={path.replace('/', '%2F')}"

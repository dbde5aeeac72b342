"""Each line of the log has its time with a zone and its request; a refusal is a line of ids."""

import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from flask import Flask, Response
from sqlalchemy.orm import Session

from lms import access
from lms.app import create_app
from lms.config import Settings, load
from lms.logs import LineFormatter, Refusals
from tests import factories
from tests.client import Client
from tests.privacy.test_me import make_entry

LINE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d) (?P<level>[A-Z]+) (?P<name>[\w.]+) \[(?P<id>[\w.-]+)\] (?P<said>.+)"
)
SECRET = "salapäiväkirjan teksti"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the server would write."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(LineFormatter())
    logging.getLogger("lms").addHandler(handler)
    yield text
    logging.getLogger("lms").removeHandler(handler)


@pytest.fixture
def client(empty: Flask) -> Iterator[Client]:
    """A browser at a process that has refused nothing yet: the lines of a minute are counted."""
    own = create_app(empty.extensions["settings"])
    yield Client(own)
    own.extensions["engine"].dispose()


def lines(written: StringIO) -> list[dict[str, str]]:
    found = [LINE.fullmatch(line) for line in written.getvalue().splitlines()]
    assert all(found), written.getvalue()
    return [line.groupdict() for line in found if line]


def test_what_is_another_s_is_a_line_of_ids_and_the_page_has_its_code(
    client: Client, session: Session, written: StringIO
) -> None:
    aino, cia = (factories.make_person(session, name) for name in ("aino", "cia"))
    entry = make_entry(session, cia, SECRET)
    session.commit()
    answer = client.sign_in("aino").get(f"/diary/{entry.id}?{SECRET}")

    assert answer.status_code == 404
    [line] = lines(written)
    assert line["said"] == f"refused 404 diary.entry person={aino.id} entry_id={entry.id}"
    assert f"Error code {line['id']} (404)" in answer.text


def test_a_form_without_its_token_and_one_without_a_person_are_lines(
    client: Client, session: Session, written: StringIO
) -> None:
    aino = factories.make_person(session, "aino")
    session.commit()
    Client(client.app).post("/diary/new", {"body": SECRET})
    client.sign_in("aino").post("/diary/new", {"body": SECRET}, token="wrong")
    client.post("/diary/new", {"title": "x" * 1_000, "body": SECRET})

    said = [line["said"] for line in lines(written) if line["name"] == "lms.logs"]
    assert said == [
        "refused 401 diary.write person=-",
        f"refused 400 diary.write person={aino.id}",
        f"refused 422 diary.write person={aino.id}",
    ]
    assert SECRET not in written.getvalue()


def test_an_address_that_no_page_has_is_no_line(client: Client, written: StringIO) -> None:
    answer = client.get("/wp-login.php")

    assert answer.status_code == 404
    assert "Virhekoodi 404" in answer.text
    assert written.getvalue() == ""


def test_of_a_flood_the_first_lines_and_the_number_of_the_rest_are_written(
    empty: Flask, written: StringIO
) -> None:
    refusals = Refusals(most=3, within=60)
    with empty.test_request_context("/diary/1"):
        for _ in range(8):
            refusals.note(Response(status=404))
        assert len(lines(written)) == 3
        refusals.within = -1  # the minute is over
        refusals.note(Response(status=404))

    assert [line["said"] for line in lines(written)][3:] == [
        "5 more refusals were not written down",
        "refused 404 diary.entry person=- entry_id=1",
    ]


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        ("1", "0123456789abcdef0123456789abcdef", True),
        ("1", "short", False),
        ("1", "with a\x1bcharacter", False),
        ("0", "0123456789abcdef0123456789abcdef", False),
    ],
)
def test_the_id_of_a_trusted_proxy_is_taken(
    database: Settings, written: StringIO, proxies: str, given: str, is_taken: bool
) -> None:
    settings = load(
        {
            "LMS_ENV": "test",
            "LMS_DATABASE_URL": database.database_url,
            "LMS_DATA_DIR": str(database.data_dir),
            "LMS_PROXIES": proxies,
        }
    )
    app = create_app(settings)
    answer = app.test_client().post("/diary/new", data={}, headers={"X-Request-ID": given})
    app.extensions["engine"].dispose()

    assert answer.status_code == 401
    [line] = [line for line in lines(written) if line["name"] == "lms.logs"]
    assert (line["id"] == given) is is_taken
    assert is_taken or re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", line["id"])


def test_in_production_the_words_of_an_error_stay_out_of_the_log(
    database: Settings, written: StringIO
) -> None:
    settings = load(
        {
            "LMS_DATABASE_URL": database.database_url,
            "LMS_DATA_DIR": str(database.data_dir),
            "LMS_OPERATOR_PHONE": "012",
        }
    )
    app = create_app(settings)

    @app.get("/break")
    @access.public
    def break_it() -> str:
        return str(int(SECRET))

    answer = app.test_client().get("/break", headers={"Accept-Language": "fi"})
    app.extensions["engine"].dispose()

    assert answer.status_code == 500
    assert "ValueError" in written.getvalue() and "break_it" in written.getvalue()
    assert SECRET not in written.getvalue()
    [code] = re.findall(r"Virhekoodi (\S+) \(500\)", answer.text)
    assert f"[{code}]" in written.getvalue()

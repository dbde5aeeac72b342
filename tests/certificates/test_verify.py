"""Anybody can check a certificate by its code, however it is typed, and sees no more than the paper."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.certificates import privacy
from lms.certificates.content import CertificateContent
from lms.certificates.models import Certificate
from lms.certificates.numbers import CODE_LENGTH, LETTERS, draw_code, read_code, shown_code
from lms.certificates.wording import paper
from tests.certificates.scene import issue_all, make_scene
from tests.certificates.test_pdf import text_of
from tests.client import Client
from tests.conftest import NOW

FORBIDDEN = re.compile(
    "kuntout|työttöm|työtoimin|sosiaali|etuu|toimeentulo|arbetslös|rehabilit|socialtjänst|socialservice|"
    "sysselsättning|unemploy|social serv|welfare|benefit",
    re.IGNORECASE,
)


@pytest.fixture(params=["fi", "sv", "en"])
def issued(request: pytest.FixtureRequest, empty: Flask, session: Session) -> Certificate:
    scene = make_scene(session)
    scene.add_ready("aino", "Aino Ähtäri-Öberg", request.param)
    session.commit()
    issue_all(empty, scene)
    return session.scalars(select(Certificate)).one()


def test_the_page_says_what_the_paper_says(client: Client, issued: Certificate) -> None:
    page = client.get(f"/verify/{issued.code}")

    assert page.status_code == 200
    assert 'data-result="valid"' in page.text
    assert page.text.count("data-result") == 1
    assert "noindex" in page.headers["X-Robots-Tag"]
    said: dict[str, Any] = paper(CertificateContent.from_json(json.dumps(issued.content)))
    for words in (
        "holder",
        "course_title",
        "has_completed",
        "scope",
        "basis",
        "reference",
        "signer",
        "issuer",
    ):
        assert str(said[words]) in page.text
    for words in (
        *said["list"],
        *(text for pair in said["details"] for text in pair),
        *said["signer_lines"][1:],
    ):
        assert words in page.text
    assert f'<article class="certificate" lang="{issued.content["language"]}">' in page.text


def test_neither_paper_nor_page_tells_why_the_course_was_taken(client: Client, issued: Certificate) -> None:
    for language in ("fi", "sv", "en"):
        client.post("/language", {"language": language})
        page, paper = client.get(f"/verify/{issued.code}").text, text_of(issued.pdf)
        assert str(issued.content["holder_name"]) in page
        assert str(issued.content["holder_name"]) in paper
        assert not FORBIDDEN.search(page)
        assert not FORBIDDEN.search(paper)


def test_nothing_beyond_the_paper_is_shown(client: Client, issued: Certificate, session: Session) -> None:
    page = client.get(f"/verify/{issued.code}").text

    assert issued.number in page
    assert "aino" not in page  # the user name
    assert "Keskiviikon etäryhmä" not in page


def typed_variants(code: str) -> list[str]:
    shown = shown_code(code)
    return [
        code,
        code.lower(),
        shown,
        shown.lower(),
        shown.replace("-", " "),
        shown.replace("-", " – "),
        f" {shown} ",
        shown.replace("0", "O").replace("1", "I"),
        shown.replace("0", "o").replace("1", "l"),
    ]


def test_a_code_is_found_however_it_is_typed(client: Client, session: Session, empty: Flask) -> None:
    scene = make_scene(session)
    scene.add_ready("aino")
    session.commit()
    issue_all(empty, scene)
    code = session.scalars(select(Certificate.code)).one()

    for typed in typed_variants(code):
        assert client.get(f"/verify/{typed}").status_code == 200, typed
        answer = client.browser.get("/verify", query_string={"code": typed})
        assert (answer.status_code, answer.location) == (302, f"/verify/{code}"), typed


@pytest.mark.parametrize(
    "code", ["x", "0" * CODE_LENGTH, "2026-00001", "U" * CODE_LENGTH, "a/b", "<b>", "ä" * 300]
)
def test_an_unknown_code_says_so(client: Client, empty: Flask, code: str) -> None:
    page = client.get(f"/verify/{code}")

    assert page.status_code == 404
    assert 'data-result="unknown"' in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_the_form_asks_for_a_code(client: Client) -> None:
    page = client.get("/verify")

    assert page.status_code == 200
    assert 'name="code"' in page.text
    assert "data-result" not in page.text
    assert client.browser.get("/verify?code=a%2Fb%3F").location == "/verify/a%2Fb%3F"


def test_codes_are_random_and_in_crockfords_letters() -> None:
    codes = {draw_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == CODE_LENGTH and set(code) <= set(LETTERS) for code in codes)
    assert all(read_code(shown_code(code)) == code for code in codes)


def test_the_page_of_an_erased_holder_still_answers(
    client: Client, issued: Certificate, session: Session
) -> None:
    aino = session.scalars(select(Person).where(Person.username == "aino")).one()
    [holding] = privacy.HOLDINGS
    assert holding.files

    [row] = holding.export(session, aino.id)
    [(name, data)] = holding.files(session, aino.id)
    holding.erase(session, aino.id, NOW)
    session.commit()

    assert row["number"] == issued.number
    assert (name, data) == (f"certificates/{issued.number}.pdf", issued.pdf)
    assert session.scalars(select(Certificate.person_id)).one() is None
    assert 'data-result="valid"' in client.get(f"/verify/{issued.code}").text
    assert holding.export(session, aino.id) == []


def test_a_code_of_a_wrong_length_gets_a_message(client: Client) -> None:
    page = client.get("/verify/4K7QF-2M9DX-W3T8H-ACB5N-6PQRS").text

    assert "Koodissa on 26 merkkiä. Tässä on 25." in page


def test_only_spaces_are_no_code(client: Client) -> None:
    assert "Kirjoita koodi ensin tähän." in client.get("/verify?code=%20%20").text
    assert "Kirjoita koodi ensin tähän." not in client.get("/verify").text

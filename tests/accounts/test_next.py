"""After signing in a person lands on a page of this site, whatever `next` says."""

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.client import PASSWORD, Client

OUTSIDE = [
    "https://example.org",
    "http://example.org/",
    "HTTPS://EXAMPLE.ORG",
    "//example.org",
    "///example.org",
    "////example.org",
    "/\\example.org",
    "\\\\example.org",
    "\\/example.org",
    "/\\/example.org",
    "/\t/example.org",
    "/\n/example.org",
    "/\r/example.org",
    "\t//example.org",
    " //example.org",
    "/ /example.org",
    "//example.org/%2e%2e",
    "//example.org@127.0.0.1/",
    "//127.0.0.1@example.org/",
    "https:example.org",
    "https:/example.org",
    "https:///example.org",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "mailto:a@example.org",
    "/%5cexample.org",
    "/%2f%2fexample.org",
    "/.//example.org",
    "/..//example.org",
    "/diary/../..//example.org",
    "example.org",
    "www.example.org/diary",
    "?next=//example.org",
    "#//example.org",
    "/diary\\@example.org",
    "/\u2028/example.org",
    "//[::1]/",
    "//[example.org",
    "/no-such-page",
    "/sign-out",
    "",
]


@pytest.fixture(autouse=True)
def aino(session: Session) -> None:
    factories.make_person(session, "aino")
    session.commit()


@pytest.mark.parametrize("path", OUTSIDE)
def test_another_sites_address_leads_to_the_start_page(client: Client, path: str) -> None:
    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD, "next": path})

    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize(
    "path", ["/diary", "/diary?page=2", "/courses", "/me#data", "/certificates?x=//example.org"]
)
def test_our_own_page_is_opened(client: Client, path: str) -> None:
    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD, "next": path})

    assert answer.location == path


@pytest.mark.parametrize("path", ["//example.org", "/\\example.org", "https://example.org"])
def test_a_signed_in_person_is_not_sent_away_either(client: Client, path: str) -> None:
    client.sign_in("aino")

    assert client.get("/sign-in", query_string={"next": path}).location == "/"

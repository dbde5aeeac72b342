"""No page asks the database more often for many people, entries and claims than for few."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conventions.crawler import Crawl, endpoint_of
from tests.conventions.whole_site import WholeSite, add_participants, make_whole_site
from tests.queries import count_queries

TEXT = "Sana"
FEW, MANY = 20, 200
PARTICIPANT_LIMIT, OTHERS_LIMIT = 8, 12
# a page that is looked at once in a year, and gathers all that there is
UNLIMITED = {"privacy.own_data"}


def addresses(site: WholeSite, name: str) -> dict[str, str]:
    """Return an address of each page that the person comes to by links, by endpoint."""
    crawl = Crawl(site.browser(name), most=1)
    found: dict[str, str] = {}
    for endpoint, address, _answer in crawl.walk("/me"):
        found[endpoint] = address
    return found


def counts(site: WholeSite, name: str, pages: dict[str, str]) -> dict[str, int]:
    """Return how many statements each page takes the second time that it is opened."""
    client, found = site.browser(name), {}
    for endpoint, address in pages.items():
        client.browser.get(address)
        with count_queries(site.app) as seen:
            answer = client.browser.get(address)
        assert answer.status_code in (200, 302), address
        assert endpoint_of(site.app, address) == endpoint
        found[endpoint] = len(seen)
    return found


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("aino", PARTICIPANT_LIMIT),
        ("bertil", OTHERS_LIMIT),
        ("didrik", OTHERS_LIMIT),
        ("paavo", OTHERS_LIMIT),
        ("tea", OTHERS_LIMIT),
    ],
)
def test_pages_ask_as_often_for_many_as_for_few(
    empty: Flask, session: Session, name: str, limit: int
) -> None:
    site = make_whole_site(empty, session, text=TEXT)
    add_participants(site, FEW)
    pages = addresses(site, name)

    few = counts(site, name, pages)
    add_participants(site, MANY - FEW)
    many = counts(site, name, pages)

    assert few == many
    over = {
        endpoint: count for endpoint, count in many.items() if count > limit and endpoint not in UNLIMITED
    }
    assert not over

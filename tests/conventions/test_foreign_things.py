"""On a site where everything is there: what is another's is not there for strangers, and reading changes nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import PERMISSIONS_OF, Role, declared
from lms.db import Base
from tests import factories
from tests.client import Client
from tests.conventions.crawler import Crawl
from tests.conventions.whole_site import ROLES, WholeSite, make_whole_site

# what everybody who is signed in may look at
OPEN_TO_ALL = {"help.page", "runs.course"}
# to whose work every group belongs
EVERYWHERE = {Role.STAFF, Role.ADMIN}
# no link leads here; files of a certificate and of a course are asked for below or belong to everybody
UNLINKED = {
    "catalogue.media",
    "certificates.content",
    "certificates_staff.preview_pdf",
    "certificates.verify",
}
# where it is written down that somebody has read another's text
TRACES = {"audit_lines", "diary_readings"}
# how many files were made in an hour is counted, also for reading
COUNTED = {"hour_counts"}


@pytest.fixture
def site(empty: Flask, session: Session) -> Iterator[WholeSite]:
    yield make_whole_site(empty, session, text="Teksti")


def addresses_of_things(site: WholeSite) -> dict[str, str]:
    """Return the address of each thing that anybody here can reach, with its endpoint."""
    with_arguments = {rule.endpoint for rule in site.app.url_map.iter_rules() if rule.arguments}
    found: dict[str, str] = {}
    for name in ROLES:
        for endpoint, address, answer in Crawl(site.browser(name)).walk("/me"):
            if endpoint in with_arguments and answer.status_code == 200:
                found[address] = endpoint
    for address in [address for address, endpoint in found.items() if endpoint == "certificates.pdf"]:
        found[address.replace(".pdf", ".json")] = "certificates.content"
    return found


def test_the_things_of_others_are_not_there_for_strangers(site: WholeSite, session: Session) -> None:
    things = addresses_of_things(site)
    strangers = {role: f"vieras-{role}" for role in Role}
    for role, name in strangers.items():
        factories.make_person(session, name, role)
    session.commit()
    guest = Client(site.app)

    for role, name in strangers.items():
        browser = site.browser(name)
        for address, endpoint in things.items():
            permission = declared(site.app, endpoint)
            is_within_role = permission is None or permission in PERMISSIONS_OF[role]
            if is_within_role and role in EVERYWHERE:
                continue
            is_open = is_within_role and (permission is None or endpoint in OPEN_TO_ALL)
            assert browser.get(address).status_code == (200 if is_open else 404), f"{role} {address}"
    for address, endpoint in things.items():
        if declared(site.app, endpoint) is not None:
            answer = guest.get(address)
            assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in"), address

    readable = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if rule.arguments and "GET" in (rule.methods or ())
    }
    assert readable - set(things.values()) - UNLINKED == set(), "no link leads there, or nothing is there"


def contents(session: Session) -> dict[str, list[str]]:
    """Return every row of every table as it is now."""
    session.rollback()
    return {
        table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
        for table in Base.metadata.sorted_tables
        if table.name not in COUNTED
    }


def test_reading_changes_nothing_but_the_records_of_reading(site: WholeSite, session: Session) -> None:
    browsers = [site.browser(name) for name in ROLES]

    def read_everything() -> int:
        return sum(1 for browser in browsers for _page in Crawl(browser).walk("/me"))

    before = contents(session)
    pages = read_everything()
    after = contents(session)
    again = read_everything()

    assert pages == again > 100
    assert {name for name in before if after[name] != before[name]} == TRACES
    assert all(set(before[name]) < set(after[name]) for name in TRACES)
    lines = set(after["audit_lines"]) - set(before["audit_lines"])
    assert all(".read'" in line for line in lines), lines
    # once a day is enough: the second reading leaves nothing at all
    assert contents(session) == after

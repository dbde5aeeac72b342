"""The bar's items follow the roles and show where one is."""

import re

import pytest
from sqlalchemy.orm import Session

from lms.access import Role
from lms.home import navigation
from tests import factories
from tests.client import Client


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([Role.PARTICIPANT], "Home Courses Diary Competence Certificates"),
        ([Role.INSTRUCTOR], "Home Groups To-review Courses Diary"),
        ([Role.TEACHER], "Home Courses"),
        ([Role.STAFF], "Home Runs Certificates People"),
        ([Role.ADMIN], "Home People Courses"),
        ([Role.STAFF, Role.ADMIN], "Home Runs Certificates People Courses"),
        ([Role.PARTICIPANT, Role.INSTRUCTOR], "Home Groups To-review Courses Diary"),
        (list(Role), "Home Groups To-review Runs Certificates"),
        ([], "Home"),
    ],
)
def test_the_items_follow_the_roles(roles: list[Role], expected: str) -> None:
    found = [str(target.label).replace(" ", "-") for target in navigation.targets_of(roles)]

    assert " ".join(found) == expected
    assert len(found) <= navigation.MOST_BAR_ITEMS


KNOWN = {"/me", "/people", "/courses", "/diary", "/checklists", "/certificates", "/help"}


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([Role.PARTICIPANT], []),
        ([Role.PARTICIPANT, Role.INSTRUCTOR], ["/checklists", "/certificates"]),
        ([Role.PARTICIPANT, Role.STAFF], ["/diary", "/checklists", "/certificates"]),
        ([Role.INSTRUCTOR], ["/checklists", "/certificates"]),
        ([Role.STAFF], ["/courses", "/diary", "/checklists", "/certificates"]),
        (list(Role), ["/people", "/courses", "/diary", "/checklists", "/certificates"]),
    ],
)
def test_what_the_bar_has_no_room_for_is_in_ones_own_menu(
    client: Client, session: Session, roles: list[Role], expected: list[str]
) -> None:
    factories.make_person(session, "joku", *roles)
    session.commit()
    page = client.sign_in("joku").get("/").text
    header = page[page.index('<header class="top"') : page.index("</header>")]
    bar = page[page.index('<nav class="places"') : page.index("</nav>")]
    found = re.findall(r'<a href="([^"]+)">([^<]+)</a>', header)
    menu, in_bar = [path for path, _ in found], re.findall(r'<a href="([^"]+)"', bar)

    # a place that is new here changes nothing for these
    assert [path for path in menu if path in KNOWN] == ["/me", *expected, "/help"]
    assert not set(menu) & set(in_bar)
    assert {"/courses", "/diary", "/checklists", "/certificates"} <= {*menu, *in_bar}
    assert all((label == "My certificates") == (path == "/certificates") for path, label in found)


@pytest.mark.parametrize(
    ("role", "path", "current"),
    [
        (Role.PARTICIPANT, "/", "/"),
        (Role.PARTICIPANT, "/courses", "/courses"),
        (Role.PARTICIPANT, "/diary/new", "/diary"),
        (Role.PARTICIPANT, "/me", None),
        (Role.INSTRUCTOR, "/my-runs", "/my-runs"),
        (Role.ADMIN, "/people/new", "/people"),
        (Role.STAFF, "/staff/runs", "/staff/runs"),
    ],
)
def test_the_item_where_one_is_is_marked(
    client: Client, session: Session, role: Role, path: str, current: str | None
) -> None:
    factories.make_person(session, "joku", role)
    session.commit()
    page = client.sign_in("joku").get(path).text
    bar = page[page.index('<nav class="places"') : page.index("</nav>")]

    assert re.findall(r'<a href="([^"]+)" aria-current="page">', bar) == ([current] if current else [])


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/runs/{run}", "/courses"),
        ("/runs/{run}/lessons/tyo-osio", "/courses"),
        ("/runs/{run}/version", "/courses"),
        ("/runs/{run}/people", "/my-runs"),
        ("/review", "/review"),
        ("/review/claims/9", "/review"),
        ("/diary/9", "/diary"),
    ],
)
def test_a_page_below_a_place_belongs_to_it_though_it_answers_404(
    client: Client, session: Session, path: str, current: str
) -> None:
    liisa = factories.make_person(session, "liisa", Role.INSTRUCTOR)
    version = factories.make_version(
        session, factories.outline_json(lessons=[factories.lesson_json("tyo-osio")])
    )
    run = factories.make_run(session, version, instructors=[liisa])
    session.commit()
    page = client.sign_in("liisa").browser.get(path.format(run=run.id)).text
    bar = page[page.index('<nav class="places"') : page.index("</nav>")]

    assert re.findall(r'<a href="([^"]+)" aria-current="page">', bar) == [current]


def test_the_people_of_a_group_are_in_the_courses_where_the_bar_has_no_groups(
    client: Client, session: Session
) -> None:
    factories.make_person(session, "helmi", Role.STAFF, Role.ADMIN)
    run = factories.make_run(session)
    session.commit()
    page = client.sign_in("helmi").get(f"/runs/{run.id}/people").text
    bar = page[page.index('<nav class="places"') : page.index("</nav>")]

    assert re.findall(r'<a href="([^"]+)" aria-current="page">', bar) == ["/courses"]


def test_a_stranger_has_no_bar(client: Client) -> None:
    page = client.get("/").text

    assert 'href="/sign-in"' in page
    assert '<nav class="places"' not in page

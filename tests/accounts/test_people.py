"""The list of people, a person's page, and what admins change."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db
from lms.access import Role
from lms.accounts import operations
from lms.accounts.models import Person, PersonRole, SignIn
from lms.audit import AuditLine
from lms.errors import Conflict
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW
from tests.queries import count_queries

NEW_PASSWORD = "neljä ruskeaa tatin lakkia"


@pytest.fixture
def cast(session: Session) -> dict[str, int]:
    people = [
        factories.make_person(session, "aino", Role.PARTICIPANT, name="Aino Äijälä"),
        factories.make_person(session, "liisa", Role.INSTRUCTOR),
        factories.make_person(session, "opettaja", Role.TEACHER),
        factories.make_person(session, "henkka", Role.STAFF),
        factories.make_person(session, "paavo", Role.ADMIN),
    ]
    session.commit()
    return {person.username: person.id for person in people}


@pytest.fixture
def admin(client: Client, cast: dict[str, int]) -> Client:
    return client.sign_in("paavo")


def new_person(**changed: object) -> dict[str, object]:
    return {
        "name": "Seppo Sieni",
        "username": "seppo",
        "roles": ["participant"],
        "language": "fi",
        "password": NEW_PASSWORD,
        **changed,
    }


@pytest.mark.parametrize("username", ["henkka", "paavo"])
def test_staff_and_admins_see_the_list_and_the_pages(
    client: Client, cast: dict[str, int], username: str
) -> None:
    client.sign_in(username)

    assert "Aino Äijälä" in client.get("/people").text
    assert "Aino Äijälä" in client.get(f"/people/{cast['aino']}").text
    assert client.get("/people/9999").status_code == 404


@pytest.mark.parametrize("username", ["aino", "liisa", "opettaja"])
def test_for_others_there_are_no_people(client: Client, cast: dict[str, int], username: str) -> None:
    client.sign_in(username)
    client.get("/me")

    for path in ("/people", f"/people/{cast['liisa']}", "/people/new"):
        assert client.get(path).status_code == 404
    assert client.post("/people/new", new_person()).status_code == 404
    assert client.post(f"/people/{cast['liisa']}/password", {"password": NEW_PASSWORD}).status_code == 404


@pytest.mark.parametrize("what", ["name", "password", "roles", "disabled"])
def test_staff_may_look_but_not_change(
    client: Client, cast: dict[str, int], session: Session, what: str
) -> None:
    client.sign_in("henkka").get(f"/people/{cast['aino']}")
    fields = {"name": "Joku Muu", "password": NEW_PASSWORD, "roles": "admin", "disabled": "1"}
    answer = client.post(f"/people/{cast['aino']}/{what}", fields)

    assert answer.status_code == 403
    session.expire_all()
    assert session.get_one(Person, cast["aino"]).roles == {Role.PARTICIPANT}
    assert session.get_one(Person, cast["aino"]).name == "Aino Äijälä"
    assert "Set the password" not in client.get(f"/people/{cast['aino']}").text
    assert client.get("/people/new").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?search=äijä", {"aino"}),
        ("?search=LIISA", {"liisa"}),
        ("?search=hen", {"henkka"}),
        ("?role=admin", {"paavo"}),
        ("?role=nonsense", {"aino", "liisa", "opettaja", "henkka", "paavo"}),
        ("?search=%25", set()),
        ("?search=%00", {"aino", "liisa", "opettaja", "henkka", "paavo"}),
        ("?search=liisa&role=admin", set()),
        ("?page=99&sort=username", {"aino", "liisa", "opettaja", "henkka", "paavo"}),
        ("?page=x&sort=x", {"aino", "liisa", "opettaja", "henkka", "paavo"}),
    ],
)
def test_people_are_found(admin: Client, cast: dict[str, int], query: str, found: set[str]) -> None:
    page = admin.get("/people" + query).text

    assert {name for name, number in cast.items() if f'href="/people/{number}"' in page} == found


def test_the_list_has_pages_of_a_hundred(admin: Client, session: Session) -> None:
    for number in range(120):
        factories.make_person(session, f"osallistuja{number:03}")
    session.commit()
    first, second = admin.get("/people").text, admin.get("/people?page=2").text

    assert first.count('<th scope="row">') == 100
    assert second.count('<th scope="row">') == 25
    assert "125 people were found" in first
    assert "/people?sort=name&amp;page=2" in first


@pytest.mark.parametrize("count", [20, 200])
def test_the_list_costs_as_many_queries_however_many_there_are(
    empty: Flask, admin: Client, session: Session, count: int
) -> None:
    for number in range(count):
        factories.make_person(session, f"osallistuja{number:03}")
    session.commit()

    with count_queries(empty) as sent:
        admin.get("/people")

    assert len(sent) == 4


def test_an_admin_adds_a_person_who_can_sign_in(empty: Flask, admin: Client, session: Session) -> None:
    admin.get("/people/new")
    answer = admin.post("/people/new", new_person(roles=["participant", "instructor"], language="sv"))
    seppo = session.scalars(select(Person).where(Person.username == "seppo")).one()

    assert answer.location == f"/people/{seppo.id}"
    assert seppo.roles == {Role.PARTICIPANT, Role.INSTRUCTOR}
    assert seppo.language == "sv"
    Client(empty).sign_in("seppo", NEW_PASSWORD)
    line = session.scalars(select(AuditLine).where(AuditLine.action == "person.added")).one()
    assert line.about_id == seppo.id
    assert line.actor_id is not None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"username": "aino"}, "taken"),
        ({"username": "AINO "}, "taken"),
        ({"username": "a b"}, "3 to 50 letters"),
        ({"username": "x"}, "3 to 50 letters"),
        ({"username": ""}, "Write something here first"),
        ({"name": " "}, "Write something here first"),
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["king"]}, "not a valid choice"),
        ({"language": "xx"}, "Not a valid choice"),
        ({"password": "lyhyt"}, "at least 8 characters"),
        ({"password": "sienikori 4", "roles": ["staff"]}, "at least 15 characters"),
        ({"password": "salasana123"}, "easy to guess"),
        ({"password": "seppo sieni 1"}, "easy to guess"),
    ],
)
def test_a_fault_is_shown_beside_its_field_and_the_rest_is_preserved(
    admin: Client, changed: dict[str, object], message: str
) -> None:
    admin.get("/people/new")
    fields = new_person(**changed)
    answer = admin.post("/people/new", fields)

    assert answer.status_code == 422
    assert message in answer.text
    assert str(fields["password"]) not in answer.text.replace("seppo sieni", "")
    if fields["name"] == "Seppo Sieni":
        assert 'value="Seppo Sieni"' in answer.text


def test_an_admin_gives_a_new_password_and_the_person_is_out(
    empty: Flask, admin: Client, cast: dict[str, int]
) -> None:
    aino = Client(empty).sign_in("aino")
    admin.get(f"/people/{cast['aino']}")
    answer = admin.post(f"/people/{cast['aino']}/password", {"password": NEW_PASSWORD})

    assert answer.status_code == 302
    assert aino.get("/me").status_code == 302
    Client(empty).sign_in("aino", NEW_PASSWORD)
    easy = admin.post(f"/people/{cast['aino']}/password", {"password": "salasana1"})
    assert easy.status_code == 422
    assert "easy to guess" in easy.text


def test_an_admin_changes_roles_and_the_person_signs_in_again(
    empty: Flask, admin: Client, cast: dict[str, int], session: Session
) -> None:
    aino = Client(empty).sign_in("aino")
    admin.get(f"/people/{cast['aino']}")
    answer = admin.post(f"/people/{cast['aino']}/roles", {"roles": ["participant", "staff"]})
    session.expire_all()

    assert answer.status_code == 302
    assert session.get_one(Person, cast["aino"]).roles == {Role.PARTICIPANT, Role.STAFF}
    assert aino.get("/me").status_code == 302
    assert admin.post(f"/people/{cast['aino']}/roles", {}).status_code == 422
    assert admin.post(f"/people/{cast['aino']}/roles", {"roles": ["king"]}).status_code == 422


def test_an_admin_corrects_a_name_and_the_log_holds_neither(
    empty: Flask, admin: Client, cast: dict[str, int], session: Session
) -> None:
    aino = Client(empty).sign_in("aino")
    page = admin.get(f"/people/{cast['aino']}").text
    answer = admin.post(f"/people/{cast['aino']}/name", {"name": "  Aino   Virta "})

    assert "keep the old name" in page
    assert answer.location == f"/people/{cast['aino']}"
    assert "<h1>Aino Virta</h1>" in admin.get(f"/people/{cast['aino']}").text
    assert "Aino Virta" in aino.get("/me").text
    line = session.scalars(select(AuditLine).where(AuditLine.action == "person.renamed")).one()
    assert (line.actor_id, line.about_id, line.object_id) == (cast["paavo"], cast["aino"], str(cast["aino"]))
    assert "A name was corrected." in admin.get("/").text


def test_a_name_that_stays_leaves_no_line(admin: Client, cast: dict[str, int], session: Session) -> None:
    admin.get(f"/people/{cast['aino']}")
    answer = admin.post(f"/people/{cast['aino']}/name", {"name": "Aino Äijälä"})

    assert (answer.status_code, answer.location) == (302, f"/people/{cast['aino']}")
    assert session.get_one(Person, cast["aino"]).name == "Aino Äijälä"
    assert session.scalars(select(AuditLine).where(AuditLine.action == "person.renamed")).all() == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Write something here first"),
        (" ", "Write something here first"),
        ("a" * 101, "This is too long"),
        ("\u2066", "Write something here first"),
    ],
)
def test_a_name_is_asked_for_as_when_a_person_is_added(
    admin: Client, cast: dict[str, int], session: Session, name: str, message: str
) -> None:
    admin.get("/people/new")
    added = admin.post("/people/new", new_person(name=name))
    admin.get(f"/people/{cast['aino']}")
    changed = admin.post(f"/people/{cast['aino']}/name", {"name": name})

    assert (added.status_code, changed.status_code) == (422, 422)
    assert message in added.text
    assert message in changed.text
    session.expire_all()
    assert session.get_one(Person, cast["aino"]).name == "Aino Äijälä"


def test_letters_that_nobody_sees_vanish_from_names(
    admin: Client, cast: dict[str, int], session: Session
) -> None:
    admin.get(f"/people/{cast['aino']}")
    admin.post(f"/people/{cast['aino']}/name", {"name": "\ufeffAino\x07 \u202eÄi\u00adjälä\u200e\u200b"})
    admin.get("/people/new")
    admin.post("/people/new", new_person(username="\u200etuu\u00adla\ufeff"))

    session.expire_all()
    assert session.get_one(Person, cast["aino"]).name == "Aino Äijälä"
    assert session.scalar(select(Person).where(Person.username == "tuula"))
    assert "Aino Äijälä" in admin.get("/people", query_string={"search": "Äi\u00adjälä\u200b"}).text


def test_a_first_role_above_participant_ends_the_old_password(
    empty: Flask, admin: Client, cast: dict[str, int]
) -> None:
    path = f"/people/{cast['aino']}"
    assert "the old password stops working" in admin.get(path).text

    admin.post(f"{path}/roles", {"roles": ["participant", "staff"]})
    page = admin.get(path).text

    assert "Waits for a new password" in page
    assert "The old password does not work any more. Give a new one here: at least 15 characters." in page
    assert "the old password stops working" not in page
    refused = Client(empty).post("/sign-in", {"username": "aino", "password": PASSWORD})
    assert refused.status_code == 422
    short = admin.post(f"{path}/password", {"password": "sienikori 4"})
    assert "at least 15 characters" in short.text
    admin.post(f"{path}/password", {"password": NEW_PASSWORD})
    assert "Waits for a new password" not in admin.get(path).text
    Client(empty).sign_in("aino", NEW_PASSWORD)


@pytest.mark.parametrize(
    ("username", "roles"),
    [
        ("aino", ["participant"]),
        ("liisa", ["instructor", "staff"]),
        ("liisa", ["participant", "admin"]),
        ("liisa", ["participant"]),
    ],
)
def test_other_changes_of_roles_leave_the_password(
    empty: Flask, admin: Client, cast: dict[str, int], username: str, roles: list[str]
) -> None:
    admin.get(f"/people/{cast[username]}")
    admin.post(f"/people/{cast[username]}/roles", {"roles": roles})

    Client(empty).sign_in(username)


def test_a_short_password_chosen_while_a_role_is_given_is_refused(
    cast: dict[str, int], session: Session
) -> None:
    aino = session.get_one(Person, cast["aino"])
    checked_for = aino.roles
    operations.set_roles(session, aino, roles=[Role.STAFF], by=cast["paavo"], now=NOW)

    with pytest.raises(Conflict):
        operations.set_password(
            session, aino, password_hash="short", checked_for=checked_for, by=cast["aino"], now=NOW
        )

    assert not aino.has_password


def test_what_the_teachers_role_can_do_is_shown(admin: Client, cast: dict[str, int]) -> None:
    for path in ("/people/new", f"/people/{cast['aino']}"):
        assert "Not in use yet: a teacher may do what a participant may." in admin.get(path).text


def test_a_persons_page_costs_an_admin_as_many_queries_whoever_it_is(
    empty: Flask, admin: Client, cast: dict[str, int], session: Session
) -> None:
    session.add(PersonRole(person_id=cast["liisa"], role=Role.STAFF))
    session.commit()
    counts = set()
    for username in ("aino", "liisa", "paavo"):
        with count_queries(empty) as sent:
            admin.get(f"/people/{cast[username]}")
        counts.add(len(sent))

    assert counts == {3}


def test_the_last_admin_stays_an_admin(admin: Client, cast: dict[str, int], session: Session) -> None:
    admin.get(f"/people/{cast['paavo']}")
    answer = admin.post(f"/people/{cast['paavo']}/roles", {"roles": ["staff"]})
    session.expire_all()

    assert answer.status_code == 422
    assert "only admin" in answer.text
    assert Role.ADMIN in session.get_one(Person, cast["paavo"]).roles


def test_an_admin_who_waits_for_a_password_is_no_other_admin(
    admin: Client, cast: dict[str, int], session: Session
) -> None:
    admin.get("/people")
    admin.post(f"/people/{cast['aino']}/roles", {"roles": ["admin"]})
    answer = admin.post(f"/people/{cast['paavo']}/roles", {"roles": ["staff"]})

    assert answer.status_code == 422
    assert "only admin" in answer.text
    # the one who waits is no loss
    assert admin.post(f"/people/{cast['aino']}/roles", {"roles": ["participant"]}).status_code == 302
    session.expire_all()
    assert Role.ADMIN in session.get_one(Person, cast["paavo"]).roles


def test_of_two_admins_who_take_the_role_of_each_other_one_is_refused(
    empty: Flask, cast: dict[str, int], session: Session
) -> None:
    other = factories.make_person(session, "kaino", Role.ADMIN)
    session.commit()
    pairs = [(cast["paavo"], other.id), (other.id, cast["paavo"])]
    barrier = Barrier(2)

    def take(pair: tuple[int, int]) -> bool:
        barrier.wait(timeout=10)
        try:
            with empty.app_context(), db.transaction() as own:
                person = own.get_one(Person, pair[1])
                operations.set_roles(own, person, roles=[Role.STAFF], by=pair[0], now=NOW)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, pairs)) == [False, True]


def test_an_admin_closes_and_opens_an_account(
    empty: Flask, admin: Client, cast: dict[str, int], session: Session
) -> None:
    aino = Client(empty).sign_in("aino")
    admin.get(f"/people/{cast['aino']}")
    admin.post(f"/people/{cast['aino']}/disabled", {"disabled": "1"})

    assert aino.get("/me").status_code == 302
    assert session.scalars(select(SignIn).where(SignIn.person_id == cast["aino"])).all() == []
    assert "Closed" in admin.get("/people").text
    refused = Client(empty).post("/sign-in", {"username": "aino", "password": PASSWORD})
    assert refused.status_code == 422
    admin.post(f"/people/{cast['aino']}/disabled", {"disabled": "0"})
    Client(empty).sign_in("aino")


def test_nobody_closes_their_own_account(admin: Client, cast: dict[str, int]) -> None:
    admin.get(f"/people/{cast['paavo']}")

    assert admin.post(f"/people/{cast['paavo']}/disabled", {"disabled": "1"}).status_code == 409
    assert admin.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("change", "fields", "action"),
    [
        ("disabled", {"disabled": "1"}, "person.disabled"),
        ("disabled", {"disabled": "0"}, "person.enabled"),
        ("roles", {"roles": ["participant", "teacher"]}, "person.roles-set"),
        ("password", {"password": NEW_PASSWORD}, "person.password-set"),
    ],
)
def test_each_change_of_an_account_leaves_one_line_of_who_changed_whose(
    admin: Client, cast: dict[str, int], session: Session, change: str, fields: dict[str, object], action: str
) -> None:
    aino = cast["aino"]

    assert admin.post(f"/people/{aino}/{change}", fields).status_code == 302

    line = session.scalars(
        select(AuditLine).where(AuditLine.action.startswith("person."), AuditLine.about_id == aino)
    ).one()
    assert (line.action, line.actor_id) == (action, cast["paavo"])
    assert (line.object_type, line.object_id) == ("person", str(aino))
    assert line.at == NOW

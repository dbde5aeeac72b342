"""The people and the runs that the diary's tests need."""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person
from lms.runs.models import Run
from tests import factories
from tests.client import Client

PROMPTS = [{"id": "opit", "title": "Mitä opit tänään?"}]


@dataclass(frozen=True)
class Cast:
    """Aino writes; Liisa instructs her open run; the others have nothing to do with Aino's diary."""

    app: Flask
    run: Run
    other_run: Run
    people: dict[str, Person]

    def browser(self, name: str) -> Client:
        """Return a browser in which the person is signed in."""
        return Client(self.app).sign_in(name)

    def id_of(self, name: str) -> int:
        return self.people[name].id


@pytest.fixture
def cast(empty: Flask, session: Session) -> Cast:
    roles = {
        "aino": Role.PARTICIPANT,
        "pekka": Role.PARTICIPANT,
        "liisa": Role.INSTRUCTOR,
        "matti": Role.INSTRUCTOR,
        "tea": Role.TEACHER,
        "saara": Role.STAFF,
        "ari": Role.ADMIN,
    }
    people = {name: factories.make_person(session, name, role) for name, role in roles.items()}
    outline = factories.outline_json(
        lessons=[factories.lesson_json("alku", prompts=PROMPTS), factories.lesson_json("loppu")]
    )
    version = factories.make_version(session, outline)
    run = factories.make_run(session, version, instructors=[people["liisa"]], people=[people["aino"]])
    other_run = factories.make_run(
        session, version, name="Perjantai", instructors=[people["matti"]], people=[people["pekka"]]
    )
    session.commit()
    return Cast(empty, run, other_run, people)


def write(client: Client, body: str = "Tänään opin paljon.", **fields: object) -> str:
    """Write an entry and return its address."""
    answer = client.post("/diary/new", {"body": body, "title": "Päivä", **fields})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"]).split("#", maxsplit=1)[0]

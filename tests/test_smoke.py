from sqlalchemy.orm import Session

from tests import factories
from tests.client import Client


def test_a_person_signs_in_and_out(client: Client, session: Session) -> None:
    factories.make_person(session, "aino")
    session.commit()

    assert client.get("/sign-in").status_code == 200
    client.sign_in("aino").sign_out()


def test_a_run_is_made(session: Session) -> None:
    aino = factories.make_person(session, "aino")
    run = factories.make_run(session, people=[aino])
    factories.make_criteria(session)
    assert run.id

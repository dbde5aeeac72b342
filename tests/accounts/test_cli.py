"""`lms user add`."""

import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person
from lms.config import ROOT, Settings
from tests.client import Client

GOOD = "neljä ruskeaa tatin lakkia"


def lms(
    settings: Settings, *arguments: str, given: str = "", **changed: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as its own process, as people do."""
    environment = {
        "LMS_ENV": "test",
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_DATA_DIR": str(settings.data_dir),
        "PYTHONUTF8": "1",
        **changed,
    }
    return subprocess.run(
        [sys.executable, "-m", "lms", *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )


def test_a_person_is_added_and_can_sign_in(empty: Flask, database: Settings, session: Session) -> None:
    options = ("--role", "participant", "--role", "staff", "--name", "Seppo Sieni", "--password-stdin")
    done = lms(database, "user", "add", "Seppo", *options, given=GOOD + "\n")
    seppo = session.scalars(select(Person)).one()

    assert (done.returncode, done.stdout, done.stderr) == (0, "seppo was added.\n", "")
    assert (seppo.username, seppo.name) == ("seppo", "Seppo Sieni")
    assert seppo.roles == {Role.PARTICIPANT, Role.STAFF}
    Client(empty).sign_in("seppo", GOOD)

    again = lms(database, "user", "add", "seppo", *options, given=GOOD + "\n")
    assert again.returncode == 1
    assert again.stderr == "Error: The user name seppo is taken. Choose another one.\n"


@pytest.mark.parametrize(
    ("arguments", "given", "code"),
    [
        (("seppo", "--role", "participant", "--password-stdin"), "lyhyt\n", 1),
        (("seppo", "--role", "participant", "--password-stdin"), "", 1),
        (("x", "--role", "participant", "--password-stdin"), GOOD, 1),
        (("seppo", "--role", "king", "--password-stdin"), GOOD, 2),
        (("seppo", "--password-stdin"), GOOD, 2),
        (("seppo", "--role", "participant"), GOOD, 2),
        ((), "", 2),
    ],
)
def test_a_fault_is_one_line_and_a_code(
    empty: Flask, database: Settings, session: Session, arguments: tuple[str, ...], given: str, code: int
) -> None:
    done = lms(database, "user", "add", *arguments, given=given)

    assert done.returncode == code
    assert done.stdout == ""
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert session.scalars(select(Person)).all() == []

"""What commands share: a command that needs the database gets the app around it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import Flask

from lms import config, db
from lms.core import create_core

Given = ParamSpec("Given")
Result = TypeVar("Result")


def make_app() -> Flask:
    """Return the app for a command that needs the database. Raises ClickException when migrations are missing."""
    made = create_core(config.load())
    if not db.is_current(made.extensions["engine"]):
        raise click.ClickException("the database is not up to date; run: lms db upgrade")
    return made


def uses_database(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run the command inside the app's context; a caller may pass an app factory as the click context's object."""

    @wraps(command)
    def inside_app(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        make: Callable[[], Flask] = click.get_current_context().obj or make_app
        with make().app_context():
            return command(*args, **kwargs)

    return inside_app

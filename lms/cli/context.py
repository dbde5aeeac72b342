"""What commands share: a command that needs the database gets the app around it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import Flask

Given = ParamSpec("Given")
Result = TypeVar("Result")


def uses_database(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run the command inside the app's context; `lms` hands the maker of the app as the context's object."""

    @wraps(command)
    def inside_app(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        make_app: Callable[[], Flask] = click.get_current_context().obj
        with make_app().app_context():
            return command(*args, **kwargs)

    return inside_app

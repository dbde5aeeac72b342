"""A template that asks for what its view has not given fails, instead of showing nothing."""

import pytest
from flask import Flask
from jinja2 import UndefinedError


@pytest.mark.parametrize(
    "source", ["{{ nimi }}", "{% if nimi %}a{% endif %}", "{% for a in nimi %}a{% endfor %}"]
)
def test_a_name_that_nobody_has_given_is_a_fault(app: Flask, source: str) -> None:
    with pytest.raises(UndefinedError, match="'nimi' is undefined"):
        app.jinja_env.from_string(source).render()


def test_what_only_some_pages_give_is_nothing_elsewhere(app: Flask) -> None:
    assert app.jinja_env.from_string("{% if unsaved %}a{% endif %}b").render() == "b"

"""Fields: a text is never cut in the browser, and the faults of a form read as sentences in the order of the page."""

import re

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session
from wtforms import RadioField

from lms.access import Role
from lms.errors import NotFound
from lms.forms import TEXT_LENGTH, Form, Line, ShownNumber, chosen_id, options, required
from lms.lessons.forms import TaskAnswerForm
from tests import factories
from tests.client import Client

SUMMARY = "{% from 'components/forms.html' import form_errors %}{{ form_errors(form) }}"


class Questions(Form):
    who = RadioField("Who may read this?", validators=[required()], choices=options([("0", "I")]))
    how = Line("How?", [required()])


def test_a_long_text_is_never_cut_in_the_browser(empty: Flask) -> None:
    with empty.test_request_context("/"):
        assert "maxlength" not in str(TaskAnswerForm().answer())
        assert 'maxlength="200"' in str(Questions().how())


@pytest.mark.parametrize(
    ("language", "limit"), [("fi", "20\xa0000 merkkiä"), ("sv", "20\xa0000 tecken"), ("en", "20,000 char")]
)
def test_the_limit_is_written_as_people_write_it(empty: Flask, language: str, limit: str) -> None:
    data = {"answer": "a" * (TEXT_LENGTH + 1)}
    with empty.test_request_context("/", method="POST", data=data, headers={"Accept-Language": language}):
        empty.preprocess_request()
        form = TaskAnswerForm()
        assert not form.validate()
        assert limit in form.message


def test_a_label_that_ends_a_sentence_gets_no_second_mark(empty: Flask) -> None:
    with empty.test_request_context("/", method="POST"):
        form = Questions()
        form.validate()
        summary = render_template_string(SUMMARY, form=form)

    assert re.findall(r'<a href="#(?:who|how)">(\w[^:]*):', summary) == ["Who may read this", "How"]


def test_faults_appear_in_the_order_of_the_page(client: Client, session: Session) -> None:
    factories.make_person(session, "admin", Role.ADMIN)
    session.commit()
    page = client.sign_in("admin").post("/people/new", {"language": "xx"}).text
    summary = page[page.index('class="errors"') : page.index("<form method", page.index('class="errors"'))]

    assert re.findall(r'href="#(\w+)"', summary) == ["name", "username", "roles", "language", "password"]


class Choice(Form):
    version = ShownNumber()


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("2147483647", 2**31 - 1), ("", None)])
def test_a_number_comes_back_as_the_page_showed_it(empty: Flask, text: str, number: int | None) -> None:
    with empty.test_request_context("/", method="POST", data={"version": text}):
        form = Choice()

        assert form.validate()
        assert (form.version.data, chosen_id(text)) == (number, number)
        assert f'value="{text}"' in str(form.version())


@pytest.mark.parametrize("text", ["-1", "1_0", " 1", "1.0", "one", "٣", "2147483648", "9" * 5000])
def test_what_no_row_can_have_is_refused(empty: Flask, text: str) -> None:
    with empty.test_request_context("/", method="POST", data={"version": text}):
        form = Choice()

        assert not form.validate()
        assert 'value="0"' in str(form.version())
    with pytest.raises(NotFound):
        chosen_id(text)

"""Every text that a person writes in any form comes back to them when the form is refused, and nothing is forgotten."""

from html import unescape
from importlib import import_module

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from wtforms import Form as AnyForm
from wtforms import HiddenField, PasswordField, StringField, TextAreaField
from wtforms.fields.core import UnboundField

from lms.access import Role
from lms.accounts.forms import SignInForm
from lms.accounts.models import SignIn
from lms.checklists.models import Claim
from lms.checklists.states import ClaimState
from lms.config import ROOT
from lms.diary.models import DiaryEntry
from lms.forms import TEXT_LENGTH, Form, Line, Text, WritingField, writing_fields
from lms.tasks.models import TaskAnswer
from lms.tasks.states import AnswerState
from tests import factories
from tests.client import Client
from tests.conventions.test_access import address, rules
from tests.conventions.test_declarations import forms
from tests.conventions.test_switches import switches
from tests.conventions.whole_site import WholeSite, make_whole_site

# a line of text that is no writing: whose name it is, the browser itself remembers
NO_WRITING = {(SignInForm, "username")}
# the button that a form needs beside its text
DECISIONS = {
    "review.decide_several": {"decision": "return"},
    "review_one.decide_answer": {"decision": "return"},
    "review_one.decide_claim": {"decision": "return"},
}


@pytest.fixture
def site(empty: Flask, session: Session) -> WholeSite:
    return make_whole_site(empty, session, text="Sana")


def form_classes() -> set[type[AnyForm]]:
    """Return every form of the program: those that are declared, and those that somebody forgot."""
    for path in sorted((ROOT / "lms").glob("*/forms.py")):
        import_module(f"lms.{path.parent.name}.forms")
    return below(Form)


def below(base: type[AnyForm]) -> set[type[AnyForm]]:
    found = {form for form in base.__subclasses__() if form.__module__.startswith("lms.")}
    return found.union(*(below(form) for form in found))


def writing() -> dict[str, list[WritingField]]:
    found = {endpoint: list(writing_fields(*taken)) for endpoint, taken in forms().items()}
    return {endpoint: fields for endpoint, fields in found.items() if fields}


def test_every_form_is_declared_with_an_endpoint_that_takes_it() -> None:
    taken = {form for several in forms().values() for form in several}

    assert form_classes() - taken - {base for form in taken for base in form.__mro__} == set()
    assert len(taken) > 15


def test_every_post_declares_its_forms(app: Flask) -> None:
    posts = {rule.endpoint for rule in rules(app, "POST")}

    # a browser sends it, and no form
    assert posts == {*forms(), "headers.csp_report"}, "feature.py declares the forms of a POST, () for none"


def test_every_field_that_takes_text_is_known_to_hold_writing() -> None:
    """A Line or a Text comes back when its form is refused; a plain text field of WTForms would be lost."""
    unknown = {
        (form, name)
        for form in form_classes()
        for name in dir(form)
        if isinstance(field := getattr(form, name), UnboundField)
        and issubclass(field.field_class, StringField | TextAreaField)
        and not issubclass(field.field_class, Line | Text | HiddenField | PasswordField)
    }
    assert unknown == NO_WRITING


def text_of(field: WritingField) -> str:
    return f"Kirjoitin kenttään {field.name}: <b> & oma."


def filled(fields: list[WritingField]) -> dict[str, str]:
    return {field.name: text_of(field) for field in fields}


@pytest.fixture
def signed_in_long_ago(empty: Flask, session: Session) -> Client:
    factories.make_person(session, "aino", Role.INSTRUCTOR, Role.STAFF, Role.ADMIN, Role.PARTICIPANT)
    session.commit()
    client = Client(empty).sign_in("aino")
    client.get("/")
    return client


def addresses(app: Flask) -> dict[str, str]:
    return {rule.endpoint: address(rule) for rule in rules(app, "POST")}


def test_a_form_with_an_old_token_gives_every_text_back(signed_in_long_ago: Client) -> None:
    paths = addresses(signed_in_long_ago.app)
    for endpoint, fields in writing().items():
        answer = signed_in_long_ago.post(paths[endpoint], filled(fields), token="old")

        assert answer.status_code == 400, endpoint
        for field in fields:
            assert text_of(field) in unescape(answer.text), f"{endpoint} {field.name}"
            assert f">{field.label}</label>" in unescape(answer.text), f"{endpoint} {field.name}"


def test_a_form_after_the_sign_in_has_ended_carries_its_writers_text_and_nothing_of_others(
    signed_in_long_ago: Client, session: Session
) -> None:
    paths = addresses(signed_in_long_ago.app)
    session.execute(delete(SignIn))
    session.commit()
    for endpoint, fields in writing().items():
        answer = signed_in_long_ago.post(paths[endpoint], filled(fields))

        assert answer.status_code == 401, endpoint
        for field in fields:
            assert (text_of(field) in unescape(answer.text)) == field.is_carried, f"{endpoint} {field.name}"
    uncarried = {
        endpoint for endpoint, fields in writing().items() if not all(field.is_carried for field in fields)
    }
    assert uncarried == {"accounts_staff.correct_name", "accounts_staff.new_person_form"}


def test_a_form_that_is_not_valid_gives_every_text_back(site: WholeSite) -> None:
    aino, paths = site.people["aino"].id, addresses(site.app)
    shared = site.session.scalars(select(DiaryEntry.id).where(DiaryEntry.shared)).first()
    sent = {
        endpoint: (found[0].who, found[0].path, dict(found[0].others))
        for endpoint, found in switches(site).items()
    }
    sent["diary.comment"] = ("bertil", f"/diary/{shared}/comments", {})
    sent["accounts_staff.correct_name"] = ("paavo", f"/people/{aino}/name", {})
    for endpoint, fields in writing().items():
        for field in fields:
            # a form at an address without an id, which everybody has, needs no line above
            who, path, others = sent.get(endpoint, ("aino", paths[endpoint], {}))
            text = text_of(field) + " x" * (TEXT_LENGTH // 2)
            others |= {"action": "enrol"} if field.name == "usernames" else {}
            answer = site.browser(who).post(path, {**others, **DECISIONS.get(endpoint, {}), field.name: text})

            assert answer.status_code == 422, f"{endpoint} {field.name}"
            assert text_of(field) in unescape(answer.text), f"{endpoint} {field.name}"


def test_a_comment_on_what_somebody_else_has_answered_meanwhile_comes_back(site: WholeSite) -> None:
    claim = site.session.scalars(select(Claim.id).where(Claim.state == ClaimState.RETURNED)).one()
    answer = site.session.scalars(select(TaskAnswer.id).where(TaskAnswer.state == AnswerState.RETURNED)).one()
    text = "Kommenttini. " + "x" * TEXT_LENGTH
    for path in (f"/review/claims/{claim}", f"/review/answers/{answer}"):
        refused = site.browser("bertil").post(path, {"decision": "return", "comment": text})

        assert refused.status_code == 422, path
        assert "Kommenttini." in refused.text, path

"""Every field of a closed set refuses all but its values, over all routes: missing, empty, odd or said twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import BooleanField
from wtforms.fields.choices import SelectFieldBase
from wtforms.fields.core import UnboundField

from lms.checklists.models import Claim
from lms.checklists.states import ClaimState
from lms.db import Base
from lms.diary.models import DiaryEntry
from lms.forms import Form
from lms.tasks.models import Reviewer, TaskAnswer
from tests.conventions.test_declarations import forms
from tests.conventions.whole_site import WholeSite, make_whole_site

ODD = ("", "2", "maybe", "SAVE", "01", "1\n")
TWICE = "twice"
MISSING = "missing"


@dataclass(frozen=True)
class Switch:
    """A field of a closed set in the form of an endpoint, and the whole form in which only it is wrong."""

    who: str
    path: str
    field: str
    # two of its values, which nobody can mean at once
    values: tuple[str, str]
    others: Mapping[str, object]
    # what may be said, or left out, without harm, and why that is so
    harmless: frozenset[str] = frozenset()


SAVES_ONLY = frozenset({MISSING})  # a form that says nothing more is saved and goes to nobody
A_BOX = frozenset({MISSING, ""})  # a box that is not ticked


def has_closed_set(form: type[Form]) -> bool:
    fields = [getattr(form, name) for name in dir(form)]
    return any(
        isinstance(field, UnboundField) and issubclass(field.field_class, SelectFieldBase | BooleanField)
        for field in fields
    )


def switches(site: WholeSite) -> dict[str, Sequence[Switch]]:
    session, run, aino = site.session, site.run.id, site.people["aino"].id
    waiting = session.scalars(select(Claim.id).where(Claim.state == ClaimState.WAITING)).first()
    open_claim = session.scalars(
        select(Claim.id).where(Claim.state == ClaimState.OPEN, Claim.person_id == aino)
    ).one()
    answer = session.scalars(select(TaskAnswer.id).where(TaskAnswer.reviewer == Reviewer.INSTRUCTOR)).first()
    entry = session.scalars(select(DiaryEntry.id).where(DiaryEntry.key == "oma")).one()
    entry_fields = {"title": "a", "body": "uusi"}
    details = {"name": "Nimi", "starts_on": "2026-11-01"}
    person = {"name": "Uusi", "username": "uusi", "roles": "participant", "password": "kaksi sinistä ämpäriä"}
    several = {"claims": str(waiting), "comment": "Hyvä."}
    issue = {"people": str(site.people["cia"].id), "template": "completion"}
    choice = ("approve", "return")
    return {
        "accounts.choose_language": [Switch("aino", "/language", "language", ("sv", "en"), {})],
        "accounts_staff.close_or_open": [
            Switch("paavo", f"/people/{aino}/disabled", "disabled", ("1", "0"), {})
        ],
        "accounts_staff.give_roles": [Switch("paavo", f"/people/{aino}/roles", "roles", ("", "odd"), {})],
        "accounts_staff.new_person_form": [
            Switch("paavo", "/people/new", "language", ("fi", "sv"), person, frozenset({MISSING}))
        ],
        "certificates_staff.issue": [
            Switch("didrik", f"/staff/certificates/{run}", "confirm", ("1", "0"), issue, A_BOX),
            Switch(
                "didrik",
                f"/staff/certificates/{run}",
                "template",
                ("completion", "none"),
                {**issue, "confirm": "0"},
                frozenset({MISSING}),  # there is one kind
            ),
        ],
        "checklists.change_claim": [
            Switch(
                "aino", f"/claims/{open_claim}", "action", ("save", "request"), {"text": "uusi"}, SAVES_ONLY
            ),
            Switch(
                "aino",
                f"/claims/{open_claim}",
                "rating",
                ("3", "4"),
                {"action": "save"},
                frozenset({MISSING, "", "2"}),  # left as it is, and a value of the scale
            ),
        ],
        "diary.save": [
            Switch(
                "aino",
                f"/diary/{entry}",
                "shared",
                ("1", "0"),
                {**entry_fields, "revision": "2"},
                SAVES_ONLY,
            )
        ],
        "diary.write": [Switch("aino", "/diary/new", "shared", ("1", "0"), entry_fields, SAVES_ONLY)],
        "lessons.answer": [
            Switch(
                "aino",
                f"/runs/{run}/tasks/muistio",
                "action",
                ("save", "send"),
                {"answer": "uusi"},
                SAVES_ONLY,
            )
        ],
        "lessons.done": [Switch("aino", f"/runs/{run}/lessons/loppu/done", "done", ("1", "0"), {})],
        "privacy.erase": [
            Switch("tea", "/me/erase", "understood", ("1", "0"), {"password": "kolme vihreää sienikoria"})
        ],
        "review.decide_several": [Switch("bertil", "/review", "decision", choice, several)],
        "review_one.decide_answer": [
            Switch(
                "bertil", f"/review/answers/{answer}", "decision", ("pass", "return"), {"comment": "Hyvä."}
            )
        ],
        "review_one.decide_claim": [
            Switch("bertil", f"/review/claims/{waiting}", "decision", choice, {"comment": "Hyvä."})
        ],
        "runs_staff.change": [
            Switch("didrik", f"/staff/runs/{run}", "action", ("save", "close"), details),
            Switch(
                "didrik",
                f"/staff/runs/{run}",
                "self_enrolment",
                ("1", "0"),
                {**details, "action": "save"},
                A_BOX,
            ),
        ],
        "runs_staff.create": [
            Switch(
                "didrik",
                "/staff/runs/new",
                "self_enrolment",
                ("1", "0"),
                {**details, "course": "pieni"},
                A_BOX,
            )
        ],
    }


def wrong_values(switch: Switch) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each way to say it wrongly, with the fields that do so."""
    ways: dict[str, dict[str, object]] = {value: {switch.field: value} for value in ODD}
    ways |= {MISSING: {}, TWICE: {switch.field: list(switch.values)}}
    yield from ((name, fields) for name, fields in ways.items() if name not in switch.harmless)


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but those that signing in and reading write."""
    session.rollback()
    tables = [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in ("audit_lines", "sign_ins", "sign_in_tries")
    ]
    found = {
        table.name: [tuple(map(repr, row)) for row in session.execute(select(table))] for table in tables
    }
    session.rollback()
    return {name: sorted(rows) for name, rows in found.items()}


@pytest.fixture
def site(empty: Flask, session: Session) -> WholeSite:
    return make_whole_site(empty, session, text="Sana")


def test_a_switch_refuses_all_but_its_values_and_changes_nothing(site: WholeSite, session: Session) -> None:
    """Every form with a field of a closed set is in the list."""
    listed = switches(site)
    browsers = {
        name: site.browser(name) for name in sorted({one.who for found in listed.values() for one in found})
    }
    before, faults = everything(session), []
    for endpoint, found in listed.items():
        for switch in found:
            browser = browsers[switch.who]
            browser.get("/me")
            for name, fields in wrong_values(switch):
                answer = browser.post(switch.path, {**switch.others, **fields})
                if answer.status_code not in (400, 422):
                    faults.append(f"{endpoint} {switch.field} {name!r}: {answer.status_code}")
    after = everything(session)

    assert not faults, "\n".join(faults)
    assert {name for name in after if after[name] != before[name]} == set()
    assert {endpoint for endpoint, taken in forms().items() if any(map(has_closed_set, taken))} <= set(listed)


def test_an_odd_word_never_opens_a_closed_account(site: WholeSite, session: Session) -> None:
    admin, path = site.browser("paavo"), f"/people/{site.people['aino'].id}/disabled"
    admin.get("/me")
    closed = admin.post(path, {"disabled": "1"})
    refused = [admin.post(path, fields) for fields in ({}, *({"disabled": value} for value in ODD))]
    session.refresh(site.people["aino"])

    assert closed.status_code == 302
    assert {answer.status_code for answer in refused} == {422}
    assert all("Go back and use the buttons of the page." in answer.text for answer in refused)
    assert site.people["aino"].disabled_at is not None

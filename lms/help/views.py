"""Showing the guide: a list of its pages, a page, and the two statements at addresses of their own."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, current_app, redirect, render_template
from flask.typing import ResponseReturnValue
from markupsafe import escape

from lms import access, db
from lms.catalogue.models import GuidePage
from lms.catalogue.queries import guide_entries, guide_page
from lms.config import Settings
from lms.coursefiles.read.guide import OPERATOR, STATEMENTS, GuidePart, address_of
from lms.errors import NotFound
from lms.i18n import _, current_language
from lms.links import named
from lms.login import current_person

bp = Blueprint("help", __name__)


@bp.get("/help")
@named("help")
@access.public
def index() -> ResponseReturnValue:
    entries = guide_entries(db.session(), current_language())
    person = current_person()
    roles = frozenset(person.roles) if person else frozenset()
    own = [entry for entry in entries if entry.roles & roles]
    others = [entry for entry in entries if entry not in own]
    return render_template("help/index.html", own=own, others=others, address_of=address_of)


@bp.get("/help/<slug>")
@access.public
def page(slug: str) -> ResponseReturnValue:
    if slug in STATEMENTS:
        return redirect(address_of(slug))
    found = guide_page(db.session(), slug, current_language())
    if found is None:
        raise NotFound
    return _page(found)


@bp.get("/accessibility")
@named("accessibility")
@access.public
def accessibility() -> ResponseReturnValue:
    return _statement("accessibility", _("Accessibility"))


@bp.get("/privacy")
@named("privacy")
@access.public
def privacy() -> ResponseReturnValue:
    return _statement("privacy", _("Privacy"))


def _statement(slug: str, title: str) -> str:
    found = guide_page(db.session(), slug, current_language())
    return _page(found) if found else render_template("help/unpublished.html", title=title)


def _page(found: GuidePage) -> str:
    return render_template(
        "help/page.html",
        page=found,
        parts=[_part(part) for part in found.parts],
        sections=[{**section, "title": _filled(section["title"])} for section in found.sections],
    )


def _filled(text: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    return text.replace(OPERATOR, settings.operator.name)


def _part(stored: Mapping[str, str]) -> GuidePart:
    """Return a part of the guide with the values from the settings filled in."""
    settings: Settings = current_app.extensions["settings"]
    part = GuidePart(**stored)
    return replace(part, html=part.html.replace(OPERATOR, escape(settings.operator.name)))

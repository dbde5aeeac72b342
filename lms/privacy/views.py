"""A person's own page: what is stored about them, who has looked at it, downloading it, erasing it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, session, stream_template
from flask.typing import ResponseReturnValue

from lms import access, archives, audit, audit_words, clock, db, downloads, errors, limits, login
from lms.access import Permission
from lms.accounts import policy as accounts_policy
from lms.accounts import queries as accounts_queries
from lms.i18n import LANGUAGES, _, current_language
from lms.links import named, url_for
from lms.login import SignedIn, signed_in
from lms.paging import Pages
from lms.personal_data import all_holdings, retained_about
from lms.privacy import archive, labels, operations
from lms.privacy.archive import OwnData
from lms.privacy.forms import EraseForm

bp = Blueprint("privacy", __name__)

READINGS_ON_A_PAGE = 50


@dataclass(frozen=True)
class Reading:
    """Somebody looked at something of this person's."""

    at: datetime
    who: str
    what: str


@bp.get("/me")
@named("me")
@access.requires(Permission.OWN_WORK)
def me() -> ResponseReturnValue:
    person = signed_in()
    sign_ins = accounts_queries.sign_ins_of(db.session(), person.id, roles=person.roles, now=clock.now())
    count = audit.reading_count(db.session(), person.id)
    pages = Pages.of(count, size=READINGS_ON_A_PAGE, path=url_for("privacy.me"), anchor="readings")
    return render_template(
        "privacy/me.html",
        person=person,
        role_names=accounts_policy.role_names(person.roles),
        language=LANGUAGES.get(person.language, person.language),
        sign_ins=sign_ins,
        readings=_readings(person, pages),
        pages=pages,
        holdings=labels.labels_of_holdings(all_holdings(), signed_in().roles),
    )


def _readings(person: SignedIn, pages: Pages) -> list[Reading]:
    """Return who has looked at the person's data, newest first."""
    lines = audit.readings_of(db.session(), person.id, limit=pages.size, offset=pages.offset)
    names = accounts_queries.names_of(db.session(), [line.actor_id for line in lines if line.actor_id])
    return [
        Reading(
            at=line.at,
            who=names.get(line.actor_id or 0, _("Somebody who no longer works here")),
            what=audit_words.to_its_person(line.action),
        )
        for line in lines
    ]


@bp.get("/me/data.zip")
@access.requires(Permission.OWN_WORK)
def own_data() -> ResponseReturnValue:
    person, now = signed_in(), clock.now()
    limits.count_try(limits.EXPORTS, person.id, now=now)
    own = OwnData(db.session(), person.id)
    with archives.archive_for(person.id, now) as packed:
        for name, data in own.files:
            packed.add(f"files/{name}", [data])
        page = stream_template(
            "privacy/data.html",
            person=person,
            sections=own.sections,
            has_files=bool(packed.contents),
            now=now,
        )
        packed.add(archive.PAGE, page)
        packed.add(archive.DATA, own.as_json(now))
        archive.add_manifest(packed)
    return downloads.attachment(packed.file, "omat-tiedot.zip", "application/zip")


@bp.get("/me/erase")
@access.requires(Permission.OWN_WORK)
def erase_page() -> ResponseReturnValue:
    return _erase_page(EraseForm(formdata=None))


@bp.post("/me/erase")
@access.requires(Permission.OWN_WORK)
def erase() -> ResponseReturnValue:
    form, person = EraseForm(), signed_in()
    if not form.validate():
        return _erase_page(form), 422
    if why_not := accounts_policy.why_not_confirmed(person, form.password.data or ""):
        form.password.errors = [why_not]
        return _erase_page(form), 422
    row = accounts_queries.person_by_id(db.session(), person.id)
    try:
        if row is not None:
            operations.erase_person(db.session(), row, now=clock.now())
    except errors.Conflict as fault:
        form.password.errors = [str(fault.message)]
        return _erase_page(form), 409
    language = current_language()
    login.stop()
    session.clear()
    session["language"] = language
    flash(_("Your account has been erased."))
    answer = redirect(url_for("privacy.goodbye"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _erase_page(form: EraseForm) -> str:
    person = signed_in()
    return render_template(
        "privacy/erase.html",
        form=form,
        erased=labels.erased_of(all_holdings(), person.roles),
        retained=retained_about(db.session(), person.id),
    )


@bp.get("/goodbye")
@access.public
def goodbye() -> ResponseReturnValue:
    return render_template("privacy/goodbye.html")

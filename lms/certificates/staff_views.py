"""Issuing certificates: the runs, who is ready in each, the preview, and the issuing itself."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms import access, clock, db, downloads
from lms.access import Permission
from lms.certificates import operations, overview, policy, requirements
from lms.certificates.drafts import Draft, drafts
from lms.certificates.forms import IssueForm
from lms.certificates.operations import Issued
from lms.certificates.pdf import render_certificate
from lms.certificates.preview import previewed
from lms.certificates.requirements import Standing, in_words
from lms.config import Settings
from lms.errors import Conflict, NotFound
from lms.i18n import _, ngettext
from lms.links import url_for
from lms.login import SignedIn, signed_in
from lms.paging import Pages
from lms.runs.queries import RunView

bp = Blueprint("certificates_staff", __name__)

RUNS_PER_PAGE = 50
PEOPLE_PER_PAGE = 200


@bp.get("/staff/certificates")
@access.requires(Permission.CERTIFICATE_ISSUE)
def runs() -> ResponseReturnValue:
    found = overview.certified_runs(db.session())
    pages = Pages.of(len(found), size=RUNS_PER_PAGE, path=url_for("certificates_staff.runs"))
    return render_template(
        "certificates/staff_runs.html",
        runs=overview.counts_of(db.session(), pages.cut(found)),
        pages=pages,
    )


@bp.get("/staff/certificates/<int:run_id>")
@access.requires(Permission.CERTIFICATE_ISSUE)
def run(run_id: int) -> ResponseReturnValue:
    found = policy.run_for_issuer(db.session(), run_id, signed_in())
    standings = requirements.standings(db.session(), found)
    chosen = _all_ready(standings) if request.args.get("choose") == "ready" else frozenset()
    return _run_page(found, standings, IssueForm(formdata=None), chosen=chosen)


@bp.post("/staff/certificates/<int:run_id>")
@access.requires(Permission.CERTIFICATE_ISSUE)
def issue(run_id: int) -> ResponseReturnValue:
    """Show a preview, or issue when it has been confirmed.

    It reads through a session that is closed before anything is issued: each certificate is written in
    a transaction of its own, and a request that held another one would wait for itself.
    """
    form, person = IssueForm(), signed_in()
    with db.reading() as session:
        found = policy.run_for_issuer(session, run_id, person)
        standings = requirements.standings(session, found)
        if not form.validate():
            return _run_page(found, standings, form, chosen=frozenset()), 422
        chosen = _chosen(standings, form.people.data or ())
        made = _drafts(session, found, chosen, person)
    if not form.confirm.data:
        return _preview_page(found, made, chosen, by=person.id)
    issued = _issue_all(made, chosen, by=person.id)
    _flash_result(issued)
    return redirect(url_for("certificates_staff.run", run_id=run_id))


@bp.get("/staff/certificates/<int:run_id>/preview/<int:person_id>.pdf")
@access.requires(Permission.CERTIFICATE_ISSUE)
def preview_pdf(run_id: int, person_id: int) -> ResponseReturnValue:
    """Return the paper as it would be, marked as a preview across the page."""
    with db.reading() as session:
        found = policy.run_for_issuer(session, run_id, signed_in())
        chosen = _chosen(requirements.standings(session, found), [person_id])
        [draft] = _drafts(session, found, chosen, signed_in())
    if draft.letters_lacking:
        raise Conflict(_("The name or the course has a letter that the paper cannot show. Correct it first."))
    data = render_certificate(draft.for_preview(base_url=_settings().base_url), is_preview=True)
    return downloads.attachment(data, f"preview-{person_id}.pdf", "application/pdf")


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _chosen(standings: Iterable[Standing], person_ids: Iterable[int]) -> list[Standing]:
    """Return the chosen people of the run, each once. Raises NotFound when somebody is not in it."""
    by_id = {standing.person.id: standing for standing in standings}
    wanted = dict.fromkeys(person_ids)
    if not by_id.keys() >= wanted.keys():
        raise NotFound
    return [standing for person_id, standing in by_id.items() if person_id in wanted]


def _drafts(session: Session, found: RunView, chosen: list[Standing], person: SignedIn) -> list[Draft]:
    return drafts(
        session,
        found,
        [standing.person for standing in chosen],
        signer_name=person.name,
        issuer_name=_settings().operator.name,
        today=clock.today(),
    )


def _issue_all(made: list[Draft], chosen: list[Standing], *, by: int) -> list[Issued]:
    """Issue to everybody chosen; when one of them must not get it, nobody does."""
    for draft, standing in zip(made, chosen, strict=True):
        operations.check(draft, by=by)
        if standing.number is None and not standing.is_ready:
            raise Conflict(
                _(
                    "%(name)s is not ready yet. Missing: %(missing)s. Nothing was issued.",
                    name=standing.person.name,
                    missing=in_words(standing.lacking),
                )
            )
    base_url, now = _settings().base_url, clock.now()
    return [operations.issue(draft, by=by, base_url=base_url, now=now) for draft in made]


def _flash_result(issued: list[Issued]) -> None:
    new = sum(item.is_new for item in issued)
    old = len(issued) - new
    if new:
        flash(ngettext("%(num)d certificate was issued.", "%(num)d certificates were issued.", new))
    if old:
        text = ngettext(
            "%(num)d certificate had been issued before; it stays as it was.",
            "%(num)d certificates had been issued before; they stay as they were.",
            old,
        )
        flash(text, "attention")


def _run_page(found: RunView, standings: list[Standing], form: IssueForm, *, chosen: frozenset[int]) -> str:
    ready, sorted_standings = _all_ready(standings), sorted(standings, key=_ready_first)
    kept = {"choose": "ready"} if request.args.get("choose") == "ready" else {}
    path = url_for("certificates_staff.run", run_id=found.id)
    pages = Pages.of(len(standings), size=PEOPLE_PER_PAGE, path=path, kept=kept)
    return render_template(
        "certificates/staff_run.html",
        run=found,
        form=form,
        rows=[_row(standing, chosen) for standing in pages.cut(sorted_standings)],
        pages=pages,
        ready_count=len(ready),
        all_chosen=bool(ready) and chosen == ready,
    )


def _preview_page(found: RunView, made: list[Draft], chosen: list[Standing], *, by: int) -> str:
    base_url = _settings().base_url
    shown = [
        previewed(draft, standing, by=by, base_url=base_url)
        for draft, standing in zip(made, chosen, strict=True)
    ]
    return render_template(
        "certificates/staff_preview.html",
        run=found,
        previews=shown,
        issuable=[item.person_id for item in shown if not item.problems],
    )


def _row(standing: Standing, chosen: frozenset[int]) -> dict[str, Any]:
    return {
        "id": standing.person.id,
        "name": standing.person.name,
        "is_ready": standing.is_ready,
        "is_chosen": standing.person.id in chosen,
        "missing": in_words(standing.lacking),
        "number": standing.number,
    }


def _ready_first(standing: Standing) -> int:
    """Order: those who wait for a certificate, those on their way, those who hold one; by name in each."""
    if standing.number:
        return 2
    return 0 if standing.is_ready else 1


def _all_ready(standings: Iterable[Standing]) -> frozenset[int]:
    return frozenset(standing.person.id for standing in standings if standing.is_ready)

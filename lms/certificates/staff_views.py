"""Issuing certificates: the runs, who is ready in each, the preview, and the issuing itself."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms import access, clock, db, downloads
from lms.access import Permission
from lms.certificates import operations, overview, policy, requirements
from lms.certificates.drafts import CertificateDraft, drafts
from lms.certificates.forms import IssueForm
from lms.certificates.operations import Issued
from lms.certificates.pdf import render_certificate
from lms.certificates.preview import previewed
from lms.certificates.requirements import CertificateProgress, in_words
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
    run_progress = requirements.run_progress(db.session(), found)
    chosen = _all_ready(run_progress) if request.args.get("choose") == "ready" else frozenset()
    return _run_page(found, run_progress, IssueForm(formdata=None), chosen=chosen)


@bp.post("/staff/certificates/<int:run_id>")
@access.requires(Permission.CERTIFICATE_ISSUE)
def issue(run_id: int) -> ResponseReturnValue:
    """Show a preview, or issue when it has been confirmed.

    It reads through a session that is closed before anything is issued: each certificate is written in
    a separate transaction, and a request that had another one open would wait for itself.
    """
    form, person = IssueForm(), signed_in()
    with db.reading() as session:
        found = policy.run_for_issuer(session, run_id, person)
        run_progress = requirements.run_progress(session, found)
        if not form.validate():
            return _run_page(found, run_progress, form, chosen=frozenset()), 422
        chosen = _chosen(run_progress, form.people.data or ())
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
        chosen = _chosen(requirements.run_progress(session, found), [person_id])
        [draft] = _drafts(session, found, chosen, signed_in())
    if draft.unprintable:
        raise Conflict(_("The name or the course has a letter that the paper cannot show. Correct it first."))
    data = render_certificate(draft.for_preview(base_url=_settings().base_url), is_preview=True)
    return downloads.attachment(data, f"preview-{person_id}.pdf", "application/pdf")


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _chosen(
    run_progress: Iterable[CertificateProgress], person_ids: Iterable[int]
) -> list[CertificateProgress]:
    """Return the chosen people of the run, each once. Raises NotFound when somebody is not in it."""
    by_id = {progress.person.id: progress for progress in run_progress}
    wanted = dict.fromkeys(person_ids)
    if not by_id.keys() >= wanted.keys():
        raise NotFound
    return [progress for person_id, progress in by_id.items() if person_id in wanted]


def _drafts(
    session: Session, found: RunView, chosen: list[CertificateProgress], person: SignedIn
) -> list[CertificateDraft]:
    return drafts(
        session,
        found,
        [progress.person for progress in chosen],
        signer_name=person.name,
        issuer_name=_settings().operator.name,
        today=clock.today(),
    )


def _issue_all(made: list[CertificateDraft], chosen: list[CertificateProgress], *, by: int) -> list[Issued]:
    """Issue to everybody chosen; if one of them must not get it, nobody does."""
    for draft, progress in zip(made, chosen, strict=True):
        operations.check(draft, by=by)
        if progress.number is None and not progress.is_ready:
            raise Conflict(
                _(
                    "%(name)s is not ready yet. Missing: %(missing)s. Nothing was issued.",
                    name=progress.person.name,
                    missing=in_words(progress.missing),
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


def _run_page(
    found: RunView, run_progress: list[CertificateProgress], form: IssueForm, *, chosen: frozenset[int]
) -> str:
    ready, sorted_progress = _all_ready(run_progress), sorted(run_progress, key=_ready_first)
    params = {"choose": "ready"} if request.args.get("choose") == "ready" else {}
    path = url_for("certificates_staff.run", run_id=found.id)
    pages = Pages.of(len(run_progress), size=PEOPLE_PER_PAGE, path=path, params=params)
    return render_template(
        "certificates/staff_run.html",
        run=found,
        form=form,
        rows=[_row(progress, chosen) for progress in pages.cut(sorted_progress)],
        pages=pages,
        ready_count=len(ready),
        all_chosen=bool(ready) and chosen == ready,
    )


def _preview_page(
    found: RunView, made: list[CertificateDraft], chosen: list[CertificateProgress], *, by: int
) -> str:
    base_url = _settings().base_url
    shown = [
        previewed(draft, progress, by=by, base_url=base_url)
        for draft, progress in zip(made, chosen, strict=True)
    ]
    return render_template(
        "certificates/staff_preview.html",
        run=found,
        previews=shown,
        issuable=[item.person_id for item in shown if not item.problems],
    )


def _row(progress: CertificateProgress, chosen: frozenset[int]) -> dict[str, Any]:
    return {
        "id": progress.person.id,
        "name": progress.person.name,
        "is_ready": progress.is_ready,
        "is_chosen": progress.person.id in chosen,
        "missing": in_words(progress.missing),
        "number": progress.number,
    }


def _ready_first(progress: CertificateProgress) -> int:
    """Sort: first those who wait for a certificate, then those on their way, then those who have one; each by name."""
    if progress.number:
        return 2
    return 0 if progress.is_ready else 1


def _all_ready(run_progress: Iterable[CertificateProgress]) -> frozenset[int]:
    return frozenset(progress.person.id for progress in run_progress if progress.is_ready)

"""One's own certificates, their files, and the public page where anybody can check one."""

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms import access, audit, clock, db, downloads
from lms.access import Permission
from lms.certificates import policy, queries
from lms.certificates.content import Language
from lms.certificates.numbers import CODE_LENGTH, VERIFY_PATH, read_code, typed_length, verify_path
from lms.certificates.queries import IssuedCertificate
from lms.certificates.states import Result
from lms.certificates.wording import WORDS, paper
from lms.login import signed_in

bp = Blueprint("certificates", __name__)

LONGEST_TYPED_CODE = 100


@bp.get("/certificates")
@access.requires(Permission.OWN_WORK)
def own_certificates() -> ResponseReturnValue:
    found = queries.certificates_of(db.session(), signed_in().id)
    shown = [
        {"number": item.number, "verify_url": verify_path(item.code), "paper": paper(item.content)}
        for item in found
    ]
    return render_template("certificates/own.html", certificates=shown)


@bp.get("/certificates/<number>.pdf")
@access.requires(Permission.OWN_WORK)
def pdf(number: str) -> ResponseReturnValue:
    certificate = _opened(number)
    name = f"{_file_name(certificate.content.language)}-{certificate.number}.pdf"
    return downloads.attachment(queries.pdf_of(db.session(), number), name, "application/pdf")


@bp.get("/certificates/<number>.json")
@access.requires(Permission.OWN_WORK)
def content(number: str) -> ResponseReturnValue:
    certificate = _opened(number)
    return Response(certificate.content.to_json(), mimetype="application/json")


def _opened(number: str) -> IssuedCertificate:
    """Return the certificate for its reader; a reading by somebody else is recorded, and its holder sees that."""
    session, reader = db.session(), signed_in()
    certificate = policy.certificate_for_reader(session, number, reader)
    audit.record_reading(
        session,
        "certificate.read",
        object_type="certificate",
        object_id=certificate.number,
        by=reader.id,
        about=certificate.person_id,
        now=clock.now(),
    )
    return certificate


@bp.get(VERIFY_PATH)
@access.public
def verify_form() -> ResponseReturnValue:
    typed = request.args.get("code", "").strip()[:LONGEST_TYPED_CODE]
    if typed_length(typed):
        return redirect(verify_path(read_code(typed) or typed))
    return _verify_page(is_missing="code" in request.args)


@bp.get(f"{VERIFY_PATH}/<path:code>")
@access.public
def verify(code: str) -> ResponseReturnValue:
    known_form = read_code(code)
    certificate = queries.certificate_by_code(db.session(), known_form) if known_form else None
    if certificate is None:
        return _verify_page(result=Result.UNKNOWN, typed=code, status=404)
    return _verify_page(result=Result.VALID, paper=paper(certificate.content))


def _verify_page(
    *,
    result: Result | None = None,
    paper: dict[str, object] | None = None,
    typed: str = "",
    is_missing: bool = False,
    status: int = 200,
) -> Response:
    """Return the check page; search engines are asked to leave it alone."""
    page = render_template(
        "certificates/verify.html",
        result=result,
        paper=paper,
        typed=typed,
        is_missing=is_missing,
        length=typed_length(typed),
        full_length=CODE_LENGTH,
        checked_at=clock.now(),
    )
    return Response(page, status=status, headers={"X-Robots-Tag": "noindex, nofollow"}, mimetype="text/html")


def _file_name(language: Language) -> str:
    return WORDS[language].heading.lower()

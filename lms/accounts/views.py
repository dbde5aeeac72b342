"""Signing in and out, the own password, and the language of the pages."""

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from lms import access, clock, db, errors, i18n, login
from lms.access import Permission, SignInNeeded
from lms.accounts import operations, passwords, policy, sign_in
from lms.accounts.forms import OwnPasswordForm, SignInForm
from lms.i18n import _, current_language
from lms.login import SignedIn, current_person, signed_in

bp = Blueprint("accounts", __name__)

KEPT_PREFIX = "kept-"
NEVER_KEPT = frozenset({"csrf_token", "page", "password", "current", "new"})


@bp.get("/sign-in")
@access.public
def sign_in_page() -> ResponseReturnValue:
    if current_person():
        return redirect(errors.safe_path(request.args.get("next")))
    return _sign_in_page(SignInForm(formdata=None), next_path=request.args.get("next", ""))


@bp.post("/sign-in")
@access.public
def sign_in_form() -> ResponseReturnValue:
    form = SignInForm()
    next_path = request.form.get("next", "")
    kept_path, kept = request.form.get("kept_path", ""), _kept_from_sign_in()
    if not form.validate():
        return _sign_in_page(form, next_path=next_path, kept_path=kept_path, kept=kept), 422
    found = sign_in.try_password(form.username.data or "", form.password.data or "")
    if isinstance(found, sign_in.Refused):
        return _refused(form, found, next_path=next_path, kept_path=kept_path, kept=kept)
    _start_anew()
    login.start(found)
    i18n.use_language(found.language)
    if kept and _takes_post(kept_path):
        return render_template("accounts/kept.html", path=kept_path, kept=kept, shown=_shown(kept))
    return redirect(errors.safe_path(next_path))


@bp.post("/sign-out")
@access.public
def sign_out() -> ResponseReturnValue:
    person = current_person()
    if person:
        operations.end_sign_in(db.session(), person.sign_in_id, by=person.id, now=clock.now())
    return _signed_out(_("You have signed out."))


def _signed_out(message: str) -> ResponseReturnValue:
    """Forget the person in this browser and send it to the front page."""
    language = current_language()
    login.stop()
    session.clear()
    session["language"] = language
    flash(message)
    response = redirect("/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.post("/language")
@access.public
def choose_language() -> ResponseReturnValue:
    language = request.form.get("language", "")
    if language not in i18n.LANGUAGES:
        raise errors.Invalid(_("Choose one of the languages on the page."))
    person = current_person()
    if person:
        operations.set_language(db.session(), person.id, language)
    session["language"] = language
    return redirect(errors.safe_path(request.form.get("next")))


@bp.get("/me/password")
@access.requires(Permission.OWN_WORK)
def own_password_page() -> ResponseReturnValue:
    return _own_password_page(OwnPasswordForm(formdata=None))


@bp.post("/me/password")
@access.requires(Permission.OWN_WORK)
def own_password_form() -> ResponseReturnValue:
    form, person = OwnPasswordForm(), signed_in()
    if not form.validate():
        return _own_password_page(form), 422
    if why_not := policy.why_not_confirmed(person, form.current.data or ""):
        form.current.errors = [why_not]
        return _own_password_page(form), 422
    try:
        password_hash = operations.new_password_hash(
            form.new.data or "", roles=person.roles, names=_known_names(person)
        )
    except errors.Invalid as fault:
        form.new.errors = [str(fault.message)]
        return _own_password_page(form), 422
    owner = policy.person_for_reader(db.session(), person.id)
    token = operations.change_own_password(db.session(), owner, password_hash=password_hash, now=clock.now())
    _start_anew()
    login.start(replace(person, token=token))
    flash(_("Your password is now the new one. Everywhere else you were signed out."))
    return redirect("/me")


@bp.post("/me/sign-out-everywhere")
@access.requires(Permission.OWN_WORK)
def sign_out_everywhere() -> ResponseReturnValue:
    operations.sign_out_everywhere(db.session(), signed_in().id, now=clock.now())
    return _signed_out(_("You have signed out everywhere."))


def _known_names(person: SignedIn) -> list[str]:
    """Return the words that a guesser would try first."""
    return [person.username, person.name, current_app.extensions["settings"].operator.name]


def _own_password_page(form: OwnPasswordForm) -> str:
    least = passwords.shortest(signed_in().roles)
    return render_template("accounts/own_password.html", form=form, least=least)


def _start_anew() -> None:
    """Drop everything that stood in the cookie before the sign-in, and draw a new form token at once.

    Drawn later, two pages opened side by side would each draw one, and the first page's form would be refused.
    """
    session.clear()
    g.pop("csrf_token", None)
    generate_csrf()


def _sign_in_page(
    form: SignInForm, *, next_path: str = "", kept_path: str = "", kept: list[tuple[str, str]] | None = None
) -> str:
    kept = kept or []
    return render_template(
        "accounts/sign_in.html",
        form=form,
        next_path=next_path,
        kept_path=kept_path,
        kept=kept,
        shown=_shown(kept),
    )


def _refused(
    form: SignInForm, refused: sign_in.Refused, *, next_path: str, kept_path: str, kept: list[tuple[str, str]]
) -> ResponseReturnValue:
    form.password.errors = [refused.message]
    page = _sign_in_page(form, next_path=next_path, kept_path=kept_path, kept=kept)
    return page, refused.status, refused.headers


def _shown(kept: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the kept fields that are people's writing, with their labels."""
    return [
        (str(errors.KEPT_LABELS[name]), text)
        for name, text in kept
        if name in errors.KEPT_LABELS and text.strip()
    ]


def _kept_from_sign_in() -> list[tuple[str, str]]:
    """Return the fields of the refused form that the sign-in form carries along."""
    return [
        (name.removeprefix(KEPT_PREFIX), text)
        for name, text in request.form.items(multi=True)
        if name.startswith(KEPT_PREFIX) and name.removeprefix(KEPT_PREFIX) not in NEVER_KEPT
    ]


def _takes_post(path: str) -> bool:
    """Tell whether `path` is one of our own addresses that take a form."""
    if not path.startswith("/") or path[1:2] in ("/", "\\"):
        return False
    try:
        current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return False
    return True


def _sign_in_needed(error: SignInNeeded) -> ResponseReturnValue:
    """Send a reader to the sign-in page; a writer gets it at once, with the text still there."""
    if request.method in db.READING_METHODS:
        return redirect("/sign-in?" + urlencode({"next": request.full_path.rstrip("?")}))
    kept = [(name, text) for name, text in request.form.items(multi=True) if name not in NEVER_KEPT]
    page = _sign_in_page(
        SignInForm(formdata=None), next_path=errors.way_back(), kept_path=request.path, kept=kept
    )
    return page, 401


bp.app_errorhandler(SignInNeeded)(_sign_in_needed)

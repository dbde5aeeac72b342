"""Signing in and out, one's own password, and the language of the pages."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf

from lms import access, autosave, clock, db, error_pages, errors, i18n, login
from lms.access import Permission, SignInNeeded
from lms.accounts import devices, form_owner, operations, passwords, policy, sign_in, unsaved_forms
from lms.accounts.forms import LanguageForm, OwnPasswordForm, SignInForm
from lms.i18n import _, current_language
from lms.links import named, url_for
from lms.login import SignedIn, current_person, signed_in
from lms.serving import bodies

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@named("sign_in")
@access.public
def sign_in_page() -> ResponseReturnValue:
    if current_person():
        return redirect(error_pages.safe_path(request.args.get("next")))
    return _sign_in_page(SignInForm(formdata=None), next_path=request.args.get("next", ""))


@bp.post("/sign-in")
@access.public
@bodies.takes_writing
def sign_in_form() -> ResponseReturnValue:
    form = SignInForm()
    if unsaved_forms.is_too_large():
        return _too_large()
    next_path = request.form.get("next", "")
    text = unsaved_forms.from_carrying_form()
    if not form.validate():
        return _sign_in_page(form, next_path=next_path, text=text), 422
    found = sign_in.try_password(form.username.data or "", form.password.data or "")
    if isinstance(found, sign_in.SignInRefused):
        return _refused(form, found, next_path=next_path, text=text)
    _start_anew(found)
    login.start(found)
    i18n.use_language(found.language)
    if text is None:
        return redirect(error_pages.safe_path(next_path))
    if not text.is_by(found):
        flash(
            _("The text on the sign-in page was from an earlier sign-in. It was not opened here."),
            "attention",
        )
        return redirect(url_for("home"))
    return _recover(text, found, next_path=next_path)


@bp.post("/sign-out")
@named("sign_out")
@access.public
def sign_out() -> ResponseReturnValue:
    person = current_person()
    if person:
        operations.end_sign_in(db.session(), person.sign_in_id, by=person.id, now=clock.now())
    return _signed_out(_("You have signed out."))


def _signed_out(message: str) -> ResponseReturnValue:
    """Forget the person in this browser and send it to the front page.

    A page of theirs may still be open: the mark tells that its text is theirs, should they sign in here again.
    """
    language, writer = current_language(), form_owner.last_here()
    login.stop()
    session.clear()
    session["language"] = language
    form_owner.restore(writer)
    flash(message)
    response = redirect(url_for("home"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.post("/language")
@named("language")
@access.public
@bodies.takes_writing
def choose_language() -> ResponseReturnValue:
    form = LanguageForm()
    if not form.validate():
        raise errors.Invalid(_("Choose one of the languages on the page."))
    if unsaved_forms.is_too_large():
        return _too_large()
    language = str(form.language.data)
    session["language"] = language
    person, text, next_path = (
        current_person(),
        unsaved_forms.from_carrying_form(),
        request.form.get("next", ""),
    )
    if person:
        operations.set_language(db.session(), person.id, language)
        login.start(replace(person, language=language))
    i18n.use_language(language)
    if text and not person:
        return _sign_in_page(SignInForm(formdata=None), next_path=next_path, text=text)
    if text and person and text.is_by(person):
        return _unsaved_text_page(text, next_path=next_path)
    return redirect(error_pages.safe_path(next_path))


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
            form.new.data or "",
            roles=person.roles,
            names=policy.words_to_avoid(person.username, person.name),
        )
    except errors.Invalid as fault:
        form.new.errors = [str(fault.message)]
        return _own_password_page(form), 422
    owner = policy.person_for_reader(db.session(), person.id)
    token = operations.change_own_password(
        db.session(), owner, password_hash=password_hash, checked_for=person.roles, now=clock.now()
    )
    devices.remember(owner.id, owner.device_generation)
    _start_anew(person)
    login.start(replace(person, token=token))
    flash(_("Your new password is in use. You were signed out everywhere else."))
    return redirect(url_for("me"))


@bp.post("/me/sign-out-everywhere")
@access.requires(Permission.OWN_WORK)
def sign_out_everywhere() -> ResponseReturnValue:
    operations.sign_out_everywhere(db.session(), signed_in().id, now=clock.now())
    return _signed_out(_("You have signed out everywhere."))


def _own_password_page(form: OwnPasswordForm) -> str:
    least = passwords.shortest(signed_in().roles)
    return render_template("accounts/own_password.html", form=form, least=least)


def _start_anew(person: SignedIn) -> None:
    """Clear the cookie at sign-in, except the person's own mark, and generate a new CSRF token at once.

    The person's language is in the cookie too, for the pages after the sign-in has ended.
    If it were generated later, two pages opened at once would each get one, and the first page's form would be refused.
    """
    before = form_owner.last_here()
    session.clear()
    session["language"] = person.language
    g.pop("csrf_token", None)
    generate_csrf()
    form_owner.remember(person, before)


def _sign_in_page(
    form: SignInForm,
    *,
    next_path: str = "",
    text: unsaved_forms.UnsavedForm | None = None,
    has_ended: bool = False,
    is_old: bool = False,
) -> str:
    """Show the sign-in form, with the text of the form that led here.

    `has_ended` says that a sign-in had ended, `is_old` that the sign-in page itself had been open too long.
    """
    return render_template(
        "accounts/sign_in.html",
        form=form,
        next_path=next_path,
        unsaved=text,
        has_ended=has_ended,
        is_old=is_old,
    )


def _recover(text: unsaved_forms.UnsavedForm, person: SignedIn, *, next_path: str) -> ResponseReturnValue:
    """Save the person's text and go to it, or show the text with the reason why it is not saved."""
    try:
        saved = text.save(db.session(), by=person, now=clock.now())
    except errors.DomainError as fault:
        return _unsaved_text_page(text, next_path=next_path, why_not=error_pages.reason(fault))
    if saved is None:
        return _unsaved_text_page(text, next_path=next_path)
    flash(saved.message)
    return redirect(saved.url)


def _unsaved_text_page(text: unsaved_forms.UnsavedForm, *, next_path: str, why_not: str = "") -> str:
    """Show the text, which could not be saved, to its writer, who has signed in again."""
    page = error_pages.safe_path(next_path)
    return render_template("accounts/unsaved_text.html", unsaved=text, page=page, why_not=why_not)


def _refused(
    form: SignInForm,
    refused: sign_in.SignInRefused,
    *,
    next_path: str,
    text: unsaved_forms.UnsavedForm | None,
) -> ResponseReturnValue:
    form.password.errors = [refused.message]
    return _sign_in_page(form, next_path=next_path, text=text), refused.status, refused.headers


def _sign_in_needed(error: SignInNeeded) -> ResponseReturnValue:
    """Redirect a reading request to the sign-in page; answer a form with the sign-in page and its text."""
    if request.method in db.READING_METHODS:
        return redirect(
            f"{url_for('accounts.sign_in_page')}?{urlencode({'next': request.full_path.rstrip('?')})}"
        )
    return _sign_in_has_ended()


def _token_refused(error: CSRFError) -> ResponseReturnValue:
    """Refuse a form without a valid CSRF token, and preserve its text.

    SECURITY: the only thing done with it is to save a text that its token proves to be the person's (unsaved_forms.py).
    """
    if unsaved_forms.is_too_large():
        return _too_large()
    person, text = current_person(), unsaved_forms.from_carrying_form()
    if request.endpoint == f"{bp.name}.{sign_in_form.__name__}":
        return _sign_in_once_more(text)
    if text and person is None:
        return _sign_in_page(
            SignInForm(formdata=None), next_path=request.form.get("next", ""), text=text
        ), 400
    needs_person = access.declared(current_app, request.endpoint or "") is not None
    if needs_person and person is None:
        return _sign_in_has_ended()
    if needs_person and person and (written := unsaved_forms.from_refused_form()) and written.is_by(person):
        return (
            _writer_is_known(True)
            if autosave.is_by_script()
            else _recover(written, person, next_path=error_pages.way_back())
        )
    return error_pages.page(400, unsaved=text.shown if text else None)


def _sign_in_once_more(text: unsaved_forms.UnsavedForm | None) -> ResponseReturnValue:
    """Show a sign-in form that came without a valid token again, with a new token and the user name."""
    form = SignInForm(formdata=None, data={"username": request.form.get("username", "")})
    return _sign_in_page(form, next_path=request.form.get("next", ""), text=text, is_old=True), 400


def _sign_in_has_ended() -> ResponseReturnValue:
    """Show the sign-in page with the text of the refused form; tell a script whether the writer is known."""
    if autosave.is_by_script():
        return _writer_is_known(form_owner.of_this_form() is not None)
    if unsaved_forms.is_too_large():
        return _too_large()
    form, text = SignInForm(formdata=None), unsaved_forms.from_refused_form()
    return _sign_in_page(form, next_path=error_pages.way_back(), text=text, has_ended=True), 401


def _too_large() -> ResponseReturnValue:
    """Refuse the text, which is still on the writer's previous page; rendering it would only cost memory."""
    g.body_refused = True
    return error_pages.page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _writer_is_known(known: bool) -> ResponseReturnValue:
    """Tell a script that it cannot save, and whether pressing Save on the page would recover the text."""
    return {"writer_is_known": known}, 401


bp.app_errorhandler(SignInNeeded)(_sign_in_needed)
bp.app_errorhandler(CSRFError)(_token_refused)

"""Whose the texts on this browser's open pages are: a keyed mark in the signed cookie of who was last signed in here.

It serves a text that came after its sign-in had ended, and nothing else. It opens no page, names nobody, and is
replaced when another person signs in.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from lms.login import SignedIn

_FIELD = "writer"

# pages of so many earlier sign-ins may still be open beside this one's
MOST_TOKENS = 5


@dataclass(frozen=True)
class FormOwner:
    """Who was last signed in in this browser, as far as the cookie tells it."""

    # drawn when the person began to use this browser
    browser: str
    mark: str
    # hashes of the form tokens of the person's sign-ins here, the newest first
    tokens: tuple[str, ...]

    def is_of(self, person: SignedIn) -> bool:
        return hmac.compare_digest(self.mark, _mark_of(self.browser, person))


def _mark_of(browser: str, person: SignedIn) -> str:
    # the number of an erased person may be given anew, so the user name counts, too
    message = f"writer\0{browser}\0{person.id}\0{person.username}"
    return hmac.new(current_app.config["SECRET_KEY"].encode(), message.encode(), "sha256").hexdigest()[:32]


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def last_here() -> FormOwner | None:
    """Return who was last signed in in this browser; None when nobody was."""
    found = session.get(_FIELD)
    return FormOwner(found[0], found[1], tuple(found[2:])) if found else None


def remember(person: SignedIn, before: FormOwner | None) -> None:
    """Note in the cookie that the person has signed in here; call it when the form token has been drawn anew."""
    own = before if before is not None and before.is_of(person) else None
    browser = own.browser if own else secrets.token_urlsafe(12)
    tokens = [_hash_of(session["csrf_token"]), *(own.tokens if own else ())]
    session[_FIELD] = [browser, _mark_of(browser, person), *tokens[:MOST_TOKENS]]


def restore(writer: FormOwner | None) -> None:
    """Put the mark back into a cookie that has been emptied: pages may be open from before."""
    if writer is not None:
        session[_FIELD] = [writer.browser, writer.mark, *writer.tokens]


def of_this_form() -> FormOwner | None:
    """Return who was given the page with the request's form; None when that is unknown.

    SECURITY: only a token of that person's own sign-in in this browser tells it. Another site's form has none, and
    the token that the browser has got after a sign-out belongs to whoever sits there now.
    """
    writer = last_here()
    tokens = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
    try:
        token = str(tokens.loads(request.form.get("csrf_token", "")))
    except BadData:
        return None
    return writer if writer and _hash_of(token) in writer.tokens else None

"""Who owns the texts on this browser's open pages: a keyed mark, in the signed cookie, of who last signed in here.

It is used only for a text that arrives after the sign-in has ended. It gives no access, names nobody, and is
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

# pages of this many sign-ins may be open at once
MOST_TOKENS = 5


@dataclass(frozen=True)
class FormOwner:
    """The person who last signed in with this browser, according to the cookie."""

    # a random number, made when the person first signed in here
    browser: str
    mark: str
    # hashes of the CSRF tokens of the person's sign-ins here, the newest first
    tokens: tuple[str, ...]

    def is_of(self, person: SignedIn) -> bool:
        return hmac.compare_digest(self.mark, _mark_of(self.browser, person))


def _mark_of(browser: str, person: SignedIn) -> str:
    # the id of an erased person may be reused, so the user name is included
    message = f"writer\0{browser}\0{person.id}\0{person.username}"
    return hmac.new(current_app.config["SECRET_KEY"].encode(), message.encode(), "sha256").hexdigest()[:32]


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def last_here() -> FormOwner | None:
    """Return who last signed in with this browser, None when nobody has."""
    found = session.get(_FIELD)
    return FormOwner(found[0], found[1], tuple(found[2:])) if found else None


def remember(person: SignedIn, before: FormOwner | None) -> None:
    """Note in the cookie that the person has signed in here; call it once the new CSRF token has been generated."""
    own = before if before is not None and before.is_of(person) else None
    browser = own.browser if own else secrets.token_urlsafe(12)
    tokens = [_hash_of(session["csrf_token"]), *(own.tokens if own else ())]
    session[_FIELD] = [browser, _mark_of(browser, person), *tokens[:MOST_TOKENS]]


def restore(writer: FormOwner | None) -> None:
    """Put the mark back into a cookie that has been cleared: older pages may still be open."""
    if writer is not None:
        session[_FIELD] = [writer.browser, writer.mark, *writer.tokens]


def of_this_form() -> FormOwner | None:
    """Return for whom the page with the request's form was rendered, None when that is unknown.

    SECURITY: only a CSRF token of that person's own sign-in in this browser proves it. Another site's form has none, and
    the token that the browser gets after a sign-out may be somebody else's.
    """
    writer = last_here()
    tokens = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
    try:
        token = str(tokens.loads(request.form.get("csrf_token", "")))
    except BadData:
        return None
    return writer if writer and _hash_of(token) in writer.tokens else None

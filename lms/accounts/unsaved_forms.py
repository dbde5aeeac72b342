"""What was written in a form that came after the sign-in had ended: carried along, saved for its writer alone."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms import access, clock, errors, form_recovery, form_texts
from lms.accounts import form_owner
from lms.accounts.form_owner import FormOwner
from lms.form_recovery import ExpiredForm, Recovered
from lms.forms import TEXT_LENGTH
from lms.login import SignedIn

NEVER_CARRIED = frozenset({"csrf_token", "page", "password", "current", "new"})

# no form of ours that holds writing has so many
MOST_FIELDS = 200

# many study one day a week; what is older is shown to its writer, and saved only by hand
SAVED_WITHIN = timedelta(days=8)


@dataclass(frozen=True)
class UnsavedForm:
    """The fields of a refused form and where it was sent; signed when it is known who wrote it, and in which browser."""

    path: str
    fields: tuple[tuple[str, str], ...]
    signature: str = ""

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Return the people's writing among the fields, with its labels."""
        return form_texts.carried(self.path, dict(self.fields))

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """Return the fields by which a form takes all of this along, as from_carrying_form() reads them."""
        return [
            (form_texts.PATH, self.path),
            *([("kept_writer", self.signature)] if self.signature else []),
            *((form_texts.PREFIX + name, text) for name, text in self.fields),
        ]

    @property
    def is_known(self) -> bool:
        """Return whether this browser knows whose text it is."""
        return self._signed_at() is not None

    @property
    def will_be_saved(self) -> bool:
        """Return whether signing in saves it, if nothing prevents that."""
        target = form_texts.target_of(self.path)
        return self.is_known and target is not None and form_recovery.recoverer_of(target[0]) is not None

    def is_by(self, person: SignedIn) -> bool:
        writer = form_owner.last_here()
        return self.is_known and writer is not None and writer.is_of(person)

    def signed(self, writer: FormOwner | None) -> "UnsavedForm":
        """Return the text with its writer's signature; without one when nobody knows the writer."""
        return UnsavedForm(self.path, self.fields, _signer().dumps(self._digest(writer)) if writer else "")

    def save(self, session: Session, *, by: SignedIn, now: datetime) -> Recovered | None:
        """Save the text as the person's own; None for a form that does more than that, and for an old text.

        Raises DomainError when it cannot be saved. SECURITY: ask is_by() before.
        """
        endpoint, address = form_texts.target_of(self.path) or ("", {})
        recover, signed_at = form_recovery.recoverer_of(endpoint), self._signed_at()
        if recover is None or signed_at is None or now - signed_at > SAVED_WITHIN:
            return None
        permission = access.declared(current_app, endpoint)
        if permission is not None and not by.may(permission):
            raise errors.NotAllowed
        form = ExpiredForm(address, MultiDict(self.fields), mark=self._digest(None)[:32])
        with session.begin_nested():
            return recover(session, form, by=by, now=now)

    def _signed_at(self) -> datetime | None:
        """Return when it was signed; None when path or text was altered, or signed for another owner or browser."""
        writer = form_owner.last_here()
        try:
            digest, signed_at = _signer().loads(self.signature, return_timestamp=True)
        except BadData:
            return None
        is_whole = writer is not None and hmac.compare_digest(str(digest), self._digest(writer))
        return signed_at if is_whole and isinstance(signed_at, datetime) else None

    def _digest(self, writer: FormOwner | None) -> str:
        """Return a hash of everything that must stay as it was; browsers write line ends in more than one way."""
        fields = [(name, text.replace("\r\n", "\n").replace("\r", "\n")) for name, text in self.fields]
        whose = (writer.browser, writer.mark) if writer else ()
        return hashlib.sha256(json.dumps([whose, self.path, fields]).encode()).hexdigest()


class _Clocked(TimestampSigner):
    """Signs with the product's clock."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def _signer() -> URLSafeTimedSerializer:
    secret = current_app.config["SECRET_KEY"]
    return URLSafeTimedSerializer(secret, salt="writer of a kept text", signer=_Clocked)


def from_refused_form() -> UnsavedForm | None:
    """Return what this request brought without a good sign-in; None when there is no text in it."""
    fields = tuple((name, text) for name, text in request.form.items(multi=True) if name not in NEVER_CARRIED)
    text = _if_it_has_text(UnsavedForm(request.path, fields))
    return text.signed(form_owner.of_this_form()) if text else None


def from_carrying_form() -> UnsavedForm | None:
    """Return what the sign-in form, or the form of the languages beside it, carries along."""
    fields = tuple(
        (name.removeprefix(form_texts.PREFIX), text)
        for name, text in request.form.items(multi=True)
        if name.startswith(form_texts.PREFIX) and name.removeprefix(form_texts.PREFIX) not in NEVER_CARRIED
    )
    given = request.form.get
    return _if_it_has_text(UnsavedForm(given(form_texts.PATH, ""), fields, given("kept_writer", "")))


def is_too_large() -> bool:
    """Return whether the request has a text that no field of ours takes: signing in could not save it."""
    return any(len(text) > TEXT_LENGTH for text in request.form.values())


def _if_it_has_text(form: UnsavedForm) -> UnsavedForm | None:
    return form if len(form.fields) <= MOST_FIELDS and form.shown else None

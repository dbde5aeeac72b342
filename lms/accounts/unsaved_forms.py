"""Forms that arrive after the sign-in has ended: the text is carried along, and saved only for its writer."""

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

# more than any of the site's forms with writing has
MOST_FIELDS = 200

# many people study one day a week; an older text is shown to its writer, but not saved automatically
SAVED_WITHIN = timedelta(days=8)


@dataclass(frozen=True)
class UnsavedForm:
    """The fields of a refused form and its path; signed if it is known who wrote it, and in which browser."""

    path: str
    fields: tuple[tuple[str, str], ...]
    signature: str = ""

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Return the texts among the fields, with their labels."""
        return form_texts.carried(self.path, dict(self.fields))

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """Return hidden fields that carry all of this along; from_carrying_form() reads them."""
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
        """Return the form with a signature for its writer, or without one if the writer is unknown."""
        return UnsavedForm(self.path, self.fields, _signer().dumps(self._digest(writer)) if writer else "")

    def save(self, session: Session, *, by: SignedIn, now: datetime) -> Recovered | None:
        """Save the text for the person; None if the endpoint's forms cannot be recovered, or the text is too old.

        Raises DomainError when it cannot be saved. SECURITY: check is_by() first.
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
        """Return when the form was signed; None if path or text was altered, or the owner or browser is another one."""
        writer = form_owner.last_here()
        try:
            digest, signed_at = _signer().loads(self.signature, return_timestamp=True)
        except BadData:
            return None
        is_whole = writer is not None and hmac.compare_digest(str(digest), self._digest(writer))
        return signed_at if is_whole and isinstance(signed_at, datetime) else None

    def _digest(self, writer: FormOwner | None) -> str:
        """Return a hash of everything that must not change; line ends are normalised, because browsers differ in them."""
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
    """Return the form that this request sent without a valid sign-in, None when there is no text in it."""
    fields = tuple((name, text) for name, text in request.form.items(multi=True) if name not in NEVER_CARRIED)
    text = _if_it_has_text(UnsavedForm(request.path, fields))
    return text.signed(form_owner.of_this_form()) if text else None


def from_carrying_form() -> UnsavedForm | None:
    """Return the form that the sign-in form, or the language form beside it, carries along."""
    fields = tuple(
        (name.removeprefix(form_texts.PREFIX), text)
        for name, text in request.form.items(multi=True)
        if name.startswith(form_texts.PREFIX) and name.removeprefix(form_texts.PREFIX) not in NEVER_CARRIED
    )
    given = request.form.get
    return _if_it_has_text(UnsavedForm(given(form_texts.PATH, ""), fields, given("kept_writer", "")))


def is_too_large() -> bool:
    """Return whether the request has a text too long for any field, which signing in could not save."""
    return any(len(text) > TEXT_LENGTH for text in request.form.values())


def _if_it_has_text(form: UnsavedForm) -> UnsavedForm | None:
    return form if len(form.fields) <= MOST_FIELDS and form.shown else None

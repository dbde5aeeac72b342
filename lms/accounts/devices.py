"""The device cookie: it shows that a person has signed in with this browser before.

It gives no access. It contains a random number for the browser and, for each of the last people, the day of sign-in and
a keyed hash: it does not reveal who they are, and cannot be forged without the key.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response, after_this_request, current_app, request

from lms import clock

VALID_FOR = timedelta(days=90)
# a workshop's tablet is shared by several people
MOST_PEOPLE = 5
WRITTEN = re.compile(rf"([\w-]{{22}})((?:\.\d{{5}}\.[\w-]{{22}}){{0,{MOST_PEOPLE}}})", re.ASCII)
MARK_BYTES = 16


@dataclass(frozen=True)
class Device:
    """The content of a browser's cookie: its number, and the day and hash of each person, newest first."""

    number: str
    marks: tuple[tuple[int, str], ...] = ()

    def knows(self, person_id: int, generation: int) -> bool:
        """Return whether this person has signed in here lately, and has not ended their devices since."""
        today = _today()
        return any(
            0 <= today - day <= VALID_FOR.days
            and hmac.compare_digest(mark, self._mark(person_id, generation, day))
            for day, mark in self.marks
        )

    def with_person(self, person_id: int, generation: int) -> "Device":
        """Return the same browser with this person as the newest; only the newest MOST_PEOPLE remain."""
        today = _today()
        others = tuple(
            (day, mark) for day, mark in self.marks if mark != self._mark(person_id, generation, day)
        )
        return Device(self.number, ((today, self._mark(person_id, generation, today)), *others)[:MOST_PEOPLE])

    def _mark(self, person_id: int, generation: int, day: int) -> str:
        message = f"known device\0{self.number}\0{person_id}\0{generation}\0{day}"
        digest = hmac.digest(current_app.config["SECRET_KEY"].encode(), message.encode(), "sha256")
        return urlsafe_b64encode(digest[:MARK_BYTES]).decode().rstrip("=")

    def __str__(self) -> str:
        return ".".join((self.number, *(f"{day}.{mark}" for day, mark in self.marks)))


def current() -> Device:
    """Return the browser's device; without a valid cookie, a new one."""
    written = WRITTEN.fullmatch(request.cookies.get(_cookie_name(), ""))
    if written is None:
        return Device(secrets.token_urlsafe(MARK_BYTES))
    days_and_marks = written[2].split(".")[1:]
    days, marks = days_and_marks[::2], days_and_marks[1::2]
    return Device(written[1], tuple(zip(map(int, days), marks, strict=True)))


def remember(person_id: int, generation: int) -> None:
    """Add the person to this browser's cookie, which is set with the response."""
    device = current().with_person(person_id, generation)

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(),
            str(device),
            max_age=VALID_FOR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _cookie_name() -> str:
    return str(current_app.config["SESSION_COOKIE_NAME"]) + "-device"


def _today() -> int:
    """Return today as days since 1970, a number of five digits."""
    return (clock.now() - datetime(1970, 1, 1, tzinfo=UTC)).days

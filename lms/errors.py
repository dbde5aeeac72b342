"""What went wrong, as domain errors; `lms/error_pages.py` turns them into pages."""

from http import HTTPStatus


class DomainError(Exception):
    """A rule that says no; the message is for the person, in their language."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # of the error page; empty: the usual one of the status
    title: object = ""

    def __init__(self, message: object = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """There is no such thing, or it is not this person's to know of."""

    status = HTTPStatus.NOT_FOUND


class NotAllowed(DomainError):
    """This person may see the thing but not do this to it."""

    status = HTTPStatus.FORBIDDEN


class Conflict(DomainError):
    """Somebody else was first, or the thing is no longer as it was."""

    status = HTTPStatus.CONFLICT


class ChangedElsewhere(Conflict):
    """The same person saved a newer text in another window."""


class Invalid(DomainError):
    """The input breaks a rule that the form could not see."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Busy(DomainError):
    """What was asked for is being done already; `wait_seconds` is when to ask again."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, message: object, *, wait_seconds: int) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds

"""What went wrong, as domain errors; `lms/error_pages.py` turns them into pages."""

from http import HTTPStatus


class DomainError(Exception):
    """A rule refuses the request; the message is for the person, in their language."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # of the error page; when empty, the page has the usual title of its status
    title: object = ""

    def __init__(self, message: object = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """There is no such thing, or this person may not know of it."""

    status = HTTPStatus.NOT_FOUND


class NotAllowed(DomainError):
    """This person may see the thing but may not do this to it."""

    status = HTTPStatus.FORBIDDEN


class Conflict(DomainError):
    """Somebody else was first, or the thing has changed."""

    status = HTTPStatus.CONFLICT


class ChangedElsewhere(Conflict):
    """The same person saved a newer text in another window."""


class Invalid(DomainError):
    """The input breaks a rule that the form cannot check."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Busy(DomainError):
    """The site is busy with such requests already, or the person has made too many; try again after `wait_seconds`."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, message: object, *, wait_seconds: int) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds

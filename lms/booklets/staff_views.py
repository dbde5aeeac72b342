"""The staff's booklets: a published course as a file to print."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from lms import access, clock, db, downloads, limits
from lms.access import Permission
from lms.booklets.operations import draft, printed
from lms.errors import NotFound
from lms.links import named
from lms.login import signed_in

bp = Blueprint("booklets_staff", __name__)

MOST_DIGITS = 9


@bp.get("/staff/courses/<course>.pdf")
@named("booklet")
@access.requires(Permission.RUN_MANAGE)
def booklet(course: str) -> ResponseReturnValue:
    """Give the booklet; `plain` and `language` ask for another wording, `version` for what a group reads."""
    limits.count_try(limits.BOOKLETS, signed_in().id, now=clock.now())
    with db.reading() as session:
        made = draft(
            session,
            course,
            language=request.args.get("language") or None,
            plain="plain" in request.args,
            number=_number(request.args.get("version")),
            settings=current_app.extensions["settings"],
        )
    db.let_go()
    return downloads.attachment(printed(made), made.name, "application/pdf")


def _number(text: str | None) -> int | None:
    """Return the number of a version. Raises NotFound for what is none."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise NotFound
    return int(text)

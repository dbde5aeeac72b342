"""The staff's booklets: a published course as a file to print."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from lms import access, db, downloads
from lms.access import Permission
from lms.booklets.operations import draft, printed

bp = Blueprint("booklets_staff", __name__)


@bp.get("/staff/courses/<course>.pdf")
@access.requires(Permission.RUN_MANAGE)
def booklet(course: str) -> ResponseReturnValue:
    """Give the booklet; `plain` and `language` ask for another wording than the course's own."""
    with db.reading() as session:
        made = draft(
            session,
            course,
            language=request.args.get("language") or None,
            plain="plain" in request.args,
            settings=current_app.extensions["settings"],
        )
    db.let_go()
    return downloads.attachment(printed(made), made.name, "application/pdf")

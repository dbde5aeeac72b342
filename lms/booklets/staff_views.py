"""The staff's booklets: a published course as a file to print."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from lms import access, clock, db, downloads, limits
from lms.access import Permission
from lms.booklets.operations import draft, printed
from lms.forms import chosen_id
from lms.links import named
from lms.login import signed_in

bp = Blueprint("booklets_staff", __name__)


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
            number=chosen_id(request.args.get("version")),
            settings=current_app.extensions["settings"],
        )
    db.release()
    return downloads.attachment(printed(made), made.name, "application/pdf")

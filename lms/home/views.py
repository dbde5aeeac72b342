"""The front page, the start pages, and an instructor's groups."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms import access, clock, db
from lms.access import Permission, Role
from lms.catalogue.queries import CurrentCourse, current_courses
from lms.home import start
from lms.i18n import current_language
from lms.links import named, url_for
from lms.login import SignedIn, current_person, signed_in
from lms.paging import Pages

bp = Blueprint("home", __name__)

GROUPS_ON_A_PAGE = 50


@bp.get("/")
@named("home")
@access.public
def home() -> ResponseReturnValue:
    person = current_person()
    return _start_page(person) if person else _front_page()


def _front_page() -> str:
    language = current_language()
    courses = [
        (course.outline.text_in(language, "title"), course.outline.text_in(language, "summary"))
        for course in sorted(current_courses(db.session()), key=_easiest_first)
    ]
    return render_template("home/front.html", courses=courses)


def _easiest_first(course: CurrentCourse) -> tuple[int, float]:
    return course.outline.level, course.outline.hours


def _start_page(person: SignedIn) -> str:
    session, roles = db.session(), person.roles
    return render_template(
        "home/start.html",
        first_name=person.first_name,
        participant=start.for_participant(session, person, now=clock.now()),
        instructor=start.for_instructor(session, person) if Role.INSTRUCTOR in roles else None,
        staff=start.for_staff(session) if Role.STAFF in roles else None,
        admin=start.for_admin(session) if Role.ADMIN in roles else None,
        is_teacher=Role.TEACHER in roles,
    )


@bp.get("/my-runs")
@access.requires(Permission.CLAIM_REVIEW)
def my_runs() -> ResponseReturnValue:
    found = start.groups_of(db.session(), signed_in())
    pages = Pages.of(len(found), size=GROUPS_ON_A_PAGE, path=url_for("home.my_runs"))
    return render_template("home/my_runs.html", groups=pages.cut(found), pages=pages)

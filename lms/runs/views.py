"""The courses that one can take, joining them, and switching a run to its course's newer version."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from lms import access, clock, db
from lms.access import Permission
from lms.catalogue import queries as catalogue_queries
from lms.catalogue.queries import CurrentCourse
from lms.i18n import _, current_language
from lms.links import url_for
from lms.login import signed_in
from lms.runs import operations, policy, queries, wording
from lms.runs.forms import shown
from lms.runs.queries import RunView

bp = Blueprint("runs", __name__)


@bp.get("/courses")
@access.requires(Permission.OWN_WORK)
def courses() -> ResponseReturnValue:
    session = db.session()
    own_runs = queries.runs_of_person(session, signed_in().id)
    under_way = {run.course for run in own_runs if run.is_open}
    found = catalogue_queries.current_courses(session)
    joinable = queries.courses_to_join(session, found)
    return render_template(
        "runs/courses.html",
        courses=sorted(
            found,
            key=lambda course: (
                course.slug not in under_way,
                course.slug not in joinable,
                course.outline.level,
                course.outline.hours,
            ),
        ),
        own={run.course for run in own_runs},
        joinable=joinable,
        language=current_language(),
        wording=wording,
    )


@bp.get("/courses/<course>")
@access.requires(Permission.OWN_WORK)
def course(course: str) -> ResponseReturnValue:
    session = db.session()
    found = policy.course_for_reader(session, course)
    own = [run for run in queries.runs_of_person(session, signed_in().id) if run.course == found.slug]
    own.sort(key=lambda run: not run.is_open)
    return render_template(
        "runs/course.html",
        course=found,
        outline=found.outline,
        steps=_steps(found),
        own=own,
        open_run=queries.open_run_of(session, found),
        language=current_language(),
        today=clock.today(),
        wording=wording,
    )


@bp.post("/courses/<course>/enrol")
@access.requires(Permission.OWN_WORK)
def enrol(course: str) -> ResponseReturnValue:
    session = db.session()
    found = policy.course_for_reader(session, course)
    enrolment = operations.join_open_run(session, found, signed_in().id, now=clock.now())
    return redirect(url_for("run", run_id=enrolment.run_id))


@bp.get("/runs/<int:run_id>/version")
@access.requires(Permission.RUN_FOLLOW)
def version(run_id: int) -> ResponseReturnValue:
    session = db.session()
    run = policy.run_for_follower(session, run_id, signed_in())
    newest = policy.course_for_reader(session, run.course)
    changes = None
    if run.takes_newer_version:
        changes = catalogue_queries.changes_of(session, run.version_id, newest.version_id)
    return render_template("runs/version.html", run=run, newest=newest, changes=changes, back=_way_back(run))


@bp.post("/runs/<int:run_id>/version")
@access.requires(Permission.RUN_FOLLOW)
def take_version(run_id: int) -> ResponseReturnValue:
    session = db.session()
    person = signed_in()
    seen = policy.run_for_follower(session, run_id, person)
    run = policy.run_to_change(session, run_id)
    operations.take_version(session, run, version=shown().version.data, by=person.id, now=clock.now())
    flash(_("The group now has the newest version. Everything that was done is safe."))
    return redirect(_way_back(seen))


def _way_back(run: RunView) -> str:
    """Return where to go back to: the group's page for its instructors, the run's staff page for staff."""
    return url_for("run_people" if run.is_instructor else "runs_staff.run", run_id=run.id)


def _steps(course: CurrentCourse) -> list[dict[str, object]]:
    """Return the lessons as items of the path component; a section's heading is with its first lesson."""
    language = current_language()
    steps: list[dict[str, object]] = []
    section = None
    for lesson in course.outline.lessons:
        own = lesson.section_in(language)
        steps.append(
            {
                "title": lesson.title_in(language),
                "section": own if own != section else None,
                "note": _("%(minutes)d min", minutes=lesson.minutes),
                "state": "open",
                "url": None,
            }
        )
        section = own or section
    return steps

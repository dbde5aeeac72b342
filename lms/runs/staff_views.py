"""Staff's pages for runs: create, open and close one, name instructors, enrol people, switch to a newer version."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms import access, clock, db
from lms.access import Permission
from lms.catalogue import queries as catalogue_queries
from lms.catalogue.queries import CurrentCourse
from lms.errors import Invalid
from lms.i18n import _, current_language, ngettext
from lms.links import url_for
from lms.login import signed_in
from lms.paging import Pages
from lms.runs import operations, policy, queries, staff_queries, wording
from lms.runs.forms import ActionForm, DetailsForm, EnrolForm, NewRunForm, shown
from lms.runs.models import Run
from lms.runs.states import MOVES, RunAction, RunState
from lms.serving import bodies

bp = Blueprint("runs_staff", __name__)

SEARCH_LENGTH = 100
RUNS_ON_A_PAGE = 100
PEOPLE_ON_A_PAGE = 200

# handles one of the page's forms; returns the page again when the input is refused, else None
Action = Callable[[Run], str | None]


@bp.get("/staff/runs")
@access.requires(Permission.RUN_MANAGE)
def runs() -> ResponseReturnValue:
    session = db.session()
    courses = catalogue_queries.current_courses(session)
    found = staff_queries.runs_for_staff(session)
    pages = Pages.of(len(found), size=RUNS_ON_A_PAGE, path=url_for("runs_staff.runs"))
    return render_template(
        "runs/staff_runs.html",
        runs=pages.cut(found),
        count=len(found),
        pages=pages,
        open_to_all={course.id for course in courses if course.outline.is_open_to_all},
        language=current_language(),
        wording=wording,
    )


@bp.get("/staff/runs/new")
@access.requires(Permission.RUN_MANAGE)
def new() -> ResponseReturnValue:
    return render_template("runs/staff_new.html", form=_new_form())


@bp.post("/staff/runs/new")
@access.requires(Permission.RUN_MANAGE)
def create() -> ResponseReturnValue:
    form = _new_form()
    if not form.validate():
        return render_template("runs/staff_new.html", form=form), 422
    session = db.session()
    course = policy.course_for_reader(session, form.course.data)
    run = operations.create_run(session, course, form.details(), by=signed_in().id, now=clock.now())
    flash(_("The run was created. Open it when the group may begin."))
    return redirect(url_for("runs_staff.run", run_id=run.id))


@bp.get("/staff/runs/<int:run_id>")
@access.requires(Permission.RUN_MANAGE)
def run(run_id: int) -> ResponseReturnValue:
    return _page(policy.run_for_staff(db.session(), run_id))


@bp.post("/staff/runs/<int:run_id>")
@access.requires(Permission.RUN_MANAGE)
@bodies.takes_writing
def change(run_id: int) -> ResponseReturnValue:
    form = ActionForm()
    if not form.validate():
        raise Invalid(_("Go back and use the buttons of the page."))
    refused = ACTIONS[form.action.data](policy.run_to_change(db.session(), run_id))
    if refused is not None:
        return refused, 422
    return redirect(url_for("runs_staff.run", run_id=run_id))


def _save(run: Run) -> str | None:
    form = _details_form(run, catalogue_queries.current_course_of_id(db.session(), run.course_id))
    if not form.validate():
        return _page(run, details=form)
    operations.change_run(db.session(), run, form.details(), by=signed_in().id, now=clock.now())
    flash(_("The run was saved."))
    return None


def _open(run: Run) -> None:
    operations.move_run(db.session(), run, RunAction.OPEN, by=signed_in().id, now=clock.now())
    flash(_("The run is open."))


def _close(run: Run) -> None:
    waiting, now = shown().waiting.data, clock.now()
    left_waiting = operations.close_run(db.session(), run, waiting_shown=waiting, by=signed_in().id, now=now)
    flash(_("The run was closed. Its people can still read everything."))
    if left_waiting:
        left = ngettext(
            "One piece of work was left without an answer.",
            "%(num)d pieces of work were left without an answer.",
            left_waiting,
        )
        flash(left, "attention")


def _take_version(run: Run) -> None:
    operations.take_version(
        db.session(), run, version=shown().version.data, by=signed_in().id, now=clock.now()
    )
    flash(_("The group now has the newest version. Everything that was done is safe."))


def _enrol(run: Run) -> str | None:
    """Enrol everybody who was chosen or typed, or nobody when a user name is unknown."""
    session = db.session()
    form = _enrol_form(run)
    known: dict[str, int] = {}
    if form.validate():
        names = form.names()
        known = staff_queries.ids_of_usernames(session, names)
        unknown = [name for name in names if name not in known]
        if unknown:
            names_back = ", ".join(unknown)
            form.usernames.errors = [
                _("Nobody was enrolled yet. We do not know these user names: %(names)s", names=names_back)
            ]
        elif not (known or form.people.data):
            form.usernames.errors = [_("Choose people, or write at least one user name.")]
    if form.errors:
        return _page(run, enrol=form)
    chosen = {*known.values(), *(form.people.data or ())}
    count = operations.enrol_people(session, run, chosen, by=signed_in().id, now=clock.now())
    flash(ngettext("One person was enrolled.", "%(num)d people were enrolled.", count))
    return None


ACTIONS: dict[str, Action] = {
    "save": _save,
    "open": _open,
    "close": _close,
    "enrol": _enrol,
    "take-version": _take_version,
}


def _new_form() -> NewRunForm:
    session = db.session()
    form = NewRunForm()
    language, courses = current_language(), catalogue_queries.current_courses(session)
    form.course.choices = [(course.slug, course.outline.text_in(language, "title")) for course in courses]
    form.by_invitation = frozenset(course.slug for course in courses if not course.outline.is_open_to_all)
    form.instructors.choices = staff_queries.possible_instructors(session)
    if request.method == "GET":
        form.course.data = request.args.get("course")
        form.starts_on.data = clock.today()
    return form


def _details_form(run: Run, course: CurrentCourse) -> DetailsForm:
    """Return the form of the run's details; an instructor who has lost the role is listed until removed."""
    session = db.session()
    current = queries.instructors_of_run(session, run.id)
    form = DetailsForm(formdata=request.form if request.form.get("action") == "save" else None, obj=run)
    form.has_instructors = bool(current)
    if not course.outline.is_open_to_all:
        del form.self_enrolment
    possible = dict([*staff_queries.possible_instructors(session), *current])
    form.instructors.choices = queries.by_name(possible.items())
    if form.instructors.data is None:
        form.instructors.data = [person_id for person_id, _name in current]
    return form


def _search() -> str:
    text = request.values.get("search", "")
    return "".join(letter for letter in text if letter.isprintable()).strip()[:SEARCH_LENGTH]


def _enrol_form(run: Run) -> EnrolForm:
    form = EnrolForm(formdata=request.form if request.form.get("action") == "enrol" else None)
    search = _search()
    found = staff_queries.people_to_enrol(db.session(), run.id, search) if search else []
    form.people.choices = [(person.id, f"{person.name} ({person.username})") for person in found]
    return form


def _page(run: Run, *, details: DetailsForm | None = None, enrol: EnrolForm | None = None) -> str:
    session = db.session()
    newest = catalogue_queries.current_course_of_id(session, run.course_id)
    people = queries.people_of_run(session, run.id)
    path = url_for("runs_staff.run", run_id=run.id)
    pages = Pages.of(len(people), size=PEOPLE_ON_A_PAGE, path=path, anchor="in-run")
    changes = None
    if run.version_id != newest.version_id and run.state is not RunState.CLOSED:
        changes = catalogue_queries.changes_of(session, run.version_id, newest.version_id)
    return render_template(
        "runs/staff_run.html",
        run=run,
        title=newest.outline.text_in(current_language(), "title"),
        newest=newest,
        own=catalogue_queries.course_of_version(session, run.version_id),
        has_reviewer=staff_queries.run_has_reviewer(session, run.id),
        waiting=staff_queries.works_waiting(session, run),
        may_enrol=run.state is not RunState.CLOSED,
        changes=changes,
        can_open=(run.state, RunAction.OPEN) in MOVES,
        form=details or _details_form(run, newest),
        enrol=enrol or _enrol_form(run),
        search=_search(),
        most_found=staff_queries.MOST_FOUND,
        people=pages.cut(people),
        count=len(people),
        pages=pages,
        wording=wording,
    )

"""Reading a run's lessons and working in them: marking them done, answering tasks, trying quizzes."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms import access, autosave, clock, db
from lms.access import Permission
from lms.catalogue.outline import LessonOutline, TaskOutline
from lms.errors import Conflict, Invalid
from lms.i18n import _, current_language
from lms.lessons import operations, pages, policy, queries
from lms.lessons.cards import RefusedForm
from lms.lessons.forms import DoneForm, TaskAnswerForm
from lms.lessons.pages import lesson_url
from lms.links import named, url_for
from lms.login import signed_in
from lms.quizzes.operations import try_quiz
from lms.quota import Full
from lms.runs.policy import run_for_learner, run_for_reader
from lms.runs.queries import RunView
from lms.serving import bodies
from lms.tasks.operations import HANDED_IN, save_answer, send_answer, withdraw_answer

bp = Blueprint("lessons", __name__)


@bp.get("/runs/<int:run_id>")
@named("run")
@access.requires(Permission.OWN_WORK)
def contents(run_id: int) -> ResponseReturnValue:
    run = run_for_reader(db.session(), run_id, signed_in())
    found = pages.contents(db.session(), run, language=current_language())
    return render_template("lessons/contents.html", contents=found)


@bp.get("/runs/<int:run_id>/lessons/<slug>")
@named("lesson")
@access.requires(Permission.OWN_WORK)
def lesson(run_id: int, slug: str) -> ResponseReturnValue:
    run = run_for_reader(db.session(), run_id, signed_in())
    return _lesson_page(run, policy.lesson_of(run, slug))


@bp.post("/runs/<int:run_id>/lessons/<slug>/done")
@access.requires(Permission.OWN_WORK)
def done(run_id: int, slug: str) -> ResponseReturnValue:
    person = signed_in()
    run, enrolment_id = run_for_learner(db.session(), run_id, person)
    read = policy.lesson_of(run, slug)
    form = DoneForm()
    if not form.validate():
        raise Invalid(_("Use the button at the end of the lesson."))
    change = operations.mark_done if form.done.data == "1" else operations.mark_not_done
    change(db.session(), enrolment_id, slug, by=person.id, now=clock.now())
    if form.done.data == "0":
        flash(_("Marked unfinished: %(title)s.", title=read.title_in(current_language())))
        return redirect(lesson_url(run.id, slug, plain=_is_plain()))
    return redirect(_after(run, enrolment_id, read))


@bp.post("/runs/<int:run_id>/tasks/<task_id>")
@access.requires(Permission.OWN_WORK)
@bodies.takes_writing
def answer(run_id: int, task_id: str) -> ResponseReturnValue:
    person = signed_in()
    run, enrolment_id = run_for_learner(db.session(), run_id, person)
    task = policy.task_of(run, task_id)
    form = TaskAnswerForm()
    if not form.validate():
        refused = RefusedForm(task.id, form.message, text=form.answer.data or "", field="answer")
        return _refused(run, policy.lesson_of(run, task.lesson), refused)
    if form.is_withdrawing:
        withdraw_answer(db.session(), enrolment_id, task, by=person, now=clock.now())
        flash(_("You took your answer back. You can write again."))
        return redirect(_task_url(run, task))
    save = send_answer if form.is_sending else save_answer
    try:
        saved = save(
            db.session(),
            enrolment_id,
            task,
            text=form.answer.data or "",
            version=form.version.data,
            by=person,
            now=clock.now(),
        )
    except Full as full:
        db.release()
        refused = RefusedForm(task.id, str(full.message), text=form.answer.data or "", field="answer")
        return _refused(run, policy.lesson_of(run, task.lesson), refused)
    if autosave.is_autosave():
        return autosave.saved(version=saved.version, at=saved.saved_at)
    if form.is_sending and saved.state not in HANDED_IN:
        flash(_("Saved, but not sent: nobody can answer it just now."), "attention")
    return redirect(_task_url(run, task))


@bp.post("/runs/<int:run_id>/quizzes/<quiz_id>")
@access.requires(Permission.OWN_WORK)
@bodies.takes_writing
def quiz(run_id: int, quiz_id: str) -> ResponseReturnValue:
    person = signed_in()
    run, enrolment_id = run_for_learner(db.session(), run_id, person)
    read, tried = policy.quiz_of(run, quiz_id)
    page = pages.page_for(db.session(), run, read, language=current_language(), plain=_is_plain())
    asked = page.quizzes[tried.id]
    if request.form.get("wording") not in (None, asked.wording):
        raise Conflict(_("These questions changed while you had them open. Go back and try the new ones."))
    given = [
        question.given_from_form(number, request.form.getlist)
        for number, question in enumerate(asked.questions, start=1)
    ]
    try:
        try_quiz(
            db.session(),
            enrolment_id,
            tried.id,
            lesson=read.slug,
            asked=asked,
            given=given,
            by=person.id,
            now=clock.now(),
        )
    except Invalid as fault:
        return _refused(run, read, RefusedForm(tried.id, str(fault.message)))
    return redirect(lesson_url(run.id, read.slug, plain=_is_plain(), card=f"quiz-{tried.id}"))


def _lesson_page(run: RunView, read: LessonOutline, refused: RefusedForm | None = None) -> str:
    view = pages.lesson_view(
        db.session(),
        run,
        read,
        person_id=signed_in().id,
        language=current_language(),
        plain=_is_plain(),
        refused=refused,
    )
    return render_template("lessons/lesson.html", lesson=view, run=run)


def _refused(run: RunView, read: LessonOutline, refused: RefusedForm) -> ResponseReturnValue:
    """Show the lesson again with the error beside the field; a script gets only the message."""
    if autosave.is_by_script():
        return autosave.refused(refused.message, {refused.field or refused.part: refused.message})
    return _lesson_page(run, read, refused), 422


def _after(run: RunView, enrolment_id: int, read: LessonOutline) -> str:
    """Return where to go from a lesson that is done, and flash an encouraging message there."""
    lessons = run.outline.lessons
    place = lessons.index(read)
    if place + 1 < len(lessons):
        flash(_("Done: %(title)s. Well done.", title=read.title_in(current_language())))
        return lesson_url(run.id, lessons[place + 1].slug, plain=_is_plain())
    if queries.next_lesson(run.outline, queries.done_lessons(db.session(), enrolment_id)):
        flash(_("That was the last lesson. The unfinished ones are waiting for you here. Take your time."))
    else:
        flash(_("You have read every lesson. You have come a long way, well done!"))
    return url_for("lessons.contents", run_id=run.id)


def _task_url(run: RunView, task: TaskOutline) -> str:
    return lesson_url(run.id, task.lesson, plain=_is_plain(), card=f"task-{task.id}")


def _is_plain() -> bool:
    """Return whether the reader has chosen the plain wording; links and forms carry the choice along."""
    return request.values.get("plain") == "1"

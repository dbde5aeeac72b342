"""Finding a lesson, task or quiz in a run's course, for those who may read the run."""

from lms.catalogue.outline import LessonOutline, QuizOutline, TaskOutline
from lms.errors import NotFound
from lms.runs.queries import RunView


def lesson_of(run: RunView, slug: str) -> LessonOutline:
    """Return a lesson of the run's course. Raises NotFound when there is none with this slug."""
    lesson = run.outline.lessons_by_slug.get(slug)
    if lesson is None:
        raise NotFound
    return lesson


def task_of(run: RunView, task_id: str) -> TaskOutline:
    """Return a task that takes an answer. Raises NotFound when the course has none with this id."""
    task = run.outline.tasks.get(task_id)
    if task is None or task.answer == "none":
        raise NotFound
    return task


def quiz_of(run: RunView, quiz_id: str) -> tuple[LessonOutline, QuizOutline]:
    """Return a quiz and the lesson it is in. Raises NotFound when the course has none with this id."""
    for lesson in run.outline.lessons:
        for quiz in lesson.quizzes:
            if quiz.id == quiz_id:
                return lesson, quiz
    raise NotFound

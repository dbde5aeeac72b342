"""The demo: a cast, their groups and weeks of work, made through the same operations as real work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms import db
from lms.accounts import operations as accounts
from lms.accounts import queries as account_queries
from lms.accounts.models import Person
from lms.catalogue.queries import CurrentCourse, current_courses
from lms.certificates import operations as certificates
from lms.certificates import requirements
from lms.certificates.drafts import drafts
from lms.clock import day_of
from lms.demo import cast, work
from lms.demo.cast import Character
from lms.demo.work import Learner
from lms.home import queries
from lms.runs import operations as runs
from lms.runs import queries as run_queries
from lms.runs.models import Run
from lms.runs.operations import RunDetails
from lms.runs.states import RunAction, RunState

BEGAN_DAYS_AGO = 35
OPEN_GROUP = "{}: avoin ryhmä"


class CoursesMissing(Exception):
    """The demo needs the shipped courses, and they have not been published."""


@dataclass(frozen=True)
class Demo:
    """What was created or found."""

    people: dict[str, Person]
    wednesday: Run
    friday: Run
    open_runs: dict[str, Run]


def make(session: Session, *, password_hash: str, now: datetime) -> Demo:
    """Create what is missing of the demo. Raises CoursesMissing when the courses have not been published."""
    courses = {course.slug: course for course in current_courses(session)}
    if not {cast.COURSE, cast.FIRST_COURSE} <= courses.keys():
        raise CoursesMissing
    people = _people(session, password_hash, now - timedelta(days=BEGAN_DAYS_AGO + 5))
    demo = _runs(session, courses, people, now)
    _study(session, demo, now)
    return demo


def _people(session: Session, password_hash: str, now: datetime) -> dict[str, Person]:
    return {character.username: _person(session, character, password_hash, now) for character in cast.CAST}


def _person(session: Session, character: Character, password_hash: str, now: datetime) -> Person:
    return account_queries.person_by_username(session, character.username) or accounts.add_person(
        session,
        username=character.username,
        name=character.name,
        roles=[character.role],
        password_hash=password_hash,
        language=character.language,
        now=now,
    )


def _runs(
    session: Session, courses: dict[str, CurrentCourse], people: dict[str, Person], now: datetime
) -> Demo:
    began = now - timedelta(days=BEGAN_DAYS_AGO)
    course = courses[cast.COURSE]
    first, second = people[cast.INSTRUCTOR.username], people[cast.OTHER_INSTRUCTOR.username]
    open_runs = {
        slug: run_queries.open_run_of(session, offered)
        or _run(
            session, offered, OPEN_GROUP.format(offered.outline.title), first, is_open_to_all=True, now=began
        )
        for slug, offered in courses.items()
        if offered.outline.is_open_to_all
    }
    demo = Demo(
        people=people,
        wednesday=_run(session, course, cast.WEDNESDAY, first, now=began),
        friday=_run(session, course, cast.FRIDAY, second, now=began),
        open_runs=open_runs,
    )
    for run, group in ((demo.wednesday, cast.WEDNESDAY_PEOPLE), (demo.friday, cast.FRIDAY_PEOPLE)):
        for character in group:
            runs.enrol(session, run, people[character.username].id, by=None, now=began)
    return demo


def _run(
    session: Session,
    course: CurrentCourse,
    name: str,
    instructor: Person,
    *,
    is_open_to_all: bool = False,
    now: datetime,
) -> Run:
    """Return the course's run with this name; a missing one is created and opened."""
    known = queries.run_named(session, course.id, name)
    if known:
        return known
    details = RunDetails(
        name=name,
        starts_on=day_of(now),
        ends_on=None,
        self_enrolment=is_open_to_all,
        instructor_ids=frozenset({instructor.id}),
    )
    run = runs.create_run(session, course, details, by=None, now=now)
    if run.state is RunState.PLANNED:
        runs.move_run(session, run, RunAction.OPEN, by=None, now=now)
    return run


def _study(session: Session, demo: Demo, now: datetime) -> None:
    first = demo.people[cast.INSTRUCTOR.username]
    second = demo.people[cast.OTHER_INSTRUCTOR.username]
    groups = (
        (demo.wednesday, cast.WEDNESDAY_PEOPLE, first),
        (demo.friday, cast.FRIDAY_PEOPLE, second),
    )
    for run, characters, instructor in groups:
        for character in characters:
            person = demo.people[character.username]
            learner = work.learner_of(session, person, run, instructor=instructor, now=now)
            if character is cast.AINO:
                _study_as_aino(learner)
            else:
                _study_as_others(learner)
    _study_first_course(session, demo, first, now)


def _study_as_aino(aino: Learner) -> None:
    """Do some of everything, so that each stage of work can be seen."""
    work.read_lessons(aino, cast.AINO_DONE)
    for quiz, days in cast.AINO_QUIZZES.items():
        work.try_quiz(aino, quiz, days)
    for answer in cast.AINO_ANSWERS:
        work.give_answer(aino, answer)
    for entry in cast.AINO_ENTRIES:
        work.write_entry(aino, entry)
    for claim in cast.AINO_CLAIMS:
        work.make_claim(aino, claim)


def _study_as_others(learner: Learner) -> None:
    username = learner.person.username
    count = cast.OTHERS_DONE.get(username, 0)
    lessons = [lesson.slug for lesson in learner.outline.lessons[:count]]
    work.read_lessons(learner, {slug: 3 + 2 * (count - place) for place, slug in enumerate(lessons)})
    if username in cast.OTHERS_ANSWERS:
        work.give_answer(learner, cast.OTHERS_ANSWERS[username])
    if username in cast.OTHERS_ENTRIES:
        work.write_entry(learner, cast.OTHERS_ENTRIES[username])
    if username in cast.OTHERS_CLAIMS:
        work.make_claim(learner, cast.OTHERS_CLAIMS[username])


def _study_first_course(session: Session, demo: Demo, instructor: Person, now: datetime) -> None:
    """Let a few people finish the small course with which everybody begins."""
    run = demo.open_runs.get(cast.FIRST_COURSE)
    if run is None:
        return
    for username in cast.WELCOMED:
        person = demo.people[username]
        began = now - timedelta(days=BEGAN_DAYS_AGO)
        runs.enrol(session, run, person.id, by=person.id, now=began)
        learner = work.learner_of(session, person, run, instructor=instructor, now=now)
        work.read_lessons(learner, {lesson.slug: BEGAN_DAYS_AGO for lesson in learner.outline.lessons})


def issue_certificate(demo: Demo, *, issuer_name: str, base_url: str, now: datetime) -> None:
    """Give Aino the certificate of the small course; the caller must hold no transaction."""
    run = demo.open_runs.get(cast.FIRST_COURSE)
    aino, staff = demo.people[cast.AINO.username], demo.people[cast.STAFF.username]
    if run is None:
        return
    with db.reading() as session:
        view = run_queries.run_for(session, run.id, staff.id)
        if view is None:
            return
        ready = [
            progress.person
            for progress in requirements.run_progress(session, view)
            if progress.person.id == aino.id and progress.is_ready
        ]
        made = drafts(
            session,
            view,
            ready,
            signer_name=staff.name,
            issuer_name=issuer_name,
            today=day_of(now),
        )
    for draft in made:
        certificates.issue(draft, by=staff.id, base_url=base_url, now=now)

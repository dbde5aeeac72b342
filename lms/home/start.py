"""The parts of a start page, ready for the template: one for studying, one for instructing, one for administration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms import audit_words
from lms.access import Role
from lms.accounts import queries as accounts
from lms.catalogue.outline import LessonOutline
from lms.certificates import overview
from lms.certificates.overview import RunCounts
from lms.diary import readers as diary
from lms.diary.readers import SharedEntry
from lms.home import queries
from lms.home.queries import Happened, News, NewsOfClaim, NewsOfEntry, NewsOfTask
from lms.i18n import _, current_language, in_language
from lms.lessons import queries as lessons
from lms.lessons.queries import OwnCourse
from lms.links import url_for
from lms.login import SignedIn
from lms.review import queries as review
from lms.review.addresses import item_url
from lms.runs import queries as runs
from lms.runs import staff_queries
from lms.runs.queries import RunView
from lms.runs.staff_queries import StaffRun
from lms.runs.states import RunState

NEWS_SHOWN = 5
NEWS_FOR = timedelta(days=30)
STEPS_SHOWN = 4
WAITING_SHOWN = 5
ENTRIES_SHOWN = 5
RUNS_SHOWN = 8
LINES_SHOWN = 8


@dataclass(frozen=True)
class NewsItem:
    """A piece of news as it is shown: what has happened to what, and the other person's words."""

    happened: Happened
    title: str
    url: str
    at: datetime
    by_name: str
    text: str
    is_at_hand: bool


@dataclass(frozen=True)
class Step:
    """A lesson on the path."""

    title: str
    url: str
    state: str
    note: str
    section: None = None


@dataclass(frozen=True)
class CourseCard:
    """One of the person's courses, with the part of the path around the next lesson."""

    title: str
    url: str
    run_name: str
    done: int
    total: int
    steps: tuple[Step, ...]
    next_title: str
    next_url: str
    is_open: bool
    has_begun: bool


@dataclass(frozen=True)
class ParticipantStart:
    courses: tuple[CourseCard, ...]
    news: tuple[NewsItem, ...]

    @property
    def current(self) -> CourseCard | None:
        """Return the course to continue with: the one last worked in that has a lesson left."""
        return next((course for course in self.courses if course.is_open and course.next_url), None)

    @property
    def has_ended(self) -> bool:
        """Return whether every course is over, so that there is nothing to continue with."""
        return all(course.has_begun and not course.is_open for course in self.courses)

    @property
    def is_ahead(self) -> bool:
        """Return whether no course is open yet and one will be."""
        courses = self.courses
        return not any(course.is_open for course in courses) and not all(
            course.has_begun for course in courses
        )

    @property
    def returned(self) -> NewsItem | None:
        """Return what was last returned with a next step and has not been sent again; it comes before new lessons."""
        return next(
            (piece for piece in self.news if piece.happened is Happened.RETURNED and piece.is_at_hand), None
        )


@dataclass(frozen=True)
class WaitingItem:
    title: str
    url: str
    person_name: str
    run_name: str
    since: datetime


@dataclass(frozen=True)
class InstructorStart:
    waiting_count: int
    waiting: tuple[WaitingItem, ...]
    entries: tuple[SharedEntry, ...]
    groups: tuple["Group", ...]
    # whether there are groups that have ended
    had_groups: bool


@dataclass(frozen=True)
class Group:
    """A run that a person instructs."""

    run: RunView
    title: str
    people: int


@dataclass(frozen=True)
class StaffStart:
    ready: tuple[RunCounts, ...]
    # open runs in which nobody can answer
    without_reviewer: tuple[StaffRun, ...]
    without_reviewer_count: int
    runs: tuple[StaffRun, ...]
    open_count: int


@dataclass(frozen=True)
class Done:
    """An administrative action: a sentence, about whom or what, and by whom; the names may be empty."""

    sentence: str
    about: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class AdminStart:
    people_count: int
    lines: tuple[Done, ...]


def for_participant(session: Session, person: SignedIn, *, now: datetime) -> ParticipantStart | None:
    """Return where the person is in their courses, and what has come back to them; five queries.

    None for a member of staff who studies nothing.
    """
    courses = [_card(course) for course in lessons.courses_of(session, person.id)]
    if not courses and Role.PARTICIPANT not in person.roles:
        return None
    courses.sort(key=lambda course: not course.is_open)
    news = queries.news_of(session, person.id, since=now - NEWS_FOR, limit=NEWS_SHOWN)
    return ParticipantStart(tuple(courses), tuple(_news_item(piece) for piece in news))


def _card(course: OwnCourse) -> CourseCard:
    language, outline = current_language(), course.outline
    ahead = lessons.next_lesson(outline, course.done)
    return CourseCard(
        title=outline.text_in(language, "title"),
        url=url_for("lessons.contents", run_id=course.run_id),
        run_name=course.run_name,
        done=course.done_count,
        total=len(outline.lessons),
        steps=_steps(course, ahead),
        next_title=ahead.title_in(language) if ahead else "",
        next_url=_lesson_url(course, ahead) if ahead else "",
        is_open=course.state is RunState.OPEN,
        has_begun=course.state is not RunState.PLANNED,
    )


def _lesson_url(course: OwnCourse, lesson: LessonOutline) -> str:
    return url_for("lessons.lesson", run_id=course.run_id, slug=lesson.slug)


def _steps(course: OwnCourse, ahead: LessonOutline | None) -> tuple[Step, ...]:
    """Return the few lessons around the next one: two before it, itself, and what follows."""
    everything = course.outline.lessons
    place = everything.index(ahead) if ahead else len(everything)
    first = max(0, min(place - 2, len(everything) - STEPS_SHOWN))
    return tuple(
        Step(
            title=lesson.title_in(current_language()),
            url=_lesson_url(course, lesson),
            state="current" if lesson is ahead else "done" if lesson.slug in course.done else "open",
            note="" if lesson.slug in course.done else _("%(minutes)s min", minutes=lesson.minutes),
        )
        for lesson in everything[first : first + STEPS_SHOWN]
    )


def _news_item(piece: News) -> NewsItem:
    return NewsItem(
        happened=piece.happened,
        title=_in_words(piece.title),
        url=_url_of(piece.work),
        at=piece.at,
        by_name=piece.by_name,
        text=piece.text,
        is_at_hand=piece.is_at_hand,
    )


def _url_of(work: NewsOfClaim | NewsOfTask | NewsOfEntry) -> str:
    match work:
        case NewsOfClaim(claim_id):
            return url_for("checklists.claim", claim_id=claim_id)
        case NewsOfTask(run_id, lesson, task):
            return url_for("lessons.lesson", run_id=run_id, slug=lesson, _anchor=f"task-{task}")
        case NewsOfEntry(entry_id):
            return url_for("diary.entry", entry_id=entry_id)


def _in_words(title: str | Mapping[str, str]) -> str:
    return title if isinstance(title, str) else in_language(title)


def for_instructor(session: Session, person: SignedIn) -> InstructorStart:
    """Return what waits, new shared entries, and the instructor's groups; five queries."""
    waiting = review.queue(session, person.id, limit=WAITING_SHOWN)
    groups = groups_of(session, person)
    language = current_language()
    names = {group.run.id: group.run.full_name_in(language) for group in groups}
    return InstructorStart(
        waiting_count=review.waiting_count(session, person.id),
        waiting=tuple(
            WaitingItem(
                title=item.title or in_language(item.wording or {}),
                url=item_url(item.kind, item.id),
                person_name=item.person_name,
                run_name=names.get(item.run_id, item.run_name),
                since=item.since,
            )
            for item in waiting
        ),
        entries=tuple(diary.unread_shared_for(session, person.id, ENTRIES_SHOWN)),
        groups=tuple(group for group in groups if group.run.state is not RunState.CLOSED),
        had_groups=bool(groups),
    )


def groups_of(session: Session, person: SignedIn) -> list[Group]:
    """Return every run that the person instructs, the open ones first; two queries."""
    own = runs.runs_of_instructor(session, person.id)
    people = queries.people_counts(session, [run.id for run in own])
    language = current_language()
    groups = [Group(run, run.outline.text_in(language, "title"), people.get(run.id, 0)) for run in own]
    return sorted(groups, key=lambda group: (group.run.state is RunState.CLOSED, not group.run.is_open))


def for_staff(session: Session) -> StaffStart:
    """Return the runs where somebody waits for a certificate or in vain for an answer, and the open runs."""
    open_runs = [run for run in staff_queries.runs_for_staff(session) if run.state is RunState.OPEN]
    ready = overview.runs_with_ready(session, RUNS_SHOWN)
    without_reviewer = [run for run in open_runs if not run.has_reviewer]
    return StaffStart(
        ready=tuple(ready),
        without_reviewer=tuple(without_reviewer[:RUNS_SHOWN]),
        without_reviewer_count=len(without_reviewer),
        runs=tuple(open_runs[:RUNS_SHOWN]),
        open_count=len(open_runs),
    )


def for_admin(session: Session) -> AdminStart:
    """Return how many people there are and the newest administrative actions; two queries."""
    lines = queries.newest_log_lines(session, audit_words.administration(), LINES_SHOWN)
    return AdminStart(
        accounts.count_people(session),
        tuple(Done(audit_words.sentence(line.action), line.about, line.by_name, line.at) for line in lines),
    )

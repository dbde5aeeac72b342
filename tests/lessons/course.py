"""A small course with everything a lesson can hold, and the people around it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person
from lms.catalogue.models import CourseVersion, LessonPage
from lms.login import SignedIn
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from tests import factories

TASKS = (
    {"id": "viesti", "title": "Viesti", "answer": "text", "review": "instructor", "extra": False},
    {"id": "lista", "title": "Oma lista", "answer": "text", "review": "self", "extra": False},
    {"id": "katso", "title": "Katso ympärillesi", "answer": "none", "review": "self", "extra": False},
    {"id": "lisa", "title": "Lisää", "answer": "text", "review": "self", "extra": True},
)


def question(kind: str, text: str, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"choices": [], "numbers": [], "wrong_feedback": "", "pairs": [], "options": []}
    return {"key": text, "kind": kind, "text": text, "general_feedback": "", **empty, **more}


def choice(text: str, *, right: bool = False, feedback: str = "") -> dict[str, Any]:
    return {"text": text, "right": right, "feedback": feedback}


QUESTIONS = [
    question(
        "one",
        "Mitä teet ensin?",
        choices=[
            choice("Luen", right=True, feedback="Juuri niin."),
            choice("Juoksen", feedback="Lue ensin."),
        ],
    ),
    question("true-false", "Puhuttu sopimus sitoo.", choices=[choice("true", right=True), choice("false")]),
    question(
        "several",
        "Mitkä kuuluvat sopimukseen?",
        choices=[choice("Palkka", right=True), choice("Sää"), choice("Työaika", right=True)],
    ),
    question(
        "words",
        "Kuka neuvoo?",
        choices=[choice("luottamusmies", right=True)],
        wrong_feedback="Hän on työpaikalla.",
    ),
    question(
        "number",
        "Montako kuukautta?",
        numbers=[{"low": "6", "high": "6", "right": True, "feedback": "Kyllä."}],
    ),
    question(
        "pairs",
        "Yhdistä.",
        pairs=[{"left": "Alku", "right": "Päivä"}, {"left": "Palkka", "right": "Raha"}],
        options=["Päivä", "Raha"],
    ),
]

RIGHT = {"q1": "0", "q2": "0", "q3": ["0", "2"], "q4": "Luottamusmies", "q5": "6", "q6-1": "0", "q6-2": "1"}


def task_part(task: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "task", "html": f"<p>Ohje: {task['title']}.</p>", **task}


def parts(
    *, opening: str = "Sanna saa paikan.", questions: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    return [
        {
            "kind": "prose",
            "html": f'<p>{opening}</p><h2>Lue ensin</h2><p><a href="../lessons/loppu">Loppu</a></p>',
        },
        {"kind": "tip", "title": "", "html": "<p>Pyydä aikaa.</p>"},
        {"kind": "warning", "title": "Älä kiirehdi", "html": "<p>Lue.</p>"},
        {"kind": "note", "title": "Tarkistettu", "html": "<p>11/2026</p>"},
        {"kind": "steps", "title": "Näin luet", "html": "<ol><li>Avaa</li><li>Lue</li></ol>"},
        {"kind": "quiz", "id": "kysely", "title": "Tarkista itse", "questions": questions or QUESTIONS},
        *[task_part(task) for task in TASKS],
        {"kind": "diary", "id": "opit", "title": "Mitä opit?", "html": "<p>Kirjoita pari riviä.</p>"},
    ]


def outline(lesson_count: int = 3) -> dict[str, Any]:
    middle = [factories.lesson_json(f"osio-{number}") for number in range(2, lesson_count)]
    first = factories.lesson_json(
        "sopimus",
        title="Työsopimus",
        minutes=12,
        section="Sopimus",
        plain=True,
        languages=["fi", "sv"],
        translations={"sv": {"title": "Arbetsavtal", "section": "Avtal"}},
        tasks=list(TASKS),
        quizzes=[{"id": "kysely", "title": "Tarkista itse", "questions": len(QUESTIONS)}],
        prompts=[{"id": "opit", "title": "Mitä opit?"}],
    )
    last = factories.lesson_json("loppu", section="Loppu")
    return factories.outline_json(lessons=[first, *middle, last], title="Työelämätaidot")


def make_version(session: Session, lesson_count: int = 3) -> CourseVersion:
    """Publish the course: its first lesson has everything, a plain twin and a Swedish translation."""
    version = factories.make_version(session, outline(lesson_count), {"sopimus": parts()})
    plain_questions = [QUESTIONS[0] | {"choices": QUESTIONS[0]["choices"][::-1]}]
    for language, plain, title, content in (
        ("fi", True, "Työsopimus lyhyesti", parts(opening="Selkeä teksti.", questions=plain_questions)),
        ("sv", False, "Arbetsavtal", parts(opening="Sanna får jobbet.")),
    ):
        session.add(
            LessonPage(
                version_id=version.id, slug="sopimus", language=language, plain=plain,
                title=title, minutes=9, parts=content,
            )
        )  # fmt: skip
    session.flush()
    return version


@dataclass(frozen=True)
class Cast:
    aino: Person
    liisa: Person
    # in another run of the same course, with an instructor of its own
    cia: Person
    pekka: Person
    run: Run
    other_run: Run
    enrolment: Enrolment


def make_cast(session: Session, *, state: RunState = RunState.OPEN, lesson_count: int = 3) -> Cast:
    """Make two runs, each with one person and one instructor, and commit."""
    aino = factories.make_person(session, "aino")
    cia = factories.make_person(session, "cia")
    liisa = factories.make_person(session, "liisa", Role.INSTRUCTOR)
    pekka = factories.make_person(session, "pekka", Role.INSTRUCTOR)
    version = make_version(session, lesson_count)
    run = factories.make_run(session, version, instructors=[liisa], state=state)
    other_run = factories.make_run(session, version, instructors=[pekka], people=[cia], name="Perjantai")
    enrolment = factories.make_enrolment(session, run, aino)
    session.commit()
    return Cast(aino, liisa, cia, pekka, run, other_run, enrolment)


def signed_in(person: Person) -> SignedIn:
    """Return a person as a request knows them."""
    return SignedIn(
        id=person.id,
        username=person.username,
        name=person.name,
        language=person.language,
        roles=person.roles,
        sign_in_id=0,
        token="",
    )

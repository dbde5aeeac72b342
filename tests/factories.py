"""Rows for tests, made by plain functions with defaults; each flushes, the caller commits."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts import passwords
from lms.accounts.models import Person, PersonRole
from lms.catalogue.models import Course, CourseVersion, GuideVersion, LessonPage
from lms.catalogue.operations import publish_guide
from lms.checklists.models import Claim, ClaimContent
from lms.coursefiles.read.guide import GuidePart, GuideSection, GuideText
from lms.criteria.models import CriteriaSet, Criterion
from lms.db import Base
from lms.runs.models import Enrolment, Run, RunInstructor
from lms.runs.states import RunState
from tests.client import PASSWORD
from tests.conftest import NOW


@cache
def hash_of(password: str) -> str:
    return passwords.hash_password(password)


def make_person(
    session: Session, username: str = "aino", *roles: Role, name: str = "", password: str = PASSWORD
) -> Person:
    person = Person(
        username=username,
        name=name or username.capitalize(),
        password_hash=hash_of(password),
        language="en",
        created_at=NOW,
    )
    person.role_rows = [PersonRole(role=role) for role in roles or (Role.PARTICIPANT,)]
    session.add(person)
    session.flush()
    return person


def lesson_json(slug: str, **more: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": slug.capitalize(),
        "minutes": 10,
        "section": None,
        "criteria": [],
        "plain": False,
        "languages": ["fi"],
        "translations": {},
        "tasks": [],
        "quizzes": [],
        "prompts": [],
        **more,
    }


def lessons_of(version: CourseVersion) -> list[dict[str, Any]]:
    """Return the lessons of a version's stored outline."""
    return cast(list[dict[str, Any]], version.outline["lessons"])


def outline_json(slug: str = "tyo", lessons: Sequence[dict[str, Any]] = (), **more: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": "Työ",
        "summary": "Työstä lyhyesti.",
        "language": "fi",
        "level": 1,
        "hours": 4,
        "topics": ["työ"],
        "enrolment": "open",
        "criteria": [],
        "checklist": None,
        "certificate": "completion",
        "requires": ["lessons"],
        "description_html": "<p>Työstä.</p>",
        "translations": {},
        "lessons": list(lessons) or [lesson_json("alku"), lesson_json("loppu")],
        **more,
    }


def make_version(
    session: Session,
    outline: dict[str, Any] | None = None,
    parts: dict[str, list[dict[str, Any]]] | None = None,
) -> CourseVersion:
    """Publish an outline as it is; `parts` gives the parts of lessons by slug."""
    outline = outline or outline_json()
    course = session.scalar(select(Course).where(Course.slug == outline["slug"]))
    if course is None:
        course = Course(slug=outline["slug"], current_number=0)
        session.add(course)
    course.current_number += 1
    session.flush()
    digest = hashlib.sha256(
        json.dumps([outline, parts, course.current_number], sort_keys=True).encode()
    ).hexdigest()
    version = CourseVersion(
        course_id=course.id,
        number=course.current_number,
        content_hash=digest,
        checklist=outline["checklist"],
        outline=outline,
        published_at=NOW,
    )
    session.add(version)
    session.flush()
    for lesson in outline["lessons"]:
        session.add(
            LessonPage(
                version_id=version.id,
                slug=lesson["slug"],
                language=outline["language"],
                plain=False,
                title=lesson["title"],
                minutes=lesson["minutes"],
                parts=(parts or {}).get(lesson["slug"], [{"kind": "prose", "html": "<p>Hei.</p>"}]),
            )
        )
    session.flush()
    return version


def make_run(
    session: Session,
    version: CourseVersion | None = None,
    *,
    name: str = "Keskiviikon etäryhmä",
    instructors: Sequence[Person] = (),
    people: Sequence[Person] = (),
    state: RunState = RunState.OPEN,
    self_enrolment: bool = False,
) -> Run:
    version = version or make_version(session)
    run = Run(
        course_id=version.course_id,
        version_id=version.id,
        name=name,
        starts_on=date(2026, 9, 1),
        state=state,
        self_enrolment=self_enrolment,
        created_at=NOW,
    )
    session.add(run)
    session.flush()
    session.add_all(RunInstructor(run_id=run.id, person_id=person.id) for person in instructors)
    session.flush()
    for person in people:
        make_enrolment(session, run, person)
    return run


def make_enrolment(session: Session, run: Run, person: Person) -> Enrolment:
    enrolment = Enrolment(run_id=run.id, person_id=person.id, enrolled_at=NOW)
    session.add(enrolment)
    session.flush()
    return enrolment


def make_criteria(session: Session, slug: str = "lista", codes: Sequence[int] = (1073, 1074)) -> CriteriaSet:
    """Make a current set with one criterion for each number."""
    number = len(session.scalars(select(CriteriaSet.id).where(CriteriaSet.slug == slug)).all()) + 1
    made = CriteriaSet(
        slug=slug,
        number=number,
        is_current=True,
        content_hash=f"{slug}-{number}",
        title={"fi": "Työelämässä toimiminen", "sv": "Verksamhet i arbetslivet", "en": "Working life"},
        unit="tutkinnonosat_106729",
        unit_title={"fi": "Yhteiskunta", "sv": "Samhälle", "en": "Society"},
        part_unit="ammatillisenoppiaineet_yttt",
        part_unit_title={"fi": "Työelämässä toimiminen", "sv": "Arbetsliv", "en": "Working life"},
        compulsory=True,
        scope=2,
        qualification=8505691,
        year=2022,
        published_at=NOW,
    )
    made.criteria = [
        Criterion(
            position=position,
            code=f"osaamistavoitteet_{code}",
            group_title={"fi": "Työsopimus", "sv": "Avtal", "en": "Contract"},
            wording={
                "fi": f"Osaan asian {code}",
                "sv": f"Jag kan sak {code}",
                "en": f"I can do thing {code}",
            },
        )
        for position, code in enumerate(codes, start=1)
    ]
    session.add(made)
    session.flush()
    return made


def make_content(session: Session, claim: Claim, **more: Any) -> ClaimContent:
    """Make the content of a claim when approval was asked for: nothing but what `more` says."""
    plain: dict[str, Any] = {"rating": None, "text_id": None, "wording": {}}
    digest = hashlib.sha256(json.dumps([plain, more], sort_keys=True).encode()).hexdigest()
    content = ClaimContent(claim_id=claim.id, sha256=digest, **plain | more)
    session.add(content)
    session.flush()
    return content


def row_counts(session: Session) -> dict[str, int]:
    """Return the number of rows in each table."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def make_guide(session: Session, text: str) -> GuideVersion:
    """Publish a guide with two pages, each of which says the text wherever an author can."""
    parts = (GuidePart("steps", text, "<ol><li>Yksi</li></ol>"), GuidePart("note", text, "<p>Kaksi</p>"))
    pages = [
        GuideText(
            slug,
            language,
            place,
            text,
            text,
            roles,
            NOW.date(),
            parts,
            (GuideSection("section-1", text),) * 2,
        )
        for place, (slug, roles) in enumerate({"participant": ("participant",), "privacy": ()}.items())
        for language in ("fi", "sv", "en")
    ]
    publish_guide(session, pages, NOW, fingerprint="f" * 64)
    return session.scalars(select(GuideVersion)).one()

"""The site that is measured: 200 participants in one run of a course of twelve lessons."""

import re
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock, config, db, limits, schema
from lms.access import Role
from lms.accounts import operations as accounts
from lms.accounts import passwords
from lms.accounts.models import Person
from lms.app import create_app
from lms.catalogue import queries as catalogue
from lms.certificates import drafts, requirements
from lms.certificates import operations as certificates
from lms.lessons import operations as lessons
from lms.limits import HourCount
from lms.runs import operations as runs
from lms.runs import queries as run_queries
from lms.runs.models import Enrolment
from lms.runs.states import RunAction

COURSE = "tyoelamataidot"
PEOPLE = 200
CERTIFICATES = 30
MANY_ENTRIES = 1_000_000
PASSWORD = "kolme vihreää sienikoria"
LESSON_BYTES = 10_000


@dataclass(frozen=True)
class SignedInPerson:
    cookie: str
    csrf_token: str


@dataclass(frozen=True)
class Site:
    run: int
    lesson: str
    lessons: list[str]
    staff: int
    people: list[SignedInPerson] = field(default_factory=list)


def make() -> Site:
    """Make the site in the folder that the environment names."""
    settings = config.load()
    schema.upgrade(settings)
    lms("course", "publish", f"courses/{COURSE}")
    app = create_app(settings)
    with app.app_context():
        site = _people_and_run()
    app.extensions["engine"].dispose()
    return site


def lms(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "lms", *arguments], check=True, stdout=subprocess.DEVNULL)


def _people_and_run() -> Site:
    now = clock.now()
    password_hash = passwords.hash_password(PASSWORD)
    with db.transaction() as session:

        def person(username: str, name: str, role: Role) -> int:
            return accounts.add_person(
                session, username=username, name=name, roles=[role], password_hash=password_hash, now=now
            ).id

        staff = person("henkilokunta", "Helmi Harju", Role.STAFF)
        instructor = person("ohjaaja", "Liisa Laine", Role.INSTRUCTOR)
        course = catalogue.current_course(session, COURSE)
        assert course
        details = runs.RunDetails(
            name="Keskiviikon etäryhmä",
            starts_on=now.date(),
            ends_on=None,
            self_enrolment=False,
            instructor_ids=frozenset({instructor}),
        )
        run = runs.create_run(session, course, details, by=staff, now=now)
        runs.move_run(session, run, RunAction.OPEN, by=staff, now=now)
        everybody = [
            person(f"osallistuja{number}", f"Aino Aalto {number}", Role.PARTICIPANT)
            for number in range(PEOPLE)
        ]
        runs.enrol_people(session, run, everybody, by=staff, now=now)
        slugs = [lesson.slug for lesson in course.outline.lessons]
        for enrolment in session.scalars(select(Enrolment).where(Enrolment.run_id == run.id)):
            for slug in slugs[:4]:
                lessons.mark_done(session, enrolment.id, slug, by=enrolment.person_id, now=now)
    return Site(run=run.id, lesson=slugs[2], lessons=slugs, staff=staff)


def certificate_milliseconds(site: Site) -> float:
    """Return the median of issuing thirty certificates in a row, each in its own transaction."""
    settings = config.load()
    app = create_app(settings)
    took = []
    with app.app_context():
        with db.reading() as session:
            run = run_queries.run_for(session, site.run, site.staff)
            assert run
            people = [progress.person for progress in requirements.run_progress(session, run)][:CERTIFICATES]
            made = drafts.drafts(
                session,
                run,
                people,
                signer_name="Helmi Harju",
                issuer_name="Taitoverstas",
                today=clock.today(),
            )
        for draft in made:
            began = time.perf_counter()
            certificates.issue(draft, by=site.staff, base_url=settings.base_url, now=clock.now())
            took.append(time.perf_counter() - began)
    app.extensions["engine"].dispose()
    return statistics.median(took) * 1000


def let_write_much() -> None:
    """Give everybody room for more entries in this hour than a person may write."""
    engine = db.make_engine(config.load())
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    with Session(engine.execution_options(writing=True)) as session, session.begin():
        for person_id in session.scalars(select(Person.id)):
            who = limits.key_of(person_id)
            session.merge(HourCount(who=who, what=limits.NEW_ENTRIES.what, hour=hour, count=-MANY_ENTRIES))
    engine.dispose()


def signed_in(site: Site, port: int, count: int) -> Site:
    """Return the site with `count` participants signed in over HTTP."""
    return replace(site, people=[_sign_in(port, f"osallistuja{number}") for number in range(count)])


def _sign_in(port: int, username: str) -> SignedInPerson:
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{port}"
    token = _token(browser.open(f"{address}/sign-in").read().decode())
    form = urllib.parse.urlencode(
        {"csrf_token": token, "username": username, "password": PASSWORD, "next": "/diary/new"}
    )
    token = _token(browser.open(f"{address}/sign-in", form.encode()).read().decode())
    return SignedInPerson("; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), token)


def _token(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "the page has no form"
    return found[1]


def body_of(port: int, request: str) -> bytes:
    """Return the body of the answer to a raw GET request."""
    lines = request.split("\r\n")
    cookie = next(line.partition(": ")[2] for line in lines if line.startswith("Cookie"))
    address = f"http://127.0.0.1:{port}{lines[0].split()[1]}"
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Cookie": cookie})) as answer:
        return bytes(answer.read())

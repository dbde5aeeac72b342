"""The catalogue, a course's page, and joining its open run."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Select, event, func, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from lms.accounts.models import Person
from lms.audit import AuditLine
from lms.catalogue import queries as catalogue_queries
from lms.errors import Conflict
from lms.runs import operations, signals
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.factories import lesson_json, outline_json
from tests.queries import count_queries


def enrolments(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Enrolment)) or 0


@pytest.fixture
def aino(session: Session, client: Client) -> Client:
    factories.make_person(session, "aino")
    session.commit()
    return client.sign_in("aino")


def test_the_catalogue_goes_from_the_easiest_to_the_hardest(session: Session, aino: Client) -> None:
    for slug, title, level in (("c", "Ö viimeinen", 1), ("b", "Vaikea", 3), ("a", "Alku", 1)):
        factories.make_version(session, outline_json(slug, title=title, level=level))
    session.commit()

    page = aino.get("/courses").text

    assert page.index("Alku") < page.index("Ö viimeinen") < page.index("Vaikea")
    assert "An easy start" in page
    assert "about 4 hours" in page
    assert "in Finnish" in page
    assert "You get a certificate." in page


def test_the_catalogue_says_what_one_is_in_and_what_one_can_join(session: Session, client: Client) -> None:
    person = factories.make_person(session, "aino")
    factories.make_run(session, factories.make_version(session, outline_json("oma")), people=[person])
    factories.make_run(session, factories.make_version(session, outline_json("avoin")), self_enrolment=True)
    factories.make_version(session, outline_json("kutsu"))
    session.commit()

    page = client.sign_in("aino").get("/courses").text

    assert page.count("You have joined") == 1
    assert page.count("You can start now") == 1


@pytest.mark.parametrize("state", [RunState.PLANNED, RunState.CLOSED])
def test_a_run_that_is_not_open_is_not_offered(session: Session, aino: Client, state: RunState) -> None:
    version = factories.make_version(session, outline_json("avoin"))
    factories.make_run(session, version, state=state, self_enrolment=True)
    session.commit()

    page = aino.get("/courses").text

    assert "Ask your instructor how to join." in page
    assert "You can start now" not in page


def test_an_empty_catalogue_says_so(aino: Client) -> None:
    assert "There are no courses yet." in aino.get("/courses").text


def test_a_course_that_is_not_there_is_not_found(aino: Client) -> None:
    for slug in ("ei-ole", "ÄÖ", "A" * 300):
        assert aino.get(f"/courses/{slug}").status_code == 404
        assert aino.post(f"/courses/{slug}/enrol").status_code == 404


def test_a_course_page_tells_its_contents_and_what_the_certificate_asks(
    session: Session, aino: Client
) -> None:
    lessons = [lesson_json("sopimus", section="Alku"), lesson_json("aika", section="Alku")]
    outline = outline_json("tyo", lessons, requires=["lessons", "tasks", "checklist"], checklist="lista")
    factories.make_version(session, outline)
    session.commit()

    page = aino.get("/courses/tyo").text

    assert page.count("Alku</li>") == 1
    assert page.index("Sopimus") < page.index("Aika")
    assert "You go through every lesson." in page
    assert "You do the tasks." in page
    assert "approves each skill" in page
    assert "<p>Työstä.</p>" in page


def test_a_course_without_a_certificate_promises_none(session: Session, aino: Client) -> None:
    factories.make_version(session, outline_json("tyo", certificate="none", requires=[]))
    session.commit()

    page = aino.get("/courses/tyo").text

    assert "has no certificate" in page
    assert "For the certificate" not in page


def test_without_an_open_run_the_page_says_whom_to_ask(session: Session, aino: Client) -> None:
    version = factories.make_version(session)
    factories.make_run(session, version)
    factories.make_run(session, version, self_enrolment=True, state=RunState.PLANNED)
    factories.make_run(session, version, self_enrolment=True, state=RunState.CLOSED)
    session.commit()

    page = aino.get("/courses/tyo").text

    assert "This course starts in groups" in page
    assert page.count("012 345 6789") > 1
    assert "/courses/tyo/enrol" not in page


def test_one_presses_once_and_is_in(session: Session, aino: Client) -> None:
    run = factories.make_run(session, self_enrolment=True)
    session.commit()
    assert "/courses/tyo/enrol" in aino.get("/courses/tyo").text

    answer = aino.post("/courses/tyo/enrol")

    assert (answer.status_code, answer.location) == (302, f"/runs/{run.id}")
    page = aino.get("/courses/tyo").text
    assert f'href="/runs/{run.id}"' in page
    assert "/courses/tyo/enrol" not in page
    line = session.scalars(select(AuditLine).where(AuditLine.action == "enrolment.added")).one()
    assert line.actor_id == line.about_id


def test_joining_twice_is_joining_once(session: Session, aino: Client) -> None:
    factories.make_run(session, self_enrolment=True)
    session.commit()

    first, second = aino.post("/courses/tyo/enrol"), aino.post("/courses/tyo/enrol")

    assert first.location == second.location
    assert enrolments(session) == 1


def test_joining_goes_to_the_newest_open_run(session: Session, aino: Client) -> None:
    version = factories.make_version(session)
    factories.make_run(session, version, self_enrolment=True)
    newest = factories.make_run(session, version, self_enrolment=True)
    session.commit()

    assert aino.post("/courses/tyo/enrol").location == f"/runs/{newest.id}"


def test_joining_without_an_open_run_is_refused_in_words(session: Session, aino: Client) -> None:
    factories.make_run(session)
    session.commit()

    answer = aino.post("/courses/tyo/enrol")

    assert answer.status_code == 409
    assert "no open group just now" in answer.text
    assert enrolments(session) == 0


@pytest.mark.parametrize(
    "change", [{"state": RunState.CLOSED}, {"state": RunState.PLANNED}, {"self_enrolment": False}]
)
def test_a_run_that_changes_before_it_is_locked_takes_nobody_in(
    session: Session, aino: Client, change: dict[str, object]
) -> None:
    person = session.scalars(select(Person).where(Person.username == "aino")).one()
    run = factories.make_run(session, self_enrolment=True)
    session.commit()
    course = catalogue_queries.current_course(session, "tyo")
    assert course

    def change_first(executed: ORMExecuteState) -> None:
        """Let somebody else be faster: the run changes after it was found and before it is locked."""
        if isinstance(executed.statement, Select) and executed.statement._for_update_arg is not None:
            session.connection().execute(update(Run).where(Run.id == run.id).values(change))

    event.listen(session, "do_orm_execute", change_first)
    with aino.app.test_request_context(), pytest.raises(Conflict):
        operations.join_open_run(session, course, person.id, now=NOW)

    session.rollback()
    assert enrolments(session) == 0


def test_a_run_that_has_ended_is_still_linked_beside_the_way_into_the_open_one(
    session: Session, client: Client
) -> None:
    person = factories.make_person(session, "aino")
    version = factories.make_version(session)
    old = factories.make_run(session, version, people=[person], state=RunState.CLOSED)
    factories.make_run(session, version, self_enrolment=True)
    session.commit()

    page = client.sign_in("aino").get("/courses/tyo").text

    assert f'href="/runs/{old.id}"' in page
    assert "/courses/tyo/enrol" in page


def test_twenty_presses_at_once_make_one_enrolment(session: Session, client: Client) -> None:
    factories.make_person(session, "aino")
    factories.make_run(session, self_enrolment=True)
    session.commit()
    heard: list[int] = []

    def hear(_sender: object, **told: int) -> None:
        heard.append(told["person_id"])

    browsers = [Client(client.app).sign_in("aino") for _ in range(5)]
    for browser in browsers:
        browser.get("/courses/tyo")

    with signals.enrolled.connected_to(hear), ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: press(browsers[n % 5]), range(20)))

    assert {status for status, _ in answers} == {302}
    assert len({location for _, location in answers}) == 1
    assert enrolments(session) == 1
    assert len(heard) == 1


def press(browser: Client) -> tuple[int, str]:
    """Send the form with a browser of its own that has the same cookies."""
    answer = browser.another_window().post("/courses/tyo/enrol")
    return answer.status_code, answer.location


@pytest.mark.parametrize("path", ["/courses", "/courses/c0"])
def test_pages_ask_the_database_as_often_for_many_courses_as_for_few(
    session: Session, client: Client, path: str
) -> None:
    person = factories.make_person(session, "aino")
    counts = []
    made = 0
    for wanted in (20, 200):
        for number in range(made, wanted):
            version = factories.make_version(session, outline_json(f"c{number}"))
            factories.make_run(session, version, people=[person], self_enrolment=True)
        made = wanted
        session.commit()
        client.sign_in("aino").get(path)
        with count_queries(client.app) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 8, seen


def test_the_courses_own_language_is_marked_for_screen_readers(session: Session, aino: Client) -> None:
    swedish = {"title": "Arbete", "summary": "Om arbete.", "description_html": "<p>Arbete.</p>"}
    factories.make_version(session, outline_json("tyo", translations={"sv": swedish}))
    session.commit()

    assert '<p class="lead" lang="fi">Työstä lyhyesti.</p>' in aino.get("/courses/tyo").text
    aino.post("/language", {"language": "sv"})
    assert '<p class="lead" lang="sv">Om arbete.</p>' in aino.get("/courses/tyo").text

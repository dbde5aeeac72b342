"""The people of the main job and what each of them does, step by step, over plain HTTP."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from lms import clock, db
from lms.catalogue import operations as catalogue
from lms.catalogue.media_store import store_media
from lms.catalogue.outline import Outline, outline_of, page_of
from lms.config import ROOT
from lms.coursefiles.check.courses import Checked, check_courses
from lms.coursefiles.render.renderer import Renderer
from lms.criteria.operations import publish_criteria
from lms.questions.question import Question
from lms.runs import queries as runs
from tests import pages
from tests.client import PASSWORD, Client

COURSE = "tyoelamataidot"
SHIPPED = ("tyoelamataidot", "tervetuloa")
NAME = "Aino Örnberg"
USERNAME = "aurinkoinen"
# is in every text by the participant and about them, so that one search finds what is left
CANARY = "kanarialintu"


@cache
def shipped_courses() -> Checked:
    """Read and check the shipped courses as `lms course publish` does first."""
    with Renderer() as renderer:
        checked = check_courses([ROOT / "courses" / slug for slug in SHIPPED], renderer=renderer)
    assert not checked.faults
    return checked


def publish(app: Flask) -> None:
    """Publish the shipped courses and their criteria."""
    checked = shipped_courses()
    files = {file.name: file for reading in checked.criteria for file in reading.files}
    with app.app_context():
        with db.transaction() as session:
            for file in files.values():
                publish_criteria(session, file, clock.now())
        for reading in checked.readings:
            assert reading.course
            for media in reading.course.media:
                store_media(app.extensions["settings"].data_dir, media)
            with db.transaction() as session:
                catalogue.publish_course(session, reading.course, clock.now())


@dataclass
class Journey:
    """Everybody's browsers, and what the participant wrote and heard on the way."""

    app: Flask
    admin: Client
    ids: dict[str, int] = field(default_factory=dict)
    run: int = 0
    written: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    # addresses of diary entries by what they are for
    entries: dict[str, str] = field(default_factory=dict)

    def browser(self, username: str) -> Client:
        return Client(self.app).sign_in(username)

    def write(self, what: str) -> str:
        """Return a text that nobody else has, and remember that the participant wrote it."""
        self.written.append(f"Tämän {CANARY} {len(self.written)} kirjoitti: {what}")
        return self.written[-1]

    def answer(self, what: str) -> str:
        """Return a text of the instructor's, and remember it."""
        self.heard.append(f"Tämän {CANARY} {len(self.heard)} vastasi: {what}")
        return self.heard[-1]

    def outline(self) -> Outline:
        with Session(self.app.extensions["engine"]) as session:
            return outline_of(session, self._content_hash(session))

    def _content_hash(self, session: Session) -> str:
        view = runs.run_for(session, self.run, self.ids[USERNAME])
        assert view
        return view.content_hash

    def questions(self, lesson: str, quiz: str) -> list[Question]:
        with Session(self.app.extensions["engine"]) as session:
            page = page_of(session, self._content_hash(session), lesson, language="fi", plain=False)
        return list(page.quizzes[quiz].questions)


def go(client: Client, path: str) -> str:
    """Open a page that must be there, and return it."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.text


def press(client: Client, form: pages.Form, **fields: Any) -> str:
    """Send a form that must succeed, and return the page it leads to."""
    answer = client.post(form.action, form.filled(**fields))
    assert answer.status_code == 302, f"{form.action}: {answer.status_code}"
    return go(client, str(answer.headers["Location"]).split("#", maxsplit=1)[0])


def add_people(journey: Journey) -> None:
    """The admin adds everybody in the browser."""
    people = {
        "hilkka": ("Hilkka Henkilökunta", "staff"),
        "otso": ("Otso Ohjaaja", "instructor"),
        USERNAME: (NAME, "participant"),
    }
    for username, (name, role) in people.items():
        form = pages.form(go(journey.admin, "/people/new"), "/people/new")
        page = press(
            journey.admin,
            form,
            username=username,
            name=name,
            roles=[role],
            language="fi",
            password=PASSWORD,
        )
        assert name in page
        journey.ids[username] = int(pages.forms(page, r"/people/\d+/roles")[0].action.split("/")[2])


def open_a_run(journey: Journey, staff: Client) -> None:
    """Staff make a run, open it, name its instructor and enrol the participant."""
    form = pages.form(go(staff, "/staff/runs/new"), "/staff/runs/new")
    details = {"name": "Keskiviikon etäryhmä", "starts_on": "2026-09-01"}
    page = press(staff, form, course=COURSE, **details)
    [path] = {one.action for one in pages.forms(page, r"/staff/runs/\d+")}
    journey.run = int(path.rsplit("/", 1)[1])
    press(staff, pages.Form(path), action="open")
    press(staff, pages.Form(path), action="save", instructors=[journey.ids["otso"]], **details)
    page = press(staff, pages.Form(path), action="enrol", usernames=USERNAME)
    assert NAME in page


def find_the_course(journey: Journey, participant: Client) -> list[str]:
    """The participant sees the course on the start page and in the catalogue; return its lessons' addresses."""
    contents = f"/runs/{journey.run}"
    assert pages.links(go(participant, "/"), f"{contents}/lessons/.*")
    assert f"/courses/{COURSE}" in go(participant, "/courses")
    assert contents in pages.links(go(participant, f"/courses/{COURSE}"), r"/runs/\d+")
    page = go(participant, contents)
    assert 'data-done="0"' in page
    return pages.links(page, f"{contents}/lessons/[a-z-]+")


def study(journey: Journey, participant: Client, lesson: str) -> None:
    """Read a lesson, answer its quizzes, save and send its required tasks, mark it done."""
    page = go(participant, lesson)
    read = journey.outline().lessons_by_slug[lesson.rsplit("/", 1)[1]]
    for quiz in read.quizzes:
        form = pages.form(page, f"/runs/{journey.run}/quizzes/{quiz.id}")
        answered = press(participant, form, **right_answers(journey.questions(read.slug, quiz.id)))
        assert "not-yet" not in answered, f"{quiz.id} does not take its own right answers"
    for task in read.tasks:
        if task.is_required:
            hand_in(journey, participant, f"{lesson}", task.id)
    page = press(participant, pages.form(go(participant, lesson), f"{lesson}/done"))
    assert 'role="alert"' not in page


def hand_in(journey: Journey, participant: Client, lesson: str, task: str) -> None:
    """Save a draft of an answer, look at it, and send it."""
    action, draft = f"/runs/{journey.run}/tasks/{task}", f"luonnos {task}"
    page = press(participant, pages.form(go(participant, lesson), action), answer=draft, action="save")
    assert draft in page
    text = journey.write(f"vastaus {task}")
    page = press(participant, pages.form(page, action), answer=text, action="send")
    assert text in page


def right_answers(questions: list[Question]) -> dict[str, list[str]]:
    """Return the form fields of one who knows every answer."""
    fields: dict[str, list[str]] = {}
    for number, question in enumerate(questions, start=1):
        fields.update(question.form_from_given(number, question.right_given()))
    return fields


def keep_a_diary(journey: Journey, participant: Client) -> None:
    """Write four entries: of one's own and from a lesson's prompt, each private and shared."""
    for what, shared in (("oma yksityinen", "0"), ("oma jaettu", "1")):
        form = pages.form(go(participant, "/diary/new"), "/diary/new")
        text = journey.write(what)
        page = press(participant, form, title=what, body=text, shared=shared)
        assert text in page
        journey.entries[what] = pages.forms(page, r"/diary/\d+")[0].action
    prompted = [lesson for lesson in journey.outline().lessons if lesson.prompts][:2]
    for lesson, (what, shared) in zip(
        prompted, (("kysytty yksityinen", "0"), ("kysytty jaettu", "1")), strict=True
    ):
        page = go(participant, f"/runs/{journey.run}/lessons/{lesson.slug}")
        form = pages.form(page, "/diary/new", having={"prompt": lesson.prompts[0].id})
        text = journey.write(what)
        page = press(participant, form, body=text, shared=shared)
        assert text in page
        [saved] = [
            one
            for one in pages.forms(page, r"/diary/\d+")
            if one.hidden.get("prompt") == lesson.prompts[0].id
        ]
        journey.entries[what] = saved.action
    diary = go(participant, "/diary")
    assert all(address in diary for address in journey.entries.values())


def claim_everything(journey: Journey, participant: Client) -> list[str]:
    """Rate every claim and ask for approval, with own words and work; return the claims' addresses."""
    [checklist] = pages.links(go(participant, "/checklists"), r"/checklists/[a-z-]+")
    claims = pages.links(go(participant, checklist), r"/claims/\d+")
    assert len(claims) == 10
    for place, claim in enumerate(claims):
        page = go(participant, claim)
        assert pages.first_state(page) == "open"
        form = pages.form(page, claim)
        work = evidence(journey, form, place)
        text = journey.write(f"osaaminen {place}")
        page = press(participant, form, rating="3", text=text, action="save", **work)
        assert text in page
        page = press(participant, pages.form(page, claim), rating="3", text=text, action="request")
        assert pages.first_state(page) == "waiting"
    return claims


def evidence(journey: Journey, form: pages.Form, place: int) -> dict[str, str]:
    """Return the work to attach: an answer to the first claim, a private entry to the second."""
    if place == 0:
        return {"answer": form.choices["answer"][0]}
    if place == 1:
        entry = journey.entries["oma yksityinen"].rsplit("/", 1)[1]
        assert entry in form.choices["entry"]
        return {"entry": entry}
    return {}

"""`python -m tests.browser.guide_pictures` takes the pictures of docs/authoring.md from its own course, served."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Locator, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from lms import schema
from lms.app import create_app
from lms.catalogue.models import CourseVersion
from lms.cli.main import course_commands
from tests.browser.conftest import ARGUMENTS, CHROMIUM, free_port, sign_in
from tests.client import PASSWORD
from tests.coursefiles import guide
from tests.coursefiles.known_faults import GUIDE
from tests.databases import settings_for
from tests.factories import make_person, make_run

PICTURES = GUIDE.parent / "pictures"
WIDTH = 480
HEIGHT = 5000  # a whole lesson, so that the bar at the foot of the screen covers nothing
AROUND = 8  # pixels of page above and below a card

FIRST, SECOND = "tyopaikka", "testaa-itseasi"
CARDS = {
    FIRST: {
        "task": "#task-kysy-yksi-asia",
        "task-extra": "#task-suunnittele-reitti",
        "task-none": "#task-pakkaa-laukku",
        "steps": ".card-steps",
        "note": ".box-note",
        "tip": ".box-tip",
        "warning": ".box-warning",
        "diary": ".card-diary",
    },
    SECOND: {
        "quiz-true-false": "#quiz-totta",
        "quiz-one": "#quiz-yksi",
        "quiz-several": "#quiz-monta",
        "quiz-words": "#quiz-sana",
        "quiz-number": "#quiz-luku",
        "quiz-pairs": "#quiz-parit",
    },
}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a site with the guide's course, and Aino in a run of it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = settings_for(f"sqlite:///{folder / 'lms.db'}", folder, LMS_BASE_URL=address)
    schema.upgrade(settings)
    app = create_app(settings)
    run_id = with_aino(app, guide.write_example(folder))
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{address}/runs/{run_id}"
    finally:
        server.shutdown()
        thread.join()


def with_aino(app: Flask, courses: Path) -> int:
    done = CliRunner().invoke(course_commands, ["publish", str(courses)], obj=lambda: app)
    assert done.exit_code == 0, done.output
    engine = app.extensions["engine"].execution_options(writing=True)
    with Session(engine) as session, session.begin():
        person = make_person(session)
        person.language = "fi"
        version = session.scalars(select(CourseVersion)).one()
        return make_run(session, version, people=[person]).id


def take(page: Page, name: str, card: Locator) -> None:
    """Save a strip of the page that holds the whole card."""
    box = card.bounding_box()
    assert box, name
    clip = {"x": 0, "y": box["y"] - AROUND, "width": WIDTH, "height": box["height"] + 2 * AROUND}
    path = PICTURES / f"block-{name}.png"
    page.screenshot(path=path, clip=clip, animations="disabled")  # type: ignore[arg-type]
    print(f"{path.name}: {path.stat().st_size} bytes")


def take_all(page: Page, run: str) -> None:
    for lesson, cards in CARDS.items():
        page.goto(f"{run}/lessons/{lesson}")
        for name, selector in cards.items():
            take(page, name, page.locator(selector))
    page.locator("#quiz-yksi label", has_text="Odotan").click()
    page.locator("#quiz-yksi button[type=submit]").click()
    take(page, "quiz-feedback", page.locator("#quiz-yksi"))


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="taitoverstas-guide-") as folder,
        served(Path(folder)) as run,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(
            base_url=run.partition("/runs/")[0], viewport={"width": WIDTH, "height": HEIGHT}, locale="fi-FI"
        )
        sign_in(page, "aino", PASSWORD)
        take_all(page, run)
        browser.close()


if __name__ == "__main__":
    main()

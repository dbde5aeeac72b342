"""What a lesson page weighs on the way to a browser, with everything that it loads; no browser is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from posixpath import dirname, normpath

import brotli
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms import schema
from lms.accounts.models import Person
from lms.app import create_app
from lms.catalogue.models import Course, CourseVersion
from lms.cli.main import course_commands
from lms.config import ROOT
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from lms.serving.server import COMPRESSED
from lms.templating import STATIC
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.databases import settings_for

FIRST_VISIT_BYTES = 60_000
LATER_VISIT_BYTES = 15_000

_STATIC_PATH = re.compile(r"/static/[0-9a-f]+/(.+)")
_LOADED_BY_PAGE = re.compile(r'<(?:link[^>]*\bhref|script[^>]*\bsrc|img[^>]*\bsrc)="([^"]+)"')
_LOADED_BY_FILE = {
    ".css": re.compile(r'url\("?([^")]+)"?\)'),
    ".js": re.compile(r'^import .* from "([^"]+)";$', re.MULTILINE),
}


@dataclass(frozen=True)
class Weight:
    address: str
    page: int
    static: int
    media: int

    @property
    def first(self) -> int:
        return self.page + self.static + self.media

    @property
    def later(self) -> int:
        """Return what a reader loads who has been on another lesson before; the files are cached for a year."""
        return self.page + self.media


@cache
def static_bytes(name: str) -> int:
    """Return what a static file weighs as `lms serve` sends it, with the files that a style sheet or a script asks for."""
    path = STATIC / name
    content = path.read_bytes()
    weight = len(brotli.compress(content)) if path.suffix in COMPRESSED else len(content)
    if path.suffix not in _LOADED_BY_FILE:
        return weight
    found = _LOADED_BY_FILE[path.suffix].findall(content.decode())
    asked = {normpath(f"{dirname(name)}/{url}") for url in found}
    return weight + sum(static_bytes(file) for file in asked)


def weigh(client: Client, address: str) -> Weight:
    answer = client.browser.get(address, headers={"Accept-Encoding": "br"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "br"), address
    asked = set(_LOADED_BY_PAGE.findall(brotli.decompress(answer.data).decode()))
    static = {found[1] for url in asked if (found := _STATIC_PATH.fullmatch(url))}
    media = [url for url in asked if url.startswith("/media/")]
    assert len(static) + len(media) == len(asked), f"{address} loads something else: {asked}"
    return Weight(
        address,
        page=len(answer.data),
        static=sum(static_bytes(name) for name in static),
        media=sum(media_bytes(client, url) for url in media),
    )


def media_bytes(client: Client, address: str) -> int:
    with client.browser.get(address, headers={"Accept-Encoding": "br"}) as answer:
        assert answer.status_code == 200, address
        return len(answer.data)


def enrol(session: Session, version: CourseVersion, person: Person) -> Run:
    """Open a run of a published course to one person."""
    run = Run(
        course_id=version.course_id,
        version_id=version.id,
        name="Ryhmä",
        starts_on=NOW.date(),
        state=RunState.OPEN,
        self_enrolment=False,
        created_at=NOW,
    )
    session.add(run)
    session.flush()
    session.add(Enrolment(run_id=run.id, person_id=person.id, enrolled_at=NOW))
    return run


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app with every course that the product ships."""
    folder = tmp_path_factory.mktemp("weight")
    settings = settings_for(f"sqlite:///{folder / 'lms.db'}", folder)
    schema.upgrade(settings)
    app = create_app(settings)
    published = CliRunner().invoke(course_commands, ["publish", str(ROOT / "courses")], obj=lambda: app)
    assert published.exit_code == 0, published.output
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def weights(shipped: Flask) -> list[Weight]:
    """Every lesson of every course, weighed as a participant gets it."""
    engine: Engine = shipped.extensions["engine"]
    addresses = []
    with Session(engine) as session:
        aino = factories.make_person(session, "aino")
        newest = select(CourseVersion).join(Course, Course.id == CourseVersion.course_id)
        for version in session.scalars(newest.where(CourseVersion.number == Course.current_number)):
            run = enrol(session, version, aino)
            addresses += [
                f"/runs/{run.id}/lessons/{lesson['slug']}" for lesson in factories.lessons_of(version)
            ]
        session.commit()
    client = Client(shipped).sign_in("aino")
    return [weigh(client, address) for address in addresses]


def test_a_first_lesson_weighs_little_with_all_it_loads(weights: list[Weight]) -> None:
    heavy = [weight for weight in weights if weight.first >= FIRST_VISIT_BYTES]

    assert weights and not heavy


def test_a_later_lesson_weighs_next_to_nothing(weights: list[Weight]) -> None:
    heavy = [weight for weight in weights if weight.later >= LATER_VISIT_BYTES]

    assert not heavy

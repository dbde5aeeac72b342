"""A real site under granian and a real browser; where no browser is, these tests are left out."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lms.config import ROOT

CHROMIUM = Path("/usr/bin/chromium-headless-shell")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "kolme vihreää sienikoria"
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Site:
    """A served site with the shipped courses and the demo cast."""

    address: str
    environment: dict[str, str]
    data_dir: Path

    def lms(self, *arguments: str, given: str = "") -> str:
        """Run an `lms` command on this site and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "lms", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    environment = {
        **kept,
        "LMS_ENV": "development",
        "LMS_DATA_DIR": str(folder),
        "LMS_BASE_URL": f"http://127.0.0.1:{port}",
        "LMS_OPERATOR_NAME": "Esimerkkikaupungin Taitoverstas",
        "LMS_OPERATOR_PHONE": "012 345 6789",
        "LMS_OPERATOR_EMAIL": "taitoverstas@example.org",
    }
    made = Site(f"http://127.0.0.1:{port}", environment, folder)
    made.lms("db", "upgrade")
    made.lms("course", "publish")
    made.lms("demo", "--password", PASSWORD)
    serve = [sys.executable, "-m", "lms", "serve", "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(serve, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield made
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(port: int) -> None:
    for _ in range(150):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the site does not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("chromium-headless-shell is not installed here")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()


Visitor = Callable[..., Page]


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Make a page in a context of its own; every request to another host and every console error fails the test.

    A refusal and a network that a test has switched off are no errors.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def visit(username: str | None = None, *, viewport: dict[str, int] = PHONE, **more: object) -> Page:
        context = browser.new_context(base_url=site.address, viewport=viewport, locale="fi-FI", **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: foreign(request.url))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        if username:
            sign_in(page, username)
        return page

    def foreign(url: str) -> None:
        if not url.startswith((site.address, "blob:", "data:")):
            faults.append(f"third-party request: {url}")

    yield visit
    for context in contexts:
        context.close()
    expected = ("status of 4", "net::ERR_INTERNET_DISCONNECTED")
    assert [fault for fault in faults if not any(words in fault for words in expected)] == []


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)

"""A site under the real server, and browsers that reach it over the network; for tests that break things."""

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from lms.config import ROOT, Settings
from tests.client import PASSWORD

# a request that a killed worker took with it is given up after this
PATIENCE_SECONDS = 5.0
STARTS_WITHIN_SECONDS = 20.0


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(settings: Settings, *, workers: int = 2) -> Iterator["Site"]:
    """Run `lms serve` on the settings' database, and stop it at the end."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    environment = {
        **kept,
        "LMS_DATA_DIR": str(settings.data_dir),
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "lms", "serve", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    site = Site(port, server)
    try:
        site.wait()
        yield site
    finally:
        server.terminate()
        server.wait(timeout=20)


@dataclass(frozen=True)
class Site:
    port: int
    server: "subprocess.Popen[bytes]"

    def wait(self) -> None:
        """Wait until the site answers."""
        end = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < end:
            try:
                if Browser(self.port).get("/readyz").status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        raise TimeoutError("the site does not answer")

    def workers(self) -> list[int]:
        """Return the process ids of the workers, without the tracker that Python runs beside them."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            try:
                parent = folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1]
                command = folder.joinpath("cmdline").read_bytes()
            except (OSError, IndexError):
                continue
            if int(parent) == self.server.pid and b"resource_tracker" not in command:
                found.append(int(folder.name))
        return sorted(found)

    def kill(self, worker: int) -> None:
        """Kill a worker as the kernel would: nothing in it gets to run any more."""
        os.kill(worker, signal.SIGKILL)


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    cookies: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.text)
        assert found, f"no form on the page ({self.status})"
        return found[1]


@dataclass
class Browser:
    """One person's browser; each request has a connection of its own."""

    port: int
    cookie: str = ""
    token: str = ""
    # the answers that were neither a success nor a plea to try again
    odd: list[int] = field(default_factory=list)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Connection": "close", "Content-Type": "application/x-www-form-urlencoded"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        cookies = tuple(value.split(";")[0] for value in answer.headers.get_all("Set-Cookie") or ())
        return Answer(answer.status, answer.headers.get("Location") or "", text, cookies)

    def _keep(self, answer: Answer) -> Answer:
        jar = dict(pair.split("=", 1) for pair in (*self.cookie.split("; "), *answer.cookies) if pair)
        self.cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
        return answer

    def sign_in(self, username: str) -> "Browser":
        token = self._keep(self.get("/sign-in")).token
        answer = self._keep(self.post("/sign-in", csrf_token=token, username=username, password=PASSWORD))
        assert answer.status == 302, answer.status
        self.token = self._keep(self.get("/diary/new")).token
        return self

    def write(self, text: str, *, key: str) -> bool:
        """Send a new diary entry once; tell whether the site said that it is safe."""
        fields = {"csrf_token": self.token, "key": key, "revision": "0", "title": "Päivä", "body": text}
        try:
            answer = self.post("/diary/new", **fields)
        except (OSError, http.client.HTTPException):
            return False
        if answer.status not in (302, 503):
            self.odd.append(answer.status)
        return answer.status == 302

    def insist(self, text: str, *, until: float) -> bool:
        """Send the same form until the site says that it is safe or time is up."""
        key = secrets.token_urlsafe(16)
        while not self.write(text, key=key):
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

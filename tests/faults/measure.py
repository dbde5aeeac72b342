"""`make faults`: attacks that take a minute or more, with the figures of docs/reliability.md."""

import http.client
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import dataset
from lms import config, db
from lms.accounts.models import Person
from lms.app import create_app
from lms.serving import bodies
from tests.client import Client
from tests.faults.attacks import Waits, held_open
from tests.faults.site import Browser, served
from tests.privacy.test_large_files import make_entries

HELD_SECONDS = 60.0
HELD = {"length": 24, "chunked": 24, "chunk": 24, "head": 24, "silent": 1_000}
HEALTH_SECONDS, PAGE_SECONDS = 1.0, 2.0
FORM_MILLISECONDS = 100.0
ENTRIES, REVISIONS, LETTERS = 200, 50, 2_000
EXPORT_SECONDS = 300.0
EXPORT_MB = 250.0

# bodies as large as a view takes, each the worst of a kind that was costly somewhere once
HOSTILE: dict[str, Callable[[int], str]] = {
    "letters": lambda size: "body=" + "a" * (size - 5),
    "marks": lambda size: "body=a" + quote("\u0315\u0300") * (size // 12 - 1),
    "decomposed": lambda size: "body=" + quote("a\u0308") * (size // 7 - 1),
    "controls": lambda size: "body=" + quote("\x85\x93") * (size // 12 - 1),
    "emoji": lambda size: "body=" + quote("👩🏽‍🚀") * (size // 45 - 1),
    "percents": lambda size: "body=" + "%" * (size - 5),
    "lines": lambda size: "text=" + "%0A" * (size // 3 - 2),
    "spaces": lambda size: "title=" + "+" * (size - 6),
    "fields": lambda size: "&".join(f"claims={number}" for number in range(1_000)),
    "kept": lambda size: "kept_path=/diary/new&kept-body=" + "+a" * (size // 2 - 20),
    "typed": lambda size: "&".join(f"q{number}=" + "1 " * 300 for number in range(1, 40))[:size],
    "username": lambda size: "username=" + quote("\ufdfa") * (size // 9 - 2) + "&password=x",
}
FIELDS = ("answer", "body", "comment", "name", "search", "text", "title", "usernames", "password")


def hostile_forms(limit: int) -> Iterator[tuple[str, str]]:
    """Yield the kind and the body of each hostile form of that size, its text under each name that a view may read."""
    for kind, make in HOSTILE.items():
        body = make(limit - 200)
        name = body.partition("=")[0]
        for field in FIELDS if name in ("body", "text", "title") else (name,):
            yield f"{kind} in {field}", field + body[len(name) :]


def hold_connections(folder: Path) -> list[str]:
    """Hold connections for a minute; return what each page took at most. Raises SystemExit beyond the promise."""
    os.environ["LMS_DATA_DIR"] = str(folder)
    made = dataset.make()
    settings = config.load()
    waits = Waits()
    with served(settings) as site:
        person = dataset.signed_in(made, site.port, 1).people[0]
        reader = Browser(site.port, cookie=person.cookie)
        lesson = f"/runs/{made.run}/lessons/{made.lesson}"
        with held_open(site.port, HELD):
            end = time.monotonic() + HELD_SECONDS
            while time.monotonic() < end:
                waits.visit(Browser(site.port), "/healthz")
                waits.visit(reader, lesson)
                time.sleep(0.1)
    health, page = waits.longest("/healthz"), waits.longest(lesson)
    require(health < HEALTH_SECONDS and page < PAGE_SECONDS, f"/healthz {health:.2f} s, lesson {page:.2f} s")
    count = len(waits.seconds[lesson])
    return [
        f"| {sum(HELD.values())} connections held for {HELD_SECONDS:.0f} s | longest of {count} answers: "
        f"`/healthz` {health:.2f} s, a lesson page {page:.2f} s |"
    ]


def export_memory() -> list[str]:
    """Take along a diary of ten thousand revisions; return the worker's largest size. Raises SystemExit beyond the promise."""
    settings = config.load()
    with Session(db.make_engine(settings)) as session:
        person = session.scalars(select(Person).where(Person.username == "osallistuja1")).one()
        make_entries(session, person, entries=ENTRIES, revisions=REVISIONS, letters=LETTERS)
    with served(settings, workers=1) as site, ThreadPoolExecutor(1) as pool:
        reader = Browser(site.port).sign_in("osallistuja1")
        began = time.monotonic()
        sent = pool.submit(downloaded, reader, "/me/data.zip")
        most = 0.0
        while not sent.done():
            most = max(most, *(resident_mb(worker) for worker in site.workers()))
            time.sleep(0.05)
        size, took = sent.result(), time.monotonic() - began
    require(most < EXPORT_MB, f"{most:.0f} MB for the data file of {ENTRIES * REVISIONS} revisions")
    return [
        f"| `data.zip` of {ENTRIES * REVISIONS} revisions ({size / 1e6:.1f} MB packed), {took:.0f} s "
        f"| the worker had at most {most:.0f} MB |"
    ]


def downloaded(reader: Browser, path: str) -> int:
    """Return how many bytes the file has."""
    with closing(http.client.HTTPConnection("127.0.0.1", reader.port, timeout=EXPORT_SECONDS)) as line:
        line.request("GET", path, headers={"Cookie": reader.cookie})
        answer = line.getresponse()
        assert answer.status == 200, answer.status
        return len(answer.read())


def resident_mb(process_id: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process_id}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def costliest_form() -> list[str]:
    """Post the hostile forms to every view; return the costliest. Raises SystemExit beyond the promise."""
    app = create_app(config.load())
    app.config["WTF_CSRF_ENABLED"] = False
    logging.getLogger("lms").setLevel(logging.ERROR)
    client = Client(app)
    client.sign_in("osallistuja0", dataset.PASSWORD)
    most, where, count = 0.0, "", 0
    for path, endpoint in posted(app):
        for kind, body in hostile_forms(bodies.limit_of_view(app, endpoint)):
            took = min(milliseconds_of(client, path, body) for _ in range(2))
            count += 1
            if took > most:
                most, where = took, f"{kind} to {path}"
    app.extensions["engine"].dispose()
    require(most < FORM_MILLISECONDS, f"{most:.0f} ms: {where}")
    return [
        f"| {count} hostile forms, each as large as its view takes | at most {most:.0f} ms of processor time ({where}) |"
    ]


def milliseconds_of(client: Client, path: str, body: str) -> float:
    """Return the processor time of answering the form."""
    began = time.process_time()
    client.browser.post(path, data=body, content_type="application/x-www-form-urlencoded")
    return (time.process_time() - began) * 1000


def posted(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield an address and the endpoint of every view that takes forms, but signing out."""
    ids = {"run_id": 1, "slug": "x", "task_id": "x", "quiz_id": "x", "course": dataset.COURSE}
    adapter = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and "sign-out" not in rule.rule:
            yield (
                adapter.build(rule.endpoint, {name: ids.get(name, 1) for name in rule.arguments}, "POST"),
                rule.endpoint,
            )


def require(holds: bool, found: str) -> None:
    if not holds:
        sys.exit(f"The promise of docs/reliability.md does not hold: {found}")


def main() -> None:
    """Print the table of docs/reliability.md, line by line."""
    print("| attack | what was seen |\n|---|---|")
    with tempfile.TemporaryDirectory(prefix="taitoverstas-faults-") as folder:
        measures: tuple[Callable[[], list[str]], ...] = (
            partial(hold_connections, Path(folder)),
            export_memory,
            costliest_form,
        )
        for measure in measures:
            print("\n".join(measure()), flush=True)


if __name__ == "__main__":
    main()

"""`make bench`: the table of docs/performance.md, measured on this machine."""

import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench import dataset

ROUNDS = 5
SECONDS = 4.0
CONNECTIONS = 16
CLIENT_PROCESSES = 2
WORKERS = 2
MIXED_REQUESTS = 5_000
AIMS = {"lesson page": 0.20, "course contents": 0.20, "start page": 0.17, "diary save": 0.085}
CERTIFICATE_AIM_MS = 60
MEMORY_AIM_MB = 120


@dataclass(frozen=True)
class Target:
    name: str
    port: int
    connections: list[list[str]]
    expected: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server and wait until its port answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def raw(method: str, path: str, cookie: str = "", form: dict[str, str] | None = None) -> str:
    """Return a request as text."""
    body = urlencode(form) if form else ""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if form:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def load(target: Target, seconds: float) -> tuple[float, float]:
    """Return requests a second and the 95th percentile in milliseconds. Raises SystemExit on a wrong answer."""
    shares = [target.connections[start::CLIENT_PROCESSES] for start in range(CLIENT_PROCESSES)]
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in shares
    ]
    for process, share in zip(clients, shares, strict=True):
        assert process.stdin
        json.dump({"port": target.port, "seconds": seconds, "connections": share}, process.stdin)
        process.stdin.close()
    waits: list[float] = []
    for process in clients:
        assert process.stdout
        answered = json.loads(process.stdout.read())
        process.wait()
        if set(answered["statuses"]) != {target.expected}:
            sys.exit(f"{target.name}: answered {answered['statuses']}, expected {target.expected}")
        waits += answered["waits"]
    waits.sort()
    return len(waits) / seconds, waits[int(len(waits) * 0.95)] * 1000


def resident_mb(parent: int) -> list[float]:
    """Return the resident memory of the server's worker processes, in megabytes."""
    sizes = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue
        if re.search(rf"^PPid:\s+{parent}$", status, re.MULTILINE) and (
            size := re.search(r"VmRSS:\s+(\d+)", status)
        ):
            sizes.append(int(size[1]) / 1024)
    return sizes


def targets(port: int, people: list[dataset.SignedInPerson], run: int, lesson: str) -> list[Target]:
    def each(make: object) -> list[list[str]]:
        return [make(person) for person in people[:CONNECTIONS]]  # type: ignore[operator]

    return [
        Target(
            "lesson page",
            port,
            each(lambda p: [raw("GET", f"/runs/{run}/lessons/{lesson}", p.cookie)]),
            "200",
        ),
        Target("course contents", port, each(lambda p: [raw("GET", f"/runs/{run}", p.cookie)]), "200"),
        Target("start page", port, each(lambda p: [raw("GET", "/", p.cookie)]), "200"),
        Target(
            "diary save",
            port,
            each(
                lambda p: [
                    raw(
                        "POST",
                        "/diary/new",
                        p.cookie,
                        {
                            "csrf_token": p.csrf_token,
                            "title": "Tänään",
                            "body": "Opin lukemaan sopimuksen. " * 20,
                            "shared": "0",
                        },
                    )
                ]
            ),
            "302",
        ),
    ]


def measure_pages(port: int, reference_port: int, site: dataset.Site) -> list[str]:
    rows = [
        "| page | ratio to the reference | aim | requests/s | reference/s | p95 |",
        "|---|---|---|---|---|---|",
    ]
    for target in targets(port, site.people, site.run, site.lesson):
        read = target.expected == "200"
        if not read:
            dataset.let_write_much()
        size = len(dataset.body_of(port, target.connections[0][0])) if read else dataset.LESSON_BYTES
        reference = Target("reference", reference_port, [[raw("GET", f"/?size={size}")]] * CONNECTIONS, "200")
        load(target, 1.0)
        load(reference, 1.0)
        ratios, speeds, reference_speeds, tails = [], [], [], []
        for _ in range(ROUNDS):
            reference_speed, _tail = load(reference, SECONDS)
            if not read:
                dataset.let_write_much()
            speed, tail = load(target, SECONDS)
            ratios.append(speed / reference_speed)
            speeds.append(speed)
            reference_speeds.append(reference_speed)
            tails.append(tail)
        row = (
            f"| {target.name} | {statistics.median(ratios):.3f} | {AIMS[target.name]} | {statistics.median(speeds):.0f} "
            f"| {statistics.median(reference_speeds):.0f} | {statistics.median(tails):.0f} ms |"
        )
        print(row, flush=True)
        rows.append(row)
    return rows


def measure_memory(server: int, port: int, site: dataset.Site) -> list[str]:
    pages = targets(port, site.people, site.run, site.lesson)
    mixed = [
        [request for page in pages for request in page.connections[number]] for number in range(CONNECTIONS)
    ]
    sizes = []
    for _ in range(3):
        sent = 0.0
        while sent < MIXED_REQUESTS:
            per_second, _ = load_mixed(port, mixed, 4.0)
            sent += per_second * 4.0
        sizes.append(max(resident_mb(server)))
    return [
        "",
        f"Memory of the largest worker after {MIXED_REQUESTS} mixed requests, again, and again: "
        + ", ".join(f"{size:.0f} MB" for size in sizes)
        + f" (aim: under {MEMORY_AIM_MB} MB, not growing)",
    ]


def load_mixed(port: int, mixed: list[list[str]], seconds: float) -> tuple[float, float]:
    process = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps({"port": port, "seconds": seconds, "connections": mixed}),
        capture_output=True,
        text=True,
        check=True,
    )
    answered = json.loads(process.stdout)
    if not set(answered["statuses"]) <= {"200", "302"}:
        sys.exit(f"mixed: answered {answered['statuses']}")
    return len(answered["waits"]) / seconds, 0.0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="taitoverstas-bench-") as folder:
        port, reference_port = free_port(), free_port()
        os.environ.update(LMS_DATA_DIR=folder, LMS_ENV="production", LMS_BASE_URL=f"http://127.0.0.1:{port}")
        site = dataset.make()
        certificate = dataset.certificate_milliseconds(site)
        lms = [sys.executable, "-m", "lms", "serve", "--port", str(port), "--workers", str(WORKERS)]
        granian = [
            str(Path(sys.executable).parent / "granian"),
            "--interface",
            "wsgi",
            "--port",
            str(reference_port),
        ]
        granian += [
            "--workers",
            str(WORKERS),
            "--blocking-threads",
            "4",
            "--log-level",
            "warning",
            "--no-ws",
            "bench.reference:app",
        ]
        with served(lms, port) as server, served(granian, reference_port):
            site = dataset.signed_in(site, port, CONNECTIONS)
            rows = measure_pages(port, reference_port, site)
            rows += measure_memory(server.pid, port, site)
    rows += [
        "",
        f"One certificate issued: {certificate:.0f} ms, median of 30 in a row (aim: {CERTIFICATE_AIM_MS} ms)",
    ]
    rows += [
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, {WORKERS} workers, "
        f"{CONNECTIONS} connections, SQLite, {dataset.PEOPLE} participants, {len(site.lessons)} lessons",
    ]
    print("\n".join(["", *rows]))


if __name__ == "__main__":
    main()

"""The production server: granian, and the gateway between it and the plain WSGI app."""

import ctypes
import logging
import os
import resource
import signal
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any

import click
from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer
from sqlalchemy.exc import DBAPIError
from whitenoise.compress import Compressor

from lms import clock, db, file_modes, maintenance
from lms.app import create_app
from lms.config import LOOPBACK, ConfigurationError, Settings
from lms.logs import LOG_TO_STDERR
from lms.serving import bodies
from lms.serving.gateway import Gateway
from lms.templating import STATIC

log = logging.getLogger(__name__)

# a connection, new or idle, that has not sent a complete request head for this long is closed
SILENT_MS = 10_000
# for the first line and the headers of a request; browsers send a few kilobytes
HEAD_BYTES = 32_000
# a connection costs a worker a few kilobytes; lms/serving/gateway.py limits the requests that are worked on at once
CONNECTIONS = 4_096
FILES = 2 * CONNECTIONS
# a worker that dies is replaced; when this many die within the time below, replacing them does not help
MOST_DEATHS = 30
DEATHS_WITHIN_SECONDS = 10.0
# a worker that is still starting ignores the request to stop, and is killed after this time
STOPS_WITHIN_SECONDS = 10
M_MMAP_THRESHOLD = -3  # of malloc.h
GIVEN_BACK_FROM_BYTES = 1_000_000
COMPRESSED = frozenset({".css", ".js", ".svg"})
NO_CONTACT = (
    "Nobody can reach you: set LMS_OPERATOR_PHONE or LMS_OPERATOR_EMAIL, for the privacy notice and the"
    " accessibility statement must say whom to ask"
)


class Server(MPServer):
    """Granian, but more tolerant: by default it stops the whole site when one worker dies twice in a few seconds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deaths: deque[float] = deque(maxlen=MOST_DEATHS)

    def _respawn_workers(self, *args: Any, **kwargs: Any) -> None:
        super()._respawn_workers(*args, **kwargs)
        self.deaths.append(time.monotonic())
        if len(self.deaths) < MOST_DEATHS or self.deaths[-1] - self.deaths[0] > DEATHS_WITHIN_SECONDS:
            self.respawned_wrks.clear()


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until stopped. Raises ConfigurationError when it cannot start."""
    if not host.strip():
        raise ConfigurationError("--host is empty; name the address to listen on, such as 127.0.0.1")
    if settings.is_production and not settings.is_https and host not in LOOPBACK:
        raise ConfigurationError(
            "production over http listens on 127.0.0.1 only; set LMS_BASE_URL to https and put a proxy in front"
        )
    _require_free(host, port)
    _require_current(settings)
    warn_of_missing_settings(settings)
    _compress_static()
    _give_memory_back()
    _allow_connections()
    # loads every module once: the workers are forks, share the modules and start quickly
    run_maintenance(create_app(settings))
    server = Server(
        "lms",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=SILENT_MS, max_buffer_size=HEAD_BYTES),
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPS_WITHIN_SECONDS,
        log_dictconfig=LOG_TO_STDERR,
        websockets=False,
    )
    begin: Any = partial(_begin_worker, settings, os.getpid())
    server.serve(target_loader=begin, wrap_loader=False)


def _begin_worker(settings: Settings, server_id: int) -> Gateway:
    """Return what a worker serves; the worker stops when the server that started it is gone."""
    threading.Thread(target=_end_without, args=(server_id,), daemon=True).start()
    app = create_app(settings)
    return Gateway(app, limit_of=partial(bodies.limit_of, app))


def _end_without(server_id: int) -> None:
    """Stop this worker once its server has died, which can no longer stop it.

    It would still listen on the port, and a new server would share the port with the old program.
    """
    while os.getppid() == server_id:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOPS_WITHIN_SECONDS)
    os._exit(1)


def _allow_connections() -> None:
    """Raise the limit of open files so that each connection can have some, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def warn_of_missing_settings(settings: Settings) -> None:
    """Print a warning when production lacks contact details, which are not required to start."""
    if settings.is_production and not (settings.operator.phone or settings.operator.email):
        click.echo(NO_CONTACT, err=True)


def _require_free(host: str, port: int) -> None:
    """Refuse a port that is taken: a second server would share it silently."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except UnicodeError as fault:
            raise ConfigurationError(f"--host {host!r} is no address; use one such as 127.0.0.1") from fault
        except OSError as fault:
            raise ConfigurationError(
                f"{host}:{port} cannot be used ({fault.strerror}); choose another with --port"
            ) from fault


def _require_current(settings: Settings) -> None:
    engine = db.make_engine(settings)
    try:
        current = db.is_current(engine)
    finally:
        engine.dispose()
    if not current:
        raise ConfigurationError("the database is not up to date; run: lms db upgrade")


def run_maintenance(app: Flask) -> None:
    """Remove expired data, and leave no connection open that the workers would share."""
    try:
        with app.app_context(), db.transaction() as session:
            maintenance.due.send(None, session=session, now=clock.now())
    except DBAPIError as fault:  # a read-only site is still served
        log.warning("what has had its time was not removed: %s", db.without_values(fault))
    app.extensions["engine"].dispose()


def _give_memory_back() -> None:
    """Return large blocks to the system when they are freed; the workers inherit this as forks.

    Hashing a password takes 19 MB for a moment, which the C library would otherwise retain for each thread.
    """
    with suppress(AttributeError, OSError):  # other C libraries have no such setting
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, GIVEN_BACK_FROM_BYTES)


def _compress_static() -> None:
    """Store a compressed copy beside each static file that becomes smaller by it."""
    compressor = Compressor(quiet=True)
    try:
        with file_modes.with_usual_umask():  # a proxy may serve the files
            for path in STATIC.rglob("*"):
                if path.suffix in COMPRESSED:
                    compressor.compress(str(path))
    except OSError as fault:
        click.echo(f"Static files go uncompressed: {fault}", err=True)

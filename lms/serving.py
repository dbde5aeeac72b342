"""The production server: granian in front of the plain WSGI app."""

import ctypes
import socket
import time
from collections import deque
from contextlib import suppress
from typing import Any

import click
from granian.constants import Interfaces
from granian.server.mp import MPServer
from whitenoise.compress import Compressor

from lms import db
from lms.app import create_app
from lms.config import LOOPBACK, ROOT, ConfigurationError, Settings
from lms.templating import STATIC

# most of them only wait for forms on their way; see lms/bodies.py
THREADS = 64
# a worker that dies is replaced; more deaths than this in so many seconds are a fault that replacing does not mend
MOST_DEATHS = 30
DEATHS_WITHIN_SECONDS = 10.0
# a worker that is told to stop while it begins does not hear it
STOPS_WITHIN_SECONDS = 10
M_MMAP_THRESHOLD = -3  # of malloc.h
GIVEN_BACK_FROM_BYTES = 1_000_000
COMPRESSED = frozenset({".css", ".js", ".svg"})
NO_CONTACT = (
    "Nobody can reach you: set LMS_OPERATOR_PHONE or LMS_OPERATOR_EMAIL, for the privacy notice and the"
    " accessibility statement must say whom to ask"
)
LOG_TO_STDERR = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"_granian": {"level": "WARNING"}, "lms": {"level": "INFO"}},
}


class Server(MPServer):
    """Granian with patience: by itself it ends the whole site when one worker dies twice in a few seconds."""

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
    say_what_lacks(settings)
    _compress_static()
    _give_memory_back()
    create_app(settings)  # loads every module once: the workers, being forks, share them and begin at once
    Server(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPS_WITHIN_SECONDS,
        log_dictconfig=LOG_TO_STDERR,
        websockets=False,
        working_dir=ROOT,
    ).serve()


def say_what_lacks(settings: Settings) -> None:
    """Say on standard error what a site for people should have beside what it must have."""
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


def _give_memory_back() -> None:
    """Let large blocks go back to the system when they are freed; the workers, being forks, do the same.

    Hashing a password takes 19 MB for a moment, which the C library would else keep for each thread that did it.
    """
    with suppress(AttributeError, OSError):  # another C library has no such setting
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, GIVEN_BACK_FROM_BYTES)


def _compress_static() -> None:
    """Keep a compressed copy beside each static file that gains from it."""
    compressor = Compressor(quiet=True)
    try:
        for path in STATIC.rglob("*"):
            if path.suffix in COMPRESSED:
                compressor.compress(str(path))
    except OSError as fault:
        click.echo(f"Static files go uncompressed: {fault}", err=True)

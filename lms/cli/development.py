"""`make run`: from an empty folder to a served site with courses and a demo cast."""

import os
import secrets
import subprocess
import sys

import click

from lms import config, db, file_modes
from lms.accounts import queries
from lms.app import create_app
from lms.config import ConfigurationError, Settings, draw_once
from lms.serving import server

WORDS = "aalto halko kanto kivi koivu laituri lumi marja mylly niitty polku puro ranta sammal saari silta tuuli verso"
CAST = ("osallistuja", "ohjaaja", "ohjaaja2", "opettaja", "henkilokunta", "paakayttaja")


def demo_password(settings: Settings) -> str:
    """Return the demo cast's one password, drawn once and stored with mode 600 in the data folder."""
    drawn = "-".join(secrets.choice(WORDS.split()) for _ in range(4)) + f"-{secrets.randbelow(9000) + 1000}"
    return draw_once(settings.data_dir / "demo-password", drawn)


def lms(*arguments: str) -> None:
    """Run an `lms` command as its own process. Raises CalledProcessError when it fails."""
    subprocess.run([sys.executable, "-m", "lms", *arguments], check=True)  # noqa: S603  # our own command


def prepare(settings: Settings) -> str | None:
    """Migrate, publish the courses and, but on a site with people of its own, make what the demo is missing.

    Returns the cast's password, or None when the site has people of its own.
    """
    lms("db", "upgrade")
    lms("course", "publish")
    app = create_app(settings)
    with app.app_context(), db.reading() as session:
        is_empty = not queries.people(session, limit=1)
        has_cast = queries.person_by_username(session, CAST[0]) is not None
    app.extensions["engine"].dispose()
    if not is_empty and not has_cast:
        return None
    password = demo_password(settings)
    # even when the cast exists: courses published since then get an open run
    lms("demo", "--password", password)
    return password


@click.command()
@click.option("--port", default=8000, type=click.IntRange(1, 65535))
def run(port: int) -> None:
    """Prepare the site on this machine and serve it."""
    file_modes.use_private_umask()
    os.environ.setdefault("LMS_ENV", config.Environment.DEVELOPMENT)
    os.environ.setdefault("LMS_BASE_URL", f"http://127.0.0.1:{port}")
    try:
        settings = config.load()
        password = prepare(settings)
        click.echo(f"\nTaitoverstas is at http://127.0.0.1:{port}")
        if password:
            click.echo(f"Sign in as {', '.join(CAST)}\nPassword of all of them: {password}\n")
        server.serve(settings, host="127.0.0.1", port=port, workers=2)
    except ConfigurationError as fault:
        raise click.ClickException(str(fault)) from fault
    except subprocess.CalledProcessError as fault:
        raise SystemExit(fault.returncode) from fault


if __name__ == "__main__":
    run()

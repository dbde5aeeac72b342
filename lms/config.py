"""Settings from the environment or a file; nonsense stops the start with one line."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SECRET_KEY_BYTES = 32


class ConfigurationError(Exception):
    """A setting that makes no sense; the message says the mend in one line."""


class Environment(StrEnum):
    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


NAMES = frozenset(
    "LMS_" + name
    for name in (
        "BASE_URL",
        "CONFIG",
        "DATABASE_URL",
        "DATA_DIR",
        "ENV",
        "MAIL_URL",
        "OPERATOR_EMAIL",
        "OPERATOR_NAME",
        "OPERATOR_PHONE",
        "PROXIES",
        "REDIS_URL",
        "SECRET_KEY",
    )
)


@dataclass(frozen=True)
class Operator:
    """Who runs this site; shown in the footer, in errors and in the statements."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Settings:
    environment: Environment
    database_url: str
    data_dir: Path
    secret_key: str
    base_url: str
    operator: Operator
    proxies: int
    mail_url: str | None
    redis_url: str | None

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `environ` (default: the process's own).

    Raises ConfigurationError with one line that says the mend.
    """
    values = _with_file(os.environ if environ is None else environ)
    unknown = sorted(name for name in values if name.startswith("LMS_") and name not in NAMES)
    if unknown:
        raise ConfigurationError(
            f"{unknown[0]} is not a setting; remove it or mend its spelling. Known: {', '.join(sorted(NAMES))}"
        )
    environment = _environment(values)
    data_dir = Path(values.get("LMS_DATA_DIR") or ROOT / "instance").expanduser().absolute()
    return Settings(
        environment=environment,
        database_url=_database_url(values, data_dir),
        data_dir=data_dir,
        secret_key=_secret_key(values, data_dir),
        base_url=_base_url(values, environment),
        operator=Operator(
            name=values.get("LMS_OPERATOR_NAME") or "Taitoverstas",
            phone=values.get("LMS_OPERATOR_PHONE", ""),
            email=values.get("LMS_OPERATOR_EMAIL", ""),
        ),
        proxies=_proxies(values),
        mail_url=_service_url(values, "LMS_MAIL_URL", ("smtp", "smtps")),
        redis_url=_service_url(values, "LMS_REDIS_URL", ("redis", "rediss", "unix")),
    )


def _with_file(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of the file named by LMS_CONFIG, overridden by `environ`."""
    values = {name: value for name, value in environ.items() if name.startswith("LMS_")}
    path = values.get("LMS_CONFIG")
    if not path:
        return values
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError(f"LMS_CONFIG names {path}, which cannot be read: {fault}") from fault
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigurationError(f"{path}:{number}: write NAME=value")
        if not name.strip().startswith("LMS_"):
            raise ConfigurationError(
                f"{path}:{number}: {name.strip()} is not a setting; settings begin with LMS_"
            )
        values.setdefault(name.strip(), value.strip().strip("\"'"))
    return values


def _environment(values: Mapping[str, str]) -> Environment:
    name = values.get("LMS_ENV") or Environment.PRODUCTION
    try:
        return Environment(name)
    except ValueError:
        raise ConfigurationError(f"LMS_ENV is {name!r}; use one of {', '.join(Environment)}") from None


def _database_url(values: Mapping[str, str], data_dir: Path) -> str:
    url = values.get("LMS_DATABASE_URL") or f"sqlite:///{data_dir / 'lms.db'}"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "LMS_DATABASE_URL is not a database address; use sqlite:///… or postgresql://…"
        ) from None
    backend = parsed.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise ConfigurationError(
            f"LMS_DATABASE_URL names {backend}; only sqlite and postgresql are supported"
        )
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigurationError("LMS_DATABASE_URL names no file; use sqlite:///path/to/lms.db")
    return url


def _secret_key(values: Mapping[str, str], data_dir: Path) -> str:
    given = values.get("LMS_SECRET_KEY")
    if given is not None:
        if len(given.encode()) < SECRET_KEY_BYTES or len(set(given)) < 8:
            raise ConfigurationError(
                "LMS_SECRET_KEY is too weak; draw one with `openssl rand -hex 32`, or leave it unset"
            )
        return given
    return draw_once(data_dir / "secret-key", secrets.token_hex(SECRET_KEY_BYTES))


def draw_once(path: Path, value: str) -> str:
    """Return the text kept in `path`, which is made with `value` and mode 600 when it is not there."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    except OSError as fault:
        raise ConfigurationError(
            f"LMS_DATA_DIR: {path.parent} cannot be written ({fault.strerror}); make it writable or name another folder"
        ) from fault
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(value + "\n")
    return value


def _base_url(values: Mapping[str, str], environment: Environment) -> str:
    url = (values.get("LMS_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path
        or parts.query
        or parts.fragment
    ):
        raise ConfigurationError(f"LMS_BASE_URL is {url!r}; use https://name.example without a path")
    if environment is Environment.PRODUCTION and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigurationError("LMS_BASE_URL is http; production needs https (http is only for 127.0.0.1)")
    return url


def _proxies(values: Mapping[str, str]) -> int:
    text = values.get("LMS_PROXIES") or "0"
    if not text.isdecimal() or int(text) > 9:
        raise ConfigurationError(f"LMS_PROXIES is {text!r}; use the number of trusted proxies, 0 to 9")
    return int(text)


def _service_url(values: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    url = values.get(name)
    if not url:
        return None
    if urlsplit(url).scheme not in schemes:
        raise ConfigurationError(f"{name} must begin with {schemes[0]}://")
    return url

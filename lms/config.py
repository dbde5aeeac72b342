"""Settings from the environment or a file; an invalid one stops the start with a one-line message."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lms import file_modes
from lms.file_modes import OpenToOthers

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SECRET_KEY_BYTES = 32
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})
# enough for a diary of several thousand pages with every saved version
PERSON_QUOTA_MB = 100
# a wider network would cover much of the internet, and guessing passwords would hardly be slowed
WIDEST_NETWORK = {4: 8, 6: 20}
HOST_NAME = re.compile(r"[\w-]+(\.[\w-]+)*")


class ConfigurationError(Exception):
    """An invalid setting; the message is one line and says how to fix it."""


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
        "FREE_MB",
        "KNOWN_NETWORKS",
        "MAIL_URL",
        "OPERATOR_EMAIL",
        "OPERATOR_NAME",
        "OPERATOR_PHONE",
        "PERSON_QUOTA_MB",
        "PROXIES",
        "REDIS_URL",
        "SECRET_KEY",
    )
)


@dataclass(frozen=True)
class Operator:
    """Who runs this site; shown in the footer, on error pages and in the statements."""

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
    # with less free disk space than this, the site reports that it is not ready
    free_mb: int
    # megabytes of text that one person may store
    person_quota_mb: int
    # networks where many people share one address: workshops, schools, libraries
    known_networks: tuple[IPv4Network | IPv6Network, ...]
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
        """The site's own host name as a browser sends it."""
        return (urlsplit(self.base_url).hostname or "").encode("idna").decode("ascii")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `environ` (default: the process's own).

    Raises ConfigurationError, whose one line says how to fix it.
    """
    values = _with_file(os.environ if environ is None else environ)
    unknown = sorted(name for name in values if name.startswith("LMS_") and name not in NAMES)
    if unknown:
        raise ConfigurationError(
            f"{unknown[0]} is not a setting; remove it or mend its spelling. Known: {', '.join(sorted(NAMES))}"
        )
    environment = _environment(values)
    data_dir = _data_dir(values)
    database_url = _database_url(values, data_dir)
    file_modes.close_files(data_dir, database_file(database_url))
    return Settings(
        environment=environment,
        database_url=database_url,
        data_dir=data_dir,
        secret_key=_secret_key(values, data_dir),
        base_url=_base_url(values, environment),
        operator=Operator(
            name=values.get("LMS_OPERATOR_NAME") or "Taitoverstas",
            phone=values.get("LMS_OPERATOR_PHONE", ""),
            email=values.get("LMS_OPERATOR_EMAIL", ""),
        ),
        proxies=_proxies(values),
        free_mb=_free_mb(values),
        person_quota_mb=_person_quota_mb(values),
        known_networks=_known_networks(values),
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


def _data_dir(values: Mapping[str, str]) -> Path:
    """Return the data folder, which need not exist yet."""
    name = values.get("LMS_DATA_DIR") or str(ROOT / "instance")
    try:
        path = Path(name).expanduser().absolute()
        # checked in this order, because another worker may be creating the folder just now
        is_usable = "\0" not in name and (not path.exists() or path.is_dir())
    except (OSError, RuntimeError) as fault:
        raise ConfigurationError(f"LMS_DATA_DIR is {name!r} ({fault}); name a folder") from fault
    if not is_usable:
        raise ConfigurationError(f"LMS_DATA_DIR is {name!r}, which is no folder; name a folder")
    try:
        file_modes.close_folder(path)
    except OpenToOthers as fault:
        raise ConfigurationError(f"LMS_DATA_DIR: {fault}") from fault
    return path


def _database_url(values: Mapping[str, str], data_dir: Path) -> str:
    url = values.get("LMS_DATABASE_URL") or f"sqlite:///{data_dir / 'lms.db'}"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "LMS_DATABASE_URL is not a database address; use sqlite:///… or postgresql://…"
        ) from None
    if parsed.drivername not in DRIVERS:
        raise ConfigurationError(
            f"LMS_DATABASE_URL names {parsed.drivername}; only sqlite and postgresql are supported"
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigurationError("LMS_DATABASE_URL names no file; use sqlite:///path/to/lms.db")
    return url


def database_file(url: str) -> Path | None:
    """Return the path of an SQLite database, None for PostgreSQL."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite"
    return Path((parsed.database or "").removeprefix("file:")) if is_file else None


def _secret_key(values: Mapping[str, str], data_dir: Path) -> str:
    given = values.get("LMS_SECRET_KEY")
    if given is not None:
        if _is_weak(given):
            raise ConfigurationError(
                "LMS_SECRET_KEY is too weak; draw one with `openssl rand -hex 32`, or leave it unset"
            )
        return given
    path = data_dir / "secret-key"
    kept = draw_once(path, secrets.token_hex(SECRET_KEY_BYTES))
    if _is_weak(kept):
        raise ConfigurationError(f"the key kept in {path} is too weak; remove the file, a new one is drawn")
    return kept


def _is_weak(key: str) -> bool:
    return len(key.encode()) < SECRET_KEY_BYTES or len(set(key)) < 8


def draw_once(path: Path, value: str) -> str:
    """Return the text stored in `path`; a missing file is first created with `value` and mode 600.

    Raises ConfigurationError when the file cannot be read or created, and when it is empty.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _put_whole(path, value + "\n")
    except OSError as fault:
        raise ConfigurationError(
            f"LMS_DATA_DIR: {path.parent} cannot be written ({fault.strerror}); make it writable or name another folder"
        ) from fault
    try:
        kept = path.read_text(encoding="utf-8").strip()
    except OSError as fault:
        raise ConfigurationError(f"{path} cannot be read ({fault.strerror}); make it readable") from fault
    except UnicodeDecodeError:
        kept = ""
    if not kept:
        raise ConfigurationError(f"{path} holds no text; remove the file, a new one is drawn")
    return kept


def _put_whole(path: Path, text: str) -> None:
    """Create the file with all of its text or not at all; a file that another process created meanwhile is retained."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        Path(name).unlink()


def _base_url(values: Mapping[str, str], environment: Environment) -> str:
    url = (values.get("LMS_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    parts = _split(url)
    if (
        parts is None
        or parts.scheme not in ("http", "https")
        or url != f"{parts.scheme}://{parts.netloc}"
        or "@" in parts.netloc
        or parts.netloc.endswith(":")
        or not _is_host(parts)
    ):
        raise ConfigurationError(f"LMS_BASE_URL is {url!r}; use https://name.example without a path")
    if environment is Environment.PRODUCTION and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigurationError("LMS_BASE_URL is http; production needs https (http is only for 127.0.0.1)")
    return url


def _split(url: str) -> SplitResult | None:
    """Return the parts of a URL, None when its brackets or its port are invalid."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_host(parts: SplitResult) -> bool:
    name = parts.hostname or ""
    try:
        if "[" in parts.netloc:
            return bool(IPv6Address(name))
        return bool(HOST_NAME.fullmatch(name)) and bool(name.encode("idna"))
    except ValueError:
        return False


def _proxies(values: Mapping[str, str]) -> int:
    text = values.get("LMS_PROXIES") or "0"
    if not re.fullmatch("[0-9]", text):
        raise ConfigurationError(f"LMS_PROXIES is {text!r}; use the number of trusted proxies, 0 to 9")
    return int(text)


def _free_mb(values: Mapping[str, str]) -> int:
    text = values.get("LMS_FREE_MB") or "200"
    if not re.fullmatch("[0-9]{1,7}", text):
        raise ConfigurationError(
            f"LMS_FREE_MB is {text!r}; use the megabytes that must stay free on the disk, such as 200, or 0"
        )
    return int(text)


def _person_quota_mb(values: Mapping[str, str]) -> int:
    text = values.get("LMS_PERSON_QUOTA_MB") or str(PERSON_QUOTA_MB)
    if not re.fullmatch("[1-9][0-9]{0,5}", text):
        raise ConfigurationError(
            f"LMS_PERSON_QUOTA_MB is {text!r}; use the megabytes of text that each person may store, 1 to 999999"
        )
    return int(text)


def _known_networks(values: Mapping[str, str]) -> tuple[IPv4Network | IPv6Network, ...]:
    found = []
    for text in (values.get("LMS_KNOWN_NETWORKS") or "").split(","):
        if not text.strip():
            continue
        try:
            network = ip_network(text.strip())
        except ValueError:
            raise ConfigurationError(
                f"LMS_KNOWN_NETWORKS names {text.strip()!r}; write networks such as 192.0.2.0/24, 2001:db8::/48"
            ) from None
        if network.prefixlen < WIDEST_NETWORK[network.version]:
            raise ConfigurationError(
                f"LMS_KNOWN_NETWORKS names {network}, which is too wide; name the networks of your own places"
            )
        found.append(network)
    return tuple(found)


def _service_url(values: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    url = values.get(name)
    if not url:
        return None
    parts = _split(url)
    if parts is None or parts.scheme not in schemes:
        raise ConfigurationError(f"{name} must begin with {schemes[0]}:// and name a host")
    return url

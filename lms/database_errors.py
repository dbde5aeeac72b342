"""What a database error means, in one word: for the log, the health page and the response."""

from enum import StrEnum

from sqlalchemy.exc import DBAPIError


class Reason(StrEnum):
    AWAY = "away"
    DISK = "disk"
    DOUBLE = "double"
    FULL = "full"
    LOCKED = "locked"
    MALFORMED = "malformed"
    OTHER = "other"
    READ_ONLY = "read-only"
    REFERENCE = "reference"


# the database cannot work at all; the other reasons concern one request
OUTAGES = frozenset(
    {Reason.AWAY, Reason.DISK, Reason.FULL, Reason.LOCKED, Reason.MALFORMED, Reason.READ_ONLY}
)
# another request was faster: it added the same row, or deleted one that this request refers to
CONFLICTS = frozenset({Reason.DOUBLE, Reason.REFERENCE})

# SQLite's error names begin with the kind: SQLITE_IOERR_WRITE
OF_SQLITE = {
    "SQLITE_BUSY": Reason.LOCKED,
    "SQLITE_CANTOPEN": Reason.AWAY,
    "SQLITE_CORRUPT": Reason.MALFORMED,
    "SQLITE_FULL": Reason.FULL,
    "SQLITE_IOERR": Reason.DISK,
    "SQLITE_LOCKED": Reason.LOCKED,
    "SQLITE_NOTADB": Reason.MALFORMED,
    "SQLITE_READONLY": Reason.READ_ONLY,
}
# only the message says which constraint was violated
RULES_OF_SQLITE = {"FOREIGN KEY": Reason.REFERENCE, "UNIQUE": Reason.DOUBLE}
# SQLSTATE codes and classes of PostgreSQL
OF_POSTGRESQL = {
    "08": Reason.AWAY,
    "23503": Reason.REFERENCE,
    "23505": Reason.DOUBLE,
    "25006": Reason.READ_ONLY,
    "3D": Reason.AWAY,
    "40": Reason.LOCKED,
    "53100": Reason.FULL,
    "53300": Reason.AWAY,
    "55P03": Reason.LOCKED,
    "57": Reason.AWAY,
    "57014": Reason.LOCKED,
    "58": Reason.DISK,
    "XX001": Reason.MALFORMED,
    "XX002": Reason.MALFORMED,
}


def reason_of(error: BaseException) -> Reason:
    """Return the reason of an error of SQLAlchemy or the driver, or else of the error that preceded it.

    A full disk ends SQLite's whole transaction; rolling back the savepoint then fails, which hides the cause.
    """
    found, before = _reason_of_one(error), error.__context__
    return reason_of(before) if found is Reason.OTHER and before is not None else found


def _reason_of_one(error: BaseException) -> Reason:
    own = error.orig if isinstance(error, DBAPIError) else error
    if name := getattr(own, "sqlite_errorname", None):
        is_rule = name.startswith("SQLITE_CONSTRAINT")
        return _longest_match(RULES_OF_SQLITE, str(own)) if is_rule else _longest_match(OF_SQLITE, name)
    code = getattr(own, "sqlstate", None)
    if code:
        return _longest_match(OF_POSTGRESQL, code)
    # a driver that cannot reach its server has no SQLSTATE
    return Reason.AWAY if type(own).__name__ == "OperationalError" else Reason.OTHER


def _longest_match(reasons: dict[str, Reason], name: str) -> Reason:
    matching = [begin for begin in reasons if name.startswith(begin)]
    return reasons[max(matching, key=len)] if matching else Reason.OTHER

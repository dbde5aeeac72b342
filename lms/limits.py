"""How often one person may do something within an hour; all workers share the counts, which are in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, bindparam, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms import db
from lms.db import Base, UTCDateTime
from lms.errors import Busy
from lms.i18n import ngettext

RETENTION = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How many times in an hour something may be done; `what` is its name in the table."""

    what: str
    most: int


# Each is far above what people do by hand, so that nobody who works honestly reaches one; together with the
# storage quota they bound what one account can do to the site in an hour.

# autosave saves at most every five seconds, 720 times in an hour, and two devices may be in use at once
DIARY_SAVES = Limit("diary-saves", 1_500)
ANSWER_SAVES = Limit("answer-saves", 1_500)
CLAIM_SAVES = Limit("claim-saves", 1_500)
NEW_ENTRIES = Limit("new-entries", 60)
# somebody who needs space may delete a whole diary, and restore and delete each text again
DELETIONS = Limit("deletions", 600)
# a long checklist has some seventy items, and approval of each may be requested and withdrawn
CLAIM_STEPS = Limit("claim-steps", 200)
ANSWERS_SENT = Limit("answers-sent", 200)
# an instructor may answer a whole queue, up to 200 at one press
DECISIONS = Limit("decisions", 2_000)
COMMENTS = Limit("comments", 200)
QUIZ_TRIES = Limit("quiz-tries", 300)
LESSON_MARKS = Limit("lesson-marks", 200)
ENROLMENTS = Limit("enrolments", 30)
# making a file occupies one of the few archive slots for some seconds
EXPORTS = Limit("exports", 12)
BOOKLETS = Limit("booklets", 30)


class HourCount(Base):
    """How many times somebody has done something in the hour that began at `hour`; the row is reused every hour."""

    __tablename__ = "hour_counts"

    # "person 12" for a person; where nobody is signed in, a keyed hash such as that of an address
    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    hour: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    count: Mapped[int]


def _counting(insert: Any) -> Any:
    """Return a single statement that adds one to the count and returns this hour's count."""
    added = insert(HourCount.__table__).values(
        who=bindparam("of"), what=bindparam("thing"), hour=bindparam("at"), count=1
    )
    is_same_hour = HourCount.hour == added.excluded.hour
    return added.on_conflict_do_update(
        index_elements=["who", "what"],
        set_={"hour": added.excluded.hour, "count": case((is_same_hour, HourCount.count + 1), else_=1)},
    ).returning(HourCount.__table__.c.count)


# built once, because every save uses it
_COUNTING = {"postgresql": _counting(postgresql.insert), "sqlite": _counting(sqlite.insert)}


def key_of(person_id: int) -> str:
    """Return the key of a person's counts."""
    return f"person {person_id}"


def count(session: Session, limit: Limit, who: int | str, *, now: datetime) -> None:
    """Count that a person (or another key) does this now. Raises Busy when that is too often this hour.

    The count is part of the transaction: what is refused and rolled back is not counted.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    given = {"of": key_of(who) if isinstance(who, int) else who, "thing": limit.what, "at": hour}
    connection = session.connection()
    number = connection.execute(_COUNTING[connection.dialect.name], given).scalar_one()
    if number > limit.most:
        raise _too_often(hour + timedelta(hours=1) - now)
    if number == 1:
        connection.execute(delete(HourCount).where(HourCount.hour < now - RETENTION))


def count_try(limit: Limit, who: int | str, *, now: datetime) -> None:
    """Count, in a separate transaction, what costs much even when it only reads or is refused. Raises Busy."""
    with db.transaction() as own:
        count(own, limit, who, now=now)


def _too_often(wait: timedelta) -> Busy:
    seconds = max(1, int(wait.total_seconds()))
    minutes = -(-seconds // 60)
    message = ngettext(
        "This has been done very many times within an hour. Nothing is broken. It works again in one minute.",
        "This has been done very many times within an hour. Nothing is broken. It works again in %(num)d minutes.",
        minutes,
    )
    return Busy(message, wait_seconds=seconds)

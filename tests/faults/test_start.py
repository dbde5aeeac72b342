"""The start of the real server does what has to be done once, before anybody is served."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import db, schema
from lms.config import Settings
from lms.diary.models import DiaryEntry
from tests import factories
from tests.checklists.cast import make_entry
from tests.faults.site import served


def test_a_server_that_starts_removes_what_was_deleted_long_ago(fresh: Settings) -> None:
    schema.upgrade(fresh)
    engine = db.make_engine(fresh)
    with Session(engine.execution_options(writing=True)) as session:
        entry = make_entry(session, factories.make_person(session))
        entry.deleted_at = datetime.now(UTC) - timedelta(hours=1)
        session.commit()

    with served(fresh, workers=1), Session(engine) as session:
        left = session.scalar(select(func.count()).select_from(DiaryEntry))

    engine.dispose()
    assert left == 0

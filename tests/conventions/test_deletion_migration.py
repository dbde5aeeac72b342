"""The migration that lets a deletion be undone: nothing deleted comes back with an older program."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from lms import db, schema
from lms.config import Settings
from lms.diary import deletion
from lms.diary import operations as diary
from lms.diary.operations import EntryContent
from lms.tasks.models import Reviewer, TaskAnswer, TaskAnswerEvent
from lms.tasks.states import AnswerAction, AnswerState
from tests import factories
from tests.conftest import NOW

COUNTED = ("diary_entries", "diary_revisions", "task_answers", "task_answer_events")


def fill(session: Session) -> None:
    """Write two texts, delete one, and send an answer and take it back."""
    aino = factories.make_person(session)
    for key in ("kept", "deleted"):
        content = EntryContent("Päivä", key, shared=False)
        saved = diary.write(session, content, key=key, version=0, origin=None, by=aino.id, now=NOW)
    deletion.delete_entry(session, saved.entry, now=NOW)
    enrolment = factories.make_enrolment(session, factories.make_run(session), aino)
    answer = TaskAnswer(
        enrolment_id=enrolment.id,
        task="viesti",
        lesson="alku",
        title="Viesti",
        reviewer=Reviewer.INSTRUCTOR,
        text="Hei",
        state=AnswerState.DRAFT,
        version=2,
        saved_at=NOW,
        sent_at=NOW,
    )
    session.add(answer)
    session.flush()
    for number, action in enumerate((AnswerAction.SEND, AnswerAction.WITHDRAW), start=1):
        event = TaskAnswerEvent(answer_id=answer.id, number=number, action=action, at=NOW, by_id=aino.id)
        event.by_name, event.text, event.comment = aino.name, "Hei", ""
        session.add(event)
    session.commit()


def counts(session: Session) -> list[int]:
    session.rollback()
    return [session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in COUNTED]


def test_down_removes_what_is_deleted_and_up_keeps_the_rest(fresh: Settings) -> None:
    schema.upgrade(fresh)
    engine = db.make_engine(fresh)
    with Session(engine.execution_options(writing=True)) as session:
        fill(session)
        filled = counts(session)
    engine.dispose()

    schema.downgrade(fresh, "0004")
    engine = db.make_engine(fresh)
    with Session(engine) as session:
        older = counts(session)
        bodies = session.execute(text("SELECT body FROM diary_entries")).scalars().all()
    engine.dispose()
    schema.upgrade(fresh)
    engine = db.make_engine(fresh)
    with Session(engine) as session:
        newer = counts(session)
        assert session.execute(text("SELECT deleted_at FROM diary_entries")).scalars().all() == [None]
    engine.dispose()

    assert filled == [2, 2, 1, 2]
    assert older == newer == [1, 1, 1, 1]
    assert bodies == ["kept"]

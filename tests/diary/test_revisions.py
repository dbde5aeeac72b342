"""Whatever is saved in whatever order, every earlier text can still be read."""

from dataclasses import dataclass, field

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.diary import operations, queries
from lms.diary.operations import EntryContent, Stale
from tests import factories
from tests.conftest import NOW, clear

TEXTS = st.text(alphabet="aä\n<😀", min_size=1, max_size=4)
SAVES = st.lists(st.tuples(TEXTS, st.booleans(), st.integers(0, 4)), max_size=12)


@dataclass
class Told:
    """What the saves were answered with: revision number -> content."""

    contents: dict[int, EntryContent] = field(default_factory=dict)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=TEXTS, saves=SAVES)
def test_every_revision_that_was_answered_stays_readable(
    empty: Flask, session: Session, first: str, saves: list[tuple[str, bool, int]]
) -> None:
    session.rollback()
    clear(empty.extensions["engine"])
    person = factories.make_person(session, "aino")
    content = EntryContent("Otsikko", first, False)
    with empty.test_request_context():
        begun = operations.write(session, content, key="k", version=0, origin=None, by=person.id, now=NOW)
        entry, told = begun.entry, Told({1: content})
        for text, shared, behind in saves:
            content = EntryContent("Otsikko", text, shared)
            try:
                saved = operations.save(
                    session, entry, content, version=max(0, entry.version - behind), now=NOW
                )
            except Stale:
                continue
            told.contents[saved.version] = content
        session.flush()

    kept = queries.revisions_of(session, entry.id, below=entry.version + 1, limit=100)
    assert {row.number: EntryContent(row.title, row.body, row.shared) for row in kept} == told.contents
    assert [row.number for row in kept] == list(range(entry.version, 0, -1))
    assert (entry.title, entry.body, entry.shared) == tuple(vars(told.contents[entry.version]).values())
    session.rollback()

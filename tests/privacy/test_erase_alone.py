"""Erasing one person's data leaves every row of everybody else as it was."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from lms import limits, personal_data
from lms.db import Base
from lms.diary import operations as diary
from lms.diary.models import DiaryEntry
from lms.limits import HourCount
from tests.conftest import NOW
from tests.conventions.whole_site import ROLES, make_whole_site

# counters are found by a keyed hash; what others have said in an erased diary counts in their space no more
OTHERS_MAY_CHANGE = {"person_storage", "sign_in_counters"}

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def all_rows(session: Session) -> Rows:
    """Return every row of every table, by its primary key."""
    session.rollback()
    return {
        table.name: {
            tuple(row[column.name] for column in table.primary_key): dict(row)
            for row in session.execute(select(table)).mappings()
        }
        for table in Base.metadata.sorted_tables
    }


def belongs_to(rows: Rows, table: Table, row: dict[str, Any], person_id: int) -> bool:
    """Return whether a chain of foreign keys leads from the row to the person, or its text names them."""
    if table.name == HourCount.__tablename__:
        return bool(row["who"] == limits.key_of(person_id))
    if table.name == "people":
        return bool(row["id"] == person_id)
    for key in table.foreign_keys:
        target = rows[key.column.table.name].get((row[key.parent.name],))
        if target and key.column.table is not table and belongs_to(rows, key.column.table, target, person_id):
            return True
    return False


@pytest.mark.parametrize("name", ROLES)
def test_erasing_leaves_the_rows_of_everybody_else_as_they_were(
    empty: Flask, session: Session, name: str
) -> None:
    site = make_whole_site(empty, session, text="Teksti")
    shared = session.scalars(select(DiaryEntry).where(DiaryEntry.shared)).first()
    assert shared
    diary.comment(session, shared, body="Kiitos!", by=site.people["aino"], now=NOW)
    session.commit()
    person_id = site.people[name].id
    before = all_rows(session)

    with empty.app_context():
        for holding in reversed(personal_data.all_holdings()):
            holding.erase(session, person_id, NOW)
    session.commit()

    after = all_rows(session)
    changed = [
        (table.name, row)
        for table in Base.metadata.sorted_tables
        if table.name not in OTHERS_MAY_CHANGE
        for key, row in before[table.name].items()
        if after[table.name].get(key) != row and not belongs_to(before, table, row, person_id)
    ]
    assert before != after
    assert changed == []

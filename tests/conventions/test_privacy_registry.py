"""Every table that leads to a person has an exporter and an eraser."""

from flask import Flask
from sqlalchemy import Table

from lms import db
from lms.personal_data import all_holdings

# tables that say who made a thing of the house, not what a person has done
NOT_PERSONAL: frozenset[str] = frozenset()


def leads_to_people(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether a chain of foreign keys leads from the table to `people`."""
    if table.name == "people":
        return True
    targets = [key.column.table for key in table.foreign_keys if key.column.table.name not in seen]
    return any(leads_to_people(target, seen | {table.name}) for target in targets)


def covered_tables(app: Flask) -> set[str]:
    with app.app_context():
        return {table for holding in all_holdings() for table in holding.tables}


def test_every_table_about_people_is_in_the_registry(app: Flask) -> None:
    about_people = {name for name, table in db.Base.metadata.tables.items() if leads_to_people(table)}
    covered = covered_tables(app)

    assert about_people - covered - NOT_PERSONAL == set(), "no Holding of any privacy.py has these tables"


def test_the_registry_names_only_tables_that_are_there(app: Flask) -> None:
    assert covered_tables(app) - set(db.Base.metadata.tables) == set()

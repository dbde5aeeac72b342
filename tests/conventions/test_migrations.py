"""Migrations build exactly what the models say, up and down, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, UniqueConstraint, inspect, text
from sqlalchemy.orm import Session

from lms import db, schema
from lms.config import ROOT, Settings
from lms.core import import_models
from tests import factories

CRITERIA_SET = """
INSERT INTO criteria_sets (id, slug, number, is_current, content_hash, title, unit, unit_title, part_unit,
    part_unit_title, compulsory, scope, qualification, year, published_at)
VALUES (1, 'lista', 1, true, 'x', '{}', 'u', '{}', 'p', '{}', true, 2, 8505691, 2022, '2026-11-23 10:00:00')
"""
CRITERION = """
INSERT INTO criteria (id, set_id, position, code, group_title, wording)
VALUES (1, 1, 1, 'osaamistavoitteet_1073', '{}', '{}')
"""

PERSON = """
INSERT INTO people (id, username, name, language, created_at) VALUES (1, 'aino', 'Aino', 'fi', '2026-11-23 10:00:00')
"""
SIGN_IN_TRY = "INSERT INTO sign_in_tries (account, address, at) VALUES ('a', 'b', '2026-11-23 10:00:00')"


def test_upgraded_database_equals_the_models(fresh: Settings) -> None:
    import_models()
    schema.upgrade(fresh)
    engine = db.make_engine(fresh)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.Base.metadata)
    assert db.is_current(engine)
    engine.dispose()

    assert differences == []


def test_down_leaves_nothing_and_up_again_works(fresh: Settings) -> None:
    schema.upgrade(fresh)
    schema.downgrade(fresh)
    engine = db.make_engine(fresh)
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    schema.upgrade(fresh)

    assert left == set()


def test_upgrading_twice_changes_nothing(fresh: Settings) -> None:
    schema.upgrade(fresh)
    engine = db.make_engine(fresh)
    with Session(engine.execution_options(writing=True)) as session:
        factories.make_run(session, people=[factories.make_person(session)])
        factories.make_criteria(session)
        session.commit()
    before = everything_in(engine)

    schema.upgrade(fresh)

    after = everything_in(engine)
    engine.dispose()
    assert after == before
    assert all(before[name][1] for name in ("people", "enrolments", "criteria", "alembic_version"))


def everything_in(engine: Engine) -> dict[str, tuple[object, list[str]]]:
    """Return how each table is built and what is in it."""
    found: dict[str, tuple[object, list[str]]] = {}
    with engine.connect() as connection:
        inspected = inspect(connection)
        for name in inspected.get_table_names():
            columns = [(column["name"], str(column["type"])) for column in inspected.get_columns(name)]
            indexes = sorted(str(index["name"]) for index in inspected.get_indexes(name))
            rows = sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}"))))
            found[name] = ((columns, indexes), rows)
    return found


def test_a_table_that_is_rebuilt_keeps_its_rows_and_their_children(fresh: Settings) -> None:
    schema.upgrade(fresh, "0002")
    engine = db.make_engine(fresh)
    with engine.execution_options(writing=True).begin() as connection:
        connection.execute(text(CRITERIA_SET))
        connection.execute(text(CRITERION))
    schema.upgrade(fresh)
    with engine.execution_options(writing=True).begin() as connection:
        kept = connection.execute(text("SELECT scope FROM criteria_sets")).scalar_one()
        assert connection.execute(text("SELECT code FROM criteria")).scalar_one() == "osaamistavoitteet_1073"
        connection.execute(text("UPDATE criteria_sets SET scope = NULL"))
    schema.downgrade(fresh, "0002")
    with engine.connect() as connection:
        back = connection.execute(text("SELECT scope FROM criteria_sets")).scalar_one()
        children = connection.execute(text("SELECT count(*) FROM criteria")).scalar_one()
    engine.dispose()

    assert (kept, back, children) == (2, 0, 1)


def test_people_keep_everything_when_their_devices_get_a_number(fresh: Settings) -> None:
    schema.upgrade(fresh, "0004")
    engine = db.make_engine(fresh)
    with engine.execution_options(writing=True).begin() as connection:
        connection.execute(text(PERSON))
        connection.execute(text("INSERT INTO person_roles (person_id, role) VALUES (1, 'admin')"))
        connection.execute(text(SIGN_IN_TRY))
    schema.upgrade(fresh)
    with engine.connect() as connection:
        there = connection.execute(text("SELECT username, device_generation FROM people")).all()
        roles = list(connection.execute(text("SELECT role FROM person_roles")).scalars())
    schema.downgrade(fresh, "0004")
    with engine.connect() as connection:
        back = connection.execute(text("SELECT username FROM people")).scalars().all()
        roles += connection.execute(text("SELECT role FROM person_roles")).scalars().all()
        tries = connection.execute(text("SELECT count(*) FROM sign_in_tries")).scalar_one()
    engine.dispose()

    assert there == [("aino", 0)]
    assert (back, roles, tries) == (["aino"], ["admin", "admin"], 0)


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = sorted(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_every_foreign_key_has_an_index() -> None:
    import_models()
    bare = []
    for table in db.Base.metadata.tables.values():
        starts = [next(iter(index.columns)).name for index in table.indexes]
        starts += [next(iter(table.primary_key.columns)).name]
        starts += [
            next(iter(constraint.columns)).name
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint)
        ]
        bare += [
            f"{table.name}.{column.name}"
            for column in table.columns
            if column.foreign_keys and column.name not in starts
        ]
    assert bare == []

"""Texts of claims are stored once, what was asked once for all its steps; counters of space and of deeds in an hour."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# rows may hold ten of the longest texts each
ROWS_AT_ONCE = 20
# of what is no text: see lms.quota
ROW_BYTES = 200

ACTIONS = ("request", "withdraw", "approve", "return", "undo")
KINDS = ("entry", "answer")

CLAIMS = sa.table("claims", sa.column("id"), sa.column("person_id"))
TEXTS = sa.table("claim_texts", *(sa.column(name) for name in ("id", "person_id", "sha256", "body")))
CONTENTS = sa.table(
    "claim_contents",
    *(sa.column(name) for name in ("id", "claim_id", "sha256", "rating", "text_id")),
    sa.column("wording", sa.JSON()),
)
PIECES = sa.table(
    "claim_content_pieces",
    *(sa.column(name) for name in ("content_id", "position", "kind", "title", "text_id")),
)
COPIES = sa.table("claim_copies", *(sa.column(name) for name in ("entry_id", "claim_id", "number")))
EVIDENCE = sa.table("claim_evidence", *(sa.column(name) for name in ("id", "claim_id", "body", "text_id")))
EVENTS = sa.table(
    "claim_events",
    *(sa.column(name) for name in ("id", "claim_id", "number", "action", "rating", "text", "content_id")),
    sa.column("wording", sa.JSON()),
    sa.column("evidence", sa.JSON()),
)


def upgrade() -> None:
    _create_tables()
    with op.batch_alter_table("claim_evidence") as batch_op:
        batch_op.add_column(sa.Column("text_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("claim_events") as batch_op:
        batch_op.add_column(sa.Column("content_id", sa.Integer(), nullable=True))
    for person_id in _people_with_claims():
        _move_evidence(person_id)
        _move_events(person_id)
    with _rebuilt("claim_evidence", "kind", KINDS, "evidencekind") as batch_op:
        batch_op.drop_column("body")
        batch_op.alter_column("text_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key("fk_claim_evidence_text_id", "claim_texts", ["text_id"], ["id"])
        batch_op.create_index("ix_claim_evidence_text_id", ["text_id"])
    with _rebuilt("claim_events", "action", ACTIONS, "claimaction") as batch_op:
        for name in ("rating", "text", "wording", "evidence"):
            batch_op.drop_column(name)
        batch_op.alter_column("content_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key("fk_claim_events_content_id", "claim_contents", ["content_id"], ["id"])
        batch_op.create_index("ix_claim_events_content_id", ["content_id"])
    _count_what_is_stored()


def downgrade() -> None:
    with op.batch_alter_table("claim_evidence") as batch_op:
        batch_op.add_column(sa.Column("body", sa.Text(), nullable=True))
    op.execute(
        "UPDATE claim_evidence SET body ="
        " (SELECT claim_texts.body FROM claim_texts WHERE claim_texts.id = claim_evidence.text_id)"
    )
    with op.batch_alter_table("claim_events") as batch_op:
        batch_op.add_column(sa.Column("rating", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("wording", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("evidence", sa.JSON(), nullable=True))
    _write_events_out()
    with _rebuilt("claim_evidence", "kind", KINDS, "evidencekind") as batch_op:
        batch_op.drop_index("ix_claim_evidence_text_id")
        batch_op.drop_constraint("fk_claim_evidence_text_id", type_="foreignkey")
        batch_op.drop_column("text_id")
        batch_op.alter_column("body", existing_type=sa.Text(), nullable=False)
    with _rebuilt("claim_events", "action", ACTIONS, "claimaction") as batch_op:
        batch_op.drop_index("ix_claim_events_content_id")
        batch_op.drop_constraint("fk_claim_events_content_id", type_="foreignkey")
        batch_op.drop_column("content_id")
        batch_op.alter_column("text", existing_type=sa.Text(), nullable=False)
        batch_op.alter_column("wording", existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column("evidence", existing_type=sa.JSON(), nullable=False)
    for table in (
        "hour_counts",
        "person_storage",
        "claim_copies",
        "claim_content_pieces",
        "claim_contents",
        "claim_texts",
    ):
        op.drop_table(table)


def _rebuilt(table: str, column: str, values: tuple[str, ...], name: str) -> Any:
    """Return a batch in which SQLite's copy of the table keeps its closed set, which it does not tell of itself."""
    words = ", ".join(f"'{value}'" for value in values)
    return op.batch_alter_table(
        table, table_args=(sa.CheckConstraint(f"{column} IN ({words})", name=op.f(f"ck_{table}_{name}")),)
    )


def _create_tables() -> None:
    op.create_table(
        "claim_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_claim_texts_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_texts")),
        sa.UniqueConstraint("person_id", "sha256", name=op.f("uq_claim_texts_person_id_sha256")),
    )
    op.create_table(
        "claim_contents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("wording", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_contents_claim_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["text_id"], ["claim_texts.id"], name=op.f("fk_claim_contents_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_contents")),
        sa.UniqueConstraint("claim_id", "sha256", name=op.f("uq_claim_contents_claim_id_sha256")),
    )
    op.create_index(op.f("ix_claim_contents_text_id"), "claim_contents", ["text_id"])
    op.create_table(
        "claim_content_pieces",
        sa.Column("content_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "entry", "answer", name="evidencekind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["claim_contents.id"],
            name=op.f("fk_claim_content_pieces_content_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["text_id"], ["claim_texts.id"], name=op.f("fk_claim_content_pieces_text_id")
        ),
        sa.PrimaryKeyConstraint("content_id", "position", name=op.f("pk_claim_content_pieces")),
    )
    op.create_index(op.f("ix_claim_content_pieces_text_id"), "claim_content_pieces", ["text_id"])
    op.create_table(
        "claim_copies",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entries.id"], name=op.f("fk_claim_copies_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_copies_claim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "claim_id", name=op.f("pk_claim_copies")),
    )
    op.create_index(op.f("ix_claim_copies_claim_id"), "claim_copies", ["claim_id"])
    op.create_table(
        "person_storage",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_storage_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_storage")),
    )
    op.create_table(
        "hour_counts",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("who", "what", name=op.f("pk_hour_counts")),
    )
    op.create_index(op.f("ix_hour_counts_hour"), "hour_counts", ["hour"])


def _people_with_claims() -> list[int]:
    return list(op.get_bind().scalars(sa.select(CLAIMS.c.person_id).distinct().order_by(CLAIMS.c.person_id)))


def _in_parts(statement: Any, key: Any) -> Iterator[Any]:
    """Yield the rows of a statement a few at a time, in the order of a unique number."""
    last = 0
    while rows := op.get_bind().execute(statement.where(key > last).order_by(key).limit(ROWS_AT_ONCE)).all():
        yield from rows
        last = rows[-1].id


def _text_id(person_id: int, body: str) -> int:
    """Return the id of a person's text, which is stored when it is not there yet."""
    digest, bind = sha256(body.encode()).hexdigest(), op.get_bind()
    of_text = sa.select(TEXTS.c.id).where(TEXTS.c.person_id == person_id, TEXTS.c.sha256 == digest)
    if (known := bind.scalar(of_text)) is None:
        bind.execute(sa.insert(TEXTS).values(person_id=person_id, sha256=digest, body=body))
        known = bind.execute(of_text).scalar_one()
    return int(known)


def _move_evidence(person_id: int) -> None:
    own = sa.select(CLAIMS.c.id).where(CLAIMS.c.person_id == person_id)
    statement = sa.select(EVIDENCE.c.id, EVIDENCE.c.body).where(EVIDENCE.c.claim_id.in_(own))
    for row in _in_parts(statement, EVIDENCE.c.id):
        changed = sa.update(EVIDENCE).where(EVIDENCE.c.id == row.id)
        op.get_bind().execute(changed.values(text_id=_text_id(person_id, row.body)))


def _move_events(person_id: int) -> None:
    bind = op.get_bind()
    own = sa.select(CLAIMS.c.id).where(CLAIMS.c.person_id == person_id)
    columns = (column for column in EVENTS.columns if column.name != "content_id")
    entries: dict[str, int] | None = None
    copies: dict[tuple[int, int], int] = {}
    for row in _in_parts(sa.select(*columns).where(EVENTS.c.claim_id.in_(own)), EVENTS.c.id):
        bind.execute(
            sa.update(EVENTS).where(EVENTS.c.id == row.id).values(content_id=_content_id(person_id, row))
        )
        if row.action != "request":
            continue
        for piece in row.evidence:
            if piece["kind"] != "entry":
                continue
            if entries is None:
                entries = _entries_by_text(person_id)
            entry_id = entries.get(_hash(piece["body"]))
            if entry_id is not None:
                key = (entry_id, row.claim_id)
                copies[key] = max(row.number, copies.get(key, 0))
    for (entry_id, claim_id), number in copies.items():
        bind.execute(sa.insert(COPIES).values(entry_id=entry_id, claim_id=claim_id, number=number))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _entries_by_text(person_id: int) -> dict[str, int]:
    """Return a person's diary entries by the hashes of their texts, the earlier ones too."""
    found: dict[str, int] = {}
    for statement in (
        "SELECT id, id AS entry_id, body FROM diary_entries WHERE person_id = :person_id AND id > :last"
        " ORDER BY id LIMIT :most",
        "SELECT diary_revisions.id, entry_id, diary_revisions.body FROM diary_revisions"
        " JOIN diary_entries ON diary_entries.id = entry_id"
        " WHERE person_id = :person_id AND diary_revisions.id > :last ORDER BY diary_revisions.id LIMIT :most",
    ):
        last = 0
        while (
            rows := op.get_bind()
            .execute(sa.text(statement), {"person_id": person_id, "last": last, "most": ROWS_AT_ONCE})
            .all()
        ):
            for row in rows:
                found.setdefault(_hash(row.body), row.entry_id)
            last = rows[-1].id
    return found


def _content_id(person_id: int, row: Any) -> int:
    """Return the id of what was in the claim at a step, which is stored when it is not there yet."""
    bind = op.get_bind()
    text_id = _text_id(person_id, row.text) if row.text else None
    work = [(piece["kind"], piece["title"], _text_id(person_id, piece["body"])) for piece in row.evidence]
    digest = _hash(json.dumps([row.rating, row.wording, text_id, work], sort_keys=True))
    of_content = sa.select(CONTENTS.c.id).where(
        CONTENTS.c.claim_id == row.claim_id, CONTENTS.c.sha256 == digest
    )
    if (known := bind.scalar(of_content)) is not None:
        return int(known)
    content = {"claim_id": row.claim_id, "sha256": digest, "rating": row.rating, "text_id": text_id}
    bind.execute(sa.insert(CONTENTS).values(wording=row.wording, **content))
    content_id = int(bind.execute(of_content).scalar_one())
    for position, (kind, title, work_id) in enumerate(work, start=1):
        piece = {"content_id": content_id, "position": position, "kind": kind, "title": title}
        bind.execute(sa.insert(PIECES).values(text_id=work_id, **piece))
    return content_id


def _count_what_is_stored() -> None:
    """Begin each person's counter with what they have written so far."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"

    def size(*columns: str) -> str:
        lengths = (
            f"length(CAST({column} AS BLOB))" if is_sqlite else f"octet_length(CAST({column} AS TEXT))"
            for column in columns
        )
        return " + ".join((str(ROW_BYTES), *lengths))

    op.execute(  # names of columns are put together here, and nothing from outside
        "INSERT INTO person_storage (person_id, bytes) SELECT person_id, sum(size) FROM ("  # noqa: S608  # as above
        f" SELECT person_id, {size('diary_revisions.title', 'diary_revisions.body')} AS size FROM diary_revisions"
        "  JOIN diary_entries ON diary_entries.id = entry_id"
        f" UNION ALL SELECT person_id, {size('given')} FROM quiz_tries"
        "  JOIN enrolments ON enrolments.id = enrolment_id"
        f" UNION ALL SELECT author_id, {size('body')} FROM diary_comments WHERE author_id IS NOT NULL"
        f" UNION ALL SELECT person_id, {size('body')} FROM claim_texts"
        f" UNION ALL SELECT by_id, {size('comment')} FROM claim_events WHERE by_id IS NOT NULL"
        f" UNION ALL SELECT by_id, {size('comment')} FROM task_answer_events"
        "  WHERE by_id IS NOT NULL AND action <> 'send'"
        f" UNION ALL SELECT by_id, {size('text')} FROM task_answer_events"
        "  WHERE by_id IS NOT NULL AND action = 'send'"
        ") AS stored GROUP BY person_id"
    )


def _write_events_out() -> None:
    """Give every step its own copy again."""
    bind = op.get_bind()
    for row in _in_parts(sa.select(EVENTS.c.id, EVENTS.c.content_id), EVENTS.c.id):
        content = bind.execute(
            sa.select(CONTENTS.c.rating, CONTENTS.c.wording, TEXTS.c.body)
            .outerjoin(TEXTS, TEXTS.c.id == CONTENTS.c.text_id)
            .where(CONTENTS.c.id == row.content_id)
        ).one()
        pieces = bind.execute(
            sa.select(PIECES.c.kind, PIECES.c.title, TEXTS.c.body)
            .join(TEXTS, TEXTS.c.id == PIECES.c.text_id)
            .where(PIECES.c.content_id == row.content_id)
            .order_by(PIECES.c.position)
        )
        bind.execute(
            sa.update(EVENTS)
            .where(EVENTS.c.id == row.id)
            .values(
                rating=content.rating,
                text=content.body or "",
                wording=content.wording,
                evidence=[dict(piece._mapping) for piece in pieces],
            )
        )

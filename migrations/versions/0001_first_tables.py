"""The first tables: people, courses, runs, learning, claims and certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_certificate_counters")),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("current_number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("slug", name=op.f("uq_courses_slug")),
    )
    op.create_table(
        "criteria_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("unit_title", sa.JSON(), nullable=False),
        sa.Column("part_unit", sa.String(length=60), nullable=False),
        sa.Column("part_unit_title", sa.JSON(), nullable=False),
        sa.Column("compulsory", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.Float(), nullable=False),
        sa.Column("qualification", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_sets")),
        sa.UniqueConstraint("slug", "content_hash", name=op.f("uq_criteria_sets_slug_content_hash")),
        sa.UniqueConstraint("slug", "number", name=op.f("uq_criteria_sets_slug_number")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("username", name=op.f("uq_people_username")),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tries")),
    )
    with op.batch_alter_table("sign_in_tries", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_tries_account", ["account", "at"], unique=False)
        batch_op.create_index("ix_sign_in_tries_address", ["address", "at"], unique=False)

    op.create_table(
        "audit_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_id"], ["people.id"], name=op.f("fk_audit_lines_about_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_audit_lines_actor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_lines")),
    )
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.create_index("ix_audit_lines_about", ["about_id", "action", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_lines_actor_id"), ["actor_id"], unique=False)

    op.create_table(
        "course_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("checklist", sa.String(length=60), nullable=True),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_versions_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_versions")),
        sa.UniqueConstraint(
            "course_id", "content_hash", name=op.f("uq_course_versions_course_id_content_hash")
        ),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_versions_course_id_number")),
    )
    with op.batch_alter_table("course_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_versions_content_hash"), ["content_hash"], unique=False)

    op.create_table(
        "criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("group_title", sa.JSON(), nullable=False),
        sa.Column("wording", sa.JSON(), nullable=False),
        sa.Column("official", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["set_id"], ["criteria_sets.id"], name=op.f("fk_criteria_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("set_id", "code", name=op.f("uq_criteria_set_id_code")),
        sa.UniqueConstraint("set_id", "position", name=op.f("uq_criteria_set_id_position")),
    )
    op.create_table(
        "person_roles",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "participant",
                "instructor",
                "teacher",
                "staff",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_roles_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_roles")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_person_id"), ["person_id"], unique=False)

    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("checklist", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "waiting",
                "returned",
                "approved",
                name="claimstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 4", name=op.f("ck_claims_rating")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criteria.id"], name=op.f("fk_claims_criterion_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_claims_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint(
            "person_id", "checklist", "code", name=op.f("uq_claims_person_id_checklist_code")
        ),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claims_criterion_id"), ["criterion_id"], unique=False)
        batch_op.create_index("ix_claims_queue", ["checklist", "state", "changed_at"], unique=False)

    op.create_table(
        "lesson_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_versions.id"],
            name=op.f("fk_lesson_pages_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_pages")),
        sa.UniqueConstraint(
            "version_id",
            "slug",
            "language",
            "plain",
            name=op.f("uq_lesson_pages_version_id_slug_language_plain"),
        ),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "open",
                "closed",
                name="runstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("self_enrolment", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_runs_course_id")),
        sa.ForeignKeyConstraint(["version_id"], ["course_versions.id"], name=op.f("fk_runs_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("ix_runs_course_state", ["course_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_version_id"), ["version_id"], unique=False)

    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["people.id"], name=op.f("fk_certificates_issued_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_certificates_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_certificates_run_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
        sa.UniqueConstraint(
            "person_id", "run_id", "template", name=op.f("uq_certificates_person_id_run_id_template")
        ),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_certificates_year_serial")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_issued_by_id"), ["issued_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificates_run_id"), ["run_id"], unique=False)

    op.create_table(
        "claim_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "request",
                "withdraw",
                "approve",
                "return",
                "undo",
                name="claimaction",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wording", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_claim_events_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_events_claim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_events")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("uq_claim_events_claim_id_number")),
    )
    with op.batch_alter_table("claim_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_events_by_id"), ["by_id"], unique=False)

    op.create_table(
        "diary_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("lesson", sa.String(length=60), nullable=True),
        sa.Column("prompt", sa.String(length=40), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_diary_entries_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_diary_entries_run_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_entries")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_diary_entries_person_id_key")),
    )
    with op.batch_alter_table("diary_entries", schema=None) as batch_op:
        batch_op.create_index("ix_diary_entries_person", ["person_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_diary_entries_run_id"), ["run_id"], unique=False)
        batch_op.create_index("ix_diary_entries_shared", ["person_id", "shared", "shared_at"], unique=False)

    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_enrolments_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("run_id", "person_id", name=op.f("uq_enrolments_run_id_person_id")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolments_person_id"), ["person_id"], unique=False)

    op.create_table(
        "run_instructors",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_run_instructors_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_instructors_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "person_id", name=op.f("pk_run_instructors")),
    )
    with op.batch_alter_table("run_instructors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_instructors_person_id"), ["person_id"], unique=False)

    op.create_table(
        "diary_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_diary_comments_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entries.id"], name=op.f("fk_diary_comments_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_comments")),
    )
    with op.batch_alter_table("diary_comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_diary_comments_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_diary_comments_entry", ["entry_id", "at"], unique=False)

    op.create_table(
        "diary_readings",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entries.id"], name=op.f("fk_diary_readings_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["people.id"], name=op.f("fk_diary_readings_reader_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "reader_id", name=op.f("pk_diary_readings")),
    )
    with op.batch_alter_table("diary_readings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_diary_readings_reader_id"), ["reader_id"], unique=False)

    op.create_table(
        "diary_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entries.id"], name=op.f("fk_diary_revisions_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_revisions")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_diary_revisions_entry_id_number")),
    )
    op.create_table(
        "lesson_marks",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_lesson_marks_enrolment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "lesson", name=op.f("pk_lesson_marks")),
    )
    op.create_table(
        "quiz_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("quiz", sa.String(length=40), nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("wording", sa.String(length=16), nullable=False),
        sa.Column("right_count", sa.Integer(), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_quiz_tries_enrolment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_tries")),
    )
    with op.batch_alter_table("quiz_tries", schema=None) as batch_op:
        batch_op.create_index("ix_quiz_tries_enrolment_quiz", ["enrolment_id", "quiz", "id"], unique=False)

    op.create_table(
        "task_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "reviewer",
            sa.Enum(
                "self", "instructor", name="reviewer", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "passed",
                "returned",
                name="answerstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_task_answers_enrolment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_answers")),
        sa.UniqueConstraint("enrolment_id", "task", name=op.f("uq_task_answers_enrolment_id_task")),
    )
    with op.batch_alter_table("task_answers", schema=None) as batch_op:
        batch_op.create_index("ix_task_answers_queue", ["state", "reviewer", "sent_at"], unique=False)

    op.create_table(
        "claim_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "entry", "answer", name="evidencekind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["task_answers.id"], name=op.f("fk_claim_evidence_answer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_evidence_claim_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entries.id"], name=op.f("fk_claim_evidence_entry_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_evidence")),
        sa.UniqueConstraint("claim_id", "answer_id", name=op.f("uq_claim_evidence_claim_id_answer_id")),
        sa.UniqueConstraint("claim_id", "entry_id", name=op.f("uq_claim_evidence_claim_id_entry_id")),
    )
    with op.batch_alter_table("claim_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_evidence_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_evidence_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "task_answer_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "save",
                "send",
                "pass",
                "return",
                name="answeraction",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["task_answers.id"],
            name=op.f("fk_task_answer_events_answer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_task_answer_events_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_answer_events")),
        sa.UniqueConstraint("answer_id", "number", name=op.f("uq_task_answer_events_answer_id_number")),
    )
    with op.batch_alter_table("task_answer_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_answer_events_by_id"), ["by_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task_answer_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_answer_events_by_id"))

    op.drop_table("task_answer_events")
    with op.batch_alter_table("claim_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_evidence_entry_id"))
        batch_op.drop_index(batch_op.f("ix_claim_evidence_answer_id"))

    op.drop_table("claim_evidence")
    with op.batch_alter_table("task_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_task_answers_queue")

    op.drop_table("task_answers")
    with op.batch_alter_table("quiz_tries", schema=None) as batch_op:
        batch_op.drop_index("ix_quiz_tries_enrolment_quiz")

    op.drop_table("quiz_tries")
    op.drop_table("lesson_marks")
    op.drop_table("diary_revisions")
    with op.batch_alter_table("diary_readings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_diary_readings_reader_id"))

    op.drop_table("diary_readings")
    with op.batch_alter_table("diary_comments", schema=None) as batch_op:
        batch_op.drop_index("ix_diary_comments_entry")
        batch_op.drop_index(batch_op.f("ix_diary_comments_author_id"))

    op.drop_table("diary_comments")
    with op.batch_alter_table("run_instructors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_instructors_person_id"))

    op.drop_table("run_instructors")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolments_person_id"))

    op.drop_table("enrolments")
    with op.batch_alter_table("diary_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_diary_entries_shared")
        batch_op.drop_index(batch_op.f("ix_diary_entries_run_id"))
        batch_op.drop_index("ix_diary_entries_person")

    op.drop_table("diary_entries")
    with op.batch_alter_table("claim_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_events_by_id"))

    op.drop_table("claim_events")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_run_id"))
        batch_op.drop_index(batch_op.f("ix_certificates_issued_by_id"))

    op.drop_table("certificates")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_version_id"))
        batch_op.drop_index("ix_runs_course_state")

    op.drop_table("runs")
    op.drop_table("lesson_pages")
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_index("ix_claims_queue")
        batch_op.drop_index(batch_op.f("ix_claims_criterion_id"))

    op.drop_table("claims")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_person_id"))

    op.drop_table("sign_ins")
    op.drop_table("person_roles")
    op.drop_table("criteria")
    with op.batch_alter_table("course_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_versions_content_hash"))

    op.drop_table("course_versions")
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_lines_actor_id"))
        batch_op.drop_index("ix_audit_lines_about")

    op.drop_table("audit_lines")
    with op.batch_alter_table("sign_in_tries", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_tries_address")
        batch_op.drop_index("ix_sign_in_tries_account")

    op.drop_table("sign_in_tries")
    op.drop_table("people")
    op.drop_table("criteria_sets")
    op.drop_table("courses")
    op.drop_table("certificate_counters")

"""Slips, remarks, bulletins; a published bulletin refuses every change, whoever asks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

SQLITE = """
CREATE TRIGGER bulletin_no_{verb} BEFORE {VERB} ON bulletin WHEN OLD.state = 'published'
BEGIN SELECT RAISE(ABORT, 'a published bulletin is frozen'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION bulletin_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a published bulletin is frozen'; END $$
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER bulletin_frozen BEFORE UPDATE OR DELETE ON bulletin
FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION bulletin_refuse()
"""
PROPOSED, RUNNING = sa.text("state = 'proposed'"), sa.text("state IN ('issued', 'answered')")


def upgrade() -> None:
    _settings()
    _remarks()
    _slips()
    _of_slips()
    _bulletins()


def _settings() -> None:
    op.create_table(
        "issue_number",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["unit.id"], name=op.f("fk_issue_number_office_id_unit")),
        sa.PrimaryKeyConstraint("office_id", "series", "year", name=op.f("pk_issue_number")),
    )
    op.create_table(
        "supervision_setting",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.String(length=32), nullable=False),
        sa.Column("normal_days", sa.Integer(), nullable=False),
        sa.Column("urgent_days", sa.Integer(), nullable=False),
        sa.Column("ordinary_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_supervision_setting_plan_id_plan")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_supervision_setting")),
    )


def _remarks() -> None:
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("readers", sa.String(length=32), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_remark_task_id_task")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_remark_written_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index(op.f("ix_remark_task_id"), "remark", ["task_id"])
    op.create_index(op.f("ix_remark_written_by_id"), "remark", ["written_by_id"])


def _slips() -> None:
    op.create_table(
        "slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("remark_id", sa.Integer(), nullable=True),
        sa.Column("remark_words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("pace", sa.String(length=32), nullable=False),
        sa.Column("doc_number", sa.String(length=60), nullable=True),
        sa.Column("issued_at", sa.DateTime(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_slip_{name}_{target}"))
            for name, target in (
                ("plan_id", "plan"),
                ("office_id", "unit"),
                ("task_id", "task"),
                ("unit_id", "unit"),
                ("follows_id", "slip"),
                ("remark_id", "remark"),
                ("proposed_by_id", "person"),
                ("issued_by_id", "person"),
                ("answered_by_id", "person"),
                ("decided_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint("office_id", "doc_number", name=op.f("uq_slip_office_id_doc_number")),
    )
    op.create_index(op.f("ix_slip_due_on"), "slip", ["due_on"])
    op.create_index(op.f("ix_slip_task_id"), "slip", ["task_id"])
    op.create_index("ix_slip_plan_state", "slip", ["plan_id", "state"])
    op.create_index("ix_slip_unit_state", "slip", ["unit_id", "state"])
    for name, where in (("uq_slip_proposed", PROPOSED), ("uq_slip_running", RUNNING)):
        op.create_index(name, "slip", ["task_id", "unit_id"], unique=True, sqlite_where=where, postgresql_where=where)


def _of_slips() -> None:
    op.create_table(
        "slip_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=10), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_slip_file_slip_id_slip")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_slip_file_added_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_file")),
    )
    op.create_index(op.f("ix_slip_file_slip_id"), "slip_file", ["slip_id"])
    op.create_index(op.f("ix_slip_file_sha256"), "slip_file", ["sha256"])
    op.create_table(
        "slip_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_slip_reminder_slip_id_slip")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_slip_reminder_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_reminder")),
        sa.UniqueConstraint(
            "slip_id", "source", "day", "recipient", name=op.f("uq_slip_reminder_slip_id_source_day_recipient")
        ),
    )
    op.create_index("ix_slip_reminder_message", "slip_reminder", ["message_id"])


def _bulletins() -> None:
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("addressees", sa.String(length=300), nullable=False),
        sa.Column("copies", sa.String(length=300), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_bulletin_plan_id_plan")),
        sa.ForeignKeyConstraint(["office_id"], ["unit.id"], name=op.f("fk_bulletin_office_id_unit")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_bulletin_period_id_period")),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["person.id"], name=op.f("fk_bulletin_drafted_by_id_person")),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name=op.f("fk_bulletin_published_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("office_id", "year", "number", name=op.f("uq_bulletin_office_id_year_number")),
    )
    op.create_index(op.f("ix_bulletin_plan_id"), "bulletin", ["plan_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        op.execute(POSTGRESQL_TRIGGER)
        return
    for verb in ("update", "delete"):
        op.execute(SQLITE.format(verb=verb, VERB=verb.upper()))


def downgrade() -> None:
    op.drop_table("bulletin")  # its triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION bulletin_refuse()")
    for name in ("slip_reminder", "slip_file", "slip", "remark", "supervision_setting", "issue_number"):
        op.drop_table(name)

"""More time for tasks, what closings rest on and are merged into, looks back, year-end reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

WAITING = sa.text("state IN ('applied', 'head_agreed', 'office_agreed')")
MERGED_INTO = "fk_closing_merged_into_id_task"


def new_columns() -> dict[str, list[sa.Column]]:
    """Table -> its new columns, made anew each time: a column belongs to one statement."""
    return {
        "plan": [
            sa.Column("extension_asks_leader", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("look_back_days", sa.Integer(), nullable=False, server_default="180"),
        ],
        "task": [sa.Column("limit_extended_from", sa.Date(), nullable=True)],
        "standing": [sa.Column("limit_note", sa.String(length=200), nullable=False, server_default="")],
        "closing": [
            sa.Column("evidence_ids", sa.JSON(), nullable=False, server_default="[]"),
            sa.Column("checked", sa.String(length=32), nullable=True),
            sa.Column("checked_words", sa.Text(), nullable=False, server_default=""),
            sa.Column("merged_into_id", sa.Integer(), nullable=True),
            sa.Column("merged_label", sa.String(length=40), nullable=False, server_default=""),
        ],
    }


def upgrade() -> None:
    _columns()
    _extensions()
    _closings()
    _reviews()


def _columns() -> None:
    """The rows that are there take the default; those to come are given their values."""
    for name, columns in new_columns().items():
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.add_column(column)
            if name == "closing":
                table.create_foreign_key(op.f(MERGED_INTO), "task", ["merged_into_id"], ["id"])
        defaults = [column for column in columns if column.server_default is not None]
        with op.batch_alter_table(name) as table:
            for column in defaults:
                kind = {"existing_type": column.type, "existing_nullable": False}
                table.alter_column(column.name, server_default=None, **kind)


def _extensions() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("limit_on", sa.Date(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(), nullable=True),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_words", sa.Text(), nullable=False),
        sa.Column("passed_at", sa.DateTime(), nullable=True),
        sa.Column("passed_by_id", sa.Integer(), nullable=True),
        sa.Column("passed_words", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_extension_{name}_{target}"))
            for name, target in (
                ("task_id", "task"),
                ("unit_id", "unit"),
                ("applied_by_id", "person"),
                ("agreed_by_id", "person"),
                ("passed_by_id", "person"),
                ("decided_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_task_id"), "extension", ["task_id"])
    op.create_index(op.f("ix_extension_state"), "extension", ["state"])
    where = {"sqlite_where": WAITING, "postgresql_where": WAITING}
    op.create_index("uq_extension_waiting", "extension", ["task_id"], unique=True, **where)


def _closings() -> None:
    op.create_table(
        "closing_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=10), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closing_id"], ["closing.id"], name=op.f("fk_closing_file_closing_id_closing")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_closing_file_added_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_file")),
    )
    op.create_index(op.f("ix_closing_file_closing_id"), "closing_file", ["closing_id"])
    op.create_index(op.f("ix_closing_file_sha256"), "closing_file", ["sha256"])
    op.create_table(
        "look_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column("found", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=False),
        sa.Column("looked_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closing_id"], ["closing.id"], name=op.f("fk_look_back_closing_id_closing")),
        sa.ForeignKeyConstraint(["looked_by_id"], ["person.id"], name=op.f("fk_look_back_looked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_back")),
        sa.UniqueConstraint("closing_id", name=op.f("uq_look_back_closing_id")),
    )


def _reviews() -> None:
    op.create_table(
        "year_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_year_review_task_id_task")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_year_review_decided_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_review")),
        sa.UniqueConstraint("task_id", "year", name=op.f("uq_year_review_task_id_year")),
    )


def downgrade() -> None:
    for name in ("year_review", "look_back", "closing_file", "extension"):
        op.drop_table(name)
    op.execute("UPDATE closing SET state = 'closed' WHERE state = 'merged'")
    for name, columns in reversed(new_columns().items()):
        with op.batch_alter_table(name) as table:
            if name == "closing":
                table.drop_constraint(op.f(MERGED_INTO), type_="foreignkey")
            for column in columns:
                table.drop_column(column.name)

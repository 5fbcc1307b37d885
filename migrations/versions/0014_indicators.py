"""Indicators with definitions, units, tasks and values; occurrences of recurring duties with the day they were held."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    _indicators()
    _values()
    _occurrences()


def _indicators() -> None:
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_indicator_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index(op.f("ix_indicator_plan_id"), "indicator", ["plan_id"])
    op.create_table(
        "indicator_definition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_definition_indicator_id_indicator")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_indicator_definition_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_definition")),
        sa.UniqueConstraint("indicator_id", "number", name=op.f("uq_indicator_definition_indicator_id_number")),
    )
    for table, column, of in (("indicator_unit", "unit_id", "unit"), ("indicator_task", "task_id", "task")):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("indicator_id", sa.Integer(), nullable=False),
            sa.Column(column, sa.Integer(), nullable=False),
            sa.Column("from_on", sa.Date(), nullable=False),
            sa.Column("until_on", sa.Date(), nullable=True),
            sa.ForeignKeyConstraint(
                ["indicator_id"], ["indicator.id"], name=op.f(f"fk_{table}_indicator_id_indicator")
            ),
            sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_indicator_id"), table, ["indicator_id"])
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _values() -> None:
    op.create_table(
        "indicator_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_value_indicator_id_indicator")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_indicator_value_unit_id_unit")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_indicator_value_entered_by_id_person")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_indicator_value_decided_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_value")),
        sa.UniqueConstraint(
            "indicator_id",
            "unit_id",
            "period_on",
            "number",
            name=op.f("uq_indicator_value_indicator_id_unit_id_period_on_number"),
        ),
    )
    op.create_index("ix_indicator_value_unit_id", "indicator_value", ["unit_id"])
    op.create_index("ix_indicator_value_state", "indicator_value", ["state"])


def _occurrences() -> None:
    for table, column in OCCURRENCE_DAYS:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.Date(), nullable=True))
    with op.batch_alter_table("standing") as batch:
        batch.add_column(sa.Column("occurrences", sa.String(length=60), nullable=True))


OCCURRENCE_DAYS = (
    ("obligation", "stands_on"),
    ("report", "held_on"),
    ("report_version", "held_on"),
)


def downgrade() -> None:
    with op.batch_alter_table("standing") as batch:
        batch.drop_column("occurrences")
    for table, column in reversed(OCCURRENCE_DAYS):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
    for table in ("indicator_value", "indicator_task", "indicator_unit", "indicator_definition", "indicator"):
        op.drop_table(table)

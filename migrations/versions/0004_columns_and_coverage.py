"""Columns set by hand, rows that are no task, indicators and duties of a draft; tasks against a higher plan's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _draft()
    _memory()
    _coverage()


def _draft() -> None:
    with op.batch_alter_table("import_draft") as table:
        table.add_column(sa.Column("columns", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("import_draft") as table:
        table.alter_column("columns", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("import_row") as table:
        table.add_column(sa.Column("is_task", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("import_row") as table:
        table.alter_column("is_task", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    op.create_table(
        "import_indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("population", sa.Text(), nullable=True),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("baseline_raw", sa.Text(), nullable=True),
        sa.Column("attribute", sa.String(length=60), nullable=True),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["import_draft.id"], name=op.f("fk_import_indicator_draft_id_import_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_indicator")),
    )
    op.create_index("ix_import_indicator_draft_part", "import_indicator", ["draft_id", "part", "position"])
    op.create_table(
        "import_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("every", sa.String(length=32), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("due_rule", sa.Text(), nullable=True),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["import_draft.id"], name=op.f("fk_import_duty_draft_id_import_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_duty")),
    )
    op.create_index("ix_import_duty_draft_part", "import_duty", ["draft_id", "part", "position"])


def _memory() -> None:
    op.create_table(
        "column_memory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("meanings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["unit.id"], name=op.f("fk_column_memory_office_id_unit")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_column_memory_created_by_id_person")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_column_memory_ended_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_memory")),
    )
    op.create_index(op.f("ix_column_memory_office_id"), "column_memory", ["office_id"])


def _coverage() -> None:
    with op.batch_alter_table("plan") as table:
        table.add_column(sa.Column("implements_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_plan_implements_id_plan"), "plan", ["implements_id"], ["id"])
    op.create_table(
        "coverage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("above_task_id", sa.Integer(), nullable=False),
        sa.Column("local_task_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_coverage_plan_id_plan")),
        sa.ForeignKeyConstraint(["above_task_id"], ["task.id"], name=op.f("fk_coverage_above_task_id_task")),
        sa.ForeignKeyConstraint(["local_task_id"], ["task.id"], name=op.f("fk_coverage_local_task_id_task")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_coverage_decided_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
        sa.UniqueConstraint(
            "plan_id", "above_task_id", "local_task_id", name=op.f("uq_coverage_plan_id_above_task_id_local_task_id")
        ),
    )
    op.create_index(op.f("ix_coverage_above_task_id"), "coverage", ["above_task_id"])


def downgrade() -> None:
    for name in ("coverage", "column_memory", "import_duty", "import_indicator"):
        op.drop_table(name)
    with op.batch_alter_table("plan") as table:
        table.drop_constraint(op.f("fk_plan_implements_id_plan"), type_="foreignkey")
        table.drop_column("implements_id")
    with op.batch_alter_table("import_row") as table:
        table.drop_column("is_task")
    with op.batch_alter_table("import_draft") as table:
        table.drop_column("columns")

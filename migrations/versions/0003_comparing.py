"""What a comparison found and what was said of it; tasks that are changed, ended or carried on by a later list."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "import_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["import_draft.id"], name=op.f("fk_import_settlement_draft_id_import_draft")
        ),
        sa.ForeignKeyConstraint(["row_id"], ["import_row.id"], name=op.f("fk_import_settlement_row_id_import_row")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_settlement_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_settlement")),
        sa.UniqueConstraint("draft_id", "key", name=op.f("uq_import_settlement_draft_id_key")),
    )
    op.create_table(
        "import_pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["row_id"], ["import_row.id"], name=op.f("fk_import_pairing_row_id_import_row")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_import_pairing_plan_id_plan")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_import_pairing_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_pairing")),
        sa.UniqueConstraint("row_id", "plan_id", name=op.f("uq_import_pairing_row_id_plan_id")),
    )
    op.create_table(
        "text_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_text_change_task_id_task")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_text_change_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_change")),
    )
    with op.batch_alter_table("text_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_change_task_id"), ["task_id"], unique=False)
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=32), nullable=False, server_default="new"))
        batch_op.add_column(sa.Column("base_plan_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("change_reason", sa.String(length=200), nullable=False, server_default=""))
        batch_op.create_foreign_key(batch_op.f("fk_import_draft_base_plan_id_plan"), "plan", ["base_plan_id"], ["id"])
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.alter_column("purpose", server_default=None)
        batch_op.alter_column("change_reason", server_default=None)
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("source_document_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("carries_on_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_task_source_document_id_source_document"), "source_document", ["source_document_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_task_carries_on_id_task"), "task", ["carries_on_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_task_carries_on_id"), ["carries_on_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_carries_on_id"))
        batch_op.drop_constraint(batch_op.f("fk_task_carries_on_id_task"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_task_source_document_id_source_document"), type_="foreignkey")
        for name in ("carries_on_id", "source_document_id", "from_on"):
            batch_op.drop_column(name)
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_import_draft_base_plan_id_plan"), type_="foreignkey")
        for name in ("change_reason", "base_plan_id", "purpose"):
            batch_op.drop_column(name)
    op.drop_table("text_change")
    op.drop_table("import_pairing")
    op.drop_table("import_settlement")

"""Items of an inspection that were issued by mistake and taken back; the inspection that a closing rests on. Lamps that
were kept are worked out again, as recurring duties turn them from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

WITHDRAWN_BY = "fk_rectification_withdrawn_by_id_person"


def upgrade() -> None:
    _forget_lamps()
    with op.batch_alter_table("rectification") as table:
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("withdrawn_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("withdraw_reason", sa.Text(), nullable=False, server_default=""))
        table.create_foreign_key(op.f(WITHDRAWN_BY), "person", ["withdrawn_by_id"], ["id"])
    with op.batch_alter_table("rectification") as table:
        table.alter_column("withdraw_reason", server_default=None, existing_type=sa.Text(), existing_nullable=False)
    op.create_table(
        "inspection_closing",
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closing_id"], ["closing.id"], name=op.f("fk_inspection_closing_closing_id_closing")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_closing_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("closing_id", name=op.f("pk_inspection_closing")),
    )
    op.create_index(op.f("ix_inspection_closing_inspection_id"), "inspection_closing", ["inspection_id"])


def _forget_lamps() -> None:
    """What is kept of them: past days, and of recurring duties today, which is then due to be worked out again."""
    op.execute("DELETE FROM lamp_day")
    op.execute("UPDATE standing SET next_change_on = computed_on WHERE limit_kind = 'recurring'")


def downgrade() -> None:
    _forget_lamps()
    op.drop_table("inspection_closing")
    with op.batch_alter_table("rectification") as table:
        table.drop_constraint(op.f(WITHDRAWN_BY), type_="foreignkey")
        for name in ("withdraw_reason", "withdrawn_by_id", "withdrawn_at"):
            table.drop_column(name)

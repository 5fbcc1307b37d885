"""Passages that a lead took over from its partners; reminders by hand of a lead."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_passage_report_id_report")),
        sa.ForeignKeyConstraint(["source_id"], ["report_version.id"], name=op.f("fk_passage_source_id_report_version")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name=op.f("fk_passage_taken_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("report_id", "source_id", "box", name=op.f("uq_passage_report_id_source_id_box")),
    )
    with op.batch_alter_table("hand_sent") as batch:
        batch.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_hand_sent_unit_id_unit"), "unit", ["unit_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("hand_sent") as batch:
        batch.drop_constraint(op.f("fk_hand_sent_unit_id_unit"), type_="foreignkey")
        batch.drop_column("unit_id")
    op.drop_table("passage")

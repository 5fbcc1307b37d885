"""Counts of lamps on past days, kept; tries to sign in that came while a login was locked."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "lamp_day",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_lamp_day_plan_id_plan")),
        sa.PrimaryKeyConstraint("plan_id", "on", name=op.f("pk_lamp_day")),
    )
    op.create_table(
        "refused_hour",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("login", "address", "hour", name=op.f("pk_refused_hour")),
    )
    op.create_index(op.f("ix_refused_hour_last_at"), "refused_hour", ["last_at"])


def downgrade() -> None:
    op.drop_table("refused_hour")
    op.drop_table("lamp_day")

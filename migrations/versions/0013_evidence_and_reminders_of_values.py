"""Files with the values of indicators, and why people were reminded of values that are missing."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "indicator_value_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=10), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        _foreign("indicator_value_file", "value_id", "indicator_value"),
        _foreign("indicator_value_file", "added_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_value_file")),
    )
    op.create_index(op.f("ix_indicator_value_file_value_id"), "indicator_value_file", ["value_id"])
    op.create_index(op.f("ix_indicator_value_file_sha256"), "indicator_value_file", ["sha256"])
    op.create_table(
        "value_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        _foreign("value_reminder", "indicator_id", "indicator"),
        _foreign("value_reminder", "unit_id", "unit"),
        _foreign("value_reminder", "message_id", "message"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_reminder")),
        sa.UniqueConstraint(
            "indicator_id", "unit_id", "period_on", "source", "day", "recipient", name="uq_value_reminder_once"
        ),
    )
    op.create_index("ix_value_reminder_message", "value_reminder", ["message_id"])


def _foreign(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))


def downgrade() -> None:
    op.drop_table("value_reminder")
    op.drop_table("indicator_value_file")

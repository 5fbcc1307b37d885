"""Inspections and the items that units have to put right after them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _inspections()
    _visited()
    _items()
    _reports()
    _reminders()


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _inspections() -> None:
    op.create_table(
        "inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("inspectors", sa.String(length=300), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("drafted_at", sa.DateTime(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(), nullable=True),
        sa.Column("dropped_by_id", sa.Integer(), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign("inspection", "plan_id", "plan"),
        _foreign("inspection", "office_id", "unit"),
        _foreign("inspection", "drafted_by_id", "person"),
        _foreign("inspection", "issued_by_id", "person"),
        _foreign("inspection", "dropped_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index("ix_inspection_plan_state", "inspection", ["plan_id", "state"])


def _visited() -> None:
    op.create_table(
        "inspected_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("doc_number", sa.String(length=60), nullable=True),
        _foreign("inspected_unit", "inspection_id", "inspection"),
        _foreign("inspected_unit", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspected_unit")),
        sa.UniqueConstraint("inspection_id", "unit_id", name=op.f("uq_inspected_unit_inspection_id_unit_id")),
    )
    op.create_index(op.f("ix_inspected_unit_unit_id"), "inspected_unit", ["unit_id"])
    op.create_table(
        "inspection_task",
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        _foreign("inspection_task", "inspection_id", "inspection"),
        _foreign("inspection_task", "task_id", "task"),
        sa.PrimaryKeyConstraint("inspection_id", "task_id", name=op.f("pk_inspection_task")),
    )


def _items() -> None:
    op.create_table(
        "rectification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign("rectification", "inspection_id", "inspection"),
        _foreign("rectification", "unit_id", "unit"),
        _foreign("rectification", "task_id", "task"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification")),
        sa.UniqueConstraint("inspection_id", "number", name=op.f("uq_rectification_inspection_id_number")),
    )
    op.create_index(op.f("ix_rectification_task_id"), "rectification", ["task_id"])
    op.create_index(op.f("ix_rectification_due_on"), "rectification", ["due_on"])
    op.create_index("ix_rectification_unit_state", "rectification", ["unit_id", "state"])
    op.create_table(
        "rectification_slip",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.Integer(), nullable=False),
        _foreign("rectification_slip", "item_id", "rectification"),
        _foreign("rectification_slip", "slip_id", "slip"),
        sa.PrimaryKeyConstraint("item_id", "slip_id", name=op.f("pk_rectification_slip")),
    )


def _reports() -> None:
    op.create_table(
        "rectification_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("due_again_on", sa.Date(), nullable=True),
        _foreign("rectification_report", "item_id", "rectification"),
        _foreign("rectification_report", "reported_by_id", "person"),
        _foreign("rectification_report", "decided_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_report")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_rectification_report_item_id_number")),
    )
    op.create_table(
        "rectification_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=10), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        _foreign("rectification_file", "report_id", "rectification_report"),
        _foreign("rectification_file", "added_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_file")),
    )
    op.create_index(op.f("ix_rectification_file_report_id"), "rectification_file", ["report_id"])
    op.create_index(op.f("ix_rectification_file_sha256"), "rectification_file", ["sha256"])


def _reminders() -> None:
    op.create_table(
        "rectification_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        _foreign("rectification_reminder", "item_id", "rectification"),
        _foreign("rectification_reminder", "message_id", "message"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_reminder")),
        sa.UniqueConstraint(
            "item_id",
            "source",
            "day",
            "recipient",
            name=op.f("uq_rectification_reminder_item_id_source_day_recipient"),
        ),
    )
    op.create_index("ix_rectification_reminder_message", "rectification_reminder", ["message_id"])


def downgrade() -> None:
    for name in (
        "rectification_reminder",
        "rectification_file",
        "rectification_report",
        "rectification_slip",
        "rectification",
        "inspection_task",
        "inspected_unit",
        "inspection",
    ):
        op.drop_table(name)

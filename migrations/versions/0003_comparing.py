"""What was said of the differences that a comparison found."""

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


def downgrade() -> None:
    op.drop_table("import_settlement")

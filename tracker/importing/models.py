"""The table of import drafts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.plans.models import Plan, SourceDocument


class DraftState(StrEnum):
    """An import is read, then reviewed, then confirmed into a plan or given up."""

    REVIEW = "review"
    CONFIRMED = "confirmed"
    ABANDONED = "abandoned"


class ImportDraft(Base):
    """What was read from a document, as a person corrects it. Only confirming makes a plan of it."""

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_document_id: Mapped[int] = mapped_column(sa.ForeignKey("source_document.id"), index=True)
    state: Mapped[DraftState] = mapped_column(choice(DraftState), index=True)
    content: Mapped[dict[str, Any]]
    """The parse in the schema of ``tracker parse``, as corrected so far, and what was decided about its doubts."""
    unit_choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Name as written -> {"as": new|alias|group|known, "unit_id"|"name", "kind"}: what the clerk said it is."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    version: Mapped[int] = mapped_column(default=1)

    source_document: Mapped[SourceDocument] = relationship()
    created_by: Mapped[Person] = relationship()
    plan: Mapped[Plan | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

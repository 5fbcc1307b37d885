"""Tables of plans, their sections and the documents they were read from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.plans.cadence import Every
from tracker.units.models import Unit


class SourceDocument(Base):
    """A document as received: its bytes in the store under ``sha256``, its blocks here."""

    __tablename__ = "source_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    blocks: Mapped[list[Any]] = mapped_column(default=list)
    received_at: Mapped[datetime]
    received_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Plan(Base):
    """An issued action plan (行动方案). It exists only once a clerk has confirmed its draft."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    short_title: Mapped[str] = mapped_column(sa.String(60))
    """What the top bar and messages call it."""
    doc_number: Mapped[str | None] = mapped_column(sa.String(60))
    issuer: Mapped[str | None] = mapped_column(sa.String(200))
    issued_on: Mapped[date | None]
    first_year: Mapped[int]
    last_year: Mapped[int]
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    """The leading-group office whose people run this plan."""
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    source_document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("source_document.id"))
    every: Mapped[Every] = mapped_column(choice(Every))
    """How often reports are asked for (填报频次)."""
    due_day: Mapped[int]
    """Nominal due day of the month, 1 to 31; in a shorter month its last day."""
    first_due_on: Mapped[date]
    """Nominal due day of the first period."""
    thresholds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Lamp thresholds that differ from the default; see tasks/lamp.py."""
    predecessor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    implements_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    """The higher plan (上级方案) that this one carries out."""
    confirmed_on: Mapped[date]
    extension_asks_leader: Mapped[bool] = mapped_column(default=False)
    """More time (延期) is granted by the leader in charge, after the office."""
    look_back_days: Mapped[int] = mapped_column(default=180)
    """So many days after a task was closed the office looks again whether the result held (回头看); 0: never."""
    closed_on: Mapped[date | None]
    closed_reason: Mapped[str] = mapped_column(sa.Text, default="")

    office: Mapped[Unit] = relationship()
    leader: Mapped[Person | None] = relationship()
    source_document: Mapped[SourceDocument | None] = relationship()


class Section(Base):
    """A heading of a plan; ``parent_id`` is the heading it stands under."""

    __tablename__ = "section"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))

"""Tables of periods and of what each unit owes."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.extensions import Base, choice
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit


class Period(Base):
    """A span of reporting (填报期), both days included; due on a working day."""

    __tablename__ = "period"
    __table_args__ = (sa.UniqueConstraint("plan_id", "nominal_due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    name: Mapped[str] = mapped_column(sa.String(20))
    """10月期; the year is in ``nominal_due_on``."""
    opens_on: Mapped[date]
    nominal_due_on: Mapped[date]
    due_on: Mapped[date]
    closed_on: Mapped[date | None]

    plan: Mapped[Plan] = relationship()


class Obligation(Base):
    """The one thing that one unit owes for one task (应报事项)."""

    __tablename__ = "obligation"
    __table_args__ = (
        sa.UniqueConstraint("task_id", "unit_id", "kind", "key_on", "number"),
        sa.Index("ix_obligation_unit_period", "unit_id", "period_id"),
        sa.Index("ix_obligation_period", "period_id"),
        sa.Index("ix_obligation_due_on", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    key_on: Mapped[date]
    """The period's nominal due day, else the due day: what makes the row unique."""
    number: Mapped[int] = mapped_column(default=0)
    """1 … n of a recurring duty in its span, from `occurrences.EXTRA` on what was done besides; 0 for the rest."""
    due_on: Mapped[date]
    role: Mapped[Role] = mapped_column(choice(Role))
    period_id: Mapped[int | None] = mapped_column(sa.ForeignKey("period.id"))
    via_group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    submitted_on: Mapped[date | None]
    """First day a report of it was submitted; from then on it is kept as it was, whatever is derived again."""
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    stands_on: Mapped[date | None]
    """The day whose period's page shows it: of an occurrence the day it was recorded; None: ``key_on``."""

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=unit_id)
    via_group: Mapped[Unit | None] = relationship(foreign_keys=via_group_id)
    period: Mapped[Period | None] = relationship()

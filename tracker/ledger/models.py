"""The table that keeps each task's answer of today, for lists and jobs; any other day is computed."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.extensions import Base, choice
from tracker.ledger.rules import PeriodState
from tracker.tasks.axes import Colour
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task


class Standing(Base):
    """Where a task stands today: `ledger.standing.TaskStanding`, kept (`tracker standing check` compares)."""

    __tablename__ = "standing"

    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), primary_key=True)
    computed_on: Mapped[date]
    next_change_on: Mapped[date | None] = mapped_column(index=True)
    """The first day on which the answer can change without a new event; None: never."""
    severity: Mapped[int] = mapped_column(index=True)
    """Order of the lamp, worst highest: what 'worst first' sorts by."""
    colour: Mapped[Colour] = mapped_column(choice(Colour), index=True)
    word: Mapped[str] = mapped_column(sa.String(40))
    sentence: Mapped[str] = mapped_column(sa.Text)
    axes: Mapped[list[Any]]
    """[{"axis", "colour", "word", "sentence"}] for time, pace and report; none for a closed task."""
    percent: Mapped[int | None]
    """The lowest of the leads'."""
    pace: Mapped[int | None]
    """序时 in percent, where it applies."""
    limit_kind: Mapped[LimitKind] = mapped_column(choice(LimitKind))
    limit_raw: Mapped[str] = mapped_column(sa.String(200))
    """The limit of the day as pages show it: as it was written, and what came of it: 2021（延至2022-03-31）."""
    limit_note: Mapped[str] = mapped_column(sa.String(200), default="")
    """The days behind these words: 原定…，准延至…，…办结; empty when there is nothing to tell."""
    figures: Mapped[list[Any]]
    """One per lead, `ledger.rules.Figure` as plain values: who may read them is decided when they are shown."""
    is_pending: Mapped[bool]
    """One of the figures is signed but not yet accepted (待审)."""
    reported_on: Mapped[date | None]
    """When a lead last signed for the current period."""
    period_state: Mapped[PeriodState] = mapped_column(choice(PeriodState), index=True)
    period_word: Mapped[str] = mapped_column(sa.String(20))
    """本期已报 / 本期未报 / 1家未报: what stands in the place of a percentage for items without an end date."""
    waiting: Mapped[list[Any]]
    """Who is awaited and why, `ledger.rules.Waiting` as plain values: leads first, the oldest first."""
    occurrences: Mapped[str | None] = mapped_column(sa.String(60))
    """本季度 0/1 次，还差 1 次: of a recurring duty; None for the rest."""

    task: Mapped[Task] = relationship()

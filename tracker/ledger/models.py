"""The table that keeps each task's answer of today, for lists and jobs; any other day is computed."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.extensions import Base
from tracker.tasks.models import Task


class Standing(Base):
    """Where a task stands today (ledger/standing.py computes it, `tracker standing check` compares)."""

    __tablename__ = "standing"

    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), primary_key=True)
    computed_on: Mapped[date]
    next_change_on: Mapped[date | None] = mapped_column(index=True)
    """The first day on which the answer can change without a new event; None: never."""
    severity: Mapped[int] = mapped_column(index=True)
    """Order of the lamp, worst highest: what 'worst first' sorts by."""
    colour: Mapped[str] = mapped_column(sa.String(10), index=True)
    word: Mapped[str] = mapped_column(sa.String(40))
    sentence: Mapped[str] = mapped_column(sa.Text)
    axes: Mapped[list[Any]]
    """[{"axis", "colour", "word", "sentence"}] for time, pace and report."""
    percent: Mapped[int | None]
    pace: Mapped[int | None]
    """序时 in percent, where it applies."""
    progress: Mapped[str] = mapped_column(sa.Text)
    """The leads' latest signed text, side by side with names for joint leads."""
    problems: Mapped[str] = mapped_column(sa.Text)
    next_steps: Mapped[str] = mapped_column(sa.Text)
    self_state: Mapped[str] = mapped_column(sa.String(20))
    is_news: Mapped[bool]
    """False: the latest report says 本期无新进展."""
    is_pending: Mapped[bool]
    """The text is signed but not yet accepted (待审)."""
    reported_on: Mapped[date | None]
    period_word: Mapped[str] = mapped_column(sa.String(20))
    """本期已报 / 本期未报 / 1家未报, for items without an end date."""
    waiting: Mapped[list[Any]]
    """[{"unit_id", "unit", "why"}]: who is awaited."""

    task: Mapped[Task] = relationship()

"""Columns that several tables of supervision have alike."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


class KeptFile:
    """A file that a unit sent with its words; kept under ``sha256`` and never removed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    label: Mapped[str] = mapped_column(sa.String(10))
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class Reminding:
    """One reason to tell one person on one day about one thing; carried by a message."""

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    """``rule:7``, or ``issued``."""
    day: Mapped[date]
    recipient: Mapped[str] = mapped_column(sa.String(40))
    """As in `reminders.models.Reminder`."""
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"))

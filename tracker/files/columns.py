"""Columns that the tables of files have alike."""

from __future__ import annotations

from datetime import datetime

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
    """PDF, JPG …, told from the bytes; what the chip says."""
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


COLUMNS = ("filename", "sha256", "size", "media_type", "label", "added_at", "added_by_id")
"""All of them but the number of the row."""

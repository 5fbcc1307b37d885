"""The values of indicators that a message speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.extensions import db
from tracker.indicators.path import period_label
from tracker.indicators.queries import definitions_on
from tracker.indicators.rules import due_on
from tracker.reminders.models import Message, ValueReminder
from tracker.units.models import Unit


@dataclass(frozen=True)
class SpokenOf:
    """One of them. ``title``, ``period``: as they are read; ``box``: where it stands on the sheet."""

    indicator_id: int
    title: str
    unit: Unit
    period: str
    year: int
    due_on: date
    box: str


def values_of(message: Message) -> list[SpokenOf]:
    """What a message asks values of, the earliest due first; two statements."""
    query = sa.select(ValueReminder).where(ValueReminder.message_id == message.id)
    query = query.options(joinedload(ValueReminder.unit)).order_by(ValueReminder.period_on, ValueReminder.id)
    rows = list(db.session.scalars(query))
    definitions = definitions_on(sorted({row.indicator_id for row in rows}), message.day) if rows else {}
    return [
        SpokenOf(
            indicator_id=row.indicator_id,
            title=definitions[row.indicator_id].title,
            unit=row.unit,
            period=period_label(definitions[row.indicator_id].every, row.period_on),
            year=row.period_on.year,
            due_on=due_on(row.period_on),
            box=f"box-{row.indicator_id}-{row.period_on:%Y%m%d}",
        )
        for row in rows
    ]

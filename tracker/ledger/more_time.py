"""Applications for more time as they stood on a day: at whose desk, and the sentence that pages say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.desks import Desk
from tracker.extensions import end_of
from tracker.progress.extension_rules import desk_on
from tracker.progress.models import Extension


@dataclass(frozen=True)
class MoreTime:
    """An application for more time that nobody had decided by the day, and at whose desk it lay."""

    unit_id: int
    unit: str
    new_on: date
    desk: Desk
    days_late: int

    @property
    def sentence(self) -> str:
        late = f"，逾期{self.days_late}天后才申请" if self.days_late else ""
        return f"延期申请中：{self.unit}申请延到{self.new_on}，{self.desk.waiting}{late}"


def waited_on(as_of: date) -> sa.ColumnElement[bool]:
    """Applications that nobody had decided by the day; of a task at most one: the next is made when the last was
    decided."""
    end = end_of(as_of)
    return (Extension.applied_at < end) & (Extension.decided_at.is_(None) | (Extension.decided_at >= end))


def more_time(found: Extension | None, unit: str, as_of: date) -> MoreTime | None:
    """An application that `waited_on` finds, with the name of its unit."""
    if found is None:
        return None
    agreed_on, passed_on = (at.date() if at else None for at in (found.agreed_at, found.passed_at))
    return MoreTime(found.unit_id, unit, found.new_on, desk_on(agreed_on, passed_on, as_of), found.days_late)

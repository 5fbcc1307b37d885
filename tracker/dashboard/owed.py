"""What the units owe in a period, one line each, by whose desk it lies on: the rows behind a home page's figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.dashboard.queries import counts_by_unit
from tracker.dashboard.units import Counts, UnitName, total
from tracker.extensions import db, end_of
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.progress.day import owed_on, reports_on
from tracker.progress.rules import ReportState
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit

PAGE = 200


class Part(StrEnum):
    """Parts of the period's bar, in its order; UNSENT (欠报) is the last two together."""

    ACCEPTED = "accepted"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DRAFT = "draft"
    UNWRITTEN = "unwritten"
    UNSENT = "unsent"

    @property
    def label(self) -> str:
        return dict(zip(Part, ("已认定", "待审核", "待签字", "已退回", "草稿", "未填", "欠报"), strict=True))[self]

    @property
    def states(self) -> tuple[ReportState | None, ...]:
        """None: nothing was written."""
        return _STATES.get(self) or (ReportState(self.value),)


_STATES: dict[Part, tuple[ReportState | None, ...]] = {
    Part.UNWRITTEN: (None,),
    Part.UNSENT: (None, ReportState.DRAFT),
}


class OwedLine(NamedTuple):
    """One report owed in the period, as it stood on the day. ``state`` None: nothing was written."""

    obligation_id: int
    role: Role
    task: Task
    unit: str
    group: str | None
    state: ReportState | None
    first_signed_at: datetime | None


@dataclass(frozen=True)
class OwedPage:
    """One page of the lines of a part (None: all) and a unit (None: all), with the counts to choose from."""

    lines: list[OwedLine]
    counts: Counts
    units: list[UnitName]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    def count(self, part: Part) -> int:
        return sum(self.counts.of(state) for state in part.states)


def owed_page(period: Period, as_of: date, part: Part | None, unit_id: int | None, page: int) -> OwedPage:
    """The page asked for; three statements at any size."""
    by_unit = counts_by_unit(period, as_of)
    counts = total(n for unit, n in by_unit.items() if unit_id in (None, unit.id))
    shown = sum(counts.of(state) for state in part.states) if part else counts.due
    return OwedPage(_lines(period, as_of, part, unit_id, page), counts, list(by_unit), shown)


def _lines(period: Period, as_of: date, part: Part | None, unit_id: int | None, page: int) -> list[OwedLine]:
    owed = [Obligation.period_id == period.id, Obligation.kind == Kind.PERIOD, owed_on(as_of)]
    if unit_id is not None:
        owed.append(Obligation.unit_id == unit_id)
    on_day = reports_on(as_of, sa.select(Obligation.id).where(*owed))
    group = sa.orm.aliased(Unit)
    query = (
        sa.select(Obligation.id, Obligation.role, Task, Unit.name, group.name, on_day.c.state, on_day.c.first_signed_at)
        .join(Task, Task.id == Obligation.task_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(group, group.id == Obligation.via_group_id)
        .outerjoin(on_day, on_day.c.obligation_id == Obligation.id)
        .where(*owed, *_of(part, on_day.c.state))
        .order_by(Unit.sort_key, Unit.id, Task.position, Obligation.id)
    )
    rows: Any = db.session.execute(query.limit(PAGE).offset((page - 1) * PAGE))
    return [OwedLine(*row) for row in rows]


def _of(part: Part | None, state: sa.ColumnElement[ReportState | None]) -> list[sa.ColumnElement[bool]]:
    if part is None:
        return []
    written = [one for one in part.states if one is not None]
    return [sa.or_(state.in_(written), state.is_(None)) if None in part.states else state.in_(written)]


def is_late(line: OwedLine, period: Period, as_of: date) -> bool:
    """Past its due day and not signed in time."""
    end = end_of(period.due_on)
    return period.due_on < as_of and (line.first_signed_at is None or line.first_signed_at >= end)

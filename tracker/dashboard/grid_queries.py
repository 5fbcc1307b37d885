"""Reads for units × periods: cells counted by the database, and the items behind one cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from tracker.dashboard.cells import Cell
from tracker.dashboard.units import UnitName
from tracker.extensions import Moment, db, end_of
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.progress.day import owed_on, received_before, reports_on
from tracker.progress.models import Report, ReportVersion
from tracker.progress.rules import ReportState
from tracker.tasks.models import Task
from tracker.units.models import Unit


def cells(periods: Sequence[Period], as_of: date) -> dict[UnitName, dict[int, Cell]]:
    """Unit -> period id -> its period reports, as they stood at the end of the day; late is what was never signed by
    the period's due day and yet received."""
    if not periods:
        return {}
    end = end_of(as_of)
    due_ends = sa.case(
        {one.id: sa.literal(min(end_of(one.due_on), end), Moment()) for one in periods}, value=Obligation.period_id
    )
    facts = (
        sa.select(
            Obligation.unit_id,
            Obligation.period_id,
            sa.case((received_before(end), 1), else_=0).label("received"),
            sa.case((Report.first_signed_at < due_ends, 1), else_=0).label("on_time"),
        )
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(_owed([one.id for one in periods], as_of))
        .subquery("facts")
    )
    late = sa.case((facts.c.received > facts.c.on_time, 1), else_=0)
    figures = (sa.func.count(), *(sa.func.sum(column) for column in (facts.c.received, facts.c.on_time, late)))
    query = (
        sa.select(Unit.id, Unit.name, Unit.kind, Unit.sort_key, facts.c.period_id, *figures)
        .join(Unit, Unit.id == facts.c.unit_id)
        .group_by(Unit.id, facts.c.period_id)
    )
    found: dict[UnitName, dict[int, Cell]] = defaultdict(dict)
    for unit_id, name, kind, key, period_id, *counts in db.session.execute(query):
        found[UnitName(unit_id, name, kind, key)][period_id] = Cell(*counts)
    return found


def with_versions(
    found: dict[UnitName, dict[int, Cell]], periods: Sequence[Period], as_of: date
) -> dict[UnitName, dict[int, Cell]]:
    """The same cells with how many versions had been submitted and returned by the day."""
    end = end_of(as_of)
    sent = _happened(ReportVersion.submitted_at, end) - _happened(ReportVersion.withdrawn_at, end)
    query = (
        sa.select(
            Obligation.unit_id,
            Obligation.period_id,
            sa.func.sum(sent),
            sa.func.sum(_happened(ReportVersion.returned_at, end)),
        )
        .join(Report, Report.obligation_id == Obligation.id)
        .join(ReportVersion, ReportVersion.report_id == Report.id)
        .where(_owed([one.id for one in periods], as_of))
        .group_by(Obligation.unit_id, Obligation.period_id)
    )
    versions = {(unit_id, period_id): counts for unit_id, period_id, *counts in db.session.execute(query)}
    return {
        unit: {
            period_id: replace(cell, submitted=sent, returned=returned)
            for period_id, cell in of_unit.items()
            for sent, returned in [versions.get((unit.id, period_id), (0, 0))]
        }
        for unit, of_unit in found.items()
    }


def _happened(moment: sa.orm.InstrumentedAttribute[datetime | None], end: datetime) -> sa.ColumnElement[int]:
    return sa.case((moment < end, 1), else_=0)


def _owed(period_ids: Sequence[int], as_of: date) -> sa.ColumnElement[bool]:
    return Obligation.period_id.in_(period_ids) & (Obligation.kind == Kind.PERIOD) & owed_on(as_of)


@dataclass(frozen=True)
class CellItem:
    """One thing owed behind a cell, on the day asked for."""

    obligation_id: int
    task_id: int
    no: str
    text: str
    state: ReportState | None
    is_received: bool
    is_late: bool

    @property
    def word(self) -> str:
        if self.is_received:
            return "迟报" if self.is_late else "按时"
        return "未报" if self.state in (None, ReportState.DRAFT) else self.state.label

    @property
    def sign(self) -> str:
        """The lamp's shape beside the word."""
        if self.is_received:
            return "yellow" if self.is_late else "green"
        return "blue" if self.state is ReportState.SUBMITTED else "red"


def cell_items(period: Period, unit_id: int, as_of: date) -> list[CellItem]:
    """What one unit owed in one period, what is missing first, then in the order of the document."""
    owed = _owed([period.id], as_of) & (Obligation.unit_id == unit_id)
    on_day = reports_on(as_of, sa.select(Obligation.id).where(owed))
    query = (
        sa.select(Obligation.id, Task, on_day.c.state, on_day.c.received, on_day.c.first_signed_at)
        .join(Task, Task.id == Obligation.task_id)
        .outerjoin(on_day, on_day.c.obligation_id == Obligation.id)
        .where(owed)
        .order_by(Task.position)
    )
    due = end_of(period.due_on)
    items = [
        CellItem(owed_id, task.id, task.no or str(task.position), task.text, state, bool(received), _late(signed, due))
        for owed_id, task, state, received, signed in db.session.execute(query)
    ]
    return sorted(items, key=lambda item: item.is_received)


def _late(first_signed_at: datetime | None, due: datetime) -> bool:
    return first_signed_at is None or first_signed_at >= due

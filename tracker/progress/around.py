"""What stands round the rows of a unit's page: how the other units stand, and what is still owed of earlier periods."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.progress.actions import EDITABLE
from tracker.progress.models import Report
from tracker.progress.rules import RECEIVED, ReportState
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit


class Other(NamedTuple):
    """Another unit that owes for the same task and period. ``group``: through which, empty: by name."""

    unit: str
    role: Role
    group: str
    state: ReportState | None

    @property
    def is_received(self) -> bool:
        return self.state in RECEIVED

    @property
    def word(self) -> str:
        return self.state.label if self.state else "未填"


Others = dict[tuple[int, Kind, date], list[Other]]
"""(task, kind, key day) -> the others."""


def around(
    plan_periods: Sequence[Period], period: Period, tasks: Collection[int], unit_id: int
) -> tuple[Others, list[tuple[Period, int]]]:
    """How the other units stand that owe for the same tasks in the period; what of the unit still stands open on the
    pages of earlier ones, whatever it owes in this one: also an occurrence that was recorded and never sent."""
    before = {one.id: one for one in plan_periods if one.due_on < period.due_on and one.closed_on is None}
    is_own, is_open = Obligation.unit_id == unit_id, Report.id.is_(None) | Report.state.in_(EDITABLE)
    is_meant = sa.case((is_own, is_open & Period.id.is_not(None)), else_=in_period(period))
    group, near = sa.orm.aliased(Unit), sa.orm.aliased(Obligation)
    of_tasks = sa.select(near.id).where(near.task_id.in_(tasks))
    of_unit = sa.select(near.id).where(near.unit_id == unit_id)
    query = (
        sa.select(Obligation.task_id, Obligation.kind, Obligation.key_on, Period.id, is_own)
        .add_columns(Unit.name, Obligation.role, sa.func.coalesce(group.name, ""), Report.state)
        .join(Task, Task.id == Obligation.task_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(group, group.id == Obligation.via_group_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .outerjoin(Period, is_own & Period.id.in_(before) & (Period.plan_id == Task.plan_id) & in_period(Period))
        .where(Obligation.id.in_(sa.union_all(of_tasks, of_unit)))
        .where(Obligation.withdrawn_on.is_(None), is_meant)
        .order_by(Unit.sort_key, Obligation.id)
    )
    others: Others = defaultdict(list)
    open_in: Counter[int] = Counter()
    for task_id, kind, key_on, earlier_id, is_mine, *other in db.session.execute(query):
        if is_mine:
            open_in[earlier_id] += 1
        else:
            others[task_id, kind, key_on].append(Other(*other))
    return others, [(one, open_in[one.id]) for one in before.values() if open_in[one.id]]


def in_period(period: Period | type[Period]) -> sa.ColumnElement[bool]:
    """Obligations of a period, with Report joined: its reports, and what falls due in its days without being a period
    report. An occurrence stands where it was recorded, and nowhere before that: `duties` counts them."""
    day = sa.func.coalesce(Obligation.stands_on, Obligation.key_on)
    in_span = day.between(period.opens_on, period.nominal_due_on)
    is_there = (Obligation.kind != Kind.OCCURRENCE) | Report.id.is_not(None)
    return (Obligation.period_id == period.id) | (Obligation.period_id.is_(None) & in_span & is_there)

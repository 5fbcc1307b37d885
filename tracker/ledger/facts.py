"""From dated rows to what standings are worked out from: many tasks at once, as of any day, in four statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.extensions import db, end_of
from tracker.ledger.limits import limit_of, limit_since
from tracker.ledger.more_time import MoreTime, more_time, waited_on
from tracker.ledger.rules import Owed, Sent, Text
from tracker.obligations.models import Obligation, Period
from tracker.obligations.occurrences import EXTRA, nth
from tracker.obligations.periods import span_label
from tracker.obligations.queries import LOOK_BACK, period_on
from tracker.obligations.rules import Kind
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress.closing_rules import EVER_ENDED
from tracker.progress.day import owed_on
from tracker.progress.facts import version_of
from tracker.progress.models import Closing, Extension, Report, ReportVersion
from tracker.tasks.axes import DEFAULT, Thresholds
from tracker.tasks.limits import TimeLimit
from tracker.tasks.models import Assignment, LimitChange, Task
from tracker.tasks.roles import Role
from tracker.units.models import Membership, Unit
from tracker.workdays import ONE_DAY

Scope = Sequence[int] | sa.Select[Any]
"""Which tasks: their ids, or a select of their ids."""


@dataclass(frozen=True)
class PlanFacts:
    """What a plan gives to each of its tasks. ``turns``: later days on which its current period changes."""

    first_year: int
    thresholds: Thresholds
    periods: tuple[Period, ...]
    current: Period | None
    turns: tuple[date, ...]

    @property
    def first_due_on(self) -> date | None:
        return self.periods[0].due_on if self.periods else None


@dataclass(frozen=True)
class TaskFacts:
    """A task as its rows say it stood on the day. ``closed_on``: None while it runs; ``applied``: for its closing."""

    task_id: int
    plan: PlanFacts
    limit: TimeLimit
    leads: frozenset[int]
    partners: frozenset[int]
    owed: tuple[Owed, ...]
    turns: tuple[date, ...]
    """Later days on which more will be owed."""
    closed_on: date | None
    applied: tuple[int, str] | None
    """Unit id and name of the lead that applied for closing and was not answered by the day."""
    latest_closing: Closing | None
    """Of all, whatever the day."""
    merged_into: str = ""
    """第3项: the task that goes on with it, while it counts as closed."""
    more_time: MoreTime | None = None
    limit_since: date | None = None
    """When the limit was last changed by the day."""
    ended_on: date | None = None
    """The first day, by then, on which it was no longer to be done (撤销)."""


def facts(scope: Scope, as_of: date) -> dict[int, TaskFacts]:
    """Task id -> the facts of the day, for every task in ``scope``, in the order of the document."""
    tasks, closings = _tasks(scope, as_of)
    plans = _plans({row.plan_id for row, _ in tasks.values()}, as_of)
    parts = _Parts(scope, as_of)
    owed = _owed(scope, as_of, plans, tasks, parts)
    return {
        task_id: TaskFacts(
            task_id=task_id,
            plan=plans[row.plan_id],
            limit=limit,
            leads=frozenset(parts.leads[task_id]),
            partners=frozenset(parts.partners[task_id] - parts.leads[task_id]),
            owed=tuple(owed[task_id]),
            turns=tuple(parts.turns[task_id]),
            closed_on=closings[task_id].on,
            applied=closings[task_id].applied,
            latest_closing=closings[task_id].latest,
            merged_into=closings[task_id].merged_into,
            limit_since=row.limit_since,
            more_time=more_time(row.Extension, row.asking, as_of),
            ended_on=row.withdrawn_on if row.withdrawn_on and row.withdrawn_on <= as_of else None,
        )
        for task_id, (row, limit) in tasks.items()
    }


def texts(version_ids: Sequence[int]) -> dict[int, Text]:
    """Version id -> what it says."""
    query = sa.select(
        ReportVersion.id,
        ReportVersion.progress,
        ReportVersion.problems,
        ReportVersion.next_steps,
        ReportVersion.self_state,
    ).where(ReportVersion.id.in_(version_ids))
    return {row.id: Text(*row[1:]) for row in db.session.execute(query)} if version_ids else {}


def _tasks(scope: Scope, as_of: date) -> tuple[dict[int, tuple[Any, TimeLimit]], dict[int, _Closed]]:
    """Task id -> its row with its plan, and its limit on the day: before the first later change, else the present; and
    -> what its closings say. In the order of the document."""
    query = (
        sa.select(
            Task.id,
            Task.plan_id,
            Task.limit_kind,
            Task.limit_due_on,
            Task.limit_start_on,
            Task.limit_every,
            Task.limit_times,
            Task.limit_continues,
            Task.limit_raw,
            Task.limit_extended_from,
            Task.withdrawn_on,
            LimitChange.before,
            Closing,
            Unit.name.label("applicant"),
            Extension,
            _ASKING.name.label("asking"),
            limit_since(as_of).label("limit_since"),
        )
        .outerjoin(LimitChange, (LimitChange.task_id == Task.id) & (LimitChange.changed_on > as_of))
        .outerjoin(Closing, Closing.task_id == Task.id)
        .outerjoin(Unit, Unit.id == Closing.unit_id)
        .outerjoin(Extension, (Extension.task_id == Task.id) & waited_on(as_of))
        .outerjoin(_ASKING, _ASKING.id == Extension.unit_id)
        .where(Task.id.in_(scope))
        .order_by(Task.position, Task.id, LimitChange.changed_on, LimitChange.id, Closing.id)
    )
    found: dict[int, tuple[Any, TimeLimit]] = {}
    closings: dict[int, _Closed] = defaultdict(_Closed)
    for row in db.session.execute(query):
        if row.id not in found:
            found[row.id] = row, TimeLimit(*row[2:10]) if row.before is None else limit_of(row.before)
        last = closings[row.id].latest
        if row.Closing is not None and (last is None or last.id < row.Closing.id):
            closings[row.id] = _after(closings[row.id], row, end_of(as_of))
    return found, closings


_ASKING = sa.orm.aliased(Unit)


def _plans(plan_ids: set[int], as_of: date) -> dict[int, PlanFacts]:
    query = (
        sa.select(Plan.id, Plan.first_year, Plan.thresholds, Plan.closed_on, Period)
        .outerjoin(Period, Period.plan_id == Plan.id)
        .where(Plan.id.in_(plan_ids))
        .order_by(Plan.id, Period.nominal_due_on)
    )
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        rows[row.id].append(row)
    return {plan_id: _plan(of_plan, as_of) for plan_id, of_plan in rows.items()}


def _plan(rows: list[Any], as_of: date) -> PlanFacts:
    periods = tuple(row.Period for row in rows if row.Period is not None)
    turns = {day for period in periods for day in (period.opens_on, period.due_on + ONE_DAY)}
    turns |= {period.due_on + LOOK_BACK + ONE_DAY for period in periods}
    if periods and rows[0].closed_on is None:
        turns.add(periods[-1].nominal_due_on + ONE_DAY)
    thresholds = Thresholds(**rows[0].thresholds) if rows[0].thresholds else DEFAULT
    later = tuple(sorted(day for day in turns if day > as_of))
    return PlanFacts(rows[0].first_year, thresholds, periods, period_on(periods, as_of), later)


class _Parts:
    """Who has a part in the tasks: leads and partners of the day, and the later days on which parts begin or end."""

    def __init__(self, scope: Scope, as_of: date) -> None:
        self.leads: dict[int, set[int]] = defaultdict(set)
        self.partners: dict[int, set[int]] = defaultdict(set)
        self.turns: dict[int, set[date]] = defaultdict(set)
        query = (
            sa.select(
                Assignment.task_id,
                Assignment.unit_id,
                Assignment.role,
                Assignment.from_on,
                Assignment.until_on,
                Membership.member_id,
                Membership.from_on,
                Membership.until_on,
            )
            .outerjoin(Membership, Membership.group_id == Assignment.unit_id)
            .where(Assignment.task_id.in_(scope))
        )
        for task_id, unit_id, role, from_on, until_on, member_id, joined_on, left_on in db.session.execute(query):
            if member_id is None:
                self._add(task_id, unit_id, role, [from_on], [until_on], as_of)
            else:
                self._add(task_id, member_id, role, [from_on, joined_on], [until_on, left_on], as_of)

    def _add(
        self,
        task_id: int,
        unit_id: int,
        role: Role,
        starts: list[date],
        ends: list[date | None],
        as_of: date,
    ) -> None:
        from_on, over = max(starts), [day for day in ends if day is not None]
        self.turns[task_id] |= {day for day in (from_on, *over) if day > as_of}
        if from_on <= as_of and all(as_of < day for day in over):
            (self.leads if role is Role.LEAD else self.partners)[task_id].add(unit_id)

    def role(self, task_id: int, unit_id: int, later: Role) -> Role:
        """A unit's role of the day, as what it owes is revised when its part changes; ``later`` where it had none."""
        if unit_id in self.leads[task_id]:
            return Role.LEAD
        return Role.PARTNER if unit_id in self.partners[task_id] else later


def _owed(
    scope: Scope, as_of: date, plans: dict[int, PlanFacts], tasks: dict[int, tuple[Any, TimeLimit]], parts: _Parts
) -> dict[int, list[Owed]]:
    """What was owed on the day, by task, its period open."""
    periods = {period.id: period for plan in plans.values() for period in plan.periods}
    found: dict[int, list[Owed]] = defaultdict(list)
    for row, sent in _obligations(scope, as_of):
        period = periods.get(row.period_id)
        if period is not None and period.opens_on > as_of:
            continue
        if row.occurrence > EXTRA and not sent:
            continue  # recorded besides, and not sent by the day: nobody owes it
        task, limit = tasks[row.task_id]
        current = plans[task.plan_id].current
        found[row.task_id].append(
            Owed(
                obligation_id=row.id,
                unit_id=row.unit_id,
                unit=row.unit,
                role=row.role if sent or row.due_on <= as_of else parts.role(row.task_id, row.unit_id, row.role),
                kind=row.kind,
                label=period.name if period else _label(row, limit.every),
                key_on=row.key_on,
                due_on=row.due_on,
                is_current=period is not None and period is current,
                is_closed=period is not None and period.closed_on is not None and period.closed_on <= as_of,
                period_id=row.period_id,
                via_group_id=row.via_group_id,
                number=row.occurrence,
                sent=tuple(sent),
            )
        )
    return found


def _label(row: Any, every: Every | None) -> str:
    """启动报告; of an occurrence its span and which it is there: 第三季度第1次."""
    if row.kind is not Kind.OCCURRENCE or every is None:
        return str(row.kind.label)
    return f"{span_label(every, row.key_on).removesuffix('期')}{nth(row.occurrence)}"


def _obligations(scope: Scope, as_of: date) -> Iterator[tuple[Any, list[Sent]]]:
    """Each obligation that was owed on the day, with the versions submitted by then, in order."""
    query = (
        sa.select(
            Obligation.id,
            Obligation.task_id,
            Obligation.unit_id,
            Unit.name.label("unit"),
            Obligation.via_group_id,
            Obligation.role,
            Obligation.kind,
            Obligation.key_on,
            Obligation.due_on,
            Obligation.period_id,
            Obligation.number.label("occurrence"),
            ReportVersion.id.label("version_id"),
            ReportVersion.number,
            ReportVersion.submitted_at,
            ReportVersion.signed_at,
            ReportVersion.returned_at,
            ReportVersion.returned_by_office,
            ReportVersion.accepted_at,
            ReportVersion.withdrawn_at,
            ReportVersion.percent,
            ReportVersion.no_news,
            ReportVersion.milestone,
            ReportVersion.held_on,
        )
        .join(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .outerjoin(ReportVersion, (ReportVersion.report_id == Report.id) & (ReportVersion.submitted_at < end_of(as_of)))
        .where(Obligation.task_id.in_(scope), owed_on(as_of))
        .order_by(Obligation.key_on, Obligation.id, ReportVersion.number)
    )
    held: Any = None
    sent: list[Sent] = []
    for row in db.session.execute(query):
        if held is None or held.id != row.id:
            if held is not None:
                yield held, sent
            held, sent = row, []
        if row.version_id is not None:
            sent.append(_sent(row))
    if held is not None:
        yield held, sent


def _sent(row: Any) -> Sent:
    milestone = Kind(row.milestone) if row.milestone else None
    return Sent(row.version_id, version_of(row), row.no_news, milestone, row.held_on)


@dataclass(frozen=True)
class _Closed:
    """What a task's closings say: when it was closed, if it was on the day; whose application waited then; the last
    closing of all."""

    on: date | None = None
    applied: tuple[int, str] | None = None
    latest: Closing | None = None
    merged_into: str = ""


def _after(before: _Closed, row: Any, end: datetime) -> _Closed:
    closing: Closing = row.Closing
    if closing.applied_at >= end:
        return replace(before, latest=closing)
    if closing.decided_at is None or closing.decided_at >= end:
        return replace(before, latest=closing, applied=(closing.unit_id, row.applicant))
    is_open = closing.state not in EVER_ENDED or (closing.reopened_at is not None and closing.reopened_at < end)
    if is_open:
        return replace(before, latest=closing)
    return replace(before, latest=closing, on=closing.decided_at.date(), merged_into=closing.merged_label)

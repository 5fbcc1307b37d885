"""From dated rows to what standings are worked out from: many tasks at once, as of any day, in six statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.extensions import db, end_of
from tracker.ledger.rules import Owed, Sent, Text
from tracker.obligations.models import Obligation, Period
from tracker.obligations.queries import LOOK_BACK, period_on
from tracker.obligations.rules import Kind
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress.closing_rules import ClosingState
from tracker.progress.models import Closing, Report, ReportVersion
from tracker.progress.rules import Desk, Version
from tracker.tasks.axes import DEFAULT, Thresholds
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.models import Assignment, LimitChange, Task
from tracker.tasks.roles import Role
from tracker.units.models import Membership, Unit
from tracker.workdays import ONE_DAY

Scope = Sequence[int] | sa.Select[Any]
"""Which tasks: their ids, or a select of their ids."""
CLOSED = (ClosingState.CLOSED, ClosingState.REOPENED)


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


def facts(scope: Scope, as_of: date) -> dict[int, TaskFacts]:
    """Task id -> the facts of the day, for every task in ``scope``."""
    tasks = _tasks(scope, as_of)
    plans = _plans({row.plan_id for row, _ in tasks.values()}, as_of)
    parts = _Parts(scope, as_of)
    closed, applied = _closings(scope, as_of)
    owed = _owed(scope, as_of, plans, {task_id: row.plan_id for task_id, (row, _) in tasks.items()}, parts, closed)
    return {
        task_id: TaskFacts(
            task_id=task_id,
            plan=plans[row.plan_id],
            limit=limit,
            leads=frozenset(parts.leads[task_id]),
            partners=frozenset(parts.partners[task_id] - parts.leads[task_id]),
            owed=tuple(owed[task_id]),
            turns=tuple(parts.turns[task_id]),
            closed_on=closed.get(task_id),
            applied=applied.get(task_id),
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


def _tasks(scope: Scope, as_of: date) -> dict[int, tuple[Any, TimeLimit]]:
    """Task id -> its row with its plan, and its limit on the day: before the first later change, else the present."""
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
            LimitChange.before,
        )
        .outerjoin(LimitChange, (LimitChange.task_id == Task.id) & (LimitChange.changed_on > as_of))
        .where(Task.id.in_(scope))
        .order_by(Task.id, LimitChange.changed_on, LimitChange.id)
    )
    found: dict[int, tuple[Any, TimeLimit]] = {}
    for row in db.session.execute(query):
        if row.id not in found:
            found[row.id] = row, TimeLimit(*row[2:9]) if row.before is None else limit_of(row.before)
    return found


def limit_of(values: dict[str, Any]) -> TimeLimit:
    """A limit back from the plain values of `tasks.actions.plain_limit`."""
    return TimeLimit(
        kind=LimitKind(values["kind"]),
        due_on=_day(values["due_on"]),
        start_on=_day(values["start_on"]),
        every=Every(values["every"]) if values["every"] else None,
        times=values["times"],
        continues=values["continues"],
        raw=values["raw"],
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


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
    """Who has a part in the tasks: leads and partners of the day, and since when each unit has had its part."""

    def __init__(self, scope: Scope, as_of: date) -> None:
        self.leads: dict[int, set[int]] = defaultdict(set)
        self.partners: dict[int, set[int]] = defaultdict(set)
        self.turns: dict[int, set[date]] = defaultdict(set)
        self.since: dict[tuple[int, int, int | None], date] = {}
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
                self._add(task_id, unit_id, None, role, [from_on], [until_on], as_of)
            else:
                self._add(task_id, member_id, unit_id, role, [from_on, joined_on], [until_on, left_on], as_of)

    def _add(
        self,
        task_id: int,
        unit_id: int,
        group_id: int | None,
        role: Role,
        starts: list[date],
        ends: list[date | None],
        as_of: date,
    ) -> None:
        from_on, over = max(starts), [day for day in ends if day is not None]
        key = task_id, unit_id, group_id
        self.since[key] = min(from_on, self.since.get(key, from_on))
        self.turns[task_id] |= {day for day in (from_on, *over) if day > as_of}
        if from_on <= as_of and all(as_of < day for day in over):
            (self.leads if role is Role.LEAD else self.partners)[task_id].add(unit_id)


def _owed(
    scope: Scope,
    as_of: date,
    plans: dict[int, PlanFacts],
    plan_of: dict[int, int],
    parts: _Parts,
    closed: dict[int, date],
) -> dict[int, list[Owed]]:
    """What was owed on the day, by task: begun, not withdrawn, its period open. Of a task that was closed then, what
    was due before or had been reported: the rest is owed only since it was opened again."""
    periods = {period.id: period for plan in plans.values() for period in plan.periods}
    found: dict[int, list[Owed]] = defaultdict(list)
    for row, sent in _obligations(scope, as_of):
        period = periods.get(row.period_id)
        since = parts.since.get((row.task_id, row.unit_id, row.via_group_id), as_of)
        if since > as_of or (period is not None and period.opens_on > as_of):
            continue
        if row.due_on >= closed.get(row.task_id, date.max) and not sent:
            continue
        current = plans[plan_of[row.task_id]].current
        found[row.task_id].append(
            Owed(
                obligation_id=row.id,
                unit_id=row.unit_id,
                unit=row.unit,
                role=row.role,
                kind=row.kind,
                label=period.name if period else row.kind.label,
                key_on=row.key_on,
                due_on=row.due_on,
                is_current=period is not None and period is current,
                is_closed=period is not None and period.closed_on is not None and period.closed_on <= as_of,
                period_id=row.period_id,
                via_group_id=row.via_group_id,
                sent=tuple(sent),
            )
        )
    return found


def _obligations(scope: Scope, as_of: date) -> Iterator[tuple[Any, list[Sent]]]:
    """Each obligation that was not withdrawn by the day, with the versions submitted by then, in order."""
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
        )
        .join(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .outerjoin(ReportVersion, (ReportVersion.report_id == Report.id) & (ReportVersion.submitted_at < end_of(as_of)))
        .where(Obligation.task_id.in_(scope), Obligation.withdrawn_on.is_(None) | (Obligation.withdrawn_on > as_of))
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
    by_office = row.returned_by_office
    days = Version(
        number=row.number,
        started_on=row.submitted_at.date(),
        submitted_on=row.submitted_at.date(),
        signed_on=row.signed_at and row.signed_at.date(),
        returned_on=row.returned_at and row.returned_at.date(),
        returned_by=None if by_office is None else Desk.OFFICE if by_office else Desk.HEAD,
        accepted_on=row.accepted_at and row.accepted_at.date(),
        withdrawn_on=row.withdrawn_at and row.withdrawn_at.date(),
        percent=row.percent,
    )
    return Sent(row.version_id, days, row.no_news, Kind(row.milestone) if row.milestone else None)


def _closings(scope: Scope, as_of: date) -> tuple[dict[int, date], dict[int, tuple[int, str]]]:
    """Task id -> the day it was closed, if it was on ``as_of``; and -> the lead whose application waited then."""
    query = (
        sa.select(Closing, Unit.name)
        .join(Unit, Unit.id == Closing.unit_id)
        .where(Closing.task_id.in_(scope), Closing.applied_at < end_of(as_of))
        .order_by(Closing.id)
    )
    closed: dict[int, date] = {}
    applied: dict[int, tuple[int, str]] = {}
    for closing, unit in db.session.execute(query):
        decided_at = closing.decided_at
        reopened = closing.reopened_at is not None and closing.reopened_at < end_of(as_of)
        if decided_at is None or decided_at >= end_of(as_of):
            applied[closing.task_id] = closing.unit_id, unit
        elif closing.state in CLOSED and not reopened:
            closed[closing.task_id] = decided_at.date()
    return closed, applied

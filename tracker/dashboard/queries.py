"""Reads for the home pages, across all rooms; a plan's figures are counted by the database, never loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from tracker.dashboard.units import Counts, Gap, UnitName
from tracker.extensions import Moment, db, end_of
from tracker.ledger.keeping import is_stale
from tracker.ledger.models import Standing
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rates import Share
from tracker.obligations.rules import Kind
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.plans.queries import to_end
from tracker.progress.closing_rules import ClosingState
from tracker.progress.day import owed_on, received_before, reports_on, unsigned_before
from tracker.progress.models import Closing, Report, ReportVersion
from tracker.progress.rules import ReportState
from tracker.reminders.models import Message
from tracker.supervision.inspection_models import Inspection, Rectification
from tracker.supervision.inspection_queries import waits_for
from tracker.supervision.models import Slip
from tracker.supervision.rules import SlipState
from tracker.tasks.axes import Colour, ReportFact, ReportStanding
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import assigned_on, in_force_on
from tracker.units.models import Membership, Unit
from tracker.units.queries import member_on
from tracker.units.rules import GROUP_KINDS

AT_MOST = 200
"""Items a home page lists; the rest are in the ledger."""


# Figures of a period


def counts_by_unit(period: Period, as_of: date, unit_id: int | None = None) -> dict[UnitName, Counts]:
    """Every unit that owes a report in the period, or one of them, with its reports by their state on the day."""
    owed = [Obligation.period_id == period.id, Obligation.kind == Kind.PERIOD, owed_on(as_of)]
    if unit_id is not None:
        owed.append(Obligation.unit_id == unit_id)
    on_day = reports_on(as_of, sa.select(Obligation.id).where(*owed))
    query = (
        sa.select(
            Unit.id,
            Unit.name,
            Unit.kind,
            Unit.sort_key,
            on_day.c.state,
            sa.func.count(),
            sa.func.sum(sa.case((on_day.c.received, 1), else_=0)),
        )
        .select_from(Obligation)
        .join(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(on_day, on_day.c.obligation_id == Obligation.id)
        .where(*owed)
        .group_by(Unit.id, on_day.c.state)
        .order_by(Unit.sort_key, Unit.id)
    )
    states: dict[UnitName, dict[ReportState | None, int]] = defaultdict(dict)
    received: dict[UnitName, int] = defaultdict(int)
    for *name, state, n, n_received in db.session.execute(query):
        unit = UnitName(*name)
        states[unit][state] = n
        received[unit] += n_received
    return {unit: Counts(by_state, received[unit]) for unit, by_state in states.items()}


def shares(days: Mapping[int, date], as_of: date) -> dict[int, Share]:
    """Period id -> how much of it had been received by the end of its own day; what was withdrawn since is left out."""
    if not days:
        return {}
    ends = {period_id: sa.literal(end_of(day), Moment()) for period_id, day in days.items()}
    received = sa.case((received_before(sa.case(ends, value=Obligation.period_id)), 1), else_=0)
    query = (
        sa.select(Obligation.period_id, sa.func.sum(received), sa.func.count())
        .where(Obligation.period_id.in_(ends), Obligation.kind == Kind.PERIOD, owed_on(as_of))
        .group_by(Obligation.period_id)
    )
    found = {period_id: Share(n, of) for period_id, n, of in db.session.execute(query)}
    return {period_id: found.get(period_id, Share(0, 0)) for period_id in days}


def gaps(plan_id: int, period: Period, as_of: date, unit_id: int | None = None) -> list[Gap]:
    """Period reports up to ``period`` that are past their due day and not received, the oldest first.

    A period that the office closed is left out: nobody can mend it any more.
    """
    owed = (
        sa.select(
            Obligation.id,
            Obligation.task_id,
            Obligation.unit_id,
            Obligation.role,
            Obligation.due_on,
            Period.name.label("label"),
            sa.func.row_number()
            .over(partition_by=(Obligation.task_id, Obligation.unit_id), order_by=Obligation.key_on)
            .label("turn"),
            received_before(end_of(as_of)).label("received"),
            unsigned_before(end_of(as_of)).label("unsigned"),
        )
        .join(Period, Period.id == Obligation.period_id)
        .where(
            Period.plan_id == plan_id,
            Period.nominal_due_on <= period.nominal_due_on,
            Period.closed_on.is_(None) | (Period.closed_on > as_of),
            Obligation.kind == Kind.PERIOD,
            Obligation.due_on < as_of,
            owed_on(as_of),
        )
    )
    if unit_id is not None:
        owed = owed.where(Obligation.unit_id == unit_id)
    past = owed.subquery("past")
    query = (
        sa.select(past, Unit.name.label("unit"))
        .join(Unit, Unit.id == past.c.unit_id)
        .where(sa.not_(past.c.received))
        .order_by(past.c.due_on, past.c.task_id, past.c.unit_id)
    )
    return [_gap(row) for row in db.session.execute(query)]


def _gap(row: sa.Row[tuple[object, ...]]) -> Gap:
    standing = ReportStanding.UNSIGNED if row.unsigned else ReportStanding.MISSING
    return Gap(ReportFact(row.task_id, row.unit_id, row.unit, row.role, row.label, row.due_on, standing), row.turn)


# Items by their lamp


def kept_counts(plan_id: int, today: date) -> dict[Colour, int] | None:
    """How many of the plan's tasks stand at each colour; None when an answer kept is not today's."""
    query = (
        sa.select(Standing.colour, sa.func.count(), sa.func.sum(sa.case((is_stale(today), 1), else_=0)))
        .select_from(Task)
        .outerjoin(Standing, Standing.task_id == Task.id)
        .where(Task.plan_id == plan_id, Task.withdrawn_on.is_(None))
        .group_by(Standing.colour)
    )
    rows = db.session.execute(query).all()
    return None if any(stale for _, _, stale in rows) else {colour: n for colour, n, _ in rows}


def kept(plan_id: int, colours: Sequence[Colour], conditions: Sequence[sa.ColumnElement[bool]]) -> list[Standing]:
    """Kept standings of these colours with their tasks, the worst first, then in the order of the document."""
    query = (
        sa.select(Standing)
        .join(Standing.task)
        .options(contains_eager(Standing.task))
        .where(Task.plan_id == plan_id, Task.withdrawn_on.is_(None), Standing.colour.in_(colours), *conditions)
        .order_by(Standing.severity.desc(), Task.position)
        .limit(AT_MOST)
    )
    return list(db.session.scalars(query))


def tasks_on(plan_id: int, as_of: date, conditions: Sequence[sa.ColumnElement[bool]]) -> list[Task]:
    """The tasks the plan had on the day, in the order of the document."""
    query = sa.select(Task).where(Task.plan_id == plan_id, in_force_on(as_of), *conditions).order_by(Task.position)
    return list(db.session.scalars(query))


# What waits for the office


@dataclass(frozen=True)
class Queue:
    """What waits for the office today. ``oldest_signed_at``: of what is to be verified."""

    to_verify: int
    oldest_signed_at: datetime | None
    closings: int
    empty_groups: int
    without_contact: int
    proposed_slips: int
    answered_slips: int
    reported_items: int
    """What units have put right after an inspection and reported, without what this person reported."""
    to_end_id: int | None
    """The plan that another follows and that has not ended: this one, or the one before it."""


def queue(plan: Plan, actor: Actor, day: date) -> Queue:
    """The office's own queue as this person can work it off, in one statement."""
    plan_id = plan.id
    in_plan = sa.select(Task.id).where(Task.plan_id == plan_id, Task.withdrawn_on.is_(None))
    signed = (
        sa.select(ReportVersion.id)
        .join(Report, Report.id == ReportVersion.report_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .where(
            Report.state == ReportState.SIGNED,
            ReportVersion.signed_at.is_not(None),
            ReportVersion.returned_at.is_(None),
            Obligation.task_id.in_(in_plan),
            Obligation.withdrawn_on.is_(None),
        )
    )
    applied = sa.select(Closing.id).where(Closing.state == ClosingState.APPLIED, Closing.task_id.in_(in_plan))
    filled = sa.select(Membership.group_id).where(member_on(day))
    empty = (
        sa.select(Unit.id)
        .join(Assignment, Assignment.unit_id == Unit.id)
        .where(Unit.kind.in_(GROUP_KINDS), Unit.id.not_in(filled))
        .where(Assignment.task_id.in_(in_plan), assigned_on(day))
        .distinct()
    )
    unaddressed = sa.select(Message.id).where(
        Message.plan_id == plan_id, Message.recipient_id.is_(None), Message.seen_at.is_(None)
    )
    oldest = signed.with_only_columns(sa.func.min(ReportVersion.signed_at)).scalar_subquery()
    slips = [
        sa.select(Slip.id).where(Slip.plan_id == plan_id, Slip.state == state)
        for state in (SlipState.PROPOSED, SlipState.ANSWERED)
    ]
    items = sa.select(Rectification.id).join(Inspection, Inspection.id == Rectification.inspection_id)
    items = items.where(Inspection.plan_id == plan_id, waits_for(actor.person_id))
    counts = [_count(one) for one in (applied, empty, unaddressed, *slips, items)]
    query = sa.select(_count(signed), oldest, *counts, to_end(plan))
    return Queue(*list(db.session.execute(query).one()))


def _count(found: sa.Select[int]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(found.subquery()).scalar_subquery()


# What waits for a unit


@dataclass(frozen=True)
class ReturnedReport:
    """A report on its writer's desk again."""

    task_id: int
    label: str
    text: str
    period: str
    reason: str
    by_office: bool
    at: datetime | None


def returned_to(unit_id: int, plan_id: int) -> list[ReturnedReport]:
    """What was returned to a unit and not sent again, the oldest first."""
    sent = aliased(ReportVersion)
    last = sa.select(sa.func.max(sent.number)).where(sent.report_id == Report.id).scalar_subquery()
    query = (
        sa.select(Task, sa.func.coalesce(Period.name, ""), ReportVersion)
        .select_from(Report)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Task, Task.id == Obligation.task_id)
        .outerjoin(Period, Period.id == Obligation.period_id)
        .join(ReportVersion, (ReportVersion.report_id == Report.id) & (ReportVersion.number == last))
        .where(
            Task.plan_id == plan_id,
            Obligation.unit_id == unit_id,
            Obligation.withdrawn_on.is_(None),
            Report.state == ReportState.RETURNED,
        )
        .order_by(ReportVersion.returned_at, Task.position)
    )
    return [
        ReturnedReport(
            task.id,
            task.label,
            task.text,
            period,
            version.return_reason,
            bool(version.returned_by_office),
            version.returned_at,
        )
        for task, period, version in db.session.execute(query)
    ]


def reports_to_sign(unit_id: int, plan_id: int) -> int:
    """How many reports lie on the desk of the unit's head."""
    query = (
        sa.select(sa.func.count())
        .select_from(Report)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Task, Task.id == Obligation.task_id)
        .where(
            Task.plan_id == plan_id,
            Obligation.unit_id == unit_id,
            Obligation.withdrawn_on.is_(None),
            Report.state == ReportState.SUBMITTED,
        )
    )
    return db.session.scalar(query) or 0

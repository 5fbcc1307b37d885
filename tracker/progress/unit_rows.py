"""What the unit page shows: a row for each thing the unit owes in a period, worst first, in a fixed number of reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.queries import period_facts, period_on
from tracker.obligations.rules import Kind, milestones_in
from tracker.permissions import Actor, Role
from tracker.plans.models import Plan
from tracker.progress.actions import EDITABLE, is_written
from tracker.progress.closing_rules import ClosingState
from tracker.progress.histories import History, Return, histories, task_lamp
from tracker.progress.models import Closing, Report, ReportVersion
from tracker.progress.queries import earlier_reports
from tracker.progress.rules import ReportState, state_on
from tracker.tasks.lamp import Lamp
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task
from tracker.tasks.roles import Role as Part

MAY_CLOSE = frozenset({LimitKind.DATE, LimitKind.YEAR})


@dataclass(frozen=True)
class Row:
    """One thing owed, with what was written for it, what the unit said last, and how the others stand."""

    obligation: Obligation
    report: Report | None
    lamp: Lamp
    last: ReportVersion | None
    returned: Return | None
    marks: tuple[Kind, ...]
    """Milestones that the lead may tick in this report."""
    others: tuple[tuple[str, str], ...]
    """(unit, state in a word) of the other units that owe for the same task and period."""
    closing: ClosingState | None

    @property
    def state(self) -> ReportState | None:
        return self.report.state if self.report else None

    @property
    def is_written(self) -> bool:
        return is_written(self.report)

    @property
    def is_returned(self) -> bool:
        return self.state is ReportState.RETURNED

    @property
    def is_open(self) -> bool:
        """It can still be written in."""
        return self.state is None or self.state in EDITABLE

    @property
    def is_missing(self) -> bool:
        return is_missing(self.report)

    @property
    def is_ready(self) -> bool:
        return is_ready(self.report, self.returned.at if self.returned else None)

    @property
    def may_close(self) -> bool:
        """The lead may apply for closing: the limit is a day, and no application waits or was granted."""
        asked = self.closing in (ClosingState.APPLIED, ClosingState.CLOSED)
        return self.obligation.role is Part.LEAD and self.obligation.task.limit_kind in MAY_CLOSE and not asked


FILTERS: dict[str, Callable[[Row], bool]] = {
    "all": lambda row: True,
    "returned": lambda row: row.is_returned,
    "missing": lambda row: row.is_missing,
    "news": lambda row: row.is_written and row.report is not None and not row.report.no_news,
    "no_news": lambda row: row.report is not None and row.report.no_news,
    "lead": lambda row: row.obligation.role is Part.LEAD,
    "partner": lambda row: row.obligation.role is Part.PARTNER,
    "todo": lambda row: row.is_returned or row.is_missing,
    "done": lambda row: not (row.is_returned or row.is_missing),
}
"""What a chip of the page, or a word in its address, lets through."""


@dataclass(frozen=True)
class Sheet:
    """The unit's page of one period."""

    period: Period
    rows: list[Row]
    owed_before: list[tuple[Period, int]]
    """Earlier periods of which something is still to be written, with how much."""

    def count(self, name: str) -> int:
        return sum(map(FILTERS[name], self.rows))

    def shown(self, name: str) -> list[Row]:
        return [row for row in self.rows if FILTERS.get(name, FILTERS["all"])(row)]

    @property
    def tally(self) -> Tally:
        ready = sum(row.is_ready for row in self.rows)
        return Tally(len(self.rows), self.count("missing"), self.count("returned"), ready)

    @property
    def skips_signing(self) -> bool:
        return bool(self.rows) and self.rows[0].obligation.unit.skips_signing

    def in_state(self, *states: ReportState) -> list[Row]:
        return [row for row in self.rows if row.state in states]

    @property
    def ready(self) -> list[Report]:
        return [row.report for row in self.rows if row.report is not None and row.is_ready]


def in_period(period: Period | type[Period]) -> sa.ColumnElement[bool]:
    """Obligations of a period: its reports, and what falls due in its days without being a period report."""
    in_span = Obligation.key_on.between(period.opens_on, period.nominal_due_on)
    return (Obligation.period_id == period.id) | (Obligation.period_id.is_(None) & in_span)


def to_write() -> sa.ColumnElement[bool]:
    """Obligations the reporter still has to write, with Report joined: nothing there, or returned."""
    is_empty = ~Report.no_news & (sa.func.trim(Report.progress) == "")
    empty_draft = (Report.state == ReportState.DRAFT) & is_empty
    return Report.id.is_(None) | (Report.state == ReportState.RETURNED) | empty_draft


def sheet(plan: Plan, unit_id: int, plan_periods: Sequence[Period], period: Period, today: date) -> Sheet:
    """The page of one unit and period, rows in the order in which they should be worked."""
    found = _owed(plan.id, unit_id, period)
    tasks = [obligation.task_id for obligation, _, _ in found]
    earlier = earlier_reports(obligation for obligation, _, _ in found)
    by_task: dict[int, list[History]] = defaultdict(list)
    relevant = (Obligation.role == Part.LEAD) | (Obligation.unit_id == unit_id) | in_period(period)
    for one in histories(Obligation.task_id.in_(tasks), Obligation.key_on <= period.nominal_due_on, relevant):
        by_task[one.task_id].append(one)
    first_due_on = min((one.due_on for one in plan_periods), default=None)
    rows = [
        _row(plan, period, first_due_on, obligation, report, closing, earlier, by_task[obligation.task_id], today)
        for obligation, report, closing in found
    ]
    return Sheet(period, sorted(rows, key=_order), _owed_before(plan_periods, period, by_task, unit_id))


@dataclass(frozen=True)
class Tally:
    """How far the unit is with a period: what stands in the foot of its page."""

    total: int
    missing: int
    returned: int
    ready: int
    """What would go to the head now."""

    @property
    def written(self) -> int:
        return self.total - self.missing - self.returned


def tally(plan_id: int, unit_id: int, period: Period) -> Tally:
    """How far the unit is, without the rest of the page."""
    owed = _owed(plan_id, unit_id, period)
    reports = [report for _, report, _ in owed if report is not None]
    returned = {
        version.report_id: version.returned_at
        for version in db.session.scalars(
            sa.select(ReportVersion)
            .where(ReportVersion.report_id.in_([one.id for one in reports]), ReportVersion.returned_at.is_not(None))
            .order_by(ReportVersion.number)
        )
    }
    sent_back = [one for one in reports if one.state is ReportState.RETURNED]
    return Tally(
        total=len(owed),
        missing=sum(is_missing(report) for _, report, _ in owed),
        returned=len(sent_back),
        ready=sum(is_ready(report, returned.get(report.id)) for report in reports),
    )


def is_missing(report: Report | None) -> bool:
    """Nothing is written, not even 本期无新进展."""
    return report is None or (report.state is ReportState.DRAFT and not is_written(report))


def is_ready(report: Report | None, returned_at: datetime | None) -> bool:
    """It can go to the head: written, and after a return written again."""
    if report is None or report.state not in EDITABLE or not is_written(report):
        return False
    return report.state is ReportState.DRAFT or returned_at is None or report.saved_at > returned_at


def _owed(plan_id: int, unit_id: int, period: Period) -> list[tuple[Obligation, Report | None, ClosingState | None]]:
    closing = sa.select(Closing.state).where(Closing.task_id == Task.id).order_by(Closing.id.desc()).limit(1)
    query = (
        sa.select(Obligation, Report, closing.scalar_subquery())
        .join(Task, Task.id == Obligation.task_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(Task.plan_id == plan_id, Obligation.unit_id == unit_id, Obligation.withdrawn_on.is_(None))
        .where(in_period(period))
        .order_by(Task.position, Obligation.id)
        .options(joinedload(Obligation.task), joinedload(Obligation.unit), selectinload(Report.evidence))
    )
    return [(obligation, report, state) for obligation, report, state in db.session.execute(query)]


def _row(
    plan: Plan,
    period: Period,
    first_due_on: date | None,
    obligation: Obligation,
    report: Report | None,
    closing: ClosingState | None,
    earlier: dict[int, ReportVersion],
    owed: list[History],
    today: date,
) -> Row:
    mine = next(one for one in owed if one.obligation_id == obligation.id)
    return Row(
        obligation=obligation,
        report=report,
        lamp=task_lamp(obligation.task, plan, first_due_on, owed, today),
        last=earlier.get(obligation.id),
        returned=mine.returned,
        marks=marks(obligation, period, owed),
        others=tuple(_others(owed, obligation, today)),
        closing=closing,
    )


def marks(obligation: Obligation, period: Period, owed: Iterable[History]) -> tuple[Kind, ...]:
    """Milestones a lead may tick: those of the period's month, and 已启动 in any period until a start was accepted."""
    if obligation.role is not Part.LEAD or obligation.kind is not Kind.PERIOD:
        return ()
    limit = obligation.task.limit
    due = milestones_in(period_facts([period])[0], limit)
    is_started = any(one.milestone_on for one in owed if one.unit_id == obligation.unit_id)
    if limit.kind is LimitKind.START_THEN_CONTINUOUS:
        return () if is_started else (Kind.START,)
    return due


def _others(owed: Iterable[History], obligation: Obligation, today: date) -> Iterable[tuple[str, str]]:
    for one in owed:
        if one.key_on == obligation.key_on and one.unit_id != obligation.unit_id and one.kind is obligation.kind:
            state = state_on(one.versions, one.due_on, today).state or one.state
            yield one.unit, state.label if state else "未填"


def _order(row: Row) -> tuple[int, int, int, int]:
    """Returned, then red, yellow, blue, the unwritten, the written; each in the order of the document."""
    colour = row.lamp.colour.rank
    return (0 if row.is_returned else 1, min(colour, 3), 0 if row.is_missing else 1, row.obligation.task.position)


def _owed_before(
    plan_periods: Sequence[Period], period: Period, by_task: dict[int, list[History]], unit_id: int
) -> list[tuple[Period, int]]:
    open_states = (None, ReportState.RETURNED, ReportState.DRAFT)
    counts: dict[int | None, int] = defaultdict(int)
    for owed in by_task.values():
        for one in owed:
            if one.unit_id == unit_id and one.state in open_states:
                counts[one.period_id] += 1
    before = [one for one in plan_periods if one.due_on < period.due_on and one.closed_on is None]
    return [(one, counts[one.id]) for one in before if counts[one.id]]


def count_for_navigation(actor: Actor, plan_id: int, today: date) -> int:
    """What waits for this actor: for a reporter what is to write by now, for a head what is to sign."""
    is_head = actor.role is Role.HEAD
    waits = (Report.state == ReportState.SUBMITTED) if is_head else to_write()
    mine = (
        sa.select(sa.func.count())
        .select_from(Obligation)
        .join(Task, Task.id == Obligation.task_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(Task.plan_id == plan_id, Obligation.unit_id == actor.unit_id, Obligation.withdrawn_on.is_(None), waits)
        .where(in_period(Period))
        .correlate(Period)
        .scalar_subquery()
    )
    query = sa.select(Period, mine).where(Period.plan_id == plan_id).order_by(Period.nominal_due_on)
    counts = {period: count for period, count in db.session.execute(query)}
    period = period_on(list(counts), today)
    if period is None:
        return 0
    return sum(count for one, count in counts.items() if is_head or (one.due_on <= period.due_on and not one.closed_on))

"""What the unit page shows: a row for each thing the unit owes in a period, worst first, in a fixed number of reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.occurrences import EXTRA
from tracker.obligations.queries import period_facts, period_on
from tracker.obligations.rules import Kind, milestones_in
from tracker.permissions import Actor, Role
from tracker.plans.models import Plan
from tracker.progress.actions import EDITABLE, is_written
from tracker.progress.advice import Advice
from tracker.progress.advising import Shared, advice_on, load_files
from tracker.progress.around import Other, around, in_period
from tracker.progress.closing_rules import ENDED, ClosingState
from tracker.progress.extension_rules import WAITING
from tracker.progress.lamps import lamps_of
from tracker.progress.measured import has_indicator
from tracker.progress.models import Closing, Extension, Report, ReportVersion
from tracker.progress.partners import Line, count_received, fold
from tracker.progress.queries import earlier_reports
from tracker.progress.rules import ReportState
from tracker.tasks.lamp import Lamp
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task
from tracker.tasks.roles import Role as Part

MAY_CLOSE = frozenset({LimitKind.DATE, LimitKind.YEAR})


@dataclass(frozen=True)
class Return:
    """The last version was sent back: when, by whose desk, and why."""

    at: datetime
    by_office: bool
    reason: str
    number: int


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
    others: tuple[Other, ...]
    """The other units that owe for the same task and period; none for a member of a group, who reads its own."""
    closing: ClosingState | None
    extension: Extension | None = None
    """The application for more time that waits."""
    advice: tuple[Advice, ...] = ()
    """What to look at again before it leaves the unit."""

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
    def is_todo(self) -> bool:
        """要我办: the writer must do something."""
        return self.is_returned or self.is_missing

    @property
    def is_extra(self) -> bool:
        """An occurrence beyond what is owed: it can be taken off again."""
        return self.obligation.number > EXTRA

    @property
    def is_ready(self) -> bool:
        return is_ready(self.report, self.returned.at if self.returned else None)

    @property
    def leads_by_name(self) -> bool:
        """The unit itself leads; a member of a leading group does not speak for the task."""
        return self.obligation.role is Part.LEAD and self.obligation.via_group_id is None

    @property
    def partners(self) -> list[Other]:
        """Whose reports the unit gathers, as a lead by name."""
        return [one for one in self.others if self.leads_by_name and one.role is Part.PARTNER]

    @property
    def partners_in(self) -> int:
        return count_received(self.partners)

    @property
    def lines(self) -> list[Line[Other]]:
        """The others, groups folded."""
        return fold(self.others)

    @property
    def may_close(self) -> bool:
        """The lead may apply for closing: the limit is a day, and no application waits or was granted."""
        asked = self.closing is ClosingState.APPLIED or self.closing in ENDED
        return self.leads_by_name and self.obligation.task.limit_kind in MAY_CLOSE and not asked

    @property
    def may_extend(self) -> bool:
        """The lead may ask for more time: it may close, and asks for none already."""
        return self.may_close and self.extension is None


FILTERS: dict[str, Callable[[Row], bool]] = {
    "all": lambda row: True,
    "returned": lambda row: row.is_returned,
    "missing": lambda row: row.is_missing,
    "news": lambda row: row.is_written and row.report is not None and not row.report.no_news,
    "no_news": lambda row: row.report is not None and row.report.no_news,
    "lead": lambda row: row.obligation.role is Part.LEAD,
    "partner": lambda row: row.obligation.role is Part.PARTNER,
    "advised": lambda row: bool(row.advice),
    "todo": lambda row: row.is_todo,
    "done": lambda row: not row.is_todo,
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


def to_write() -> sa.ColumnElement[bool]:
    """Obligations the reporter still has to write, with Report joined: nothing there, or returned."""
    is_empty = ~Report.no_news & (sa.func.trim(Report.progress) == "")
    empty_draft = (Report.state == ReportState.DRAFT) & is_empty
    return Report.id.is_(None) | (Report.state == ReportState.RETURNED) | empty_draft


def sheet(plan: Plan, unit_id: int, plan_periods: Sequence[Period], period: Period, today: date) -> Sheet:
    """The page of one unit and period, rows in the order in which they should be worked."""
    owed = _owed(plan.id, unit_id, period, today)
    tasks = {one.Obligation.task_id for one in owed}
    earlier = earlier_reports([one.Obligation for one in owed])
    lamps = lamps_of(tasks, today)
    others, owed_before = around(plan_periods, period, tasks, unit_id)
    shared = load_files(plan.id, [one.Report for one in owed if one.Report])
    rows = [
        Row(
            obligation=one.Obligation,
            report=one.Report,
            lamp=lamps[one.Obligation.task_id],
            last=earlier.get(one.Obligation.id),
            returned=_returned(one),
            marks=marks(one.Obligation, period, one.is_started),
            others=tuple(others[_key(one.Obligation)]) if one.Obligation.via_group_id is None else (),
            closing=one.closing,
            extension=_readable_extension(one),
            advice=_advice(one, earlier, period, shared),
        )
        for one in owed
    ]
    return Sheet(period, sorted(rows, key=_order), owed_before)


def _readable_extension(one: Any) -> Extension | None:
    """A unit that owes through a group reads what it asked for itself, and no other's."""
    extension: Extension | None = one.Extension
    through_group = one.Obligation.via_group_id is not None
    if extension is None or (through_group and extension.unit_id != one.Obligation.unit_id):
        return None
    return extension


def _key(owed: Obligation) -> tuple[int, Kind, date]:
    return owed.task_id, owed.kind, owed.key_on


def _advice(one: Any, earlier: dict[int, ReportVersion], period: Period, shared: Shared) -> tuple[Advice, ...]:
    """Of what has not left the unit."""
    report: Report | None = one.Report
    if report is None or report.state not in (*EDITABLE, ReportState.SUBMITTED):
        return ()
    last = earlier.get(one.Obligation.id)
    return tuple(advice_on(one.Obligation, report, last, report.evidence, period, shared, one.is_measured))


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
    """How far the unit is, without the rest of the page; one statement."""
    query = _of_period(period, Report.state, Report.no_news, Report.progress, Report.saved_at, *RETURN)
    query = query.where(Task.plan_id == plan_id, Obligation.unit_id == unit_id)
    rows: Sequence[Any] = [row if row.state else None for row in db.session.execute(query)]
    return Tally(
        total=len(rows),
        missing=sum(map(is_missing, rows)),
        returned=sum(row is not None and row.state is ReportState.RETURNED for row in rows),
        ready=sum(row is not None and is_ready(row, row.returned_at) for row in rows),
    )


def is_missing(report: Report | None) -> bool:
    """Nothing is written, not even 本期无新进展."""
    return report is None or (report.state is ReportState.DRAFT and not is_written(report))


def is_ready(report: Report | None, returned_at: datetime | None) -> bool:
    """It can go to the head: written, and after a return written again."""
    if report is None or report.state not in EDITABLE or not is_written(report):
        return False
    return report.state is ReportState.DRAFT or returned_at is None or report.saved_at > returned_at


RETURN = (
    ReportVersion.returned_at,
    ReportVersion.returned_by_office,
    ReportVersion.return_reason,
    ReportVersion.number.label("version_number"),
)
"""Of the last version; what `_returned` asks."""


_VERSION, _OWED, _REPORT = sa.orm.aliased(ReportVersion), sa.orm.aliased(Obligation), sa.orm.aliased(Report)
_LAST = sa.select(sa.func.max(_VERSION.number)).where(_VERSION.report_id == Report.id).scalar_subquery()
_CLOSING = sa.select(Closing.state).where(Closing.task_id == Task.id).order_by(Closing.id.desc()).limit(1)
_SAYS_SO = _VERSION.milestone.is_not(None) | _OWED.kind.in_([Kind.START, Kind.COMPLETION])
_IS_STARTED = (
    sa.select(_VERSION.id)
    .join(_REPORT, _REPORT.id == _VERSION.report_id)
    .join(_OWED, _OWED.id == _REPORT.obligation_id)
    .where(_OWED.task_id == Obligation.task_id, _OWED.unit_id == Obligation.unit_id, _OWED.withdrawn_on.is_(None))
    .where(_OWED.key_on <= Obligation.key_on, _VERSION.accepted_at.is_not(None), _SAYS_SO)
    .correlate(Obligation)
    .exists()
)
"""Whether the unit has had its start or completion of the task accepted, in this report or an earlier one."""


def _of_period(period: Period, *columns: Any) -> sa.Select[Any]:
    """These columns of what is owed in the period, with its task, unit and report, and the report's last version."""
    return (
        sa.select(*columns)
        .select_from(Obligation)
        .join(Obligation.task)
        .join(Obligation.unit)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .outerjoin(ReportVersion, (ReportVersion.report_id == Report.id) & (ReportVersion.number == _LAST))
        .where(Obligation.withdrawn_on.is_(None), in_period(period))
    )


def _owed(plan_id: int, unit_id: int, period: Period, today: date) -> Sequence[Any]:
    """Rows of Obligation, Report and Extension or None, closing, is_started, is_measured and RETURN, in the document's
    order."""
    told = (_CLOSING.scalar_subquery().label("closing"), _IS_STARTED.label("is_started"))
    columns = (*told, has_indicator(today).label("is_measured"), *RETURN)
    query = (
        _of_period(period, Obligation, Report, Extension, *columns)
        .outerjoin(Extension, (Extension.task_id == Task.id) & Extension.state.in_(WAITING))
        .where(Task.plan_id == plan_id, Obligation.unit_id == unit_id)
        .order_by(Task.position, Obligation.id)
        .options(contains_eager(Obligation.task), contains_eager(Obligation.unit))
    )
    return db.session.execute(query).all()


def _returned(row: Any) -> Return | None:
    if row.returned_at is None:
        return None
    return Return(row.returned_at, bool(row.returned_by_office), row.return_reason, row.version_number)


def marks(obligation: Obligation, period: Period, is_started: bool) -> tuple[Kind, ...]:
    """Milestones a lead may tick: those of the period's month, and 已启动 in any period until a start was accepted."""
    if obligation.role is not Part.LEAD or obligation.kind is not Kind.PERIOD:
        return ()
    limit = obligation.task.limit
    if limit.kind is LimitKind.START_THEN_CONTINUOUS:
        return () if is_started else (Kind.START,)
    return milestones_in(period_facts([period])[0], limit)


def _order(row: Row) -> tuple[int, int, int, int]:
    """Returned, then red, yellow, blue, the unwritten, the written; each in the order of the document."""
    colour = row.lamp.colour.rank
    return (0 if row.is_returned else 1, min(colour, 3), 0 if row.is_missing else 1, row.obligation.task.position)


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

"""What became of each obligation, read lean: the facts from which lamps and the state of partners are worked out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.progress.facts import current_percent, report_standing
from tracker.progress.models import Report, ReportVersion
from tracker.progress.rules import Desk, ReportState, Version
from tracker.tasks.axes import LampFacts, ReportFact, Thresholds
from tracker.tasks.lamp import Lamp, lamp
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit
from tracker.workdays import state_council


@dataclass(frozen=True)
class Return:
    """A version was sent back: when, by whose desk, and why."""

    at: datetime
    by_office: bool
    reason: str
    number: int


@dataclass
class History:
    """One obligation and the versions that answered it. ``state`` None: nothing was written.

    ``milestone_on``: the day on which the start or completion it reports was accepted.
    """

    obligation_id: int
    task_id: int
    unit_id: int
    unit: str
    kind: Kind
    role: Role
    period_id: int | None
    label: str
    key_on: date
    due_on: date
    is_closed: bool
    state: ReportState | None
    versions: list[Version] = field(default_factory=list)
    returned: Return | None = None
    milestone_on: date | None = None


OWED = (
    Obligation.id.label("obligation_id"),
    Obligation.task_id,
    Obligation.unit_id,
    Obligation.kind,
    Obligation.role,
    Obligation.period_id,
    Obligation.key_on,
    Obligation.due_on,
)
VERSION = (
    ReportVersion.number,
    ReportVersion.submitted_at,
    ReportVersion.signed_at,
    ReportVersion.returned_at,
    ReportVersion.returned_by_office,
    ReportVersion.return_reason,
    ReportVersion.accepted_at,
    ReportVersion.withdrawn_at,
    ReportVersion.percent,
    ReportVersion.milestone,
)
"""Columns, not objects, and without the texts: a page reads some thousand of them."""


def histories(*where: sa.ColumnElement[bool]) -> list[History]:
    """The obligations that meet the conditions and are not withdrawn, by due day; always one statement."""
    query = (
        sa.select(*OWED, Unit.name.label("unit"), Period.name.label("period"), Period.closed_on, Report.state, *VERSION)
        .join(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(Period, Period.id == Obligation.period_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .outerjoin(ReportVersion, ReportVersion.report_id == Report.id)
        .where(Obligation.withdrawn_on.is_(None), *where)
        .order_by(Obligation.key_on, Unit.sort_key, Obligation.id, ReportVersion.number)
    )
    found: dict[int, History] = {}
    for row in db.session.execute(query):
        if row.obligation_id not in found:
            found[row.obligation_id] = History(
                obligation_id=row.obligation_id,
                task_id=row.task_id,
                unit_id=row.unit_id,
                unit=row.unit,
                kind=row.kind,
                role=row.role,
                period_id=row.period_id,
                label=row.period or row.kind.label,
                key_on=row.key_on,
                due_on=row.due_on,
                is_closed=row.closed_on is not None,
                state=row.state,
            )
        if row.number is not None:
            _add(found[row.obligation_id], row)
    return list(found.values())


def _add(history: History, version: Any) -> None:
    history.versions.append(version_fact(version))
    history.returned = None
    if version.returned_at is not None:
        by_office = bool(version.returned_by_office)
        history.returned = Return(version.returned_at, by_office, version.return_reason, version.number)
    reached = version.milestone or (history.kind in (Kind.START, Kind.COMPLETION))
    if reached and version.accepted_at is not None:
        history.milestone_on = version.accepted_at.date()


def version_fact(version: Any) -> Version:
    """A version, or a row with the columns VERSION, as its rules take it: days, not moments."""
    by = {None: None, True: Desk.OFFICE, False: Desk.HEAD}[version.returned_by_office]
    return Version(
        number=version.number,
        started_on=version.submitted_at.date(),
        submitted_on=version.submitted_at.date(),
        signed_on=_day(version.signed_at),
        returned_on=_day(version.returned_at),
        returned_by=by,
        accepted_on=_day(version.accepted_at),
        withdrawn_on=_day(version.withdrawn_at),
        percent=version.percent,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def thresholds_of(plan: Plan) -> Thresholds:
    """The plan's own thresholds of the lamp, the default where it has none."""
    return Thresholds(**plan.thresholds)


def lamp_facts(task: Task, plan: Plan, first_due_on: date | None, owed: Sequence[History], as_of: date) -> LampFacts:
    """What the lamp of a task is worked out from. ``owed``: the histories of the task, the oldest first."""
    leads: dict[int, list[History]] = {}
    for one in owed:
        if one.role is Role.LEAD:
            leads.setdefault(one.unit_id, []).append(one)
    percents = (current_percent([one.versions for one in mine], as_of) for mine in leads.values())
    return LampFacts(
        limit=task.limit,
        first_year=plan.first_year,
        first_due_on=first_due_on,
        lead_percents=tuple(percent for percent in percents if percent is not None),
        reports=tuple(_report_fact(one, as_of) for one in owed if one.kind is Kind.PERIOD and not one.is_closed),
        milestone_accepted_on=_milestone_on(owed),
        closed_on=task.closed_on,
    )


def task_lamp(task: Task, plan: Plan, first_due_on: date | None, owed: Sequence[History], as_of: date) -> Lamp:
    """The lamp of a task on a day, from the histories of its obligations."""
    facts = lamp_facts(task, plan, first_due_on, owed, as_of)
    return lamp(facts, as_of, state_council(), thresholds_of(plan))


def _report_fact(one: History, as_of: date) -> ReportFact:
    standing = report_standing(one.versions, one.due_on, as_of)
    return ReportFact(one.task_id, one.unit_id, one.unit, one.role, one.label, one.due_on, standing)


def _milestone_on(owed: Iterable[History]) -> date | None:
    """The day on which the last of the present leads had its start or completion accepted; None while one has not."""
    last_due = max((one.key_on for one in owed if one.role is Role.LEAD), default=None)
    leads = {one.unit_id for one in owed if one.role is Role.LEAD and one.key_on == last_due}
    reached: dict[int, date] = {}
    for one in owed:
        if one.milestone_on is not None and one.unit_id in leads:
            reached.setdefault(one.unit_id, one.milestone_on)
    return max(reached.values()) if leads and reached.keys() >= leads else None

"""Reads of reports, versions, evidence and closings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.errors import NotFound
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.obligations.rules import Kind
from tracker.progress.closing_rules import ClosingState
from tracker.progress.models import Closing, Evidence, Report, ReportVersion
from tracker.progress.rules import Desk, Version
from tracker.tasks.models import Task


def open_obligation(obligation_id: int) -> Obligation:
    """What is owed, with its task, unit and period; NotFound when withdrawn or not there."""
    query = sa.select(Obligation).where(Obligation.id == obligation_id, Obligation.withdrawn_on.is_(None))
    query = query.options(
        joinedload(Obligation.task).joinedload(Task.plan), joinedload(Obligation.unit), joinedload(Obligation.period)
    )
    obligation = db.session.scalar(query)
    if obligation is None:
        raise NotFound("这一项已不用报，或者不存在。请刷新填报表。")
    return obligation


def report_of(obligation_id: int) -> Report | None:
    """The report that answers an obligation, None when nothing was written."""
    query = sa.select(Report).where(Report.obligation_id == obligation_id)
    return db.session.scalar(query.options(selectinload(Report.versions), selectinload(Report.evidence)))


def reports_of(obligation_ids: Iterable[int]) -> dict[int, Report]:
    """Obligation id -> its report, with versions and evidence."""
    query = (
        sa.select(Report)
        .where(Report.obligation_id.in_(list(obligation_ids)))
        .options(selectinload(Report.versions), selectinload(Report.evidence))
    )
    return {report.obligation_id: report for report in db.session.scalars(query)}


def last_version(report: Report) -> ReportVersion | None:
    """The version last submitted and not withdrawn."""
    return next((version for version in reversed(report.versions) if version.withdrawn_at is None), None)


def version_fact(version: ReportVersion) -> Version:
    """A version as its rules take it: days, not moments."""
    return Version(
        number=version.number,
        started_on=version.submitted_at.date(),
        submitted_on=version.submitted_at.date(),
        signed_on=version.signed_at.date() if version.signed_at else None,
        returned_on=version.returned_at.date() if version.returned_at else None,
        returned_by=None
        if version.returned_by_office is None
        else Desk.OFFICE
        if version.returned_by_office
        else Desk.HEAD,
        accepted_on=version.accepted_at.date() if version.accepted_at else None,
        withdrawn_on=version.withdrawn_at.date() if version.withdrawn_at else None,
        percent=version.percent,
    )


def earlier_reports(obligations: Iterable[Obligation]) -> dict[int, ReportVersion]:
    """Obligation id -> what the same unit last had signed for the same task in an earlier period (上期)."""
    wanted = {(one.task_id, one.unit_id): one for one in obligations}
    if not wanted:
        return {}
    query = (
        sa.select(Obligation.task_id, Obligation.unit_id, Obligation.key_on, ReportVersion)
        .join(Report, Report.obligation_id == Obligation.id)
        .join(ReportVersion, ReportVersion.report_id == Report.id)
        .where(
            Obligation.kind == Kind.PERIOD,
            Obligation.task_id.in_({task_id for task_id, _ in wanted}),
            Obligation.unit_id.in_({unit_id for _, unit_id in wanted}),
            ReportVersion.signed_at.is_not(None),
            ReportVersion.returned_at.is_(None),
        )
        .order_by(Obligation.key_on, ReportVersion.number)
    )
    found: dict[int, ReportVersion] = {}
    for task_id, unit_id, key_on, version in db.session.execute(query):
        one = wanted.get((task_id, unit_id))
        if one is not None and key_on < one.key_on:
            found[one.id] = version
    return found


def open_evidence(evidence_id: int) -> Evidence:
    """A file with the report it belongs to; NotFound when there is none."""
    evidence = db.session.get(Evidence, evidence_id, options=[joinedload(Evidence.report)])
    if evidence is None:
        raise NotFound("没有这份佐证材料。请刷新页面。")
    return evidence


def closings_of(task_ids: Iterable[int]) -> dict[int, list[Closing]]:
    """Task id -> its closings, the oldest first."""
    found: dict[int, list[Closing]] = defaultdict(list)
    query = sa.select(Closing).where(Closing.task_id.in_(list(task_ids))).order_by(Closing.id)
    for closing in db.session.scalars(query.options(joinedload(Closing.unit))):
        found[closing.task_id].append(closing)
    return found


def closings_to_decide(plan_id: int) -> list[Closing]:
    """Applications the office has not decided, the oldest first."""
    query = (
        sa.select(Closing)
        .join(Task)
        .where(Task.plan_id == plan_id, Closing.state == ClosingState.APPLIED)
        .options(joinedload(Closing.task), joinedload(Closing.unit))
        .order_by(Closing.id)
    )
    return list(db.session.scalars(query))

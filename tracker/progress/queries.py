"""Reads of reports, versions, evidence and closings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker import clock
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.obligations.rules import Kind
from tracker.permissions import UNIT_ROLES, Actor, Subject
from tracker.progress.closing_rules import EVER_ENDED, ClosingState
from tracker.progress.models import Closing, Evidence, Report, ReportVersion
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import assigned_on, subject_of, visible_to
from tracker.tasks.roles import Role as Part


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


def reports_by_id(report_ids: Iterable[int]) -> list[Report]:
    """The reports with what they answer, versions and evidence, in the order of their ids."""
    query = sa.select(Report).where(Report.id.in_(list(report_ids))).order_by(Report.id)
    return list(db.session.scalars(query.options(*_WHOLE)))


def open_report(report_id: int, actor: Actor) -> Report:
    """The report with what it answers, or NotFound when there is none for this actor."""
    query = sa.select(Report).join(Obligation, Obligation.id == Report.obligation_id).where(Report.id == report_id)
    report = db.session.scalar(query.where(readable_by(actor, clock.today())).options(*_WHOLE))
    if report is None:
        raise NotFound("没有这份填报，或者您不能看它。请从导航重新进入。")
    return report


_WHOLE = (
    joinedload(Report.obligation).joinedload(Obligation.task).joinedload(Task.plan),
    joinedload(Report.obligation).joinedload(Obligation.unit),
    joinedload(Report.obligation).joinedload(Obligation.period),
    joinedload(Report.saved_by),
    selectinload(Report.versions),
    selectinload(Report.evidence),
)


def readable_by(actor: Actor, day: date) -> sa.ColumnElement[bool]:
    """`report.read` as a WHERE on Obligation: a unit its own, a lead all of its task, a partner the lead's too."""
    seen = Obligation.task_id.in_(sa.select(Task.id).where(visible_to(actor, day)))
    if actor.role not in UNIT_ROLES:
        return seen
    parts = sa.select(Assignment.task_id).where(assigned_on(day))
    as_lead = parts.where(Assignment.unit_id == actor.unit_id, Assignment.role == Part.LEAD)
    as_partner = parts.where(Assignment.unit_id == actor.unit_id, Assignment.role == Part.PARTNER)
    lead = sa.orm.aliased(Assignment)
    by_lead = sa.exists().where(
        lead.task_id == Obligation.task_id,
        lead.unit_id == Obligation.unit_id,
        lead.role == Part.LEAD,
        lead.from_on <= day,
        lead.until_on.is_(None) | (lead.until_on > day),
    )
    own = Obligation.unit_id == actor.unit_id
    return seen & (own | Obligation.task_id.in_(as_lead) | (Obligation.task_id.in_(as_partner) & by_lead))


def obligation_subject(obligation: Obligation) -> Subject:
    """What rights on an obligation and its report depend on, as long as nobody wrote anything."""
    return replace(subject_of(obligation.task, clock.today()), unit_id=obligation.unit_id)


def report_subject(report: Report, task_subject: Subject | None = None) -> Subject:
    """What rights on a report depend on: its task and unit, and everybody who ever wrote, submitted or signed it."""
    subject = task_subject or subject_of(report.obligation.task, clock.today())
    return replace(
        subject,
        unit_id=report.obligation.unit_id,
        writer_ids=frozenset(
            {report.saved_by_id, *report.writer_ids, *(version.submitted_by_id for version in report.versions)}
        ),
        signer_ids=frozenset(one.signed_by_id for one in report.versions if one.signed_by_id is not None),
        skips_signing=report.obligation.unit.skips_signing,
    )


def last_version(report: Report) -> ReportVersion | None:
    """The version last submitted and not withdrawn."""
    return next((version for version in reversed(report.versions) if version.withdrawn_at is None), None)


_EARLIER, _VERSION = sa.orm.aliased(Obligation), sa.orm.aliased(ReportVersion)
_LAST_SIGNED = (
    sa.select(_VERSION.id)
    .join(Report, Report.id == _VERSION.report_id)
    .join(_EARLIER, _EARLIER.id == Report.obligation_id)
    .where(_EARLIER.task_id == Obligation.task_id, _EARLIER.unit_id == Obligation.unit_id)
    .where(_EARLIER.kind == Kind.PERIOD, _EARLIER.key_on < Obligation.key_on)
    .where(_VERSION.signed_at.is_not(None), _VERSION.returned_at.is_(None))
    .order_by(_EARLIER.key_on.desc(), _VERSION.number.desc())
    .limit(1)
    .correlate(Obligation)
    .scalar_subquery()
)


def earlier_reports(obligations: Iterable[Obligation]) -> dict[int, ReportVersion]:
    """Obligation id -> what the same unit last had signed for the same task in an earlier period (上期)."""
    query = sa.select(Obligation.id, ReportVersion).join(ReportVersion, ReportVersion.id == _LAST_SIGNED)
    rows = db.session.execute(query.where(Obligation.id.in_([one.id for one in obligations])))
    return {obligation_id: version for obligation_id, version in rows}


def open_evidence(evidence_id: int) -> Evidence:
    """A file with the report it belongs to; NotFound when there is none."""
    evidence = db.session.get(Evidence, evidence_id, options=[joinedload(Evidence.report).options(*_WHOLE)])
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


def fixed_by_closings(task_id: int) -> set[int]:
    """Ids of the evidence on which a closing of the task was granted: it stays fixed whatever becomes of its report."""
    query = sa.select(Closing.evidence_ids).where(Closing.task_id == task_id, Closing.state.in_(EVER_ENDED))
    return {evidence_id for ids in db.session.scalars(query) for evidence_id in ids}


def open_closing(closing_id: int, actor: Actor) -> Closing:
    """An application with its task, or NotFound when there is none for this actor."""
    query = sa.select(Closing).join(Closing.task).where(Closing.id == closing_id, visible_to(actor, clock.today()))
    closing = db.session.scalar(query.options(joinedload(Closing.task), joinedload(Closing.unit)))
    if closing is None:
        raise NotFound("没有这份销号申请。请从审核页重新进入。")
    return closing


def closing_subject(closing: Closing) -> Subject:
    """What rights on a closing depend on: its task, and who applied."""
    subject = subject_of(closing.task, clock.today())
    return replace(subject, unit_id=closing.unit_id, writer_ids=frozenset({closing.applied_by_id}))


def closings_to_decide(plan_id: int) -> list[Closing]:
    """Applications the office has not decided, the oldest first."""
    query = (
        sa.select(Closing)
        .join(Closing.task)
        .where(Task.plan_id == plan_id, Closing.state == ClosingState.APPLIED)
        .options(joinedload(Closing.task), joinedload(Closing.unit))
        .order_by(Closing.id)
    )
    return list(db.session.scalars(query))

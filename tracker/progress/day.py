"""Reports as they stood at the end of a day, in SQL: what rules.state_on answers, for lists too long to be loaded."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from tracker.extensions import end_of
from tracker.obligations.models import Obligation
from tracker.progress.closing_rules import EVER_ENDED
from tracker.progress.models import Closing, Report, ReportVersion
from tracker.progress.rules import ReportState
from tracker.tasks.models import Assignment
from tracker.units.models import Membership


def owed_on(as_of: date) -> sa.ColumnElement[bool]:
    """Obligations that had not been withdrawn by the day, of units that had their part by then: a new lead's are none
    of the days before. Of a task that was closed then, what was due by the day or had been submitted: the rest is owed
    only since it was opened again."""
    had_part = sa.exists().where(
        Assignment.task_id == Obligation.task_id,
        Assignment.unit_id == sa.func.coalesce(Obligation.via_group_id, Obligation.unit_id),
        Assignment.from_on <= as_of,
    )
    was_member = sa.exists().where(
        Membership.group_id == Obligation.via_group_id,
        Membership.member_id == Obligation.unit_id,
        Membership.from_on <= as_of,
    )
    is_owed = Obligation.withdrawn_on.is_(None) | (Obligation.withdrawn_on > as_of)
    submitted = _has_version(ReportVersion.submitted_at < end_of(as_of))
    ran = (Obligation.due_on <= as_of) | ~_was_closed(end_of(as_of)) | submitted
    return is_owed & had_part & (Obligation.via_group_id.is_(None) | was_member) & ran


def _was_closed(end: datetime) -> sa.ColumnElement[bool]:
    was_closed = sa.exists().where(
        Closing.task_id == Obligation.task_id,
        Closing.state.in_(EVER_ENDED),
        Closing.decided_at < end,
        Closing.reopened_at.is_(None) | (Closing.reopened_at >= end),
    )
    return was_closed.correlate(Obligation)


Moments = datetime | sa.ColumnElement[datetime]
"""One moment, or an expression that gives each row its own."""


def received_before(end: Moments) -> sa.ColumnElement[bool]:
    """Whether the Obligation of the enclosing query had a version signed before ``end`` and not returned by then."""
    return _has_version(_stands_before(end))


def unsigned_before(end: datetime) -> sa.ColumnElement[bool]:
    """Whether the Obligation of the enclosing query had a version on the head's desk at ``end``: submitted, and
    neither signed nor returned nor taken back by then."""
    ends = (ReportVersion.signed_at, ReportVersion.returned_at, ReportVersion.accepted_at, ReportVersion.withdrawn_at)
    return _has_version((ReportVersion.submitted_at < end) & sa.and_(*(at.is_(None) | (at >= end) for at in ends)))


def _has_version(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return (
        sa.select(ReportVersion.id)
        .join(Report, Report.id == ReportVersion.report_id)
        .where(Report.obligation_id == Obligation.id, condition)
        .correlate(Obligation)
        .exists()
    )


def reports_on(as_of: date, obligation_ids: sa.Select[int]) -> sa.Subquery:
    """obligation_id, state, received, first_signed_at: the reports on these obligations at the end of the day.

    No row, or ``state`` NULL: nothing was written. ``first_signed_at`` NULL: never signed by then.
    """
    end = end_of(as_of)
    ours = sa.select(Report.id).where(Report.obligation_id.in_(obligation_ids))
    sent = (
        sa.select(
            ReportVersion.report_id,
            sa.func.max(sa.case((ReportVersion.submitted_at < end, ReportVersion.number))).label("number"),
            sa.func.max(sa.case((_stands_before(end), 1), else_=0)).label("received"),
            sa.func.min(sa.case((ReportVersion.signed_at < end, ReportVersion.signed_at))).label("first_signed_at"),
        )
        .where(ReportVersion.report_id.in_(ours))
        .group_by(ReportVersion.report_id)
        .subquery("sent")
    )
    last = sa.orm.aliased(ReportVersion, name="last")
    return (
        sa.select(
            Report.obligation_id,
            _state(last, sent.c.report_id, end).label("state"),
            (sa.func.coalesce(sent.c.received, 0) == 1).label("received"),
            sent.c.first_signed_at,
        )
        .outerjoin(sent, sent.c.report_id == Report.id)
        .outerjoin(last, (last.report_id == Report.id) & (last.number == sent.c.number))
        .where(Report.obligation_id.in_(obligation_ids))
        .subquery("reports_on")
    )


def _stands_before(end: Moments) -> sa.ColumnElement[bool]:
    return (ReportVersion.signed_at < end) & (ReportVersion.returned_at.is_(None) | (ReportVersion.returned_at >= end))


def _state(
    last: type[ReportVersion], any_version: sa.ColumnElement[int], end: datetime
) -> sa.ColumnElement[ReportState | None]:
    """The last version submitted decides; a report that never had one is a draft from the day it was saved."""
    written = any_version.is_(None) & (Report.saved_at < end)
    return sa.case(
        (last.accepted_at < end, _value(ReportState.ACCEPTED)),
        (last.returned_at < end, _value(ReportState.RETURNED)),
        (last.withdrawn_at < end, _value(ReportState.DRAFT)),
        (last.signed_at < end, _value(ReportState.SIGNED)),
        (last.id.is_not(None), _value(ReportState.SUBMITTED)),
        (written, _value(ReportState.DRAFT)),
        else_=sa.null(),
    )


def _value(state: ReportState) -> sa.ColumnElement[ReportState]:
    return sa.literal(state, Report.state.type)

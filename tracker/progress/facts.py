"""From the versions of a report to the facts that rates and lamps are worked out from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tracker.desks import Desk
from tracker.obligations.rates import RateFact
from tracker.progress.rules import ReportState, Version, figure_on, first_signed_on, received_spans, state_on
from tracker.tasks.axes import ReportStanding


def version_of(row: Any) -> Version:
    """A ReportVersion, or a row with its columns, as the rules take it: days, not moments."""
    by_office = row.returned_by_office
    submitted_on = row.submitted_at.date()
    return Version(
        number=row.number,
        started_on=submitted_on,
        submitted_on=submitted_on,
        signed_on=_day(row.signed_at),
        returned_on=_day(row.returned_at),
        returned_by=None if by_office is None else Desk.OFFICE if by_office else Desk.HEAD,
        accepted_on=_day(row.accepted_at),
        withdrawn_on=_day(row.withdrawn_at),
        percent=row.percent,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def rate_fact(unit_id: int, period_id: int, due_on: date, versions: Sequence[Version]) -> RateFact:
    """The fact of one owed period report, for rates as of any day."""
    return RateFact(
        unit_id,
        period_id,
        due_on,
        first_signed_on(versions),
        received_spans(versions),
        tuple(v.submitted_on for v in versions if v.submitted_on is not None),
        tuple(v.withdrawn_on for v in versions if v.withdrawn_on is not None),
        tuple(v.returned_on for v in versions if v.returned_on is not None),
    )


def report_standing(versions: Sequence[Version], due_on: date, as_of: date) -> ReportStanding:
    """How the report stands for the lamp: received, waiting for the head's signature, or missing (returned too)."""
    standing = state_on(versions, due_on, as_of)
    if standing.received:
        return ReportStanding.RECEIVED
    return ReportStanding.UNSIGNED if standing.state is ReportState.SUBMITTED else ReportStanding.MISSING


def current_percent(reports: Sequence[Sequence[Version]], as_of: date) -> int | None:
    """A lead's percentage: of its latest signed report that gives one. ``reports``: the oldest period first."""
    for versions in reversed(reports):
        figure = figure_on(versions, as_of)
        if figure is not None and figure.percent is not None:
            return figure.percent
    return None

"""What the tests of lamps work with: the periods of 2021, limits, and facts in short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.tasks.axes import (
    DutyFact,
    LampFacts,
    ReportFact,
    ReportStanding,
)
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.roles import Role
from tracker.workdays import state_council

CALENDAR = state_council()
AS_OF = date(2021, 10, 26)
YEAR_END = date(2021, 12, 31)
FIRST_DUE = date(2021, 7, 26)
DUE = {
    "7月期": FIRST_DUE,
    "8月期": date(2021, 8, 25),
    "9月期": date(2021, 9, 26),
    "10月期": date(2021, 10, 25),
    "11月期": date(2021, 11, 25),
}
MISSING, UNSIGNED, RECEIVED = ReportStanding

THIS_YEAR = TimeLimit(LimitKind.YEAR, due_on=YEAR_END, raw="2021")
CONTINUOUS = TimeLimit(LimitKind.CONTINUOUS, continues=True)
STARTS = TimeLimit(LimitKind.START_THEN_CONTINUOUS, start_on=date(2021, 1, 1), continues=True)
YEAR_END_THEN_ON = TimeLimit(LimitKind.DATE, due_on=YEAR_END, continues=True)


def report(
    label: str,
    standing: ReportStanding,
    unit: str = "市文化和旅游局",
    role: Role = Role.LEAD,
    task_id: int = 9,
) -> ReportFact:
    return ReportFact(task_id, sum(map(ord, unit)), unit, role, label, DUE[label], standing)


def facts(
    limit: TimeLimit,
    *reports: ReportFact,
    percents: Sequence[int] = (),
    milestone_accepted_on: date | None = None,
    closed_on: date | None = None,
    duties: Sequence[DutyFact] = (),
) -> LampFacts:
    done = milestone_accepted_on, closed_on
    return LampFacts(limit, 2021, FIRST_DUE, tuple(percents), reports, *done, duties=tuple(duties))

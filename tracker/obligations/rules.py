"""What each unit owes and by when: obligations are derived, not typed (domain.md, Time limits).

All spans of days are half-open: ``until_on`` is the first day on which the thing no longer holds, None while it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from tracker.obligations.periods import Cadence, nominal_due_days
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.roles import Role
from tracker.workdays import Calendar


class Kind(StrEnum):
    """Kinds of obligation."""

    PERIOD = "period"
    START = "start"
    COMPLETION = "completion"
    OCCURRENCE = "occurrence"

    @property
    def label(self) -> str:
        return {"period": "进展填报", "start": "启动报告", "completion": "完成报告", "occurrence": "定期事项"}[self]


@dataclass(frozen=True)
class Span:
    """Days from ``from_on``, up to and without ``until_on``; None has no end."""

    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class AssignmentFact:
    """A unit's or a group's part in the task while it held."""

    unit_id: int
    is_group: bool
    role: Role
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class MembershipFact:
    """A unit's time in a group."""

    group_id: int
    member_id: int
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class PeriodFact:
    """A stored period of the plan. ``closed_on``: from that day on its obligations are left alone."""

    id: int
    opens_on: date
    nominal_due_on: date
    due_on: date
    closed_on: date | None = None


Key = tuple[int, Kind, int | date, int]


@dataclass(frozen=True)
class Owed:
    """One thing that one unit owes for the task.

    ``key_on``: the nominal due day, which names it; ``due_on``: the working day it is due. ``number``: 1, 2 … among
    the occurrences of one span, 0 else. ``via_group_id``: the group through which it is owed, None when by name.
    ``closed_on``: of its period, no part of what is owed.
    """

    unit_id: int
    kind: Kind
    key_on: date
    due_on: date
    role: Role
    via_group_id: int | None = None
    number: int = 0
    period_id: int | None = None
    closed_on: date | None = field(default=None, compare=False)

    @property
    def key(self) -> Key:
        """What makes the row unique within its task: unit, kind, period or due day, number."""
        return self.unit_id, self.kind, self.period_id or self.key_on, self.number


@dataclass(frozen=True)
class Milestone:
    """A start or completion that a limit asks for, on its nominal day."""

    kind: Kind
    key_on: date


class _Dated(Protocol):
    @property
    def from_on(self) -> date: ...
    @property
    def until_on(self) -> date | None: ...


def holds(span: _Dated, day: date) -> bool:
    """Whether the dated thing holds on that day."""
    return span.from_on <= day and (span.until_on is None or day < span.until_on)


def milestones(limit: TimeLimit) -> tuple[Milestone, ...]:
    """The start report, by the end of the start year, or the completion report, by the limit, that a limit asks for."""
    if limit.kind is LimitKind.START_THEN_CONTINUOUS and limit.start_on:
        return (Milestone(Kind.START, date(limit.start_on.year, 12, 31)),)
    if limit.kind in (LimitKind.DATE, LimitKind.YEAR) and limit.due_on:
        return (Milestone(Kind.COMPLETION, limit.due_on),)
    return ()


def milestones_in(period: PeriodFact, limit: TimeLimit) -> tuple[Kind, ...]:
    """The milestones that are a mark in this period's report: those of the month in which it is nominally due."""
    return tuple(m.kind for m in milestones(limit) if _month(m.key_on) == _month(period.nominal_due_on))


def owed(
    limit: TimeLimit,
    assignments: Sequence[AssignmentFact],
    memberships: Sequence[MembershipFact],
    periods: Sequence[PeriodFact],
    running: Span,
    until: date,
    calendar: Calendar,
    coming: Iterable[date] = (),
    pauses: Sequence[Span] = (),
    handed_on: date | None = None,
) -> list[Owed]:
    """Everything that every unit owes for one task, in order of due day and unit.

    ``running``: from the confirmation of the plan to the closing or withdrawal of the task. ``until``: the last day for
    occurrences of a recurring duty, as a rule 31 December of the plan's last year. ``coming``: nominal due days of
    periods that have not opened; a milestone of their month will be a mark there. What is due while the task does not
    run, or in one of its ``pauses`` (closed, and opened again), is not owed. ``handed_on``: what is nominally due later
    is asked by the plan that follows. Periods come in whole, closed ones too: they stay owed, and ``difference`` leaves
    them alone.
    """
    found = [
        Owed(unit_id, due.kind, due.key_on, due.due_on, role, group_id, number, due.period_id, due.closed_on)
        for due in _dues(limit, periods, running, until, calendar, {_month(day) for day in coming}, pauses)
        for unit_id, (role, group_id) in owing_units(assignments, memberships, due.due_on).items()
        if (role is Role.LEAD or due.kind is Kind.PERIOD) and (handed_on is None or due.key_on <= handed_on)
        for number in due.numbers
    ]
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.number, one.unit_id))


def owing_units(
    assignments: Iterable[AssignmentFact], memberships: Sequence[MembershipFact], day: date
) -> dict[int, tuple[Role, int | None]]:
    """Unit id to role and group through which it owes on that day: once, in the higher role, by name before a group."""
    found: dict[int, tuple[Role, int | None]] = {}
    for assignment in sorted(assignments, key=lambda a: (a.role.rank, a.is_group, a.unit_id)):
        if not holds(assignment, day):
            continue
        if not assignment.is_group:
            found.setdefault(assignment.unit_id, (assignment.role, None))
            continue
        for member_id in _members(assignment.unit_id, memberships, day):
            found.setdefault(member_id, (assignment.role, assignment.unit_id))
    return found


def groups_without_members(
    assignments: Iterable[AssignmentFact], memberships: Sequence[MembershipFact], day: date
) -> list[int]:
    """Ids of the groups with a part in the task on that day that owe nothing for want of members."""
    groups = {a.unit_id for a in assignments if a.is_group and holds(a, day)}
    return sorted(group for group in groups if not _members(group, memberships, day))


def _members(group_id: int, memberships: Iterable[MembershipFact], day: date) -> set[int]:
    return {m.member_id for m in memberships if m.group_id == group_id and holds(m, day)}


@dataclass(frozen=True)
class _Due:
    """Something due in the task, whoever owes it."""

    kind: Kind
    key_on: date
    due_on: date
    numbers: Sequence[int] = (0,)
    period_id: int | None = None
    closed_on: date | None = None


def _dues(
    limit: TimeLimit,
    periods: Sequence[PeriodFact],
    running: Span,
    until: date,
    calendar: Calendar,
    coming_months: set[tuple[int, int]],
    pauses: Sequence[Span],
) -> Iterator[_Due]:
    """What is due while the task runs: its periods, the milestones that are no mark in one of them, its occurrences."""

    def runs(day: date) -> bool:
        return holds(running, day) and not any(holds(pause, day) for pause in pauses)

    owed_periods = [period for period in periods if runs(period.due_on)]
    for period in owed_periods:
        yield _Due(Kind.PERIOD, period.nominal_due_on, period.due_on, period_id=period.id, closed_on=period.closed_on)
    marked = {mark for period in owed_periods for mark in milestones_in(period, limit)}
    others = [
        _Due(m.kind, m.key_on, calendar.next_workday(m.key_on))
        for m in milestones(limit)
        if m.kind not in marked and _month(m.key_on) not in coming_months
    ]
    yield from (due for due in (*others, *_occurrences(limit, running, until, calendar)) if runs(due.due_on))


def occurrences_until(limit: TimeLimit, until: date, closed_on: date | None) -> date:
    """The last day for occurrences: ``until``; of a plan that ended, the last of the span in which it did."""
    if closed_on is None or limit.every is None:
        return until
    days = nominal_due_days(Cadence(limit.every, 31), closed_on.year)
    return min(until, next(day for day in days if day >= closed_on))


def _occurrences(limit: TimeLimit, running: Span, until: date, calendar: Calendar) -> Iterator[_Due]:
    """n a span, due on the last day of each calendar month, quarter … that ends from the start on, up to ``until``."""
    if limit.kind is not LimitKind.RECURRING or limit.every is None:
        return
    numbers = range(1, (limit.times or 1) + 1)
    for day in nominal_due_days(Cadence(limit.every, 31), running.from_on.year):
        if day > until:
            return
        if day >= running.from_on:
            yield _Due(Kind.OCCURRENCE, day, calendar.next_workday(day), numbers)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month

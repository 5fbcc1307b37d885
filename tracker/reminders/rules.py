"""When a reminder (催办) is due and who hears of it (domain.md, Rules that never bend, 3).

Offsets are calendar days from the due day: -3 is three days before it, 0 the day itself, 7 a week after. What falls on
a day off goes out on the next working day; a reminder up to the due day is brought forward rather than sent after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.workdays import Calendar


class Audience(StrEnum):
    """Who hears of it: the unit's reporter, then its head too, then the leader in charge (or the plan's leader) too."""

    REPORTER = "reporter"
    HEAD = "head"
    LEADER = "leader"

    @property
    def label(self) -> str:
        return {"reporter": "填报人", "head": "单位负责人", "leader": "分管领导"}[self]


@dataclass(frozen=True)
class ReminderRules:
    """A plan's rules. ``before``, ``after``: days from the due day; then on every ``repeat_every`` days, None no more.

    ``head_after``, ``leader_after``: days past the due day from which head and leader hear of it too; None never.
    """

    before: tuple[int, ...] = (15, 7, 3, 1, 0)
    after: tuple[int, ...] = (1, 3, 7)
    repeat_every: int | None = 7
    head_after: int | None = 3
    leader_after: int | None = 7


DEFAULT = ReminderRules()


@dataclass(frozen=True)
class Fired:
    """A reminder that is to go out. ``day``: the working day it was meant for, part of the message's unique key."""

    offset: int
    day: date
    audience: Audience


def due_reminders(due_on: date, today: date, rules: ReminderRules, calendar: Calendar) -> list[Fired]:
    """What a run on ``today`` sends about one open obligation: the latest reminder that has come, one per audience.

    It depends on the day alone, so a run can be repeated; a reminder sent before is recognised by its day. After days
    without a run only the latest goes out, never all that were missed. On a day off nothing does.
    """
    if not calendar.is_workday(today):
        return []
    come = [(day, offset) for offset, day in planned(due_on, today, rules, calendar) if day <= today]
    if not come:
        return []
    day, offset = max(come)
    return [Fired(offset, day, audience) for audience in audiences(offset, rules)]


def planned(due_on: date, until: date, rules: ReminderRules, calendar: Calendar) -> Iterator[tuple[int, date]]:
    """Every offset meant for a day up to ``until``, with the working day on which it goes out."""
    for offset in _offsets(rules, (until - due_on).days):
        yield offset, _sending_day(due_on, offset, calendar)


def audiences(offset: int, rules: ReminderRules) -> list[Audience]:
    """Who hears of a reminder so many days after the due day; the reporter always."""
    found = [Audience.REPORTER]
    if rules.head_after is not None and offset >= rules.head_after:
        found.append(Audience.HEAD)
    if rules.leader_after is not None and offset >= rules.leader_after:
        found.append(Audience.LEADER)
    return found


def _offsets(rules: ReminderRules, last: int) -> Iterator[int]:
    yield from (-days for days in rules.before)
    yield from (days for days in rules.after if days <= last)
    if rules.repeat_every is not None:
        start = max(rules.after, default=0) + rules.repeat_every
        yield from range(start, last + 1, rules.repeat_every)


def _sending_day(due_on: date, offset: int, calendar: Calendar) -> date:
    day = calendar.next_workday(due_on + timedelta(days=offset))
    return day if offset > 0 else min(day, calendar.previous_workday(due_on))

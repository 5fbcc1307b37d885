"""When a reminder (催办) is due, who hears of it, and when it may leave (domain.md, Rules that never bend, 2 and 3).

Offsets are calendar days from the due day: -3 is three days before it, 0 the day itself, 7 a week after. What falls on
a day off goes out on the next working day; a reminder up to the due day is brought forward rather than sent after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tracker.clock import SHANGHAI
from tracker.errors import Invalid
from tracker.workdays import ONE_DAY, Calendar

OPENS, CLOSES = time(8, 30), time(17, 30)
"""Working hours: outside them nothing leaves the house."""
FARTHEST = 365


class Audience(StrEnum):
    """How far up a reminder reaches: the unit's reporter; its head too; the leader in charge (or the plan's) too."""

    REPORTER = "reporter"
    HEAD = "head"
    LEADER = "leader"

    @property
    def label(self) -> str:
        return {"reporter": "填报人", "head": "填报人、单位负责人", "leader": "填报人、单位负责人、分管领导"}[self]

    def reached(self) -> list[Audience]:
        """Everybody up to this one."""
        ladder = list(Audience)
        return ladder[: ladder.index(self) + 1]


@dataclass(frozen=True)
class Rule:
    """Remind ``offset`` days from the due day and, with ``repeat``, every so many days after that."""

    offset: int
    reach: Audience = Audience.REPORTER
    repeat: int | None = None
    id: int = 0

    @property
    def label(self) -> str:
        """到期前15天, 到期当天, 逾期7天起每7天."""
        return offset_words(self.offset) + (f"起每{self.repeat}天" if self.repeat else "")


PRESET = (
    *(Rule(-days) for days in (15, 7, 3, 1, 0)),
    Rule(1),
    Rule(3, Audience.HEAD),
    Rule(7, Audience.LEADER, repeat=7),
)
"""What a plan begins with."""


@dataclass(frozen=True)
class Fired:
    """A reminder that is to go out. ``day``: the working day it was meant for, part of its unique key."""

    rule: Rule
    offset: int
    day: date


def offset_words(offset: int) -> str:
    """到期前3天, 到期当天, 逾期7天."""
    return "到期当天" if offset == 0 else f"到期前{-offset}天" if offset < 0 else f"逾期{offset}天"


def due_reminder(due_on: date, today: date, rules: Iterable[Rule], calendar: Calendar) -> Fired | None:
    """What a run on ``today`` sends about one open obligation: the latest reminder that has come.

    It depends on the day alone, so a run can be repeated; a reminder sent before is recognised by its day. After days
    without a run only the latest goes out, never all that were missed. On a day off nothing does.
    """
    if not calendar.is_workday(today):
        return None
    come = [fired for fired in planned(due_on, today, rules, calendar) if fired.day <= today]
    return max(come, key=lambda fired: (fired.day, fired.offset), default=None)


def planned(due_on: date, until: date, rules: Iterable[Rule], calendar: Calendar) -> Iterator[Fired]:
    """Every reminder meant for a day up to ``until``, with the working day on which it goes out."""
    for rule in rules:
        for offset in _offsets(rule, (until - due_on).days):
            yield Fired(rule, offset, _sending_day(due_on, offset, calendar))


def first_offset(rules: Iterable[Rule]) -> int | None:
    """The earliest offset of all; None without rules."""
    return min((rule.offset for rule in rules), default=None)


def check_rules(rules: Iterable[Rule]) -> list[Rule]:
    """The rules in order of their offsets; Invalid when two speak of the same day or a number makes no sense."""
    found = sorted(rules, key=lambda rule: rule.offset)
    for rule in found:
        if abs(rule.offset) > FARTHEST:
            raise Invalid(f"{rule.label}：天数请填 0 到 {FARTHEST}。")
        if rule.repeat is not None and (rule.offset <= 0 or not 1 <= rule.repeat <= FARTHEST):
            raise Invalid(f"{rule.label}：只有逾期以后才能重复，间隔请填 1 到 {FARTHEST} 天。")
    for one, other in zip(found, found[1:], strict=False):
        if one.offset == other.offset:
            raise Invalid(f"有两条规则都是{offset_words(one.offset)}，请留一条。")
    return found


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Whether messages may leave the house: in working hours of a working day."""
    return calendar.is_workday(moment.date()) and OPENS <= moment.time() < CLOSES


def next_opening(moment: datetime, calendar: Calendar) -> datetime:
    """The moment itself when messages may leave, else the next working morning."""
    if is_open(moment, calendar):
        return moment
    day = moment.date() if moment.time() < OPENS else moment.date() + ONE_DAY
    return datetime.combine(calendar.next_workday(day), OPENS, SHANGHAI)


def _offsets(rule: Rule, last: int) -> Iterator[int]:
    if rule.repeat is None:
        yield rule.offset
    else:
        yield from range(rule.offset, last + 1, rule.repeat)


def _sending_day(due_on: date, offset: int, calendar: Calendar) -> date:
    day = calendar.next_workday(due_on + timedelta(days=offset))
    return day if offset > 0 else min(day, calendar.previous_workday(due_on))

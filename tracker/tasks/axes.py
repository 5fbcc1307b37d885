"""The three axes of the lamp 预警灯 (domain.md, Derived): time left, points behind 序时, reports past their due day.

Facts say how things stand on the day asked for; each axis answers with a colour, a word of screens.md and a sentence.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.roles import Role
from tracker.workdays import Calendar


class Colour(StrEnum):
    """Colour of a lamp, the worst first."""

    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"
    GREEN = "green"
    CLOSED = "closed"
    NONE = "none"

    @property
    def label(self) -> str:
        return _COLOUR_LABELS[self]

    @property
    def rank(self) -> int:
        """0 for red, the worst; lists are ordered by it."""
        return _RANKS[self]


_COLOUR_LABELS = dict(zip(Colour, ("逾期", "滞后", "临近", "正常", "办结", "–"), strict=True))
_RANKS = {colour: rank for rank, colour in enumerate(Colour)}


class ReportStanding(StrEnum):
    """How an owed report stands: not received (a returned one too), waiting for the head's signature, or received."""

    MISSING = "missing"
    UNSIGNED = "unsigned"
    RECEIVED = "received"


@dataclass(frozen=True)
class Thresholds:
    """When an axis turns: working days left, points behind, and calendar days or periods running without a report."""

    time_blue: int = 10
    time_yellow: int = 3
    pace_blue: int = 5
    pace_yellow: int = 10
    pace_red: int = 30
    missing_red_days: int = 30
    missing_red_periods: int = 2


DEFAULT = Thresholds()


@dataclass(frozen=True)
class ReportFact:
    """One owed period report as it stands on the day. ``label``: its period's name, 9月期.

    What was withdrawn is left out, and so is a period that the office closed: nobody can mend it any more.
    """

    task_id: int
    unit_id: int
    unit: str
    role: Role
    label: str
    due_on: date
    standing: ReportStanding


@dataclass(frozen=True)
class DutyFact:
    """What one lead did of a recurring duty in one span, as it stands on the day. ``label``: 第三季度; ``done``: how
    many occurrences were received; ``unsigned``: how many wait for the head's signature."""

    unit_id: int
    unit: str
    label: str
    due_on: date
    done: int
    owed: int
    unsigned: int = 0

    @property
    def is_missing(self) -> bool:
        return self.done + self.unsigned < self.owed

    @property
    def words(self) -> str:
        return f"{self.label}{self.done}/{self.owed}次"


@dataclass(frozen=True)
class LampFacts:
    """What the lamp of a task is worked out from, as it stands on the day.

    ``first_year``: of the plan; ``first_due_on``: due day of its first period. ``lead_percents``: of the leads' latest
    signed reports, those that give one. ``reports``: of all units; partners' do not turn the lamp.
    ``milestone_accepted_on``: when the start report was accepted, or the completion report of a limit that continues.
    ``duties``: of a recurring duty, each lead's spans that have begun.
    """

    limit: TimeLimit
    first_year: int
    first_due_on: date | None = None
    lead_percents: tuple[int, ...] = ()
    reports: tuple[ReportFact, ...] = ()
    milestone_accepted_on: date | None = None
    closed_on: date | None = None
    merged_into: str = ""
    """第3项: the task that goes on with a closed one."""
    duties: tuple[DutyFact, ...] = ()


@dataclass(frozen=True)
class Axis:
    """One axis: colour, the reason in a word, and in a sentence."""

    colour: Colour
    word: str
    sentence: str


def not_applicable(sentence: str) -> Axis:
    return Axis(Colour.NONE, "不适用", sentence)


def limit_words(due_on: date) -> str:
    """2021年底, 2021年6月底, 2021年6月15日."""
    if due_on.day < monthrange(due_on.year, due_on.month)[1]:
        return f"{due_on.year}年{day_words(due_on)}"
    return f"{due_on.year}年底" if due_on.month == 12 else f"{due_on.year}年{due_on.month}月底"


def day_words(day: date) -> str:
    return f"{day.month}月{day.day}日"


# Time


def time_axis(facts: LampFacts, as_of: date, calendar: Calendar, thresholds: Thresholds = DEFAULT) -> Axis:
    """Time left to the limit. A start_then_continuous task is 未启动 until its start report is accepted."""
    limit = facts.limit
    is_reached = happened(facts.milestone_accepted_on, as_of)
    if limit.kind is LimitKind.START_THEN_CONTINUOUS and limit.start_on:
        return not_applicable("已启动，持续推进，不计逾期") if is_reached else _start_axis(limit.start_on.year, as_of)
    if limit.due_on is None:
        return not_applicable(_ENDLESS.get(limit.kind, "未写时限，不计逾期"))
    if limit.continues and is_reached:
        return not_applicable("已完成，持续推进，不计逾期")
    return _left_axis(limit.due_on, as_of, calendar, thresholds)


_ENDLESS = {LimitKind.CONTINUOUS: "持续推进，不计逾期", LimitKind.RECURRING: "定期开展，不计逾期"}


def _start_axis(year: int, as_of: date) -> Axis:
    sentence = f"应{year}年内启动，启动报告尚未认定"
    if as_of.year > year:
        return Axis(Colour.RED, "未启动", sentence)
    if as_of >= date(year, 10, 1):
        return Axis(Colour.YELLOW, "未启动", sentence)
    return Axis(Colour.GREEN, "正常", f"应{year}年内启动")


def _left_axis(due_on: date, as_of: date, calendar: Calendar, thresholds: Thresholds) -> Axis:
    ends = f"{limit_words(due_on)}到期"
    if as_of > due_on:
        days = (as_of - due_on).days
        return Axis(Colour.RED, f"逾期{days}天", f"{ends}，逾期{days}天")
    left = calendar.workdays_between(as_of, due_on)
    if left > thresholds.time_blue:
        return Axis(Colour.GREEN, "正常", ends)
    colour = Colour.YELLOW if left <= thresholds.time_yellow else Colour.BLUE
    return Axis(colour, f"剩{left}天", f"{ends}，还剩{left}个工作日")


# Pace


def pace(as_of: date, first_year: int, limit_due_on: date) -> int:
    """序时进度 in per cent: months since January of the first year, the running one whole, ÷ months to the limit."""
    total = _months_since(first_year, limit_due_on)
    passed = _months_since(first_year, as_of)
    if passed >= total:
        return 100
    return max(0, (200 * passed + total) // (2 * total))


def pace_on(facts: LampFacts, as_of: date) -> int | None:
    """序时进度 of the task; None without a limit, before the plan's first due day, once a continuing one is met."""
    due_on = facts.limit.due_on
    if due_on is None or facts.first_due_on is None or as_of < facts.first_due_on:
        return None
    if facts.limit.continues and happened(facts.milestone_accepted_on, as_of):
        return None
    return pace(as_of, facts.first_year, due_on)


def pace_axis(facts: LampFacts, as_of: date, thresholds: Thresholds = DEFAULT) -> Axis:
    """Points behind 序时进度; of joint leads the lowest percentage counts."""
    expected = pace_on(facts, as_of)
    if expected is None:
        return not_applicable("不计序时进度")
    if not facts.lead_percents:
        return not_applicable(f"尚无完成比例，序时{expected}%")
    percent = min(facts.lead_percents)
    behind = expected - percent
    figures = f"完成{percent}%，序时{expected}%"
    if behind < thresholds.pace_blue:
        return Axis(Colour.GREEN, "正常", figures)
    return Axis(_pace_colour(behind, thresholds), f"落后{behind}点", f"{figures}，落后{behind}个百分点")


def _pace_colour(behind: int, thresholds: Thresholds) -> Colour:
    if behind > thresholds.pace_red:
        return Colour.RED
    return Colour.YELLOW if behind > thresholds.pace_yellow else Colour.BLUE


def _months_since(first_year: int, day: date) -> int:
    return (day.year - first_year) * 12 + day.month


# Reports


def report_axis(facts: LampFacts, as_of: date, thresholds: Thresholds = DEFAULT) -> Axis:
    """The leads' period reports past their due day; the worst of joint leads counts, partners do not."""
    owed = [report for report in facts.reports if report.role is Role.LEAD]
    past = past_due(owed, as_of)
    if not owed:
        return not_applicable("牵头单位没有应报的填报期")
    if not past:
        first = min(owed, key=lambda report: report.due_on)
        return Axis(Colour.NONE, "未到期", f"{first.label}应{day_words(first.due_on)}报")
    missing = [report for report in past if report.standing is ReportStanding.MISSING]
    if missing:
        return _missing_axis(past, missing, as_of, thresholds)
    if any(report.standing is ReportStanding.UNSIGNED for report in past):
        return Axis(Colour.BLUE, "待签", "牵头单位已填，等单位负责人签字")
    return Axis(Colour.GREEN, "已报齐", "牵头单位已报")


def past_due(reports: Iterable[ReportFact], as_of: date) -> list[ReportFact]:
    """The reports whose last day is over, the oldest first."""
    return sorted((r for r in reports if r.due_on < as_of), key=lambda r: (r.due_on, r.unit_id, r.task_id))


def missing_colour(past: Sequence[ReportFact], as_of: date, thresholds: Thresholds = DEFAULT) -> Colour:
    """Red where a report is missing so many days, or a unit's for one task in so many periods running; else yellow."""
    missing = [report for report in past if report.standing is ReportStanding.MISSING]
    is_long = any((as_of - report.due_on).days >= thresholds.missing_red_days for report in missing)
    return Colour.RED if is_long or _longest_run(past) >= thresholds.missing_red_periods else Colour.YELLOW


def _longest_run(past: Sequence[ReportFact]) -> int:
    """Most periods running in which one unit's report for one task is missing."""
    longest = 0
    runs: dict[tuple[int, int], int] = {}
    for report in past:
        key = report.task_id, report.unit_id
        runs[key] = runs.get(key, 0) + 1 if report.standing is ReportStanding.MISSING else 0
        longest = max(longest, runs[key])
    return longest


def _missing_axis(
    past: Sequence[ReportFact], missing: Sequence[ReportFact], as_of: date, thresholds: Thresholds
) -> Axis:
    colour = missing_colour(past, as_of, thresholds)
    days = (as_of - missing[0].due_on).days
    leads = {report.unit_id for report in past}
    if len(leads) == 1:
        oldest, *others = missing
        also = "、".join(report.label for report in others)
        sentence = f"{oldest.unit}{oldest.label}未报，应{day_words(oldest.due_on)}报，逾期{days}天"
        return Axis(colour, f"{oldest.label}未报", f"{sentence}；{also}也未报" if also else sentence)
    units = list(dict.fromkeys(report.unit for report in missing))
    word = f"{len(units)}家未报"
    who = units[0] if len(units) == 1 else f"{units[0]}等{len(units)}家"
    return Axis(colour, word, f"牵头{len(leads)}家，{len(leads) - len(units)}家已报，{who}未报，逾期{days}天")


def happened(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of

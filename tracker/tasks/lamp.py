"""The lamp 预警灯 of a task, of a unit and of one report: the worst axis shown, with the words that say which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.tasks.axes import (
    DEFAULT,
    Axis,
    Colour,
    LampFacts,
    ReportFact,
    ReportStanding,
    Thresholds,
    day_words,
    limit_words,
    missing_colour,
    pace_axis,
    past_due,
    report_axis,
    time_axis,
)
from tracker.tasks.duty import duty_axis
from tracker.workdays import ONE_DAY, Calendar


@dataclass(frozen=True)
class Axes:
    """The three axes of a task's lamp."""

    time: Axis
    pace: Axis
    report: Axis


@dataclass(frozen=True)
class Lamp:
    """``word``: the reason in short, always shown beside the colour. ``axes``: None for a closed task and for a unit.

    ``next_change_on``: the first later day with another answer, if nothing new happens; None for never.
    """

    colour: Colour
    word: str
    sentence: str
    axes: Axes | None = None
    next_change_on: date | None = None


def lamp(facts: LampFacts, as_of: date, calendar: Calendar, thresholds: Thresholds = DEFAULT) -> Lamp:
    """The lamp of a task on a day, and when it will be another."""

    def on(day: date) -> Lamp:
        return lamp_on(facts, day, calendar, thresholds)

    return _with_next_change(on, as_of, _turning_days(facts, as_of, calendar, thresholds))


def unit_lamp(reports: Sequence[ReportFact], as_of: date, thresholds: Thresholds = DEFAULT) -> Lamp:
    """The lamp of one unit over the period reports it owes, in either role; before a due day nothing is late."""

    def on(day: date) -> Lamp:
        return _unit_lamp(reports, day, thresholds)

    days = {as_of + ONE_DAY, *(report.due_on + ONE_DAY for report in reports)}
    return _with_next_change(on, as_of, (day for day in sorted(days) if day > as_of))


def report_lamp(
    standing: ReportStanding,
    due_on: date,
    first_signed_on: date | None,
    as_of: date,
    thresholds: Thresholds = DEFAULT,
) -> Axis:
    """One owed report in a grid of units and periods: 按时, 迟2天, 未报1天, 待签, 未到期."""
    days = (as_of - due_on).days
    if standing is ReportStanding.RECEIVED and first_signed_on is not None:
        late = (first_signed_on - due_on).days
        if late <= 0:
            return Axis(Colour.GREEN, "按时", f"{day_words(first_signed_on)}签字，按时")
        return Axis(
            Colour.YELLOW, f"迟{late}天", f"应{day_words(due_on)}报，{day_words(first_signed_on)}签字，迟{late}天"
        )
    if days <= 0:
        return Axis(Colour.NONE, "未到期", f"应{day_words(due_on)}报")
    if standing is ReportStanding.UNSIGNED:
        return Axis(Colour.BLUE, "待签", f"应{day_words(due_on)}报，等单位负责人签字")
    colour = Colour.RED if days >= thresholds.missing_red_days else Colour.YELLOW
    return Axis(colour, f"未报{days}天", f"应{day_words(due_on)}报，逾期{days}天")


def lamp_on(facts: LampFacts, as_of: date, calendar: Calendar, thresholds: Thresholds = DEFAULT) -> Lamp:
    """The lamp of a task on a day, without a look ahead: the worst axis; of equals time, then pace, then reports."""
    if facts.closed_on is not None and facts.closed_on <= as_of:
        word, how = (f"已并入{facts.merged_into}", "并入") if facts.merged_into else ("已办结", "办结")
        return Lamp(
            Colour.CLOSED, word, f"{facts.closed_on.year}年{day_words(facts.closed_on)}{how}{facts.merged_into}"
        )
    axes = Axes(
        time_axis(facts, as_of, calendar, thresholds),
        pace_axis(facts, as_of, thresholds),
        _report_axis(facts, as_of, thresholds),
    )
    worst = min((axes.time, axes.pace, axes.report), key=lambda axis: axis.colour.rank)
    if worst.colour in (Colour.GREEN, Colour.NONE):
        return Lamp(Colour.GREEN, "正常", _calm_sentence(axes), axes)
    ends = f"{limit_words(facts.limit.due_on)}到期，" if worst is axes.pace and facts.limit.due_on else ""
    return Lamp(worst.colour, worst.word, ends + worst.sentence, axes)


def _report_axis(facts: LampFacts, as_of: date, thresholds: Thresholds) -> Axis:
    """Period reports and occurrences: the worse of the two, of equals the reports."""
    reports, duties = report_axis(facts, as_of, thresholds), duty_axis(facts.duties, as_of, thresholds)
    return duties if duties is not None and duties.colour.rank < reports.colour.rank else reports


def _calm_sentence(axes: Axes) -> str:
    """Time always; pace and reports where they say something."""
    said = [axes.time, *(axis for axis in (axes.pace, axes.report) if axis.word != "不适用")]
    return "；".join(axis.sentence for axis in said)


def _unit_lamp(reports: Sequence[ReportFact], as_of: date, thresholds: Thresholds) -> Lamp:
    past = past_due(reports, as_of)
    missing = [report for report in past if report.standing is ReportStanding.MISSING]
    if missing:
        days = (as_of - missing[0].due_on).days
        sentence = f"欠报{len(missing)}份，最早一份应{day_words(missing[0].due_on)}报，逾期{days}天"
        return Lamp(missing_colour(past, as_of, thresholds), f"逾期{days}天", sentence)
    unsigned = sum(report.standing is ReportStanding.UNSIGNED for report in past)
    if unsigned:
        return Lamp(Colour.BLUE, "待签", f"{unsigned}份已填，等单位负责人签字")
    if not reports:
        return Lamp(Colour.NONE, "不适用", "没有应报的填报期")
    waiting = [report for report in reports if report.standing is not ReportStanding.RECEIVED]
    if waiting:
        first = min(report.due_on for report in waiting)
        return Lamp(Colour.NONE, "未到期", f"还有{len(waiting)}份，应{day_words(first)}报")
    return Lamp(Colour.GREEN, "已报齐", f"{len(reports)}份已报齐")


def _with_next_change(on: Callable[[date], Lamp], as_of: date, later_days: Iterable[date]) -> Lamp:
    today = on(as_of)
    return replace(today, next_change_on=next((day for day in later_days if on(day) != today), None))


def _turning_days(facts: LampFacts, as_of: date, calendar: Calendar, thresholds: Thresholds) -> Iterator[date]:
    """Later days, in order, among which is the first on which the answer differs."""
    days = {as_of + ONE_DAY, calendar.add_workdays(as_of, 1), *_month_starts(facts, as_of)}
    days.update(report.due_on + ONE_DAY for report in facts.reports)
    days.update(duty.due_on + ONE_DAY for duty in facts.duties)
    days.update(day for day in (facts.first_due_on, facts.milestone_accepted_on, facts.closed_on) if day)
    if facts.limit.due_on:
        last_workday = calendar.previous_workday(facts.limit.due_on)
        days.update((facts.limit.due_on + ONE_DAY, calendar.add_workdays(last_workday, -thresholds.time_blue)))
    return (day for day in sorted(days) if day > as_of)


def _month_starts(facts: LampFacts, as_of: date) -> Iterator[date]:
    """First days of later months, in which pace or start may turn: up to the limit, or past the start year."""
    start_on = facts.limit.start_on
    last = facts.limit.due_on or (date(start_on.year + 1, 1, 1) if start_on else as_of)
    day = as_of
    while day < last:
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield day

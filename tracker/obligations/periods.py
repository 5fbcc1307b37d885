"""Reporting periods (填报期): the spans that a cadence (填报频次) cuts the year into."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tracker.plans.cadence import Every
from tracker.workdays import ONE_DAY, Calendar

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12, Every.TWO_YEARS: 24}
_ORDINALS = "一二三四"


@dataclass(frozen=True)
class Cadence:
    """How often a plan asks for reports. ``due_day``: 1 to 31 of a span's last month; 31 is its last day, always."""

    every: Every
    due_day: int


@dataclass(frozen=True)
class PeriodSpan:
    """One period: from the day after the last nominal due day to its own; due on the next working day."""

    every: Every
    opens_on: date
    nominal_due_on: date
    due_on: date

    def label(self, with_year: bool = False) -> str:
        """10月期, 第三季度, 下半年; with the year in front where two years meet. 2021年度 always has it."""
        return span_label(self.every, self.nominal_due_on, with_year)


def span_label(every: Every, nominal_due_on: date, with_year: bool = False) -> str:
    """The name of the span that is nominally due on that day."""
    year = f"{nominal_due_on.year}年"
    if every is Every.TWO_YEARS:
        return f"{nominal_due_on.year - 1}—{year}"
    if every is Every.YEAR:
        return f"{year}度"
    return (year if with_year else "") + _name_in_year(every, nominal_due_on.month)


def _name_in_year(every: Every, month: int) -> str:
    if every is Every.MONTH:
        return f"{month}月期"
    if every is Every.QUARTER:
        return f"第{_ORDINALS[(month - 1) // 3]}季度"
    return "上半年" if month <= 6 else "下半年"


def nominal_due_days(cadence: Cadence, first_year: int) -> Iterator[date]:
    """Every nominal due day from the first one of ``first_year`` on, without end."""
    months = MONTHS[cadence.every]
    last_month = first_year * 12 + months - 1  # counted from January of year 0; two years end in odd ones
    if cadence.every is Every.TWO_YEARS and first_year % 2:
        last_month -= 12
    while True:
        year, month = last_month // 12, last_month % 12 + 1
        yield date(year, month, min(cadence.due_day, monthrange(year, month)[1]))
        last_month += months


def period_spans(cadence: Cadence, first_due_after: date, until: date, calendar: Calendar) -> list[PeriodSpan]:
    """The periods whose working due day follows ``first_due_after`` and whose nominal one is not after ``until``.

    ``first_due_after`` is the day the plan was confirmed, or an earlier one that the office picked.
    """
    spans = []
    for before, nominal in pairwise(nominal_due_days(cadence, first_due_after.year - 3)):
        if nominal > until:
            break
        due_on = calendar.next_workday(nominal)
        if due_on > first_due_after:
            spans.append(PeriodSpan(cadence.every, before + ONE_DAY, nominal, due_on))
    return spans


def goes_on_with(cadence: Cadence, last: date) -> date:
    """With which nominal due day a plan goes on after the one on ``last`` when its cadence is changed: the first in a
    later month, so that no month has two periods."""
    days = nominal_due_days(cadence, last.year)
    return next(day for day in days if (day.year, day.month) > (last.year, last.month))


def following(spans: Sequence[PeriodSpan], last: date) -> list[PeriodSpan]:
    """The spans after the period nominally due on ``last``; the first of them opens the day after it, whatever the
    cadence was then, so that periods have neither gap nor overlap."""
    coming = [span for span in spans if span.nominal_due_on > last]
    return [replace(span, opens_on=last + ONE_DAY) for span in coming[:1]] + coming[1:]

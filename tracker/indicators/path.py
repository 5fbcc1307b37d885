"""The way from the baseline to the targets: what is to be reached by a day, linear by month; and periods of values."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tracker.indicators.definitions import Definition, Op, Target
from tracker.plans.cadence import Every

MONTHS = {Every.YEAR: 12, Every.QUARTER: 3, Every.MONTH: 1}
_SHARE = Decimal(100)
_QUARTERS = "一二三四"


@dataclass(frozen=True)
class Years:
    """The plan's first and last year: what stands in for years that are not written."""

    first: int
    last: int


@dataclass(frozen=True)
class Level:
    """What is to be reached: from ``low`` to ``high``, which differ for a range alone. ``op``: of the target ahead."""

    low: Decimal
    high: Decimal
    op: Op


@dataclass(frozen=True)
class Stop:
    """A place of the path: the end of a year and what is to stand there."""

    on: date
    level: Level


def end_of_year(year: int) -> date:
    return date(year, 12, 31)


def baseline_on(definition: Definition, years: Years) -> date:
    """The day the baseline is of."""
    return end_of_year(definition.baseline_year or years.first - 1)


def year_of(target: Target, years: Years) -> int:
    return target.year or years.last


def stops(definition: Definition, years: Years) -> list[Stop]:
    """Baseline and targets in order; a target that cannot be worked out (a change without a baseline) is left out."""
    ahead = sorted(definition.targets, key=lambda target: year_of(target, years))
    levels = [(year_of(one, years), level_of(one, definition.baseline)) for one in ahead]
    found = [Stop(end_of_year(year), level) for year, level in levels if level is not None]
    begin = baseline_on(definition, years)
    if definition.baseline is not None and found and begin < found[0].on:
        found.insert(0, Stop(begin, Level(definition.baseline, definition.baseline, found[0].level.op)))
    return found


def level_of(target: Target, baseline: Decimal | None) -> Level | None:
    """What a target asks for as figures; None where it depends on a baseline nobody gave."""
    value = target.value
    if value is None:
        return Level(Decimal(1), Decimal(1), Op.AT_LEAST)
    if target.op is Op.RANGE:
        return Level(value, target.most if target.most is not None else value, Op.RANGE)
    if target.op in (Op.AT_LEAST, Op.AT_MOST, Op.EQUAL):
        return Level(value, value, target.op)
    if baseline is None:
        return None
    change = value if target.op in (Op.DOWN_POINTS, Op.UP_POINTS) else baseline * value / _SHARE
    reached = baseline - change if target.op in (Op.DOWN_BY, Op.DOWN_POINTS) else baseline + change
    return Level(reached, reached, target.op)


def expected_on(path: list[Stop], day: date) -> Level | None:
    """What is to stand on a day: between two stops in proportion to the months, after the last what it asks; None
    before the first."""
    if not path or day < path[0].on:
        return None
    for before, after in pairwise(path):
        if day < after.on:
            share = Decimal(_month(day) - _month(before.on)) / (_month(after.on) - _month(before.on))
            low, high = ((b + (a - b) * share) for b, a in _ends(before.level, after.level))
            return Level(low, high, after.level.op)
    return path[-1].level


def _ends(before: Level, after: Level) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
    return (before.low, after.low), (before.high, after.high)


def _month(day: date) -> int:
    """Months since year 0, the running one whole."""
    return day.year * 12 + day.month


# Periods


def periods_of(every: Every, first_year: int, last_year: int) -> Iterator[date]:
    """The last days of the periods of these years."""
    step = MONTHS[every]
    for year in range(first_year, last_year + 1):
        for month in range(step, 13, step):
            yield date(year, month, monthrange(year, month)[1])


def begins_on(every: Every, period_on: date) -> date:
    """The first day of the period that ends on ``period_on``."""
    return date(period_on.year, period_on.month - MONTHS[every] + 1, 1)


def period_label(every: Every, period_on: date) -> str:
    """2021年, 2021年三季度, 2021年9月."""
    year = f"{period_on.year}年"
    if every is Every.YEAR:
        return year
    month = period_on.month
    return f"{year}{month}月" if every is Every.MONTH else f"{year}{_QUARTERS[(month - 1) // 3]}季度"

"""Working days (工作日) by the State Council's calendar, with 调休.

The days come from chinesecalendar's tables, read once in a process. A year outside them counts Monday to Friday, and
``Calendar.is_estimated`` says so (推算).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from chinese_calendar import constants

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The exceptions from Monday to Friday, and the years for which they are known.

    ``days_off``: holidays, of which those on a weekday count. ``worked``: days made up for, of which those on a
    weekend count.
    """

    days_off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()
    _off_ordinals: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _worked_ordinals: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        off = (day for day in self.days_off - self.worked if day.weekday() < SATURDAY)
        worked = (day for day in self.worked if day.weekday() >= SATURDAY)
        object.__setattr__(self, "_off_ordinals", tuple(sorted(day.toordinal() for day in off)))
        object.__setattr__(self, "_worked_ordinals", tuple(sorted(day.toordinal() for day in worked)))

    def is_estimated(self, year: int) -> bool:
        """Whether the year's calendar is not known, so that its working days are 推算."""
        return year not in self.known_years

    def is_workday(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() < SATURDAY and day not in self.days_off

    def next_workday(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def previous_workday(self, day: date) -> date:
        """The day itself if it is a working day, else the last one before it."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after ``start`` to ``end``, it too: Friday to Monday is 1. Negative when ``end`` is earlier."""
        return self._workdays_until(end) - self._workdays_until(start)

    def add_workdays(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, before it when negative; ``day`` itself, of any kind, for 0."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def _workdays_until(self, day: date) -> int:
        # date.min is a Monday, ordinal 1: whole weeks have five working days, then the exceptions are put right.
        ordinal = day.toordinal()
        weeks, rest = divmod(ordinal, 7)
        return (
            weeks * 5
            + min(rest, 5)
            - bisect_right(self._off_ordinals, ordinal)
            + bisect_right(self._worked_ordinals, ordinal)
        )


@lru_cache(maxsize=1)
def state_council() -> Calendar:
    """The State Council's calendar for the years that chinesecalendar knows."""
    return Calendar(
        days_off=frozenset(constants.holidays),
        worked=frozenset(constants.workdays),
        known_years=frozenset(day.year for day in constants.holidays),
    )

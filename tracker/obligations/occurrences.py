"""Occurrences of a recurring duty (每季度至少1次例会): in which span a day lies, how many of n took place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.obligations.periods import MONTHS, span_label
from tracker.plans.cadence import Every

EXTRA = 1000
"""Numbers from here on are of occurrences beyond what is owed: 1 … n stay free for it, as n may grow."""
RUNNING = {
    Every.MONTH: "本月",
    Every.QUARTER: "本季度",
    Every.HALF_YEAR: "本半年",
    Every.YEAR: "本年",
    Every.TWO_YEARS: "本两年",
}


@dataclass(frozen=True)
class Count:
    """So many took place of what is owed in a span; more than is owed is well. ``missing``: of all who owe together."""

    done: int
    owed: int
    missing: int

    @property
    def words(self) -> str:
        """1/1 次; 0/2 次，还差 2 次."""
        rest = f"，还差 {self.missing} 次" if self.missing else ""
        return f"{self.done}/{self.owed} 次{rest}"


def count(parts: Iterable[tuple[int, int]]) -> Count:
    """Together, from (done, owed) of each unit: what one did too often does not make up for another."""
    every = list(parts)
    missing = sum(max(0, owed - done) for done, owed in every)
    return Count(sum(done for done, _ in every), sum(owed for _, owed in every), missing)


def begins_on(every: Every, key_on: date) -> date:
    """The first day of the span that ends on ``key_on``."""
    months = key_on.year * 12 + key_on.month - MONTHS[every]
    return date(months // 12, months % 12 + 1, 1)


def span_of(keys: Iterable[date], day: date, every: Every) -> date | None:
    """The span in which a day lies, by its last day; None when it lies in none of them."""
    key_on = min((key for key in keys if key >= day), default=None)
    return key_on if key_on is not None and begins_on(every, key_on) <= day else None


def running(keys: Iterable[date], day: date) -> date | None:
    """The span that runs on a day, or else the last before it; None before the first."""
    every = sorted(keys)
    return next((key for key in every if key >= day), every[-1] if every else None)


def span_words(every: Every, key_on: date, day: date) -> str:
    """本季度 while it runs, else 第三季度 with its year where that is another."""
    if begins_on(every, key_on) <= day <= key_on:
        return RUNNING[every]
    name = span_label(every, key_on, with_year=key_on.year != day.year)
    return name.removesuffix("期")


def nth(number: int) -> str:
    """第2次, or 另加第1次 of those beyond what is owed."""
    return f"第{number}次" if number <= EXTRA else f"另加第{number - EXTRA}次"

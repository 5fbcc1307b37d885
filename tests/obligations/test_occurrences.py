"""Spans and counts of recurring duties: pure tables."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.obligations.occurrences import EXTRA, begins_on, count, nth, running, span_of, span_words
from tracker.plans.cadence import Every

QUARTERS = [date(2021, 3, 31), date(2021, 6, 30), date(2021, 9, 30), date(2021, 12, 31)]


@pytest.mark.parametrize(
    ("every", "key_on", "first"),
    [
        (Every.MONTH, date(2021, 2, 28), date(2021, 2, 1)),
        (Every.QUARTER, date(2021, 9, 30), date(2021, 7, 1)),
        (Every.HALF_YEAR, date(2021, 6, 30), date(2021, 1, 1)),
        (Every.YEAR, date(2021, 12, 31), date(2021, 1, 1)),
        (Every.TWO_YEARS, date(2021, 12, 31), date(2020, 1, 1)),
    ],
)
def test_a_span_begins_so_many_months_before_its_end(every: Every, key_on: date, first: date) -> None:
    assert begins_on(every, key_on) == first


@pytest.mark.parametrize(
    ("day", "key_on"),
    [
        (date(2021, 7, 1), date(2021, 9, 30)),
        (date(2021, 9, 30), date(2021, 9, 30)),
        (date(2021, 10, 1), date(2021, 12, 31)),
        (date(2020, 12, 31), None),
        (date(2022, 1, 1), None),
    ],
)
def test_a_day_lies_in_one_span_or_in_none(day: date, key_on: date | None) -> None:
    assert span_of(QUARTERS, day, Every.QUARTER) == key_on


def test_the_running_span_or_the_last() -> None:
    assert running(QUARTERS, date(2021, 8, 1)) == date(2021, 9, 30)
    assert running(QUARTERS, date(2023, 8, 1)) == date(2021, 12, 31)
    assert running([], date(2021, 8, 1)) is None


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([(1, 1)], "1/1 次"),
        ([(0, 2)], "0/2 次，还差 2 次"),
        ([(3, 1)], "3/1 次"),
        ([(3, 1), (0, 1)], "3/2 次，还差 1 次"),
    ],
)
def test_so_many_of_so_many_and_one_does_not_make_up_for_another(parts: list[tuple[int, int]], words: str) -> None:
    assert count(parts).words == words


def test_a_span_is_called_as_people_call_it() -> None:
    assert span_words(Every.QUARTER, date(2021, 9, 30), date(2021, 8, 1)) == "本季度"
    assert span_words(Every.QUARTER, date(2021, 6, 30), date(2021, 8, 1)) == "第二季度"
    assert span_words(Every.MONTH, date(2020, 12, 31), date(2021, 1, 5)) == "2020年12月"
    assert (nth(2), nth(EXTRA + 1)) == ("第2次", "另加第1次")

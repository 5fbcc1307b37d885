from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.obligations.periods import Cadence, following, goes_on_with, period_spans
from tracker.tasks.limits import Every
from tracker.workdays import ONE_DAY, state_council

CALENDAR = state_council()
MONTHLY = Cadence(Every.MONTH, 25)


def test_the_periods_of_the_2021_plan_are_those_of_its_list() -> None:
    spans = period_spans(MONTHLY, date(2021, 7, 1), date(2021, 12, 31), CALENDAR)
    assert [(span.label(), span.due_on) for span in spans] == [
        ("7月期", date(2021, 7, 26)),  # the 25th is a Sunday
        ("8月期", date(2021, 8, 25)),
        ("9月期", date(2021, 9, 26)),  # the 25th is a Saturday, the 26th a Sunday that is worked
        ("10月期", date(2021, 10, 25)),
        ("11月期", date(2021, 11, 25)),
        ("12月期", date(2021, 12, 27)),  # a Saturday
    ]


def test_the_october_period_runs_from_26_september_to_25_october() -> None:
    october = period_spans(MONTHLY, date(2021, 9, 26), date(2021, 10, 31), CALENDAR)[0]
    assert (october.opens_on, october.nominal_due_on) == (date(2021, 9, 26), date(2021, 10, 25))


def test_a_plan_confirmed_on_the_due_day_begins_with_the_next_period() -> None:
    assert period_spans(MONTHLY, date(2021, 7, 26), date(2021, 8, 31), CALENDAR)[0].label() == "8月期"
    assert period_spans(MONTHLY, date(2021, 7, 25), date(2021, 8, 31), CALENDAR)[0].label() == "7月期"


@pytest.mark.parametrize(
    ("every", "due_day", "labels", "with_year"),
    [
        (Every.QUARTER, 20, ["第三季度", "第四季度"], ["2021年第三季度", "2021年第四季度"]),
        (Every.HALF_YEAR, 31, ["下半年"], ["2021年下半年"]),
        (Every.YEAR, 10, ["2021年度"], ["2021年度"]),
        (Every.TWO_YEARS, 10, ["2020—2021年"], ["2020—2021年"]),
    ],
)
def test_periods_are_named_by_their_span(every: Every, due_day: int, labels: list[str], with_year: list[str]) -> None:
    spans = period_spans(Cadence(every, due_day), date(2021, 7, 1), date(2021, 12, 31), CALENDAR)
    assert [span.label() for span in spans] == labels
    assert [span.label(with_year=True) for span in spans] == with_year


def test_a_due_day_past_the_month_is_its_last_day() -> None:
    spans = period_spans(Cadence(Every.MONTH, 31), date(2022, 2, 7), date(2022, 4, 30), CALENDAR)
    assert [span.nominal_due_on for span in spans] == [date(2022, 2, 28), date(2022, 3, 31), date(2022, 4, 30)]


@given(
    st.sampled_from(list(Every)),
    st.integers(1, 31),
    st.dates(date(2015, 1, 1), date(2026, 1, 1)),
    st.integers(0, 1500),
)
def test_periods_follow_each_other_without_a_gap(every: Every, due_day: int, start: date, length: int) -> None:
    until = date.fromordinal(start.toordinal() + length)
    spans = period_spans(Cadence(every, due_day), start, until, CALENDAR)
    for span in spans:
        assert span.opens_on <= span.nominal_due_on <= span.due_on
        assert start < span.due_on
        assert span.nominal_due_on <= until
        assert CALENDAR.is_workday(span.due_on)
    for earlier, later in pairwise(spans):
        assert later.opens_on == earlier.nominal_due_on + ONE_DAY
    if spans and start < spans[0].opens_on:
        # The one before was due by then.
        assert CALENDAR.next_workday(spans[0].opens_on - ONE_DAY) <= start


@pytest.mark.parametrize(
    ("last", "cadence", "next_on"),
    [
        (date(2021, 10, 25), Cadence(Every.MONTH, 31), date(2021, 11, 30)),  # not a second one in October
        (date(2021, 10, 25), Cadence(Every.MONTH, 5), date(2021, 11, 5)),
        (date(2021, 10, 5), Cadence(Every.MONTH, 25), date(2021, 11, 25)),
        (date(2021, 10, 25), Cadence(Every.QUARTER, 20), date(2021, 12, 20)),
        (date(2021, 9, 25), Cadence(Every.QUARTER, 30), date(2021, 12, 30)),
        (date(2021, 12, 20), Cadence(Every.MONTH, 25), date(2022, 1, 25)),
        (date(2021, 12, 25), Cadence(Every.TWO_YEARS, 25), date(2023, 12, 25)),
        (date(2022, 12, 25), Cadence(Every.TWO_YEARS, 25), date(2023, 12, 25)),
    ],
)
def test_a_changed_cadence_goes_on_in_a_later_month(last: date, cadence: Cadence, next_on: date) -> None:
    assert goes_on_with(cadence, last) == next_on


@given(
    st.dates(date(2018, 1, 1), date(2024, 1, 1)), st.sampled_from(list(Every)), st.integers(1, 31), st.integers(1, 5)
)
def test_after_a_changed_cadence_periods_have_neither_gap_nor_overlap(
    last: date, every: Every, due_day: int, years: int
) -> None:
    cadence = Cadence(every, due_day)
    first = goes_on_with(cadence, last)
    spans = following(period_spans(cadence, first - ONE_DAY, date(last.year + years, 12, 31), CALENDAR), last)
    ends = [last, *(span.nominal_due_on for span in spans)]
    assert [span.opens_on for span in spans] == [end + ONE_DAY for end in ends[:-1]]
    assert ends == sorted(set(ends))

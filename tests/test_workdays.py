from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.workdays import Calendar, state_council

CALENDAR = state_council()
days = st.dates(min_value=date(2003, 1, 1), max_value=date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2021, 9, 25), False),  # Saturday
        (date(2021, 9, 26), True),  # Sunday, made up for the National Day
        (date(2021, 10, 1), False),  # National Day
        (date(2021, 10, 8), True),
        (date(2021, 10, 9), True),  # Saturday, made up
        (date(2021, 7, 25), False),
        (date(2021, 2, 7), True),  # Sunday, made up for the Spring Festival
        (date(2050, 10, 2), False),  # Sunday of a year not known
        (date(2050, 10, 3), True),  # its Monday counts although it would be a holiday
    ],
)
def test_working_days_follow_the_state_council(day: date, worked: bool) -> None:
    assert CALENDAR.is_workday(day) is worked


def test_a_year_without_a_calendar_says_so() -> None:
    assert not CALENDAR.is_estimated(2021)
    assert CALENDAR.is_estimated(2003)
    assert CALENDAR.is_estimated(2050)


def test_from_friday_to_monday_is_one_working_day() -> None:
    assert CALENDAR.workdays_between(date(2021, 10, 22), date(2021, 10, 25)) == 1


def test_a_calendar_without_exceptions_is_monday_to_friday() -> None:
    assert [Calendar().is_workday(date(2021, 10, 4) + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


@given(days, st.integers(0, 80))
def test_between_counts_the_working_days_one_by_one(start: date, length: int) -> None:
    after = [start + timedelta(days=n) for n in range(1, length + 1)]
    assert CALENDAR.workdays_between(start, start + timedelta(days=length)) == sum(map(CALENDAR.is_workday, after))


@given(days, st.integers(-40, 40))
def test_adding_working_days_lands_on_one_of_them(day: date, count: int) -> None:
    reached = CALENDAR.add_workdays(day, count)
    if count:
        assert CALENDAR.is_workday(reached)
    if count >= 0:
        assert CALENDAR.workdays_between(day, reached) == count


@given(days)
def test_the_next_working_day_is_the_first_from_the_day_on(day: date) -> None:
    following = CALENDAR.next_workday(day)
    assert following >= day
    assert CALENDAR.is_workday(following)
    assert CALENDAR.workdays_between(day, following) == (following > day)


@given(days)
def test_the_previous_working_day_is_the_last_up_to_the_day(day: date) -> None:
    earlier = CALENDAR.previous_workday(day)
    assert earlier <= day
    assert CALENDAR.is_workday(earlier)
    assert CALENDAR.workdays_between(earlier, day) == 0

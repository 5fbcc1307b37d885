"""A recurring duty turns the lamp on the axis of reports: the last span that is over, by unit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tasks.lamps import CALENDAR, MISSING, RECEIVED, facts, report
from tracker.plans.cadence import Every
from tracker.tasks.axes import Axis, Colour, DutyFact, Thresholds
from tracker.tasks.duty import duty_axis
from tracker.tasks.lamp import lamp
from tracker.tasks.limits import LimitKind, TimeLimit

QUARTERLY = TimeLimit(LimitKind.RECURRING, every=Every.QUARTER, raw="每季度")
Q2_DUE, Q3_DUE, Q4_DUE = date(2021, 6, 30), date(2021, 10, 8), date(2021, 12, 31)


def second(done: int, unsigned: int = 0, owed: int = 1) -> DutyFact:
    return DutyFact(1, "市卫生健康委", "第二季度", Q2_DUE, done, owed, unsigned)


def third(done: int, unsigned: int = 0, owed: int = 1, unit: tuple[int, str] = (1, "市卫生健康委")) -> DutyFact:
    return DutyFact(*unit, "第三季度", Q3_DUE, done, owed, unsigned)


FOURTH = DutyFact(1, "市卫生健康委", "第四季度", Q4_DUE, 0, 1)
OTHER = (2, "市教育局")
OVER = "，应10月8日前报，逾期"
HELD_NONE = f"市卫生健康委第三季度0/1次{OVER}"
BLUE, YELLOW, RED = Colour.BLUE, Colour.YELLOW, Colour.RED


@pytest.mark.parametrize(
    ("duties", "as_of", "axis"),
    [
        ([], Q3_DUE, None),
        ([third(0)], Q3_DUE, None),  # the last day to report it
        (
            [third(0)],
            date(2021, 10, 13),
            (YELLOW, "定期缺1次", HELD_NONE + "5天"),
        ),
        (
            [third(1, owed=3)],
            date(2021, 10, 9),
            (YELLOW, "定期缺2次", "市卫生健康委第三季度1/3次" + OVER + "1天"),
        ),
        (
            [third(0)],
            date(2021, 11, 7),
            (RED, "定期缺1次", HELD_NONE + "30天"),
        ),
        (
            [second(0), third(0)],
            date(2021, 10, 9),
            (RED, "定期缺1次", HELD_NONE + "1天"),
        ),
        (
            [second(1), third(0)],
            date(2021, 10, 9),
            (YELLOW, "定期缺1次", HELD_NONE + "1天"),
        ),
        ([second(0), third(1)], date(2021, 10, 9), None),  # what was not held in spring cannot be held any more
        ([second(0), third(2)], date(2021, 10, 9), None),
        ([third(0, unsigned=1)], date(2021, 11, 9), (BLUE, "待签", "第三季度0/1次，已记的等单位负责人签字")),
        (
            [third(1), third(0, unit=OTHER)],
            date(2021, 10, 9),
            (YELLOW, "定期缺1次", "市教育局第三季度0/1次" + OVER + "1天"),
        ),
        (
            [third(0), third(0, unit=OTHER)],
            date(2021, 10, 9),
            (YELLOW, "2家定期缺次", "市卫生健康委等2家第三季度0/1次" + OVER + "1天"),
        ),
        ([third(1), FOURTH], date(2021, 11, 9), None),
    ],
)
def test_a_span_that_ended_with_fewer_than_are_owed_is_late(
    duties: list[DutyFact], as_of: date, axis: tuple[Colour, str, str] | None
) -> None:
    assert duty_axis(duties, as_of) == (Axis(*axis) if axis else None)


def test_the_thresholds_are_those_of_missing_reports() -> None:
    soon = duty_axis([third(0)], date(2021, 10, 13), Thresholds(missing_red_days=5))
    assert soon is not None and soon.colour is Colour.RED


@pytest.mark.parametrize(
    ("standing", "done", "word"),
    [(RECEIVED, 1, "正常"), (RECEIVED, 0, "定期缺1次"), (MISSING, 1, "9月期未报"), (MISSING, 0, "9月期未报")],
)
def test_of_reports_and_duties_the_worse_is_shown(standing: object, done: int, word: str) -> None:
    world = facts(QUARTERLY, report("9月期", standing), duties=[third(done)])  # type: ignore[arg-type]
    assert lamp(world, date(2021, 10, 9), CALENDAR).word == word


spans = st.lists(
    st.builds(
        lambda unit_id, due_on, done, unsigned: DutyFact(unit_id, f"第{unit_id}镇", "一段", due_on, done, 2, unsigned),
        st.integers(1, 2),
        st.dates(date(2021, 6, 1), date(2022, 3, 31)),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    max_size=4,
)


@given(spans, st.dates(date(2021, 6, 1), date(2022, 3, 31)))
def test_until_the_day_of_the_next_change_the_lamp_is_the_same(duties: list[DutyFact], as_of: date) -> None:
    world = facts(QUARTERLY, duties=duties)
    found = lamp(world, as_of, CALENDAR)
    end = found.next_change_on or date(2022, 6, 1)
    for offset in range(1, (end - as_of).days):
        later = lamp(world, as_of + timedelta(days=offset), CALENDAR)
        assert (later.colour, later.word, later.axes) == (found.colour, found.word, found.axes)

"""The day of a lamp's next change, and what holds of every lamp."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tasks.lamps import CALENDAR, CONTINUOUS, FIRST_DUE, MISSING, RECEIVED, STARTS, THIS_YEAR, facts, report
from tracker.plans.cadence import Every
from tracker.tasks.axes import LampFacts, ReportFact, ReportStanding
from tracker.tasks.lamp import lamp, unit_lamp
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.roles import Role


@pytest.mark.parametrize(
    ("world", "as_of", "next_change_on"),
    [
        (facts(THIS_YEAR, percents=[100]), date(2021, 10, 26), date(2021, 11, 1)),  # 序时 moves on
        (facts(THIS_YEAR, percents=[100]), date(2021, 12, 1), date(2021, 12, 17)),  # 10 working days left
        (facts(THIS_YEAR, percents=[100]), date(2021, 12, 25), date(2021, 12, 27)),  # a Saturday; 4 left on Monday
        (facts(THIS_YEAR, percents=[100]), date(2022, 1, 1), date(2022, 1, 2)),  # one day later every day
        (facts(THIS_YEAR), date(2021, 7, 1), FIRST_DUE),
        (facts(STARTS), date(2021, 7, 1), date(2021, 10, 1)),
        (facts(STARTS), date(2021, 10, 1), date(2022, 1, 1)),
        (facts(STARTS), date(2022, 1, 1), None),
        (facts(CONTINUOUS, report("10月期", MISSING)), date(2021, 10, 1), date(2021, 10, 26)),
        (facts(CONTINUOUS, report("10月期", RECEIVED)), date(2021, 10, 26), None),
    ],
)
def test_the_next_change_is_the_first_day_that_answers_otherwise(
    world: LampFacts, as_of: date, next_change_on: date | None
) -> None:
    assert lamp(world, as_of, CALENDAR).next_change_on == next_change_on


days = st.dates(date(2021, 6, 1), date(2022, 7, 31))
reports = st.lists(
    st.builds(
        lambda task_id, unit_id, role, due_on, standing: ReportFact(
            task_id, unit_id, f"第{unit_id}镇", role, f"{due_on.month}月期", due_on, standing
        ),
        st.integers(1, 2),
        st.integers(1, 2),
        st.sampled_from(Role),
        days,
        st.sampled_from(ReportStanding),
    ),
    max_size=4,
)
limits = st.one_of(
    st.sampled_from([CONTINUOUS, STARTS, TimeLimit(LimitKind.RECURRING, every=Every.MONTH), TimeLimit(LimitKind.NONE)]),
    st.builds(TimeLimit, st.just(LimitKind.DATE), days, continues=st.booleans()),
)
worlds = st.builds(
    LampFacts,
    limits,
    st.sampled_from([2020, 2021]),
    st.none() | days,
    st.lists(st.integers(0, 100), max_size=2).map(tuple),
    reports.map(tuple),
    st.none() | days,
    st.none() | days,
)


@given(worlds, days)
def test_until_the_day_of_the_next_change_the_lamp_is_the_same(world: LampFacts, as_of: date) -> None:
    found = lamp(world, as_of, CALENDAR)
    end = found.next_change_on or date(2023, 3, 1)
    assert end > as_of
    for offset in range(1, (end - as_of).days):
        later = lamp(world, as_of + timedelta(days=offset), CALENDAR)
        assert (later.colour, later.word, later.sentence, later.axes) == (
            found.colour,
            found.word,
            found.sentence,
            found.axes,
        )


@given(reports, days)
def test_until_the_day_of_the_next_change_a_units_lamp_is_the_same(owed: list[ReportFact], as_of: date) -> None:
    found = unit_lamp(owed, as_of)
    end = found.next_change_on or date(2022, 12, 1)
    for offset in range(1, (end - as_of).days):
        later = unit_lamp(owed, as_of + timedelta(days=offset))
        assert (later.colour, later.word, later.sentence) == (found.colour, found.word, found.sentence)


@given(worlds, days)
def test_every_lamp_has_its_words_and_none_is_better_than_an_axis(world: LampFacts, as_of: date) -> None:
    found = lamp(world, as_of, CALENDAR)
    assert found.word
    assert found.sentence
    if found.axes is not None:
        axes = (found.axes.time, found.axes.pace, found.axes.report)
        assert all(found.colour.rank <= axis.colour.rank for axis in axes)
        assert all(axis.word and axis.sentence for axis in axes)


@given(worlds, days)
def test_partners_never_turn_the_lamp(world: LampFacts, as_of: date) -> None:
    leads = tuple(report for report in world.reports if report.role is Role.LEAD)
    alone = LampFacts(
        world.limit,
        world.first_year,
        world.first_due_on,
        world.lead_percents,
        leads,
        world.milestone_accepted_on,
        world.closed_on,
    )
    assert lamp(alone, as_of, CALENDAR) == lamp(world, as_of, CALENDAR)

"""How units stand in a period: the little that is read tells the same lamp as all of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.dashboard.units import Counts, Gap, UnitName, runs, total, unit_rows
from tracker.desks import Desk
from tracker.progress.rules import ReportState
from tracker.tasks.axes import DEFAULT, Colour, ReportFact, ReportStanding
from tracker.tasks.lamp import unit_lamp
from tracker.tasks.roles import Role
from tracker.units.rules import UnitKind

UNIT = UnitName(1, "熊口镇", UnitKind.TOWNSHIP, "xiong kou zhen")
DUE = [date(2021, 7, 26), date(2021, 8, 25), date(2021, 9, 26), date(2021, 10, 25)]
STATES = {
    ReportStanding.MISSING: None,
    ReportStanding.UNSIGNED: ReportState.SUBMITTED,
    ReportStanding.RECEIVED: ReportState.SIGNED,
}
standings = st.sampled_from(ReportStanding)
courses = st.lists(st.lists(standings | st.none(), min_size=4, max_size=4), min_size=1, max_size=4)
"""Of each task how its four reports stand; None: the unit did not owe that one."""


def _facts(course: list[list[ReportStanding | None]]) -> list[ReportFact]:
    return [
        ReportFact(task_id, UNIT.id, UNIT.name, Role.LEAD, f"{due_on.month}月期", due_on, standing)
        for task_id, reports in enumerate(course)
        for due_on, standing in zip(DUE, reports, strict=True)
        if standing is not None
    ]


def _gaps(facts: list[ReportFact], as_of: date) -> list[Gap]:
    found = []
    for task_id in {fact.task_id for fact in facts}:
        past = [fact for fact in facts if fact.task_id == task_id and fact.due_on < as_of]
        found += [Gap(fact, turn) for turn, fact in enumerate(past) if fact.standing is not ReportStanding.RECEIVED]
    return found


def _counts(facts: list[ReportFact]) -> Counts:
    shown = [fact.standing for fact in facts if fact.due_on == DUE[-1]]
    by_state = {state: shown.count(standing) for standing, state in STATES.items()}
    return Counts(by_state, shown.count(ReportStanding.RECEIVED))


@given(courses, st.integers(-10, 40))
@settings(max_examples=300, deadline=None)
def test_the_gaps_alone_tell_the_lamp_that_all_reports_tell(
    course: list[list[ReportStanding | None]], days: int
) -> None:
    as_of = date.fromordinal(DUE[-1].toordinal() + days)
    facts = _facts(course)
    counts = _counts(facts)
    if not counts.due:
        return  # the list has only units that owe in the period
    (row,) = unit_rows({UNIT: counts}, _gaps(facts, as_of), DUE[-1], as_of, DEFAULT)
    expected = unit_lamp(facts, as_of)
    assert (row.lamp.colour, row.lamp.word) == (expected.colour, expected.word)
    if expected.colour is not Colour.GREEN:  # which counts the period shown, not all periods
        assert row.lamp.sentence == expected.sentence


@pytest.mark.parametrize(("turns", "expected"), [((1, 2), True), ((1, 3), False), ((2,), False), ((), False)], ids=str)
def test_two_missing_in_a_row_are_told_from_two_apart(turns: tuple[int, ...], expected: bool) -> None:
    fact = ReportFact(1, 1, "熊口镇", Role.LEAD, "9月期", DUE[2], ReportStanding.MISSING)
    assert runs([Gap(fact, turn) for turn in turns]) is expected


def test_one_missing_in_each_of_two_tasks_is_no_run() -> None:
    facts = [ReportFact(task, 1, "熊口镇", Role.LEAD, "", DUE[2], ReportStanding.MISSING) for task in (1, 2)]
    assert not runs([Gap(facts[0], 1), Gap(facts[1], 2)])


@pytest.mark.parametrize(
    ("by_state", "desk"),
    [
        ({None: 1, ReportState.SIGNED: 3}, Desk.REPORTER),
        ({ReportState.RETURNED: 1, ReportState.SUBMITTED: 1}, Desk.REPORTER),
        ({ReportState.SUBMITTED: 1, ReportState.SIGNED: 1}, Desk.HEAD),
        ({ReportState.SIGNED: 1, ReportState.ACCEPTED: 1}, Desk.OFFICE),
        ({ReportState.ACCEPTED: 2}, None),
    ],
)
def test_a_unit_waits_for_the_first_desk_with_something_on_it(
    by_state: dict[ReportState | None, int], desk: Desk | None
) -> None:
    assert Counts(by_state, 0).desk is desk


def test_the_worst_come_first_and_among_equals_who_owes_most() -> None:
    def name(number: int, text: str) -> UnitName:
        return UnitName(number, text, UnitKind.TOWNSHIP, text)

    def gap(unit: UnitName, due_on: date) -> Gap:
        return Gap(ReportFact(1, unit.id, unit.name, Role.LEAD, "", due_on, ReportStanding.MISSING), 1)

    done, two, long, five = name(1, "a"), name(2, "b"), name(3, "c"), name(4, "d")
    counts = {
        done: Counts({ReportState.SIGNED: 9}, 9),
        two: Counts({None: 2}, 0),
        long: Counts({None: 1}, 0),
        five: Counts({None: 5}, 0),
    }
    found = [gap(two, DUE[3]), gap(long, DUE[2]), gap(five, DUE[3])]
    rows = unit_rows(counts, found, DUE[3], date(2021, 10, 26), DEFAULT)
    assert [row.unit.name for row in rows] == ["c", "d", "b", "a"]
    assert [row.is_late for row in rows] == [True, True, True, False]


def test_a_total_adds_units_state_by_state() -> None:
    both = total([Counts({None: 2, ReportState.SIGNED: 1}, 1), Counts({None: 3}, 0)])
    assert (both.due, both.unsent, both.received, both.written) == (6, 5, 1, 1)

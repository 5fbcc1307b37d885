from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.obligations.difference import Changes, ExistingFact, difference
from tracker.obligations.periods import Cadence, period_spans
from tracker.obligations.rules import (
    AssignmentFact,
    Kind,
    MembershipFact,
    Owed,
    PeriodFact,
    Span,
    groups_without_members,
    milestones_in,
    owed,
)
from tracker.plans.cadence import Every
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.roles import Role
from tracker.workdays import state_council

CALENDAR = state_council()
CONFIRMED = date(2021, 7, 1)
YEAR_END = date(2021, 12, 31)
RUNNING = Span(CONFIRMED)
HEALTH, FINANCE, TOWNSHIPS, XIONGKOU, BAILU = 1, 2, 50, 51, 52

CONTINUOUS = TimeLimit(LimitKind.CONTINUOUS)
BY_YEAR_END = TimeLimit(LimitKind.DATE, due_on=YEAR_END)
BY_JUNE_NEXT_YEAR = TimeLimit(LimitKind.DATE, due_on=date(2022, 6, 30))
STARTS_2021 = TimeLimit(LimitKind.START_THEN_CONTINUOUS, start_on=date(2021, 1, 1), continues=True)
TWICE_A_YEAR = TimeLimit(LimitKind.RECURRING, every=Every.YEAR, times=2)
QUARTERLY = TimeLimit(LimitKind.RECURRING, every=Every.QUARTER)


def periods_of(cadence: Cadence) -> list[PeriodFact]:
    spans = period_spans(cadence, CONFIRMED, YEAR_END, CALENDAR)
    return [PeriodFact(n, s.opens_on, s.nominal_due_on, s.due_on) for n, s in enumerate(spans, start=1)]


MONTHLY = periods_of(Cadence(Every.MONTH, 25))


def lead(unit_id: int, from_on: date = CONFIRMED, until_on: date | None = None) -> AssignmentFact:
    return AssignmentFact(unit_id, False, Role.LEAD, from_on, until_on)


def partner(unit_id: int, from_on: date = CONFIRMED, until_on: date | None = None) -> AssignmentFact:
    return AssignmentFact(unit_id, False, Role.PARTNER, from_on, until_on)


def owed_by(
    limit: TimeLimit,
    assignments: Sequence[AssignmentFact],
    memberships: Sequence[MembershipFact] = (),
    periods: Sequence[PeriodFact] = MONTHLY,
    running: Span = RUNNING,
) -> list[Owed]:
    return owed(limit, assignments, memberships, periods, running, YEAR_END, CALENDAR)


def count(found: list[Owed], unit_id: int, kind: Kind) -> int:
    return sum(one.unit_id == unit_id and one.kind is kind for one in found)


@pytest.mark.parametrize("limit", [CONTINUOUS, BY_YEAR_END, STARTS_2021, TimeLimit(LimitKind.NONE)])
def test_every_lead_and_partner_owes_each_period_whatever_the_limit(limit: TimeLimit) -> None:
    found = owed_by(limit, [lead(HEALTH), partner(FINANCE)])
    assert count(found, HEALTH, Kind.PERIOD) == count(found, FINANCE, Kind.PERIOD) == 6
    assert len(found) == 12  # start and completion are marks in the December report


def test_a_milestone_is_a_mark_in_the_report_of_its_month() -> None:
    assert milestones_in(MONTHLY[5], BY_YEAR_END) == (Kind.COMPLETION,)
    assert milestones_in(MONTHLY[5], STARTS_2021) == (Kind.START,)
    assert milestones_in(MONTHLY[4], BY_YEAR_END) == ()


@pytest.mark.parametrize(("limit", "kind"), [(BY_YEAR_END, Kind.COMPLETION), (STARTS_2021, Kind.START)])
def test_leads_alone_owe_start_and_completion_where_no_period_is_due_that_month(limit: TimeLimit, kind: Kind) -> None:
    found = owed_by(limit, [lead(HEALTH), partner(FINANCE)], periods=MONTHLY[:5])
    milestone = [one for one in found if one.kind is not Kind.PERIOD]
    assert [(one.unit_id, one.kind, one.key_on) for one in milestone] == [(HEALTH, kind, YEAR_END)]


def test_a_milestone_waits_for_the_period_of_its_month_that_has_not_opened() -> None:
    coming = [MONTHLY[5].nominal_due_on]
    found = owed(BY_YEAR_END, [lead(HEALTH)], [], MONTHLY[:5], RUNNING, YEAR_END, CALENDAR, coming)
    assert {one.kind for one in found} == {Kind.PERIOD}


def test_a_milestone_on_a_day_off_is_due_on_the_next_working_day() -> None:
    limit = TimeLimit(LimitKind.DATE, due_on=date(2021, 10, 2))
    found = owed_by(limit, [lead(HEALTH)], periods=())
    assert [(one.key_on, one.due_on) for one in found] == [(date(2021, 10, 2), date(2021, 10, 8))]


@pytest.mark.parametrize(
    ("limit", "due_days"),
    [
        (TWICE_A_YEAR, [(YEAR_END, 1), (YEAR_END, 2)]),
        (QUARTERLY, [(date(2021, 9, 30), 1), (YEAR_END, 1)]),
    ],
)
def test_a_recurring_duty_owes_its_occurrences_each_span(limit: TimeLimit, due_days: list[tuple[date, int]]) -> None:
    found = owed_by(limit, [lead(HEALTH), partner(FINANCE)])
    occurrences = [one for one in found if one.kind is Kind.OCCURRENCE]
    assert [(one.due_on, one.number) for one in occurrences] == due_days
    assert {one.unit_id for one in occurrences} == {HEALTH}


def test_a_group_owes_through_the_members_it_has_on_the_due_day() -> None:
    group = AssignmentFact(TOWNSHIPS, True, Role.PARTNER, CONFIRMED)
    members = [
        MembershipFact(TOWNSHIPS, XIONGKOU, CONFIRMED),
        MembershipFact(TOWNSHIPS, BAILU, date(2021, 8, 12)),  # a row of its own from then on
    ]
    found = owed_by(CONTINUOUS, [lead(HEALTH), group], members)
    assert count(found, XIONGKOU, Kind.PERIOD) == 6
    assert count(found, BAILU, Kind.PERIOD) == 5
    assert count(found, TOWNSHIPS, Kind.PERIOD) == 0
    assert {one.via_group_id for one in found} == {None, TOWNSHIPS}


def test_a_group_without_members_owes_nothing_and_is_named() -> None:
    group = AssignmentFact(TOWNSHIPS, True, Role.LEAD, CONFIRMED)
    gone = [MembershipFact(TOWNSHIPS, BAILU, CONFIRMED, date(2021, 7, 26))]
    assert owed_by(CONTINUOUS, [group], gone) == []
    assert groups_without_members([group, lead(HEALTH)], gone, date(2021, 7, 26)) == [TOWNSHIPS]
    assert groups_without_members([group], gone, date(2021, 7, 25)) == []


def test_a_unit_by_name_and_through_a_group_owes_once_in_the_higher_role() -> None:
    members = [MembershipFact(TOWNSHIPS, XIONGKOU, CONFIRMED)]
    group = AssignmentFact(TOWNSHIPS, True, Role.LEAD, CONFIRMED)
    found = owed_by(CONTINUOUS, [partner(XIONGKOU), group], members)
    assert len(found) == 6
    assert {(one.role, one.via_group_id) for one in found} == {(Role.LEAD, TOWNSHIPS)}


def test_an_assignment_that_ended_on_the_due_day_does_not_owe() -> None:
    found = owed_by(CONTINUOUS, [lead(HEALTH, until_on=date(2021, 10, 25)), lead(FINANCE, date(2021, 10, 25))])
    assert [one.unit_id for one in found] == [HEALTH] * 3 + [FINANCE] * 3


def test_what_is_due_after_the_task_was_closed_is_not_owed() -> None:
    found = owed_by(BY_YEAR_END, [lead(HEALTH)], running=Span(CONFIRMED, date(2021, 10, 26)))
    assert [one.due_on.month for one in found] == [7, 8, 9, 10]


# Deriving again


def stored(found: Sequence[Owed], reported: bool = False, withdrawn_on: date | None = None) -> list[ExistingFact]:
    return [ExistingFact(n, one, reported, withdrawn_on) for n, one in enumerate(found, start=1)]


def test_deriving_again_changes_nothing() -> None:
    found = owed_by(BY_YEAR_END, [lead(HEALTH), partner(FINANCE)])
    assert not difference(stored(found), found, date(2021, 8, 1))


def test_what_no_longer_holds_is_withdrawn_with_the_reason() -> None:
    changes = difference(stored(owed_by(CONTINUOUS, [lead(HEALTH)])), [], date(2021, 8, 1), "任务已办结")
    assert {one.reason for one in changes.withdraw} == {"任务已办结"}
    assert len(changes.withdraw) == 6


def test_what_was_reported_is_kept_as_it_was() -> None:
    found = owed_by(CONTINUOUS, [lead(HEALTH)])
    assert not difference(stored(found, reported=True), [], date(2021, 8, 1))
    as_partner = owed_by(CONTINUOUS, [partner(HEALTH)])
    assert not difference(stored(found, reported=True), as_partner, date(2021, 8, 1))


def test_a_changed_role_changes_what_is_open() -> None:
    as_partner = owed_by(CONTINUOUS, [partner(HEALTH)])
    changes = difference(stored(owed_by(CONTINUOUS, [lead(HEALTH)])), as_partner, date(2021, 8, 1))
    assert [one.owed for one in changes.change] == as_partner
    assert not (changes.add or changes.withdraw or changes.restore)


def test_what_is_owed_again_is_restored_not_added() -> None:
    found = owed_by(CONTINUOUS, [lead(HEALTH)])
    changes = difference(stored(found, withdrawn_on=date(2021, 7, 20)), found, date(2021, 8, 1))
    assert [one.id for one in changes.restore] == [1, 2, 3, 4, 5, 6]
    assert not (changes.add or changes.withdraw or changes.change)


def test_a_changed_limit_moves_the_completion_report() -> None:
    december = stored(owed_by(BY_YEAR_END, [lead(HEALTH)], periods=MONTHLY[:5]))
    later = TimeLimit(LimitKind.DATE, due_on=date(2022, 6, 30))
    changes = difference(december, owed_by(later, [lead(HEALTH)], periods=MONTHLY[:5]), date(2021, 8, 1))
    assert [one.key_on for one in changes.add] == [date(2022, 6, 30)]
    assert len(changes.withdraw) == 1


def test_a_closed_period_is_left_alone() -> None:
    july_closed = [replace(MONTHLY[0], closed_on=date(2021, 8, 10)), *MONTHLY[1:]]
    before = owed_by(CONTINUOUS, [lead(HEALTH)], periods=july_closed)
    now = owed_by(CONTINUOUS, [lead(FINANCE)], periods=july_closed)
    changes = difference(stored(before), now, date(2021, 8, 10))
    assert len(changes.withdraw) == len(changes.add) == 5
    earlier = difference(stored(before), now, date(2021, 8, 9))
    assert len(earlier.withdraw) == len(earlier.add) == 6


def test_a_period_already_past_is_added_where_the_office_picked_it() -> None:
    found = owed_by(CONTINUOUS, [lead(HEALTH)])
    assert list(difference([], found, date(2021, 11, 1)).add) == found


days = st.dates(date(2021, 6, 1), date(2022, 1, 31))
ends = st.one_of(st.none(), days)
assignments = st.lists(
    st.builds(AssignmentFact, st.integers(1, 3), st.just(False), st.sampled_from(Role), days, ends)
    | st.builds(AssignmentFact, st.integers(50, 51), st.just(True), st.sampled_from(Role), days, ends),
    max_size=4,
)
memberships = st.lists(st.builds(MembershipFact, st.integers(50, 51), st.integers(1, 4), days, ends), max_size=5)
limits = st.sampled_from([CONTINUOUS, BY_YEAR_END, BY_JUNE_NEXT_YEAR, STARTS_2021, TWICE_A_YEAR, QUARTERLY])
worlds = st.builds(owed_by, limits, assignments, memberships, st.just(MONTHLY), st.builds(Span, days, ends))


def apply(existing: list[ExistingFact], changes: Changes, day: date) -> list[ExistingFact]:
    by_id = {fact.id: fact for fact in existing}
    for withdrawal in changes.withdraw:
        by_id[withdrawal.id] = replace(by_id[withdrawal.id], withdrawn_on=day)
    for revision in (*changes.restore, *changes.change):
        by_id[revision.id] = replace(by_id[revision.id], owed=revision.owed, withdrawn_on=None)
    added = [ExistingFact(len(existing) + n, one) for n, one in enumerate(changes.add, start=1)]
    return [*by_id.values(), *added]


@given(worlds)
def test_no_unit_owes_the_same_thing_twice(found: list[Owed]) -> None:
    assert len({one.key for one in found}) == len(found)
    assert all(CALENDAR.is_workday(one.due_on) and one.due_on >= one.key_on for one in found)


@given(st.lists(st.tuples(worlds, st.sets(st.integers(1, 60))), min_size=1, max_size=4), days)
def test_after_any_course_of_changes_deriving_again_changes_nothing(
    course: list[tuple[list[Owed], set[int]]], day: date
) -> None:
    existing: list[ExistingFact] = []
    for found, reported in course:
        existing = apply(existing, difference(existing, found, day), day)
        existing = [replace(f, reported=f.reported or (f.id in reported and not f.withdrawn_on)) for f in existing]
        day += timedelta(days=1)
    found = course[-1][0]
    assert not difference(existing, found, day)
    standing = {fact.owed.key for fact in existing if fact.withdrawn_on is None}
    assert {one.key for one in found} <= standing
    assert standing - {one.key for one in found} <= {fact.owed.key for fact in existing if fact.reported}

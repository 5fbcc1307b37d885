"""Points out of facts, by tables worked out by hand and by properties. Points are hundredths."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.assessment.rules import Rule, Scheme, allot, result, score, sums, with_rating
from tracker.tasks.roles import Role
from tracker.tasks.scored import Fact

LATE, MISSING, UNDONE, WORKLOAD = "report.late", "report.missing", "item.undone", "workload"
A, B = 1, 2
DAY = date(2021, 9, 1)


def fact(kind: str, unit: int = A, day: int = 0, size: int = 0, role: Role | None = Role.LEAD, task: int = 1) -> Fact:
    return Fact(kind, unit, DAY + timedelta(days=day), role, task, task, size)


LATE_HALF = Rule(LATE, -50)
CASES = [
    # one late report at half a point
    ([fact(LATE)], [LATE_HALF], {A: -50}),
    # three of them, at most one point: 50 + 50, the third costs nothing
    ([fact(LATE, task=n) for n in (1, 2, 3)], [Rule(LATE, -50, cap=100)], {A: -100}),
    # the cap cuts the second: 50 + 20
    ([fact(LATE, task=n) for n in (1, 2)], [Rule(LATE, -50, cap=70)], {A: -70}),
    # a late partner costs the partner, not the lead
    ([fact(LATE, A, role=Role.PARTNER)], [Rule(LATE, -50, Role.LEAD), Rule(LATE, -25, Role.PARTNER)], {A: -25}),
    # joint leads each on their own obligation: A late, B missing
    ([fact(LATE, A), fact(MISSING, B)], [LATE_HALF, Rule(MISSING, -200)], {A: -50, B: -200}),
    # by days: up to 3 days half a point, from 4 on one point
    (
        [fact(LATE, A, size=3), fact(LATE, A, size=4, task=2)],
        [Rule(LATE, -50, at_most=3), Rule(LATE, -100, at_least=4)],
        {A: -150},
    ),
    # 0.1 a day, 7 days and 2 days: 0.9
    ([fact(LATE, A, size=7), fact(LATE, A, size=2, task=2)], [Rule(LATE, -10, per=1)], {A: -90}),
    # half a point for every 10 obligations: 57 make 5 times, 9 make none
    ([fact(WORKLOAD, A, size=57), fact(WORKLOAD, B, size=9)], [Rule(WORKLOAD, 50, per=10)], {A: 250}),
    # undone at its limit: the lead 5, the partner 2.5
    (
        [fact(UNDONE, A), fact(UNDONE, B, role=Role.PARTNER)],
        [Rule(UNDONE, -500, Role.LEAD), Rule(UNDONE, -250, Role.PARTNER)],
        {A: -500, B: -250},
    ),
    # a fact without a role is met by a rule for all, by none that asks for a role
    ([fact(LATE, A, role=None)], [LATE_HALF, Rule(LATE, -900, Role.LEAD)], {A: -50}),
    # nothing speaks of it
    ([fact("praise")], [LATE_HALF], {}),
]


@pytest.mark.parametrize(("facts", "rules", "points"), CASES)
def test_points_by_hand(facts: list[Fact], rules: list[Rule], points: dict[int, int]) -> None:
    lines = score(facts, Scheme(rules=tuple(rules)))
    assert sums((line.fact.unit_id, line.points) for line in lines) == points


def test_the_lines_beyond_a_cap_are_there_with_no_points() -> None:
    lines = score([fact(LATE, day=n, task=n) for n in (3, 1, 2)], Scheme(rules=(Rule(LATE, -50, cap=70),)))
    assert [(line.fact.task_id, line.raw, line.points) for line in lines] == [(1, -50, -50), (2, -50, -20), (3, -50, 0)]


@pytest.mark.parametrize(
    ("points", "base", "ceiling", "expected"),
    [
        (-350, 10000, 10000, 9650),  # 100 − 3.5
        (2400, 8000, 10000, 10000),  # 80 + 24, at most 100
        (1250, 8000, 10000, 9250),  # 80 + 12.5
        (-9000, 8000, 10000, 0),  # never below 0
    ],
)
def test_the_result_lies_between_nothing_and_the_ceiling(points: int, base: int, ceiling: int, expected: int) -> None:
    assert result(points, Scheme(base=base, ceiling=ceiling)) == expected


@pytest.mark.parametrize(
    ("by_rules", "rating", "share", "expected"),
    [
        (9250, 9000, 20, 9200),  # 92.5 × 0.8 + 90 × 0.2
        (9250, None, 20, 9250),
        (9250, 9000, 0, 9250),
        (9963, 8800, 20, 9730),  # 79.704 + 17.6 = 97.304
        (9998, 9995, 50, 9997),  # 99.965: halves up
    ],
)
def test_a_leader_s_rating_counts_its_share(by_rules: int, rating: int | None, share: int, expected: int) -> None:
    assert with_rating(by_rules, rating, share) == expected


facts_of_a_run = st.lists(
    st.builds(
        fact,
        kind=st.sampled_from([LATE, MISSING, UNDONE]),
        unit=st.integers(1, 4),
        day=st.integers(0, 30),
        size=st.integers(0, 40),
        role=st.sampled_from([Role.LEAD, Role.PARTNER, None]),
        task=st.integers(1, 9),
    ),
    max_size=40,
)
sizes = st.none() | st.integers(1, 20)
rules = st.lists(
    st.builds(
        Rule,
        kind=st.sampled_from([LATE, MISSING, UNDONE]),
        points=st.integers(-1000, 1000).filter(bool),
        role=st.sampled_from([Role.LEAD, Role.PARTNER, None]),
        at_least=sizes,
        at_most=sizes,
        per=sizes,
        cap=st.none() | st.integers(1, 3000),
    ),
    max_size=6,
).map(tuple)


@given(facts=facts_of_a_run, rules=rules, data=st.data())
def test_the_order_of_events_changes_nothing(facts: list[Fact], rules: tuple[Rule, ...], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(facts))
    assert score(shuffled, Scheme(rules=rules)) == score(facts, Scheme(rules=rules))


@given(facts=facts_of_a_run, rules=rules)
def test_no_rule_gives_a_unit_more_than_its_cap(facts: list[Fact], rules: tuple[Rule, ...]) -> None:
    lines = score(facts, Scheme(rules=rules))
    for (_unit, number), points in sums(((line.fact.unit_id, line.rule_no), line.points) for line in lines).items():
        rule = rules[number - 1]
        assert points == 0 or (points > 0) == (rule.points > 0)
        assert rule.cap is None or abs(points) <= rule.cap


@given(facts=facts_of_a_run, rules=rules)
def test_a_unit_s_lines_depend_on_its_own_facts_alone(facts: list[Fact], rules: tuple[Rule, ...]) -> None:
    whole = [line for line in score(facts, Scheme(rules=rules)) if line.fact.unit_id == A]
    assert score([one for one in facts if one.unit_id == A], Scheme(rules=rules)) == whole


@given(raws=st.lists(st.integers(-500, -1)), cap=st.integers(1, 2000))
def test_a_cap_is_used_up_before_anything_goes_free(raws: list[int], cap: int) -> None:
    given_points = allot(raws, cap)
    assert -sum(given_points) == min(cap, -sum(raws))

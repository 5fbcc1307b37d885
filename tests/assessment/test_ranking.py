"""Places by hand: ties share one, few obligations give none, townships apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.assessment.ranking import Group, Result, group_of, ranked
from tracker.units.rules import UnitKind


def unit(number: int, total: int, due: int = 10, group: Group = Group.DEPARTMENTS) -> Result:
    return Result(number, f"单位{number}", group, total, due, due, due)


def test_two_seconds_and_then_a_fourth() -> None:
    placed = ranked([unit(1, 9000), unit(2, 9500), unit(3, 9500), unit(4, 9900)], 3)
    assert [(one.result.unit_id, one.place) for one in placed] == [(4, 1), (2, 2), (3, 2), (1, 4)]
    assert {one.of for one in placed} == {4}


def test_a_unit_with_few_obligations_is_listed_not_ranked() -> None:
    placed = ranked([unit(1, 10000, due=2), unit(2, 9500, due=3), unit(3, 9000)], 3)
    assert [(one.result.unit_id, one.place, one.of) for one in placed] == [(2, 1, 2), (3, 2, 2), (1, None, 2)]


def test_townships_are_ranked_among_themselves() -> None:
    placed = ranked([unit(1, 9000, group=Group.TOWNSHIPS), unit(2, 9900), unit(3, 9800, group=Group.TOWNSHIPS)], 1)
    assert [(one.result.unit_id, one.place) for one in placed] == [(2, 1), (3, 1), (1, 2)]


def test_everybody_but_a_township_is_a_department() -> None:
    assert {kind for kind in UnitKind if group_of(kind) is Group.TOWNSHIPS} == {UnitKind.TOWNSHIP}


results = st.lists(
    st.builds(unit, number=st.integers(1, 10**6), total=st.integers(0, 5), due=st.integers(0, 5)), max_size=30
)


@given(results=results)
def test_a_place_is_one_more_than_those_who_did_better(results: list[Result]) -> None:
    for one in ranked(results, 2):
        better = [other for other in results if other.due >= 2 and other.total > one.result.total]
        assert one.place == (len(better) + 1 if one.result.due >= 2 else None)

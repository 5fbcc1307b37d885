"""The table of a run, a preview or a comparison: units with their points by rule, totals and places. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tracker.assessment.ranking import Group, Placed, Result, ranked
from tracker.assessment.rules import Scheme, result, with_rating

Points = Mapping[tuple[int, int | None], int]
"""(unit id, number of the rule) -> points; None stands for what was entered by hand."""


class UnitCounts(NamedTuple):
    """A unit as a run sees it: how much it owed, how much of it came and came in time, and a leader's rating."""

    unit_id: int
    name: str
    group: Group
    sort_key: str
    due: int
    received: int
    on_time: int
    rating: int | None = None
    rated_by: str = ""


@dataclass(frozen=True)
class Row:
    """A unit in the table. ``by_rules``: the result without the rating; ``points``: number of the rule -> points."""

    placed: Placed
    unit: UnitCounts
    points: Mapping[int | None, int]
    by_rules: int

    @property
    def total(self) -> int:
        return self.placed.result.total

    @property
    def place(self) -> int | None:
        return self.placed.place


def board(units: Iterable[UnitCounts], points: Points, scheme: Scheme) -> list[Row]:
    """Every unit in the order of the table: departments, townships, each by place."""
    of_unit: dict[int, dict[int | None, int]] = {}
    for (unit_id, number), given in points.items():
        of_unit.setdefault(unit_id, {})[number] = given
    known = {unit.unit_id: unit for unit in units}
    by_rules = {unit_id: result(sum(of_unit.get(unit_id, {}).values()), scheme) for unit_id in known}
    results = [_result(unit, by_rules[unit.unit_id], scheme) for unit in known.values()]
    return [
        Row(placed, known[number], of_unit.get(number, {}), by_rules[number])
        for placed in ranked(results, scheme.min_obligations)
        for number in [placed.result.unit_id]
    ]


def _result(unit: UnitCounts, by_rules: int, scheme: Scheme) -> Result:
    total = with_rating(by_rules, unit.rating, scheme.rating_share)
    counts = unit.due, unit.received, unit.on_time
    return Result(unit.unit_id, unit.name, unit.group, total, *counts, unit.sort_key)


def by_group(rows: Iterable[Row]) -> list[tuple[Group, list[Row]]]:
    """The rows of each group that has any."""
    held = list(rows)
    parts = [(group, [row for row in held if row.unit.group is group]) for group in Group]
    return [(group, found) for group, found in parts if found]


class Pair(NamedTuple):
    """A unit under two schemes, and how its total and its place differ from the first to the second."""

    first: Row
    second: Row

    @property
    def points(self) -> int:
        return self.second.total - self.first.total

    @property
    def places(self) -> int | None:
        """Places gained; None where one of the schemes does not rank it."""
        if self.first.place is None or self.second.place is None:
            return None
        return self.first.place - self.second.place


def side_by_side(first: Iterable[Row], second: Iterable[Row]) -> list[Pair]:
    """Two tables of the same units, in the order of the first."""
    others = {row.unit.unit_id: row for row in second}
    return [Pair(row, others[row.unit.unit_id]) for row in first]

"""Places: units of one sort among themselves, ties share a place (1, 2, 2, 4), with few obligations none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tracker.obligations.rates import Share
from tracker.units.rules import UnitKind


class Group(StrEnum):
    """Units that are compared with each other."""

    DEPARTMENTS = "departments"
    TOWNSHIPS = "townships"

    @property
    def label(self) -> str:
        return "区镇街道" if self is Group.TOWNSHIPS else "部门和单位"


def group_of(kind: UnitKind) -> Group:
    """Townships among themselves; everybody else together."""
    return Group.TOWNSHIPS if kind is UnitKind.TOWNSHIP else Group.DEPARTMENTS


@dataclass(frozen=True)
class Result:
    """A unit's total in hundredths, and how much it owed: what it was on time with, what was received."""

    unit_id: int
    name: str
    group: Group
    total: int
    due: int
    received: int
    on_time: int
    sort_key: str = ""

    @property
    def reported(self) -> Share:
        return Share(self.received, self.due)

    @property
    def in_time(self) -> Share:
        return Share(self.on_time, self.due)


@dataclass(frozen=True)
class Placed:
    """A result with its place; None: listed, not ranked. ``of``: how many of its group are ranked."""

    result: Result
    place: int | None
    of: int


def ranked(results: Iterable[Result], min_obligations: int) -> list[Placed]:
    """Every result, departments first: by place, then those not ranked; within a place by name."""
    by_group: dict[Group, list[Result]] = defaultdict(list)
    for one in results:
        by_group[one.group].append(one)
    return [placed for group in Group for placed in _ranked(by_group[group], min_obligations)]


def _ranked(results: list[Result], least: int) -> list[Placed]:
    ordered = sorted(results, key=lambda one: (one.due < least, -one.total, one.sort_key, one.name, one.unit_id))
    totals = [one.total for one in ordered if one.due >= least]
    return [Placed(one, totals.index(one.total) + 1 if one.due >= least else None, len(totals)) for one in ordered]

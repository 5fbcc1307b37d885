"""Points out of facts: a scheme is data, and the same facts give the same lines in whatever order they come.

Points are whole hundredths everywhere: 50 is half a point. The words of a scheme are read and checked in `schemes.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from tracker.tasks.roles import Role
from tracker.tasks.scored import Fact

Key = TypeVar("Key", bound=Hashable)
POINT = 100
"""Hundredths in a point."""


@dataclass(frozen=True)
class Rule:
    """Points for each fact of a kind (加减分项), minus for deductions.

    ``role`` None: leads and partners alike. ``at_least``, ``at_most``: only facts of that size, None: any. ``per``: the
    points are given once for every so many of the size, rounded down (每迟1天, 每承担10项). ``cap``: the most that one
    unit gets or loses by the rule in a run, None: no limit.
    """

    kind: str
    points: int
    role: Role | None = None
    at_least: int | None = None
    at_most: int | None = None
    per: int | None = None
    cap: int | None = None

    def takes(self, fact: Fact) -> bool:
        """Whether the rule speaks of this fact."""
        return (
            fact.kind == self.kind
            and self.role in (None, fact.role)
            and (self.at_least is None or fact.size >= self.at_least)
            and (self.at_most is None or fact.size <= self.at_most)
        )

    def raw(self, fact: Fact) -> int:
        """Points for the fact, before the cap."""
        return self.points if self.per is None else self.points * (fact.size // self.per)


@dataclass(frozen=True)
class Scheme:
    """A scheme (考核办法): where everybody begins, what adds and takes away, and how the result is used.

    ``ceiling``: the highest result by the rules; the lowest is 0. ``settle_days``: calendar days after the last
    due day until the facts are read. ``min_obligations``: a unit with fewer is listed, not ranked. ``appeal_days``:
    calendar days for an appeal after the lines were shown. ``rating_share``: percent of the result that is a leader's
    rating, 0: none.
    """

    base: int = 100 * POINT
    ceiling: int = 100 * POINT
    rules: tuple[Rule, ...] = ()
    settle_days: int = 5
    min_obligations: int = 3
    appeal_days: int = 5
    rating_share: int = 0


class Line(NamedTuple):
    """What one rule gives for one fact (计分明细). ``rule_no`` counts from 1; ``raw``: before the cap."""

    rule_no: int
    fact: Fact
    raw: int
    points: int


def score(facts: Iterable[Fact], scheme: Scheme) -> list[Line]:
    """The lines of every unit by unit, rule and day. What reaches a cap first, by day, gets the points."""
    by_kind: dict[str, list[tuple[int, Rule]]] = defaultdict(list)
    for number, rule in enumerate(scheme.rules, start=1):
        by_kind[rule.kind].append((number, rule))
    held: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in facts:
        for number, rule in by_kind.get(fact.kind, ()):
            if rule.takes(fact):
                held[fact.unit_id, number].append(fact)
    lines: list[Line] = []
    for (_unit_id, number), found in sorted(held.items()):
        lines += _lines(number, scheme.rules[number - 1], sorted(found, key=_order))
    return lines


def _lines(number: int, rule: Rule, facts: Sequence[Fact]) -> list[Line]:
    raws = [(fact, rule.raw(fact)) for fact in facts]
    counted = [(fact, raw) for fact, raw in raws if raw]
    points = allot([raw for _, raw in counted], rule.cap)
    return [Line(number, fact, raw, given) for (fact, raw), given in zip(counted, points, strict=True)]


def allot(raws: Sequence[int], cap: int | None) -> list[int]:
    """Of the points of one rule for one unit, in order, those within the cap: the last may be cut, the rest get 0."""
    if cap is None:
        return list(raws)
    given, used = [], 0
    for raw in raws:
        room = cap - used
        part = min(abs(raw), room)
        used += part
        given.append(part if raw > 0 else -part)
    return given


class Change(NamedTuple):
    """By how much a line changes, before and after the cap."""

    raw: int
    points: int


def changes(raws: Sequence[int], given: Sequence[int], index: int, raw: int, cap: int | None) -> list[Change]:
    """What changes in a unit's lines of one rule when the line at ``index`` is worth ``raw``: itself, and those that
    the cap held back or now holds back. ``raws`` and ``given`` are the lines as they stand, in order."""
    wanted = [*raws[:index], raw, *raws[index + 1 :]]
    after = allot(wanted, cap)
    return [Change(wanted[n] - raws[n], after[n] - given[n]) for n in range(len(raws))]


def _order(fact: Fact) -> tuple[object, ...]:
    """Total: two facts that compare equal are the same fact."""
    role = fact.role.value if fact.role else ""
    return fact.on, fact.task_id or 0, fact.obligation_id or 0, role, fact.size, fact.words


def result(points: int, scheme: Scheme) -> int:
    """What the rules make of the base and the sum of a unit's points: between 0 and the ceiling."""
    return max(0, min(scheme.base + points, scheme.ceiling))


def with_rating(by_rules: int, rating: int | None, share: int) -> int:
    """The total (总分): the leader's rating counts ``share`` percent, halves up; None: not given, rules alone."""
    if rating is None or not share:
        return by_rules
    return (by_rules * (100 - share) + rating * share + 50) // 100


def sums(lines: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """Points by key."""
    found: dict[Key, int] = defaultdict(int)
    for key, points in lines:
        found[key] += points
    return dict(found)

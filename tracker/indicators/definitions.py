"""What an indicator is: its name, where it begins, what it is to reach and by when. Plain values; kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tracker.plans.cadence import Every


class Op(StrEnum):
    """What a target asks for; the first six as the importer has them."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="
    RANGE = "range"
    DOWN_BY = "decrease_by"
    UP_BY = "increase_by"
    DOWN_POINTS = "decrease_points"
    UP_POINTS = "increase_points"

    @property
    def label(self) -> str:
        names = ("不低于", "不高于", "等于", "在此之间", "比基期下降", "比基期提高", "比基期减少", "比基期增加")
        return dict(zip(Op, names, strict=True))[self]


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    KEEP = "keep"

    @property
    def label(self) -> str:
        return {"up": "升", "down": "降", "keep": "保持"}[self.value]


class Formula(StrEnum):
    """How the value of the whole comes from those of its units."""

    SUM = "sum"
    AVERAGE = "average"
    LATEST = "latest"

    @property
    def label(self) -> str:
        return {"sum": "合计", "average": "平均", "latest": "取最近核定的一家"}[self.value]


CHANGES = frozenset({Op.DOWN_BY, Op.UP_BY, Op.DOWN_POINTS, Op.UP_POINTS})
"""Targets that say how far from the baseline."""
CADENCES = (Every.YEAR, Every.QUARTER, Every.MONTH)
ATTRIBUTES = ("预期性", "约束性", "倡导性")
PEOPLE_AND_THINGS = ("人", "万人", "人次", "万人次", "名", "张", "个", "项", "家", "所", "次", "场")
COUNTED = frozenset((*PEOPLE_AND_THINGS, "元", "万元", "亿元"))
"""Units of measure of things that add up."""


@dataclass(frozen=True)
class Target:
    """What is to be reached by the end of ``year`` (None: not written, the plan's last). ``most``: a range's upper end.

    ``value`` None: the target is words (成功建设), reached or not. ``raw``: as written.
    """

    year: int | None
    op: Op
    value: Decimal | None
    most: Decimal | None
    raw: str


@dataclass(frozen=True)
class Definition:
    """An indicator as it was defined from some day on. ``measure``: the unit of its figures (%, 万人).

    ``baseline_year`` None: not written, the year before the plan's first. ``where``: in the document.
    """

    name: str
    measure: str
    population: str
    attribute: str
    baseline: Decimal | None
    baseline_year: int | None
    baseline_raw: str
    direction: Direction
    formula: Formula
    every: Every
    targets: tuple[Target, ...]
    where: str = ""

    @property
    def is_words(self) -> bool:
        """Its targets are words: a value says reached or not."""
        return bool(self.targets) and all(target.value is None for target in self.targets)

    @property
    def title(self) -> str:
        """With the population where the name does not say it."""
        return self.name if not self.population or self.population in self.name else f"{self.name}（{self.population}）"


def usual_formula(measure: str) -> Formula:
    """What adds up is added; rates are averaged."""
    return Formula.SUM if measure in COUNTED else Formula.AVERAGE


def usual_direction(targets: Sequence[Target]) -> Direction:
    """Which way its first target points."""
    first = targets[0].op if targets else Op.EQUAL
    if first in (Op.AT_LEAST, Op.UP_BY, Op.UP_POINTS) or (targets and targets[0].value is None):
        return Direction.UP
    return Direction.DOWN if first in (Op.AT_MOST, Op.DOWN_BY, Op.DOWN_POINTS) else Direction.KEEP


def merged(definitions: Sequence[Definition]) -> list[Definition]:
    """One for each name, measure and population: two sentences about one indicator add up their targets."""
    found: dict[tuple[str, str, str], Definition] = {}
    for one in definitions:
        key = one.name, one.measure, one.population
        before = found.get(key)
        if before is None:
            found[key] = one
            continue
        years = {target.year for target in before.targets}
        more = tuple(target for target in one.targets if target.year not in years)
        found[key] = replace(before, targets=before.targets + more)
    return list(found.values())


def dump(definition: Definition) -> dict[str, Any]:
    """As plain values, figures as their digits."""
    return {name: _plain(value) for name, value in asdict(definition).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def load(content: Mapping[str, Any]) -> Definition:
    """What ``dump`` gave."""
    values = dict(content)
    values["baseline"] = _decimal(values["baseline"])
    values["direction"], values["formula"] = Direction(values["direction"]), Formula(values["formula"])
    values["every"] = Every(values["every"])
    values["targets"] = tuple(_target(one) for one in values["targets"])
    return Definition(**values)


def _target(one: Mapping[str, Any]) -> Target:
    return Target(one["year"], Op(one["op"]), _decimal(one["value"]), _decimal(one["most"]), one["raw"])


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

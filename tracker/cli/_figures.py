"""The demo's invented indicators: a few of each kind, with values by quarter and year, some late, some returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from tracker import clock
from tracker.extensions import commit, db
from tracker.indicators.actions import Link, define
from tracker.indicators.definitions import Definition, Direction, Formula
from tracker.indicators.queries import Row, board
from tracker.indicators.value_queries import waiting
from tracker.indicators.values import Entry, enter, send_back, verify
from tracker.indicators.written import target_of
from tracker.permissions import Actor, Role
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.tasks.models import Task
from tracker.units.models import Unit

INVENTED = "〔演示〕"
HEALTH, TOWNS = "市卫生健康委", "各区镇街道"
WAITS, RETURNED = 5, 11
"""Of the last figures every fifth still waits for the office, every eleventh came back."""
ActorOf = Callable[[Unit, Role], Actor]


@dataclass(frozen=True)
class Told:
    """An indicator of the demo. ``figures``: (last day of the period, the unit's figure by its place in the list)."""

    definition: Definition
    task: str
    unit: str
    figures: Sequence[tuple[date, Callable[[int], Decimal]]]


def _definition(
    name: str, measure: str, baseline: str | None, targets: Sequence[tuple[int, str]], every: Every, formula: Formula
) -> Definition:
    direction = Direction.DOWN if "吸烟" in name else Direction.UP
    return Definition(
        name=name + INVENTED,
        measure=measure,
        population="",
        attribute="预期性",
        baseline=None if baseline is None else Decimal(baseline),
        baseline_year=2020,
        baseline_raw="" if baseline is None else baseline + measure,
        direction=direction,
        formula=formula,
        every=every,
        targets=tuple(target_of(words, year, direction) for year, words in targets),
    )


def _rising(first: str, step: str) -> Callable[[int], Decimal]:
    return lambda place: Decimal(first) + Decimal(step) * (place % 7)


YEAR_BEFORE, THIS_YEAR = date(2020, 12, 31), date(2021, 12, 31)
SECOND, THIRD = date(2021, 6, 30), date(2021, 9, 30)
TOLD = (
    Told(
        _definition("居民健康素养水平", "%", "22.5", [(2021, "≥25%"), (2025, "≥30%")], Every.YEAR, Formula.LATEST),
        "2",
        HEALTH,
        [(YEAR_BEFORE, _rising("22.5", "0")), (THIS_YEAR, _rising("24.9", "0"))],
    ),
    Told(
        _definition("15岁以上人群吸烟率", "%", "27.4", [(2021, "≤26%"), (2025, "≤24%")], Every.YEAR, Formula.LATEST),
        "2",
        HEALTH,
        [(YEAR_BEFORE, _rising("27.4", "0")), (THIS_YEAR, _rising("28.1", "0"))],
    ),
    Told(
        _definition("40岁以上人群心血管风险评估率", "%", "31", [(2021, "60%")], Every.QUARTER, Formula.AVERAGE),
        "14",
        TOWNS,
        [(SECOND, _rising("40", "1.5")), (THIRD, _rising("43.5", "1.8"))],
    ),
    Told(
        _definition("高血压患者规范管理人数", "人", "61200", [(2021, "≥66000人")], Every.QUARTER, Formula.SUM),
        "14",
        TOWNS,
        [(SECOND, _rising("2790", "40")), (THIRD, _rising("2880", "42"))],
    ),
    Told(
        _definition("省级慢性病综合防控示范区", "", None, [(2021, "建成")], Every.YEAR, Formula.LATEST),
        "14",
        HEALTH,
        [],
    ),
)


def tell_figures(plan: Plan, office: Actor, actor_of: ActorOf, last_day: date) -> int:
    """Define the indicators and live through their figures; the business day ends where it ends. Returns how many
    figures were entered."""
    clock.fix_day(plan.confirmed_on)
    for told in TOLD:
        task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == told.task)).first()
        unit = db.session.scalars(sa.select(Unit).where(Unit.name == told.unit)).one()
        define(plan, Link(told.definition, [task.id] if task else [], [unit.id]), office)
    commit()
    entered = sum(_enter(plan, office, actor_of, day, day + timedelta(days=20)) for day in (YEAR_BEFORE, SECOND))
    entered += _enter(plan, office, actor_of, THIS_YEAR, last_day - timedelta(days=6))
    return entered + _enter(plan, office, actor_of, THIRD, last_day - timedelta(days=4), settles_all=False)


def _enter(plan: Plan, office: Actor, actor_of: ActorOf, period_on: date, on: date, *, settles_all: bool = True) -> int:
    clock.fix_day(max(on, plan.confirmed_on))
    rows = board(plan, office, clock.today())
    written = 0
    for unit, entries in _entries(rows, period_on):
        written += len(enter(unit, entries, actor_of(unit, Role.REPORTER)))
    commit()
    for number, one in enumerate(waiting(plan.id), start=1):
        if not settles_all and number % RETURNED == 0:
            send_back(one, "比上一季度少了，请核对是不是漏了村卫生室。", office)
        elif settles_all or number % WAITS:
            verify([one], office)
    commit()
    return written


def _entries(rows: Sequence[Row], period_on: date) -> Iterator[tuple[Unit, list[Entry]]]:
    """Each unit with its figures of the period."""
    by_name = {told.definition.name: told for told in TOLD}
    found: dict[Unit, list[Entry]] = {}
    for row in rows:
        figures = dict(by_name[row.definition.name].figures) if row.definition.name in by_name else {}
        figure = figures.get(period_on)
        for place, unit in enumerate(row.members if figure else []):
            assert figure is not None
            found.setdefault(unit, []).append(Entry(row, period_on, figure(place), f"季度报表{INVENTED}", 0))
    yield from found.items()

"""What the tests of indicators share: a definition, an indicator's row, a value that was reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from flask.testing import FlaskClient

from tests.world import World
from tracker.extensions import commit
from tracker.indicators.definitions import Definition, Direction, Formula
from tracker.indicators.models import IndicatorValue
from tracker.indicators.queries import Row, board
from tracker.indicators.values import Entry, enter
from tracker.indicators.written import target_of
from tracker.plans.cadence import Every
from tracker.plans.models import Plan

At = Callable[[date], None]
SignIn = Callable[[str], FlaskClient]
Y2020, Y2021 = date(2020, 12, 31), date(2021, 12, 31)
LATER = date(2022, 1, 20)


def definition(name: str = "规范管理率", formula: Formula = Formula.AVERAGE) -> Definition:
    targets = (target_of("≥60%", 2021), target_of("≥70%", 2025))
    return Definition(name, "%", "", "预期性", Decimal(50), 2020, "50%", Direction.UP, formula, Every.YEAR, targets)


def the_row(plan: Plan, world: World, as_of: date = LATER, login: str = "office1") -> Row:
    return board(plan, world.actor(login), as_of)[0]


def report(world: World, plan: Plan, unit: str, login: str, value: str) -> IndicatorValue:
    row = the_row(plan, world)
    last = row.last((world.unit(unit).id, Y2021))
    entry = Entry(row, Y2021, Decimal(value), "年报", last.number if last else 0)
    made = enter(world.unit(unit), [entry], world.actor(login))
    commit()
    return made[0]


def key(row: Row, day: date = Y2021) -> str:
    return f"{row.indicator.id}-{day:%Y%m%d}"

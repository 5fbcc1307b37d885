"""What units still owe: values of periods that have ended, of which none was sent that is in force or waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.extensions import db
from tracker.indicators.definitions import Definition, Formula
from tracker.indicators.models import Indicator, IndicatorUnit, IndicatorValue
from tracker.indicators.path import Years, period_label
from tracker.indicators.queries import Held, definitions_on, held_on, holds_on, in_force_on
from tracker.indicators.rules import ValueState, due_on, ended_periods
from tracker.indicators.value_queries import IS_LAST
from tracker.plans.models import Plan

Sent = Mapping[int, Mapping[date, set[int]]]
"""Indicator id -> period -> the units that have sent a value."""


@dataclass(frozen=True)
class OwedValue:
    """A value that a unit owes. ``title``, ``period``: as they are read, 规范管理率 and 2021年三季度. ``task_id``: the
    first task that it measures, None without one. A value has no signature, so none is ever submitted."""

    indicator_id: int
    unit_id: int
    period_on: date
    due_on: date
    title: str
    period: str
    task_id: int | None
    is_submitted: bool = False

    @property
    def identity(self) -> dict[str, Any]:
        """The columns by which a row names it."""
        return {"indicator_id": self.indicator_id, "unit_id": self.unit_id, "period_on": self.period_on}


def owed_values(plan: Plan, today: date) -> list[OwedValue]:
    """Everything that units of the plan owe, the longest due first; at most nine statements, one without indicators."""
    query = sa.select(Indicator).where(Indicator.plan_id == plan.id, in_force_on(today))
    indicators = list(db.session.scalars(query.order_by(Indicator.position, Indicator.id)))
    if not indicators:
        return []
    ids = [one.id for one in indicators]
    definitions, held, named, sent = definitions_on(ids, today), held_on(ids, today), _named(ids, today), _sent(ids)
    years = Years(plan.first_year, plan.last_year)
    found = [
        value
        for one in indicators
        for value in _of(one, definitions[one.id], years, held[one.id], named[one.id], sent[one.id], today)
    ]
    return sorted(found, key=lambda one: one.due_on)


def _of(
    indicator: Indicator,
    definition: Definition,
    years: Years,
    held: Held,
    named: Mapping[int, date],
    sent: Mapping[date, set[int]],
    today: date,
) -> Iterator[OwedValue]:
    task_id = held.tasks[0].id if held.tasks else None
    since = {unit.id: _asked_since(indicator, named, unit.id) for unit in held.members}
    for day in ended_periods(definition, years, indicator.from_on, today):
        there = sent.get(day, set())
        if definition.formula is Formula.LATEST and there & since.keys():
            continue
        for unit_id in [one for one, begun_on in since.items() if begun_on <= day and one not in there]:
            label = period_label(definition.every, day)
            yield OwedValue(indicator.id, unit_id, day, due_on(day), definition.title, label, task_id)


def _asked_since(indicator: Indicator, named: Mapping[int, date], unit_id: int) -> date:
    """Nobody owes what ended before he was named: by himself, else with a group, else as a lead of the tasks."""
    return named.get(unit_id) or min(named.values(), default=indicator.from_on)


def _named(ids: Sequence[int], today: date) -> dict[int, dict[int, date]]:
    """Indicator id -> the unit or group named -> the first day."""
    query = sa.select(IndicatorUnit.indicator_id, IndicatorUnit.unit_id, IndicatorUnit.from_on)
    found: dict[int, dict[int, date]] = defaultdict(dict)
    for indicator_id, unit_id, from_on in db.session.execute(
        query.where(IndicatorUnit.indicator_id.in_(ids), holds_on(IndicatorUnit, today))
    ):
        found[indicator_id][unit_id] = from_on
    return found


def _sent(ids: Sequence[int]) -> Sent:
    """A verified value stays in force; of the others the last counts while it waits for the office."""
    waits = (IndicatorValue.state == ValueState.ENTERED) & IS_LAST
    query = sa.select(IndicatorValue.indicator_id, IndicatorValue.period_on, IndicatorValue.unit_id)
    query = query.where(IndicatorValue.indicator_id.in_(ids), (IndicatorValue.state == ValueState.VERIFIED) | waits)
    found: dict[int, dict[date, set[int]]] = defaultdict(lambda: defaultdict(set))
    for indicator_id, period_on, unit_id in db.session.execute(query):
        found[indicator_id][period_on].add(unit_id)
    return found

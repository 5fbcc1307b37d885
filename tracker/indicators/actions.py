"""Writes on indicators: what one is, who reports it, which tasks it measures; and its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import db, lock
from tracker.indicators.definitions import Definition, dump, load
from tracker.indicators.models import Indicator, IndicatorDefinition, IndicatorTask, IndicatorUnit, IndicatorValue
from tracker.indicators.queries import holds_on
from tracker.permissions import Actor
from tracker.plans.models import Plan

BY_IMPORT = "随方案文件导入"


@dataclass(frozen=True)
class Link:
    """An indicator to be, with the tasks and the units it belongs to, by id."""

    definition: Definition
    task_ids: Sequence[int] = ()
    unit_ids: Sequence[int] = ()


def take_over(plan: Plan, wanted: Sequence[Link], actor: Actor) -> int:
    """Keep the indicators of a document with its plan. Those that the plan has already, by name, measure and
    population, stay as they are, so that doing it again changes nothing. Returns how many are new."""
    known = {_key(definition) for definition in _present(plan)}
    new = [one for one in wanted if _key(one.definition) not in known]
    for position, one in enumerate(new, start=_last_position(plan) + 1):
        _add(plan, position, one, BY_IMPORT, actor)
    if new:
        after = {"count": len(new)}
        record(actor, "indicator.take_over", "plan", plan.id, plan.title, after=after)
    db.session.flush()
    return len(new)


def _key(definition: Definition) -> tuple[str, str, str]:
    return definition.name, definition.measure, definition.population


def _present(plan: Plan) -> list[Definition]:
    """What the plan's indicators are now; those that are followed up no more are none."""
    query = sa.select(IndicatorDefinition).join(Indicator)
    query = query.where(Indicator.plan_id == plan.id, Indicator.ended_on.is_(None))
    rows = db.session.scalars(query.order_by(IndicatorDefinition.number))
    return list({row.indicator_id: load(row.content) for row in rows}.values())


def _last_position(plan: Plan) -> int:
    return db.session.scalar(sa.select(sa.func.max(Indicator.position)).where(Indicator.plan_id == plan.id)) or 0


def define(plan: Plan, link: Link, actor: Actor) -> Indicator:
    """A new indicator, by hand. The plan is held, so that a form sent twice makes one."""
    lock(plan)
    if plan.closed_on is not None:
        raise Refused(f"这份方案已于{plan.closed_on}结束，不能再加指标。")
    if _key(link.definition) in {_key(one) for one in _present(plan)}:
        raise Invalid(f"已有同名的指标“{link.definition.title}”。请改那一个，或换个名称。", "name")
    indicator = _add(plan, _last_position(plan) + 1, link, "", actor)
    after = _shown(link.definition)
    record(actor, "indicator.define", "indicator", indicator.id, link.definition.title, after=after)
    db.session.flush()
    return indicator


def _add(plan: Plan, position: int, link: Link, reason: str, actor: Actor) -> Indicator:
    indicator = Indicator(plan=plan, position=position, from_on=clock.today(), definitions=[])
    db.session.add(indicator)
    db.session.flush()
    _write(indicator, 1, link.definition, reason, actor)
    _point(IndicatorUnit, indicator, link.unit_ids)
    _point(IndicatorTask, indicator, link.task_ids)
    return indicator


def redefine(indicator: Indicator, link: Link, reason: str, seen: int, actor: Actor) -> Indicator:
    """Change what an indicator is, from today; the earlier definition stays with the days on which it held.

    Stale when somebody saved it since ``seen``.
    """
    lock(indicator)
    _check_running(indicator)
    if indicator.version != seen:
        raise Stale("这个指标刚才被另一位改过，您的改动没有存上。")
    last = indicator.definitions[-1]
    before = load(last.content)
    _check_meaning(indicator, before, link.definition)
    if link.definition != before:
        _write(indicator, last.number + 1, link.definition, reason.strip(), actor)
    _point(IndicatorUnit, indicator, link.unit_ids)
    _point(IndicatorTask, indicator, link.task_ids)
    flag_modified(indicator, "position")  # who opened the form before this change is told
    was, now, title = _shown(before), _shown(link.definition), link.definition.title
    record(actor, "indicator.redefine", "indicator", indicator.id, title, before=was, after=now, reason=reason.strip())
    db.session.flush()
    return indicator


def _check_meaning(indicator: Indicator, before: Definition, now: Definition) -> None:
    """What was reported keeps its meaning: figures stand by period, in the measure in which they were entered."""
    changed = {
        "every": ("填报频次", before.every != now.every),
        "measure": ("计量单位", before.measure != now.measure),
        "targets": ("有数的目标和没有数的目标", before.is_words != now.is_words),
    }
    field = next((name for name, (_words, is_other) in changed.items() if is_other), None)
    reported = sa.select(IndicatorValue.id).where(IndicatorValue.indicator_id == indicator.id).limit(1)
    if field is not None and db.session.scalar(reported) is not None:
        raise Invalid(f"已经报过数，{changed[field][0]}不能再换。请结束这个指标，另加一个。", field)


def _write(indicator: Indicator, number: int, definition: Definition, reason: str, actor: Actor) -> None:
    made = IndicatorDefinition(indicator=indicator, number=number, content=dump(definition), reason=reason)
    made.made_at, made.made_by_id = clock.now(), actor.person_id
    db.session.add(made)


def _point(table: type[IndicatorUnit] | type[IndicatorTask], indicator: Indicator, wanted: Iterable[int]) -> None:
    """Make the dated rows of units or tasks say ``wanted`` from today: new ones begin, others end."""
    today, name = clock.today(), "unit_id" if table is IndicatorUnit else "task_id"
    held: Any = sa.select(table).where(table.indicator_id == indicator.id, holds_on(table, today))
    there = {getattr(row, name): row for row in db.session.scalars(held)}
    ids = list(dict.fromkeys(wanted))
    for one in ids:
        if one not in there:
            db.session.add(table(**{"indicator_id": indicator.id, name: one, "from_on": today}))
    for one, row in there.items():
        if one not in ids:
            row.until_on = today


def end(indicator: Indicator, reason: str, actor: Actor) -> None:
    """An indicator is followed up no more, from today; its values stay."""
    lock(indicator)
    _check_running(indicator)
    if not reason.strip():
        raise Invalid("不再跟踪要写明原因。", "reason")
    indicator.ended_on, indicator.ended_reason = clock.today(), reason.strip()
    title = load(indicator.definitions[-1].content).title
    after = {"ended_on": indicator.ended_on.isoformat()}
    record(actor, "indicator.end", "indicator", indicator.id, title, after=after, reason=reason.strip())
    db.session.flush()


def _check_running(indicator: Indicator) -> None:
    if indicator.ended_on is not None:
        raise Refused(f"这个指标已于{indicator.ended_on}不再跟踪，不能再改。")


def share_out(indicators: Sequence[Indicator], unit_id: int, actor: Actor) -> int:
    """These indicators are reported by the unit, besides whoever was named. Returns how many are new to it."""
    today = clock.today()
    query = sa.select(IndicatorUnit.indicator_id).where(IndicatorUnit.unit_id == unit_id)
    known = set(db.session.scalars(query.where(holds_on(IndicatorUnit, today))))
    new = [one for one in indicators if one.id not in known]
    for one in new:
        _check_running(one)
        db.session.add(IndicatorUnit(indicator_id=one.id, unit_id=unit_id, from_on=today))
        flag_modified(one, "position")
    if new:
        after = {"count": len(new), "unit_id": unit_id}
        record(actor, "indicator.share_out", "plan", new[0].plan_id, new[0].plan.title, after=after)
    db.session.flush()
    return len(new)


def _shown(definition: Definition) -> dict[str, object]:
    """What the log says of a definition."""
    return {
        "name": definition.name,
        "measure": definition.measure,
        "baseline": str(definition.baseline) if definition.baseline is not None else None,
        "targets": [f"{target.year or ''} {target.raw}".strip() for target in definition.targets],
        "formula": definition.formula.value,
        "every": definition.every.value,
    }

"""Reads of indicators: as they stood on a day, with who reports them and what was reported, in a fixed number of
statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.errors import NotFound
from tracker.extensions import db, end_of
from tracker.indicators.definitions import Definition, load
from tracker.indicators.models import Indicator, IndicatorDefinition, IndicatorTask, IndicatorUnit, IndicatorValue
from tracker.indicators.path import Level, Years, expected_on, stops
from tracker.indicators.rules import Reading, ValueState, Whole, open_periods, standing, whole
from tracker.indicators.written import target_words
from tracker.permissions import Actor, Subject, decide
from tracker.plans.models import Plan
from tracker.plans.queries import visible_to as plan_visible_to
from tracker.tasks.lamp import Lamp
from tracker.tasks.models import Task
from tracker.tasks.queries import in_force_on as task_in_force_on
from tracker.tasks.queries import subjects_of, units_of
from tracker.tasks.roles import Role as Part
from tracker.units.models import Membership, Unit
from tracker.units.queries import groups_of, member_on

Cell = tuple[int, date]
"""Unit id, period."""


@dataclass(frozen=True)
class Row:
    """An indicator as it stood on a day. ``named``: the units as they were said, groups unfolded in ``members``.

    ``versions``: of each unit and period what was entered by the day, the oldest first. ``subject``: what rights on it
    depend on, which are today's whatever the day looked at.
    """

    indicator: Indicator
    definition: Definition
    years: Years
    as_of: date
    named: list[Unit]
    is_by_tasks: bool
    """Nobody was named: the leads of its tasks report it."""
    members: list[Unit]
    tasks: list[Task]
    subject: Subject
    versions: Mapping[Cell, list[IndicatorValue]]

    @cached_property
    def periods(self) -> list[date]:
        """Those that have begun by the day."""
        return open_periods(self.definition, self.years, self.as_of)

    @cached_property
    def wholes(self) -> dict[date, Whole]:
        """Period -> the value of the whole; periods of which nobody has a verified value are left out."""
        ids = [unit.id for unit in self.members]
        found = {day: whole(self._readings(day), ids, self.definition.formula) for day in self.periods}
        return {day: one for day, one in found.items() if one.value is not None}

    def _readings(self, day: date) -> list[Reading]:
        held = ((unit.id, self.in_force((unit.id, day))) for unit in self.members)
        return [Reading(unit_id, one.value, one.decided_at) for unit_id, one in held if one and one.decided_at]

    def in_force(self, cell: Cell) -> IndicatorValue | None:
        """The last version that was verified by the day."""
        end = end_of(self.as_of)
        of_cell = [v for v in self.versions.get(cell, ()) if v.state is ValueState.VERIFIED]
        return next((v for v in reversed(of_cell) if v.decided_at is not None and v.decided_at < end), None)

    def state_of(self, one: IndicatorValue) -> ValueState:
        """What had become of a version by the day."""
        is_decided = one.decided_at is not None and one.decided_at < end_of(self.as_of)
        return one.state if is_decided else ValueState.ENTERED

    def last(self, cell: Cell) -> IndicatorValue | None:
        """The last version of all, whatever became of it."""
        return next(reversed(self.versions.get(cell, [])), None)

    @cached_property
    def lamp(self) -> Lamp:
        begun_on, owing = self.indicator.from_on, len(self.members)
        return standing(self.definition, self.wholes, self.years, self.as_of, begun_on, owing)

    @property
    def latest(self) -> tuple[date, Whole] | None:
        """The last period in which all have reported, else the last that has a value; and it."""
        full = {day: one for day, one in self.wholes.items() if one.is_complete}
        return max((full or self.wholes).items(), key=lambda one: one[0], default=None)

    def expected(self, day: date) -> Level | None:
        return expected_on(stops(self.definition, self.years), day)

    def readable(self, actor: Actor, unit_id: int) -> bool:
        """Whether the actor may read what this unit reported: its own, and as a lead of the task everybody's."""
        return bool(decide(actor, "indicator.read_value", replace(self.subject, unit_id=unit_id)))


def board(plan: Plan, actor: Actor, as_of: date) -> list[Row]:
    """The plan's indicators that the actor may see, in order, as they stood on the day, by today's rights; seven
    statements, for another day four more."""
    query = sa.select(Indicator).where(Indicator.plan_id == plan.id, in_force_on(as_of))
    found = list(db.session.scalars(query.order_by(Indicator.position, Indicator.id)))
    return [row for row in rows_of(found, as_of) if decide(actor, "indicator.read", row.subject)]


def in_force_on(day: date) -> sa.ColumnElement[bool]:
    """Indicators that were followed up on ``day``."""
    return (Indicator.from_on <= day) & (Indicator.ended_on.is_(None) | (Indicator.ended_on > day))


def rows_of(found: Sequence[Indicator], as_of: date) -> list[Row]:
    """These indicators as they stood on the day."""
    if not found:
        return []
    ids, today = [one.id for one in found], clock.today()
    definitions, values = definitions_on(ids, as_of), _values(ids, as_of)
    held = held_on(ids, as_of)
    subjects = _subjects(found, held if as_of == today else held_on(ids, today), today)
    return [
        Row(
            indicator=one,
            definition=definitions[one.id],
            years=Years(one.plan.first_year, one.plan.last_year),
            as_of=as_of,
            named=held[one.id].named,
            is_by_tasks=held[one.id].is_by_tasks,
            members=held[one.id].members,
            tasks=held[one.id].tasks,
            subject=subjects[one.id],
            versions=values[one.id],
        )
        for one in found
        if one.id in definitions
    ]


@dataclass(frozen=True)
class Held:
    """Who reported an indicator on a day, and the tasks it measured; as in `Row`."""

    named: list[Unit]
    is_by_tasks: bool
    members: list[Unit]
    tasks: list[Task]


def held_on(ids: Sequence[int], day: date) -> dict[int, Held]:
    named, linked = _units(ids, day), _tasks(ids, day)
    leads = units_of({task.id for tasks in linked.values() for task in tasks}, day)
    owners = {one: named[one] or _leading(linked[one], leads) for one in ids}
    members = _members({unit.id for of_one in owners.values() for unit in of_one if unit.is_group}, day)
    return {one: Held(owners[one], not named[one], _unfolded(owners[one], members), linked[one]) for one in ids}


def _subjects(found: Iterable[Indicator], held: Mapping[int, Held], today: date) -> dict[int, Subject]:
    """Who leads, joins in or reports today, by indicator."""
    by_task = subjects_of({task.id for one in held.values() for task in one.tasks}, today)
    made = {}
    for one in found:
        now = held[one.id]
        leads = _joined(by_task, now.tasks, "lead_ids")
        made[one.id] = Subject(
            office_id=one.plan.office_id,
            lead_ids=leads,
            partner_ids=_joined(by_task, now.tasks, "involved") - leads,
            member_ids=frozenset(unit.id for unit in now.members),
        )
    return made


def definitions_on(ids: Sequence[int], as_of: date) -> dict[int, Definition]:
    """The latest made by the day; before the first, the first."""
    query = sa.select(IndicatorDefinition.indicator_id, IndicatorDefinition.content, IndicatorDefinition.made_at)
    query = query.where(IndicatorDefinition.indicator_id.in_(ids)).order_by(IndicatorDefinition.number)
    found: dict[int, Definition] = {}
    for indicator_id, content, made_at in db.session.execute(query):
        if indicator_id not in found or made_at < end_of(as_of):
            found[indicator_id] = load(content)
    return found


def holds_on(table: type[IndicatorUnit] | type[IndicatorTask], day: date) -> sa.ColumnElement[bool]:
    return (table.from_on <= day) & (table.until_on.is_(None) | (table.until_on > day))


def _units(ids: Sequence[int], as_of: date) -> dict[int, list[Unit]]:
    query = sa.select(IndicatorUnit).where(IndicatorUnit.indicator_id.in_(ids), holds_on(IndicatorUnit, as_of))
    found: dict[int, list[Unit]] = defaultdict(list)
    for one in db.session.scalars(query.options(joinedload(IndicatorUnit.unit)).order_by(IndicatorUnit.id)):
        found[one.indicator_id].append(one.unit)
    return found


def _tasks(ids: Sequence[int], as_of: date) -> dict[int, list[Task]]:
    """What each measures; a task that was withdrawn by the day is none."""
    query = sa.select(IndicatorTask).join(Task).where(IndicatorTask.indicator_id.in_(ids))
    query = query.where(holds_on(IndicatorTask, as_of), task_in_force_on(as_of))
    query = query.options(joinedload(IndicatorTask.task))
    found: dict[int, list[Task]] = defaultdict(list)
    for one in db.session.scalars(query.order_by(Task.position, IndicatorTask.id)):
        found[one.indicator_id].append(one.task)
    return found


def _values(ids: Sequence[int], as_of: date) -> dict[int, dict[Cell, list[IndicatorValue]]]:
    query = (
        sa.select(IndicatorValue)
        .where(IndicatorValue.indicator_id.in_(ids), IndicatorValue.entered_at < end_of(as_of))
        .options(
            joinedload(IndicatorValue.unit),
            joinedload(IndicatorValue.entered_by),
            joinedload(IndicatorValue.decided_by),
        )
        .order_by(IndicatorValue.number)
    )
    found: dict[int, dict[Cell, list[IndicatorValue]]] = defaultdict(lambda: defaultdict(list))
    for one in db.session.scalars(query):
        found[one.indicator_id][one.unit_id, one.period_on].append(one)
    return found


def _leading(tasks: Iterable[Task], parts: Mapping[int, Mapping[Part, list[Unit]]]) -> list[Unit]:
    return list(dict.fromkeys(unit for task in tasks for unit in parts.get(task.id, {}).get(Part.LEAD, ())))


def _members(group_ids: set[int], as_of: date) -> dict[int, list[Unit]]:
    query = (
        sa.select(Membership.group_id, Unit)
        .join(Unit, Unit.id == Membership.member_id)
        .where(Membership.group_id.in_(group_ids), member_on(as_of))
        .order_by(Unit.sort_key, Unit.id)
    )
    found: dict[int, list[Unit]] = defaultdict(list)
    for group_id, unit in db.session.execute(query):
        found[group_id].append(unit)
    return found


def _unfolded(units: Iterable[Unit], members: Mapping[int, list[Unit]]) -> list[Unit]:
    """Each once, by name or through a group."""
    every = (one for unit in units for one in (members.get(unit.id, []) if unit.is_group else [unit]))
    return list(dict.fromkeys(every))


def _joined(subjects: Mapping[int, Subject], tasks: Iterable[Task], name: str) -> frozenset[int]:
    sets: list[frozenset[int]] = [getattr(subjects[task.id], name) for task in tasks if task.id in subjects]
    return frozenset().union(*sets)


def open_indicator(indicator_id: int, actor: Actor, as_of: date) -> Row:
    """The indicator a page is about as it stood on the day; NotFound when there is none for this actor."""
    query = sa.select(Indicator).join(Plan).where(Indicator.id == indicator_id, plan_visible_to(actor))
    found = db.session.scalar(query.options(joinedload(Indicator.plan)))
    row = next(iter(rows_of([found], as_of)), None) if found is not None else None
    if row is None or not decide(actor, "indicator.read", row.subject):
        raise NotFound("没有这个指标，或者它与本单位无关。请回到指标表里找。")
    return row


def plans_measured_by(unit_id: int, day: date) -> sa.ColumnElement[bool]:
    """Plans of which a unit reports or reported an indicator by ``day``, itself or in a group: a WHERE on Plan."""
    owner = IndicatorUnit.unit_id
    query = sa.select(Indicator.plan_id).join(IndicatorUnit).where(IndicatorUnit.from_on <= day)
    return Plan.id.in_(query.where((owner == unit_id) | owner.in_(groups_of(unit_id, day))))


def count_of_plan(actor: Actor, plan_id: int) -> sa.ScalarSelect[int]:
    """How many indicators a plan has: without any, the top bar does not lead to them."""
    query = sa.select(sa.func.count(Indicator.id)).where(Indicator.plan_id == plan_id, Indicator.ended_on.is_(None))
    return query.scalar_subquery()


def indicators_of_tasks(task_ids: Iterable[int], as_of: date) -> dict[int, list[int]]:
    """Task id -> the indicators that measure it on the day; a task without any is not there. The rule "the task has an
    indicator" for whoever asks, e.g. for advice on a report."""
    query = (
        sa.select(IndicatorTask.task_id, IndicatorTask.indicator_id)
        .join(Indicator)
        .where(IndicatorTask.task_id.in_(list(task_ids)), holds_on(IndicatorTask, as_of), in_force_on(as_of))
        .order_by(IndicatorTask.task_id, Indicator.position, Indicator.id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for task_id, indicator_id in db.session.execute(query):
        found[task_id].append(indicator_id)
    return dict(found)


def has_indicator(as_of: date) -> sa.ColumnElement[bool]:
    """The same as a WHERE on Task."""
    query = sa.select(IndicatorTask.id).join(Indicator).where(IndicatorTask.task_id == Task.id)
    return query.where(holds_on(IndicatorTask, as_of), in_force_on(as_of)).correlate(Task).exists()


def targets_of_tasks(task_ids: Sequence[int], as_of: date) -> dict[int, str]:
    """Task id -> what its indicators are to reach, in words: 管理率 2021年≥60%；… A task without any is not there."""
    measured = indicators_of_tasks(task_ids, as_of)
    definitions = definitions_on(sorted({one for ids in measured.values() for one in ids}), as_of)
    return {task_id: "；".join(_asked(definitions[one]) for one in ids) for task_id, ids in measured.items()}


def _asked(definition: Definition) -> str:
    targets = "、".join(
        f"{one.year}年{target_words(one)}" if one.year else target_words(one) for one in definition.targets
    )
    return f"{definition.title} {targets}".strip()


def rows_of_task(task: Task, actor: Actor, as_of: date) -> list[Row]:
    """The indicators of a task that the actor may see."""
    query = sa.select(Indicator).join(IndicatorTask).where(IndicatorTask.task_id == task.id)
    query = query.where(holds_on(IndicatorTask, as_of), in_force_on(as_of)).options(joinedload(Indicator.plan))
    found = list(db.session.scalars(query.order_by(Indicator.position, Indicator.id)))
    return [row for row in rows_of(found, as_of) if decide(actor, "indicator.read", row.subject)]


def history(indicator_id: int) -> list[IndicatorDefinition]:
    """Every definition the indicator had, the latest first."""
    query = sa.select(IndicatorDefinition).where(IndicatorDefinition.indicator_id == indicator_id)
    query = query.options(joinedload(IndicatorDefinition.made_by)).order_by(IndicatorDefinition.number.desc())
    return list(db.session.scalars(query))


def entered(row: Row) -> list[IndicatorValue]:
    """Everything that was entered by the day, what happened last first."""
    every = [one for versions in row.versions.values() for one in versions]
    return sorted(every, key=lambda one: (one.decided_at or one.entered_at, one.id), reverse=True)

"""撤并: a unit ends, or goes into another; its open parts are handed over and what it still owed is derived again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tracker.errors import Invalid
from tracker.extensions import db
from tracker.obligations.actions import Derived
from tracker.obligations.members import derive_tasks, tasks_of
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.tasks.actions import change_units
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import assigned_on, current_assignments
from tracker.tasks.roles import Role
from tracker.units.actions import end_member, end_unit
from tracker.units.models import Unit
from tracker.units.queries import memberships


def wind_up(unit: Unit, successor: Unit | None, reason: str, actor: Actor, today: date) -> Derived:
    """End a unit today. Its parts in tasks that still run go to the successor, in the higher role where that has one
    already; what it reported stays its own.

    Invalid without a reason, for a group, and without a successor while it alone leads a task.
    """
    tasks = _open_tasks(unit, today)
    if successor is None:
        _check_leads(unit, tasks, today)
    end_unit(unit, successor, today, reason, actor)
    groups = [span for span in memberships() if span.member_id == unit.id and span.holds(today)]
    for span in groups:
        end_member(span, today, reason, actor)
    for task in tasks:
        leads, partners = _after(task, unit, successor, today)
        change_units(task, leads, partners, reason, actor)
    named = [(task.plan_id, task.id) for task in tasks]
    return derive_tasks([*named, *tasks_of(span.group_id for span in groups)], today, reason)


def _open_tasks(unit: Unit, today: date) -> list[Task]:
    """Tasks of open plans in which the unit has a part by name today, none that is closed or withdrawn."""
    held = sa.select(Assignment.task_id).where(Assignment.unit_id == unit.id, assigned_on(today))
    query = (
        sa.select(Task)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Task.id.in_(held), Plan.closed_on.is_(None), Task.closed_on.is_(None), Task.withdrawn_on.is_(None))
        .options(selectinload(Task.assignments).joinedload(Assignment.unit))
        .order_by(Task.plan_id, Task.position)
    )
    return list(db.session.scalars(query))


def _check_leads(unit: Unit, tasks: Sequence[Task], today: date) -> None:
    alone = [task for task in tasks if not _after(task, unit, None, today)[0]]
    if alone:
        named = "、".join(task.label for task in alone[:5]) + ("等" if len(alone) > 5 else "")
        raise Invalid(
            f"{unit.name}还独自牵头{named}共 {len(alone)} 项。请选并入的单位，或先改这些任务的分工。", "successor"
        )


def _after(task: Task, unit: Unit, successor: Unit | None, today: date) -> tuple[list[Unit], list[Unit]]:
    """(leads, partners) once the unit's part is the successor's; a unit is named once, in its higher role."""
    held = current_assignments(task, today)
    parts = {one.unit: one.role for one in held if one.unit is not unit}
    own = [one.role for one in held if one.unit is unit]
    if successor is not None:
        had = [parts[successor]] if successor in parts else []
        parts[successor] = min(own + had, key=lambda role: role.rank)
    leads = [one for one, role in parts.items() if role is Role.LEAD]
    return leads, [one for one in parts if one not in leads]

"""Which units take part in a plan, and in which of its tasks, groups by their members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.extensions import db
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import assigned_on, subjects_of
from tracker.units.models import Membership, Unit
from tracker.units.queries import member_on
from tracker.units.rules import GROUP_KINDS


@dataclass(frozen=True)
class Parts:
    """``names``: of the units of a plan, by id, in the order of the register; ``involved``: the units of the tasks that
    were asked for, by the task's id, as far as those are in force."""

    names: Mapping[int, str]
    involved: Mapping[int, frozenset[int]]


def parts_of(plan_id: int, task_ids: Iterable[int | None], day: date) -> Parts:
    """Who takes part on ``day``; three statements."""
    asked = Task.id.in_({one for one in task_ids if one is not None})
    in_force = list(db.session.scalars(sa.select(Task.id).where(*_of(plan_id), asked)))
    subjects = subjects_of(in_force, day)
    return Parts(names_of(plan_id, day), {task_id: subjects[task_id].involved for task_id in in_force})


def names_of(plan_id: int, day: date) -> dict[int, str]:
    """The units that take part on ``day``, by id, in the order of the register."""
    named = sa.select(Assignment.unit_id).join(Task, Task.id == Assignment.task_id)
    named = named.where(*_of(plan_id), assigned_on(day))
    members = sa.select(Membership.member_id).where(Membership.group_id.in_(named), member_on(day))
    query = sa.select(Unit.id, Unit.name).where(Unit.id.in_(named) | Unit.id.in_(members))
    query = query.where(Unit.kind.not_in(GROUP_KINDS)).order_by(Unit.sort_key, Unit.id)
    return {number: name for number, name in db.session.execute(query)}


def tasks_of(plan_id: int, unit_ids: Collection[int], day: date) -> list[Task]:
    """The tasks in which one of the units has a part on ``day``, in the order of the document."""
    groups = sa.select(Membership.group_id).where(Membership.member_id.in_(unit_ids), member_on(day))
    given = Assignment.unit_id.in_(unit_ids) | Assignment.unit_id.in_(groups)
    mine = sa.select(Assignment.task_id).where(given, assigned_on(day))
    return list(db.session.scalars(sa.select(Task).where(*_of(plan_id), Task.id.in_(mine)).order_by(Task.position)))


def _of(plan_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The tasks of a plan that are in force."""
    return Task.plan_id == plan_id, Task.withdrawn_on.is_(None)

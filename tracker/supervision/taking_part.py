"""Which units take part in a plan, and in which of its tasks, groups by their members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.extensions import db
from tracker.tasks.models import Task
from tracker.tasks.queries import subjects_of
from tracker.units.models import Unit


@dataclass(frozen=True)
class Parts:
    """``names``: of the units, by id, in the order of the register; ``involved``: the units of each task by its id;
    ``tasks``: those in force, in the order of the document."""

    names: Mapping[int, str]
    involved: Mapping[int, frozenset[int]]
    tasks: Mapping[int, Task]

    def tasks_of(self, unit_id: int) -> list[Task]:
        """The tasks in which a unit has a part."""
        return [task for task_id, task in self.tasks.items() if unit_id in self.involved[task_id]]


def parts_of(plan_id: int, day: date) -> Parts:
    """Who takes part on ``day``; three statements."""
    query = sa.select(Task).where(Task.plan_id == plan_id, Task.withdrawn_on.is_(None)).order_by(Task.position)
    tasks = {task.id: task for task in db.session.scalars(query)}
    subjects = subjects_of(tasks, day)
    involved = {task_id: subjects[task_id].involved for task_id in tasks}
    everybody = frozenset[int]().union(*involved.values())
    units = sa.select(Unit).where(Unit.id.in_(everybody)).order_by(Unit.sort_key, Unit.id)
    names = {unit.id: unit.name for unit in db.session.scalars(units) if not unit.is_group}
    return Parts(names, involved, tasks)

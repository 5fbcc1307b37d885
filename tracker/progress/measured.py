"""Whether a task has indicators: their room stands beside this one and knows; registry.py says who is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

import sqlalchemy as sa

from tracker.extensions import db
from tracker.tasks.models import Task

knower: list[Callable[[date], sa.ColumnElement[bool]]] = []
"""Whether the Task of the enclosing query has an indicator on the day. One; filled by registry.py."""


def has_indicator(day: date) -> sa.ColumnElement[bool]:
    """Whether the Task of the enclosing query has an indicator on the day."""
    return knower[0](day)


def measured(task_ids: Collection[int], day: date) -> set[int]:
    """Those of the tasks that have an indicator on the day; one statement."""
    return set(db.session.scalars(sa.select(Task.id).where(Task.id.in_(task_ids), has_indicator(day))))

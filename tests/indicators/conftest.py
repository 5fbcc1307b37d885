"""The plan of the tests of indicators."""

from __future__ import annotations

import sqlalchemy as sa

from tests.beginnings import beginning
from tests.indicators.figures import definition
from tests.plans import make_plan
from tests.world import TOWNS, World
from tracker.extensions import commit, db
from tracker.indicators.actions import Link, define
from tracker.plans.models import Plan
from tracker.tasks.models import Task


@beginning
def plan(world: World) -> Plan:
    """A plan with one indicator of the townships, on task 5 (led by the townships, the health commission joins in)."""
    plan = make_plan()
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "5")).one()
    define(plan, Link(definition(), [task.id], [world.unit(TOWNS).id]), world.actor("office1"))
    commit()
    return plan

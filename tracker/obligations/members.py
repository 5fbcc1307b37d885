"""A change of a group's members, and what it makes of the obligations that are still open."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tracker.extensions import db
from tracker.obligations.actions import Derived, derive
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.tasks.models import Assignment, Task
from tracker.units.actions import add_member, end_member
from tracker.units.models import Membership, Unit


def join(group: Unit, member: Unit, from_on: date, reason: str, actor: Actor, today: date) -> Derived:
    """A unit joins a group; it then owes what the group owes from that day on."""
    add_member(group, member, from_on, reason, actor)
    return _derive_for(group, today, f"{member.name}加入{group.name}")


def leave(membership: Membership, until_on: date, reason: str, actor: Actor, today: date) -> Derived:
    """A unit leaves its group; what it no longer owes is withdrawn, what it reported stays."""
    end_member(membership, until_on, reason, actor)
    return _derive_for(membership.group, today, f"{membership.member.name}移出{membership.group.name}")


def _derive_for(group: Unit, today: date, reason: str) -> Derived:
    """Derive the tasks of open plans in which the group has a part; the counts together."""
    query = (
        sa.select(Task.plan_id, Task.id)
        .join(Assignment, Assignment.task_id == Task.id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Assignment.unit_id == group.id, Plan.closed_on.is_(None))
        .distinct()
    )
    by_plan: dict[int, list[int]] = {}
    for plan_id, task_id in db.session.execute(query):
        by_plan.setdefault(plan_id, []).append(task_id)
    done = [derive(db.session.get_one(Plan, plan_id), today, tasks, reason) for plan_id, tasks in by_plan.items()]
    return Derived(
        periods=sum(one.periods for one in done),
        added=sum(one.added for one in done),
        withdrawn=sum(one.withdrawn for one in done),
        revised=sum(one.revised for one in done),
    )

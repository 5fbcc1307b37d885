"""A change of a group's members, and what it makes of the obligations that are still open."""

from __future__ import annotations

from collections.abc import Iterable
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
    return derive_tasks(tasks_of([group.id]), today, reason)


def tasks_of(unit_ids: Iterable[int]) -> list[tuple[int, int]]:
    """(plan, task) of every task of an open plan in which one of these units or groups has or had a part."""
    query = (
        sa.select(Task.plan_id, Task.id)
        .join(Assignment, Assignment.task_id == Task.id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Assignment.unit_id.in_(list(unit_ids)), Plan.closed_on.is_(None))
        .distinct()
    )
    return [(plan_id, task_id) for plan_id, task_id in db.session.execute(query)]


def derive_tasks(tasks: Iterable[tuple[int, int]], today: date, reason: str) -> Derived:
    """Derive these (plan, task) again; the counts of all plans together."""
    by_plan: dict[int, set[int]] = {}
    for plan_id, task_id in tasks:
        by_plan.setdefault(plan_id, set()).add(task_id)
    done = [derive(db.session.get_one(Plan, plan_id), today, found, reason) for plan_id, found in by_plan.items()]
    return Derived(
        periods=sum(one.periods for one in done),
        added=sum(one.added for one in done),
        withdrawn=sum(one.withdrawn for one in done),
        revised=sum(one.revised for one in done),
    )

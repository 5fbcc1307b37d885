"""Reads of tasks and assignments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.errors import NotFound
from tracker.extensions import Moment, db
from tracker.permissions import UNIT_ROLES, Actor, Role, Subject
from tracker.plans.models import Plan
from tracker.tasks.models import Acknowledgement, Assignment, Task
from tracker.tasks.roles import Role as Part
from tracker.units.models import Membership, Unit
from tracker.units.queries import groups_of, member_on
from tracker.units.rules import GROUP_KINDS


def assigned_on(day: date) -> sa.ColumnElement[bool]:
    """Assignments that hold on ``day``."""
    return (Assignment.from_on <= day) & (Assignment.until_on.is_(None) | (Assignment.until_on > day))


def in_force_on(day: date) -> sa.ColumnElement[bool]:
    """Tasks that were in their plan on ``day``: brought in by then, and not ended."""
    came = Task.from_on.is_(None) | (Task.from_on <= day)
    return came & (Task.withdrawn_on.is_(None) | (Task.withdrawn_on > day))


def given_to(unit_id: int, day: date) -> sa.ColumnElement[bool]:
    """Assignments to a unit by name, or to a group it is in on ``day``."""
    return (Assignment.unit_id == unit_id) | Assignment.unit_id.in_(groups_of(unit_id, day))


def plans_given_to(unit_id: int, day: date) -> sa.ColumnElement[bool]:
    """Plans in which a unit has or had a part by ``day``, by name or through a group it is in: a WHERE on Plan."""
    parts = sa.select(Task.plan_id).join(Assignment, Assignment.task_id == Task.id)
    return Plan.id.in_(parts.where(given_to(unit_id, day), Assignment.from_on <= day))


def visible_to(actor: Actor, day: date) -> sa.ColumnElement[bool]:
    """`task.read` as a WHERE on Task: an office its plans, a leader all, a unit the tasks it takes part in."""
    if actor.role is Role.LEADER:
        return sa.true()
    if actor.role is Role.OFFICE:
        return Task.plan_id.in_(sa.select(Plan.id).where(Plan.office_id == actor.unit_id))
    if actor.role in UNIT_ROLES and actor.unit_id is not None:
        mine = sa.select(Assignment.task_id).where(given_to(actor.unit_id, day), assigned_on(day))
        return Task.id.in_(mine)
    return sa.false()


def subjects_of(task_ids: Iterable[int], day: date) -> dict[int, Subject]:
    """What rights on each task depend on: its office, and who leads, joins in, or is a member of a group that does."""
    query = (
        sa.select(Task.id, Plan.office_id, Assignment.role, Assignment.unit_id, Membership.member_id)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Assignment, (Assignment.task_id == Task.id) & assigned_on(day))
        .outerjoin(Membership, (Membership.group_id == Assignment.unit_id) & member_on(day))
        .where(Task.id.in_(list(task_ids)))
    )
    parts: dict[int, dict[str, set[int]]] = {}
    offices: dict[int, int] = {}
    for task_id, office_id, role, unit_id, member_id in db.session.execute(query):
        offices[task_id] = office_id
        sets = parts.setdefault(task_id, {"lead": set(), "partner": set(), "member": set()})
        if member_id is not None:
            sets["member"].add(member_id)
        if unit_id is not None:
            sets[role.value].add(unit_id)
    return {
        task_id: Subject(
            office_id=offices[task_id],
            lead_ids=frozenset(sets["lead"]),
            partner_ids=frozenset(sets["partner"]),
            member_ids=frozenset(sets["member"]),
        )
        for task_id, sets in parts.items()
    }


def subject_of(task: Task, day: date) -> Subject:
    """What rights on one task depend on."""
    return subjects_of([task.id], day)[task.id]


def open_task(task_id: int, actor: Actor, day: date) -> Task:
    """The task with its plan and section, or NotFound when there is none for this actor."""
    query = sa.select(Task).where(Task.id == task_id, visible_to(actor, day))
    task = db.session.scalar(query.options(joinedload(Task.plan), joinedload(Task.section)))
    if task is None:
        raise NotFound("没有这项任务，或者它没有分给本单位。请回到台账里找。")
    return task


def current_assignments(task: Task, day: date) -> list[Assignment]:
    """The task's assignments that hold on ``day``, leads first, each in the order of the document."""
    return held_on(task.assignments, day)


def held_on(parts: Iterable[Assignment], day: date) -> list[Assignment]:
    """Those that hold on ``day``, leads first, each in the order of the document."""
    held = [one for one in parts if one.from_on <= day and (one.until_on is None or day < one.until_on)]
    return sorted(held, key=lambda one: (one.role.rank, one.id))


def unacknowledged(unit_id: int, plan_id: int, day: date) -> list[Assignment]:
    """What a unit was given and has not signed for: by name, or through a group it is in."""
    signed = sa.select(Acknowledgement.assignment_id).where(Acknowledgement.unit_id == unit_id)
    query = (
        sa.select(Assignment)
        .join(Task)
        .where(
            Task.plan_id == plan_id,
            Task.withdrawn_on.is_(None),
            given_to(unit_id, day),
            Assignment.id.not_in(signed),
            assigned_on(day),
        )
        .options(joinedload(Assignment.task), joinedload(Assignment.unit))
        .order_by(Task.position, Assignment.role)
    )
    return list(db.session.scalars(query))


def count_unacknowledged(unit_id: int, plan_id: int, day: date) -> int:
    """How much of what a unit was given it has not signed for."""
    signed = sa.select(Acknowledgement.assignment_id).where(Acknowledgement.unit_id == unit_id)
    query = (
        sa.select(sa.func.count())
        .select_from(Assignment)
        .join(Task)
        .where(
            Task.plan_id == plan_id,
            Task.withdrawn_on.is_(None),
            given_to(unit_id, day),
            Assignment.id.not_in(signed),
            assigned_on(day),
        )
    )
    return db.session.scalar(query) or 0


def owing_pairs(plan_id: int, day: date) -> sa.Select[tuple[int, int]]:
    """(assignment id, unit id) of every unit that has to sign for something on ``day``, groups unfolded."""
    direct = (
        sa.select(Assignment.id.label("assignment_id"), Assignment.unit_id.label("unit_id"))
        .join(Task)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Task.plan_id == plan_id, Task.withdrawn_on.is_(None), assigned_on(day))
        .where(Unit.kind.not_in(GROUP_KINDS))
    )
    through = (
        sa.select(Assignment.id, Membership.member_id)
        .join(Task)
        .join(Membership, Membership.group_id == Assignment.unit_id)
        .where(Task.plan_id == plan_id, Task.withdrawn_on.is_(None), assigned_on(day), member_on(day))
    )
    both = sa.union(direct, through).subquery()
    return sa.select(both.c.assignment_id, both.c.unit_id)


@dataclass(frozen=True)
class SignedFor:
    """How far a unit has signed for what it got: ``signed`` of ``given``, and when last."""

    unit: Unit
    given: int
    signed: int
    last_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.signed < self.given


def acknowledgements(plan_id: int, day: date) -> list[SignedFor]:
    """Every unit that got something, those with the most unsigned first."""
    pairs = owing_pairs(plan_id, day).subquery()
    given, signed = sa.func.count().label("given"), sa.func.count(Acknowledgement.id).label("signed")
    query = (
        sa.select(Unit, given, signed, sa.func.max(Acknowledgement.at, type_=Moment()))
        .join(pairs, pairs.c.unit_id == Unit.id)
        .outerjoin(
            Acknowledgement,
            (Acknowledgement.assignment_id == pairs.c.assignment_id) & (Acknowledgement.unit_id == pairs.c.unit_id),
        )
        .group_by(Unit.id)
        .order_by((given - signed).desc(), Unit.sort_key)
    )
    return [SignedFor(*row) for row in db.session.execute(query)]


def units_of(task_ids: Iterable[int], day: date) -> dict[int, dict[Part, list[Unit]]]:
    """Task id -> the leads and the partners that hold on ``day``, in the order of the document."""
    query = (
        sa.select(Assignment.task_id, Assignment.role, Unit)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.task_id.in_(list(task_ids)), assigned_on(day))
        .order_by(Assignment.id)
    )
    found: dict[int, dict[Part, list[Unit]]] = {}
    for task_id, role, unit in db.session.execute(query):
        found.setdefault(task_id, {Part.LEAD: [], Part.PARTNER: []})[role].append(unit)
    return found

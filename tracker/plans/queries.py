"""Reads of plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.permissions import UNIT_ROLES, Actor, Role, Subject
from tracker.plans.models import Plan

Parts = Callable[[int, date], sa.ColumnElement[bool]]
"""(unit id, day) -> the plans in which the unit has or had a part by then, as a WHERE on Plan."""
_finders: list[Parts] = []


def set_parts(*finders: Parts) -> None:
    """Say who knows which units take part in a plan: the rooms of tasks and of indicators, above this one."""
    _finders[:] = finders


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """`plan.read` as a WHERE: an office its own, leaders every plan, a unit those it has a part in, others none."""
    if actor.role is Role.OFFICE:
        return Plan.office_id == actor.unit_id
    if actor.role is Role.LEADER:
        return sa.true()
    if actor.role in UNIT_ROLES and actor.unit_id is not None:
        return sa.or_(sa.false(), *(has_part(actor.unit_id, clock.today()) for has_part in _finders))
    return sa.false()


def subject_of(plan: Plan) -> Subject:
    """What rights on a plan depend on."""
    return Subject(office_id=plan.office_id)


def plans_of(actor: Actor) -> list[Plan]:
    """The plans of an actor, the newest first; asked once a request, for the page and for the top bar."""
    if "plans" not in g:
        query = sa.select(Plan).where(visible_to(actor)).options(joinedload(Plan.office))
        g.plans = list(db.session.scalars(query.order_by(Plan.confirmed_on.desc(), Plan.id.desc())))
    return g.plans


def menu(actor: Actor) -> list[tuple[int, str]]:
    """(id, short title) of the plans an actor can choose from, the newest first."""
    return [(plan.id, plan.short_title) for plan in plans_of(actor)]


def open_plan(plan_id: int, actor: Actor) -> Plan:
    """The plan the page is about, which the top bar then shows; NotFound when there is none for this actor."""
    plan = next((plan for plan in plans_of(actor) if plan.id == plan_id), None)
    if plan is None:
        raise NotFound("没有这份方案，或者您不能看它。请从导航重新进入。")
    g.plan_id = plan.id
    return plan


def current_plan(actor: Actor) -> Plan | None:
    """The newest plan of an actor, for pages that are led to without one."""
    return next(iter(plans_of(actor)), None)


def to_end(plan: Plan) -> sa.ScalarSelect[int]:
    """The id of the plan that another follows and that the office has not ended, so that both ask for reports: the one
    before this, or this one; of both the earlier."""
    is_followed = sa.select(Plan.predecessor_id).where(Plan.predecessor_id == plan.id).exists()
    is_meant = (Plan.id == plan.predecessor_id) | ((Plan.id == plan.id) & is_followed)
    return sa.select(sa.func.min(Plan.id)).where(Plan.closed_on.is_(None), is_meant).scalar_subquery()


def handed_on(plan: Plan) -> date | None:
    """The day by which the plan has ended and one that follows it was confirmed: what is due later is asked there."""
    if plan.closed_on is None:
        return None
    follows = db.session.scalar(sa.select(sa.func.min(Plan.confirmed_on)).where(Plan.predecessor_id == plan.id))
    return max(plan.closed_on, follows) if follows else None

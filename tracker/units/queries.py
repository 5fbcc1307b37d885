"""Reads of the unit register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.errors import NotFound
from tracker.extensions import db
from tracker.units.models import Alias, Membership, Unit
from tracker.units.rules import GROUP_KINDS, Known


def register() -> list[Known]:
    """Every name a unit has or had."""
    found = db.session.execute(sa.select(Unit.id, Unit.name, Unit.ended_on))
    own = [Known(row.name, row.id, until_on=row.ended_on) for row in found]
    aliases = db.session.scalars(sa.select(Alias))
    return own + [Known(alias.name, alias.unit_id, alias.from_on, alias.until_on) for alias in aliases]


def unit_by_id(unit_id: int) -> Unit:
    """The unit, or NotFound."""
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound("没有这个单位。请回到单位名册里找。")
    return unit


def unit_by_name(name: str) -> Unit | None:
    """The unit that is registered under exactly this name."""
    return db.session.scalar(sa.select(Unit).where(Unit.name == name.strip()))


def units(*, words: str = "") -> list[Unit]:
    """Every unit in pinyin order with its aliases; ``words`` looked for in names and aliases."""
    query = (
        sa.select(Unit).options(selectinload(Unit.aliases), joinedload(Unit.parent)).order_by(Unit.sort_key, Unit.id)
    )
    if words:
        by_alias = sa.select(Alias.unit_id).where(Alias.name.contains(words, autoescape=True))
        query = query.where(Unit.name.contains(words, autoescape=True) | Unit.id.in_(by_alias))
    return list(db.session.scalars(query))


def member_on(day: date) -> sa.ColumnElement[bool]:
    """Memberships that hold on ``day``."""
    return (Membership.from_on <= day) & (Membership.until_on.is_(None) | (Membership.until_on > day))


def memberships(group_ids: Iterable[int] | None = None) -> list[Membership]:
    """Every time a unit spent in a group, in order of the members' names; None: of all groups."""
    query = sa.select(Membership).join(Unit, Unit.id == Membership.member_id).options(joinedload(Membership.member))
    if group_ids is not None:
        query = query.where(Membership.group_id.in_(list(group_ids)))
    return list(db.session.scalars(query.order_by(Unit.sort_key, Membership.id)))


def groups_of(unit_id: int, day: date) -> sa.Select[Any]:
    """The ids of the groups a unit is in on ``day``, as part of a statement."""
    return sa.select(Membership.group_id).where(Membership.member_id == unit_id, member_on(day))


def empty_groups(day: date) -> list[Unit]:
    """Groups without a member on ``day``: they owe nothing and wait in the office's queue."""
    filled = sa.select(Membership.group_id).where(member_on(day))
    query = sa.select(Unit).where(Unit.kind.in_(GROUP_KINDS), Unit.id.not_in(filled), Unit.ended_on.is_(None))
    return list(db.session.scalars(query.order_by(Unit.sort_key)))

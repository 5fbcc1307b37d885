"""Writes on the unit register."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tracker.audit.actions import record
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.permissions import Actor
from tracker.units.models import Alias, Membership, Unit
from tracker.units.queries import member_on, register
from tracker.units.rules import UnitKind, plain, resolve, sort_key


def add_unit(name: str, kind: UnitKind, actor: Actor | None, *, note: str = "", parent: Unit | None = None) -> Unit:
    """Put a new unit, or a group still without members, into the register."""
    name = name.strip()
    if not name:
        raise Invalid("单位名称要填。", "name")
    if any(plain(known.name) == plain(name) for known in register()):
        raise Invalid(f"“{name}”已在名册里（单位名或别名），不用再加。", "name")
    unit = Unit(name=name, kind=kind, sort_key=sort_key(name), note=note, parent=parent)
    db.session.add(unit)
    db.session.flush()
    record(actor, "unit.add", "unit", unit.id, name, after={"kind": kind.value, "note": note})
    return unit


def rename_unit(unit: Unit, name: str, on: date, reason: str, actor: Actor) -> Unit:
    """The unit is called otherwise from ``on``; its old name becomes an alias up to that day."""
    if not reason.strip():
        raise Invalid("改名要写依据。", "reason")
    if resolve(name, register(), on) - {unit.id}:
        raise Invalid(f"“{name}”是另一个单位的名称，不能重复。", "name")
    before = unit.name
    add_alias(unit, before, None, on, actor)
    unit.name, unit.sort_key = name.strip(), sort_key(name)
    record(
        actor, "unit.rename", "unit", unit.id, unit.name, before={"name": before}, after={"name": name}, reason=reason
    )
    db.session.flush()
    return unit


def add_alias(unit: Unit, name: str, from_on: date | None, until_on: date | None, actor: Actor | None) -> Alias:
    """Another name of a unit, in the days it held."""
    name = name.strip()
    if not name:
        raise Invalid("别名要填。", "alias")
    if from_on and until_on and until_on <= from_on:
        raise Invalid("别名的止日要晚于起日，请改日期。", "until_on")
    alias = Alias(unit=unit, name=name, from_on=from_on, until_on=until_on)
    db.session.add(alias)
    db.session.flush()
    record(actor, "unit.alias", "unit", unit.id, unit.name, after={"alias": name})
    return alias


def add_member(group: Unit, member: Unit, from_on: date, reason: str, actor: Actor | None) -> Membership:
    """A unit joins a group on ``from_on``; groups do not hold groups."""
    if not group.is_group or member.is_group:
        raise Invalid("只能把单位加进群体。", "member")
    held = sa.select(Membership.id).where(
        Membership.group_id == group.id, Membership.member_id == member.id, member_on(from_on)
    )
    if db.session.scalar(held):
        raise Invalid(f"“{member.name}”已经是“{group.name}”的成员。", "member")
    membership = Membership(group=group, member=member, from_on=from_on, reason=reason)
    db.session.add(membership)
    db.session.flush()
    label = f"{group.name}：{member.name}"
    record(actor, "group.join", "unit", group.id, label, after={"from_on": from_on.isoformat()}, reason=reason)
    return membership


def end_member(membership: Membership, until_on: date, reason: str, actor: Actor) -> Membership:
    """A unit is no longer in a group from ``until_on`` on."""
    if not reason.strip():
        raise Invalid("移出群体要写原因。", "reason")
    if membership.until_on is not None and until_on > membership.until_on:
        raise Invalid(f"已于{membership.until_on}移出，不能往后改。要再加入，请重新加。", "until_on")
    membership.until_on = until_on
    label = f"{membership.group.name}：{membership.member.name}"
    after = {"until_on": until_on.isoformat()}
    record(actor, "group.leave", "unit", membership.group_id, label, after=after, reason=reason)
    db.session.flush()
    return membership


def end_unit(unit: Unit, successor: Unit | None, on: date, reason: str, actor: Actor) -> Unit:
    """The unit is no more from ``on``; its name is then the successor's, so that papers that still use it are read.

    What it had to do is for obligations/winding_up.py to hand over.
    """
    if not reason.strip():
        raise Invalid("撤并要写依据。", "reason")
    if unit.is_group or unit.ended_on:
        raise Invalid("群体不撤并，移出成员就行。" if unit.is_group else f"已于{unit.ended_on}撤并。", "reason")
    if successor is not None and (successor is unit or successor.is_group or successor.ended_on):
        raise Invalid("只能并入另一个在用的单位。", "successor")
    unit.ended_on, unit.ended_reason = on, reason.strip()
    names = [unit.name, *(alias.name for alias in unit.aliases if alias.until_on is None)]
    for alias in unit.aliases:
        alias.until_on = alias.until_on or on
    if successor is not None:
        for name in names:
            add_alias(successor, name, on, None, actor)
    after = {"ended_on": on.isoformat(), "successor": successor.name if successor else ""}
    record(actor, "unit.end", "unit", unit.id, unit.name, after=after, reason=reason)
    db.session.flush()
    return unit


def set_skips_signing(unit: Unit, skips: bool, reason: str, actor: Actor) -> Unit:
    """Whether the unit's reports go up without its head's signature (免签)."""
    if not reason.strip():
        raise Invalid("改签字办法要写原因。", "reason")
    before, unit.skips_signing = unit.skips_signing, skips
    old, new = {"skips_signing": before}, {"skips_signing": skips}
    record(actor, "unit.skips_signing", "unit", unit.id, unit.name, before=old, after=new, reason=reason)
    db.session.flush()
    return unit

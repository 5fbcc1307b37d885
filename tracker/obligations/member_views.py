"""A group's members and 撤并, changed on the unit's page. Above the register, since obligations follow."""

from __future__ import annotations

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, NotFound
from tracker.extensions import commit, db
from tracker.obligations.actions import Derived
from tracker.obligations.members import join, leave
from tracker.obligations.winding_up import wind_up
from tracker.units.models import Membership, Unit
from tracker.units.pages import page_of
from tracker.units.queries import unit_by_id
from tracker.web.access import actor, requires
from tracker.web.forms import needed_day, typed, typed_number
from tracker.web.render import go

members = Blueprint("members", __name__)


@members.post("/units/<int:unit_id>/members")
@requires("unit.edit")
def add(unit_id: int) -> Response:
    """A unit joins the group."""
    group = unit_by_id(unit_id)
    try:
        member = typed_number("member")
        if member is None:
            raise Invalid(_("请选要加入的单位。"), "member")
        derived = join(group, unit_by_id(member), needed_day("from_on"), typed("reason"), actor(), clock.today())
    except Invalid as error:
        return page_of(group, error, "member")
    return _done(group, derived)


@members.post("/memberships/<int:membership_id>/end")
@requires("unit.edit")
def end(membership_id: int) -> Response:
    """A unit leaves its group."""
    membership = db.session.get(Membership, membership_id)
    if membership is None:
        raise NotFound(_("没有这条成员记录。请刷新单位页再试。"))
    try:
        derived = leave(membership, needed_day("until_on"), typed("reason"), actor(), clock.today())
    except Invalid as error:
        return page_of(membership.group, error, f"end-{membership.id}")
    return _done(membership.group, derived)


@members.post("/units/<int:unit_id>/end")
@requires("unit.edit")
def end_unit(unit_id: int) -> Response:
    """The unit is no more, or goes into another."""
    unit = unit_by_id(unit_id)
    try:
        successor = typed_number("successor")
        into = unit_by_id(successor) if successor else None
        derived = wind_up(unit, into, typed("reason"), actor(), clock.today())
    except Invalid as error:
        db.session.rollback()
        return page_of(unit_by_id(unit_id), error, "end-unit")
    return _done(unit, derived)


def _done(group: Unit, derived: Derived) -> Response:
    commit()
    flash(
        _(
            "已改。应报事项新增 %(added)s 件，撤销 %(withdrawn)s 件，已报的都留着。",
            added=derived.added,
            withdrawn=derived.withdrawn,
        ),
        "green",
    )
    return go(url_for("units.one", unit_id=group.id))

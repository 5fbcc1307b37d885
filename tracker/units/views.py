"""The register of units: list, one unit, and what the office changes in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid
from tracker.extensions import commit
from tracker.permissions import decide
from tracker.units import actions
from tracker.units.models import Unit
from tracker.units.pages import page_of
from tracker.units.queries import memberships, unit_by_id, units
from tracker.units.rules import KIND_NAMES, UnitKind
from tracker.web.access import actor, requires
from tracker.web.forms import needed_day, typed, typed_day
from tracker.web.render import go, render

register = Blueprint("units", __name__)


@register.before_request
def mark() -> None:
    """Its entry of the top bar."""
    g.navigation = "units"


@register.get("/units")
@requires("unit.read")
def listing() -> Response:
    """Every unit with its kind, names and groups."""
    words, kind = request.args.get("find", "").strip(), request.args.get("kind", "")
    found = units(words=words)
    shown = [unit for unit in found if kind in {"", unit.kind.value}]
    return render(
        "units/list.html",
        units=shown,
        counts=Counter(unit.kind for unit in found),
        kinds=KIND_NAMES,
        kind=kind,
        words=words,
        groups=_groups_by_member(),
        may_edit=decide(actor(), "unit.edit"),
    )


def _groups_by_member() -> dict[int, list[str]]:
    """Unit id -> for a member the names of its groups today, for a group those of its members."""
    today, names = clock.today(), {unit.id: unit.name for unit in units()}
    found: dict[int, list[str]] = {}
    for membership in memberships():
        if membership.holds(today):
            found.setdefault(membership.member_id, []).append(names[membership.group_id])
            found.setdefault(membership.group_id, []).append(names[membership.member_id])
    return found


@register.get("/units/new")
@requires("unit.edit")
def new() -> Response:
    """The form for a unit that is not in the register."""
    return render("units/new.html", kinds=KIND_NAMES, error=None)


@register.post("/units")
@requires("unit.edit")
def add() -> Response:
    """Put a unit into the register."""
    try:
        kind = typed("kind")
        if kind not in {member.value for member in UnitKind}:
            raise Invalid(_("请选类型。"), "kind")
        unit = actions.add_unit(typed("name"), UnitKind(kind), actor(), note=typed("note"))
    except Invalid as error:
        return render("units/new.html", status=422, kinds=KIND_NAMES, error=error)
    commit()
    flash(_("“%(name)s”已登记。", name=unit.name), "green")
    return go(url_for("units.one", unit_id=unit.id))


@register.get("/units/<int:unit_id>")
@requires("unit.read")
def one(unit_id: int) -> Response:
    """A unit: its names, its groups or its members, and the forms to change them."""
    return page_of(unit_by_id(unit_id))


def _change(unit_id: int, form: str, change: Callable[[Unit], object], done: str) -> Response:
    """Do one change to a unit and show it, or show the form again with the reason."""
    unit = unit_by_id(unit_id)
    try:
        change(unit)
    except Invalid as error:
        return page_of(unit, error, form)
    commit()
    flash(done, "green")
    return go(url_for("units.one", unit_id=unit.id))


@register.post("/units/<int:unit_id>/name")
@requires("unit.edit")
def rename(unit_id: int) -> Response:
    """The unit is called otherwise from a day on."""

    def change(unit: Unit) -> object:
        return actions.rename_unit(unit, typed("name"), needed_day("on"), typed("reason"), actor())

    return _change(unit_id, "name", change, _("已改名，原名留作曾用名。"))


@register.post("/units/<int:unit_id>/aliases")
@requires("unit.edit")
def add_alias(unit_id: int) -> Response:
    """Another name of the unit, with the days in which it held."""

    def change(unit: Unit) -> object:
        return actions.add_alias(unit, typed("alias"), typed_day("from_on"), typed_day("until_on"), actor())

    return _change(unit_id, "alias", change, _("别名已记下，导入时认得。"))


@register.post("/units/<int:unit_id>/signing")
@requires("unit.edit")
def signing(unit_id: int) -> Response:
    """Whether the unit's reports go up without a signature."""

    def change(unit: Unit) -> object:
        return actions.set_skips_signing(unit, typed("skips") == "1", typed("reason"), actor())

    return _change(unit_id, "signing", change, _("签字办法已改，从下一次送签起算。"))

"""The settings of a plan."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.accounts.queries import leaders
from tracker.errors import Invalid
from tracker.extensions import commit, db
from tracker.obligations import settings
from tracker.obligations.actions import coming_periods
from tracker.obligations.queries import periods
from tracker.plans.cadence import Every, read_every
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.web.access import actor, check, requires
from tracker.web.forms import typed_number
from tracker.web.render import go, render

plans = Blueprint("plans", __name__)


@plans.get("/plans/<int:plan_id>/settings")
@requires("plan.edit")
def show(plan_id: int) -> Response:
    """文号, short title, leader, cadence; and the plan's end."""
    return _page(_open(plan_id))


def _open(plan_id: int) -> Plan:
    g.navigation = "imports"
    plan = open_plan(plan_id, actor())
    check("plan.edit", subject_of(plan))
    return plan


def _page(plan: Plan, problem: Invalid | None = None) -> Response:
    return render(
        "plans/settings.html",
        status=problem.status if problem else 200,
        plan=plan,
        standing=settings.standing(plan),
        leader_options=[("", _("未定")), *((person.id, person.name) for person in leaders(clock.today()))],
        every_options=[(one.value, one.label) for one in Every],
        coming=next(iter(coming_periods(plan, periods(plan.id), clock.today())), None),
        problem=problem,
        typed=request.form,
    )


@plans.post("/plans/<int:plan_id>/settings")
@requires("plan.edit")
def change(plan_id: int) -> Response:
    """Change the settings."""
    plan = _open(plan_id)
    try:
        settings.change_settings(plan, _settings(plan), actor(), request.form.get("loaded"))
    except Invalid as problem:
        db.session.rollback()
        return _page(_open(plan_id), problem)
    commit()
    flash(_("方案设置已存。"), "green")
    return go(url_for("plans.show", plan_id=plan.id))


def _settings(plan: Plan) -> settings.Settings:
    form = request.form
    due_day, leader_id = typed_number("due_day"), form.get("leader_id", "")
    known = {str(person.id): person.id for person in leaders(clock.today())}
    number = "" if form.get("no_doc_number") else form.get("doc_number", "").strip()[:60] or None
    look_back = typed_number("look_back_days") if "look_back_days" in form else plan.look_back_days
    return settings.Settings(
        form.get("short_title", ""),
        number,
        known.get(leader_id),
        read_every(form.get("every", "")),
        due_day or 0,
        extension_asks_leader=form.get("extension_asks_leader") == "1",
        look_back_days=-1 if look_back is None else look_back,
    )


@plans.post("/plans/<int:plan_id>/close")
@requires("plan.edit")
def close(plan_id: int) -> Response:
    """The plan ends."""
    plan = _open(plan_id)
    try:
        settings.close_plan(plan, request.form.get("reason", ""), actor())
    except Invalid as problem:
        db.session.rollback()
        return _page(_open(plan_id), problem)
    commit()
    flash(_("方案已结束，以后不再开新的一期；已开的照常填报。"), "accent")
    return go(url_for("plans.show", plan_id=plan.id))

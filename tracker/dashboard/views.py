"""Home pages."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from tracker.plans.queries import current_plan, open_plan
from tracker.web.access import actor, requires
from tracker.web.render import go, render

dashboard = Blueprint("dashboard", __name__)


@dashboard.get("/")
@requires("home.read")
def home() -> Response:
    """Where everybody begins: the home page of the newest plan, or the page that says how to begin."""
    plan = current_plan(actor())
    return render("dashboard/empty.html") if plan is None else go(url_for("dashboard.plan_home", plan_id=plan.id))


@dashboard.get("/plans/<int:plan_id>/")
@requires("plan.read")
def plan_home(plan_id: int) -> Response:
    """The home page of a plan, by role."""
    open_plan(plan_id, actor())
    return render("dashboard/empty.html")

"""Who has signed for what it was given."""

from __future__ import annotations

from flask import Blueprint, Response, g

from tracker import clock
from tracker.plans.queries import open_plan, subject_of
from tracker.tasks.queries import acknowledgements
from tracker.web.access import actor, check, requires
from tracker.web.render import render

tasks = Blueprint("tasks", __name__)


@tasks.get("/plans/<int:plan_id>/acknowledgements")
@requires("dashboard.read")
def signed_for(plan_id: int) -> Response:
    """The units and how far each has signed (签收), the most open first."""
    plan = open_plan(plan_id, actor())
    check("dashboard.read", subject_of(plan))
    g.navigation = "home"
    return render("tasks/acknowledgements.html", plan=plan, rows=acknowledgements(plan.id, clock.today()))

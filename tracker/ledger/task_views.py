"""The page of one task."""

from __future__ import annotations

from flask import Response, g

from tracker import clock
from tracker.ledger.views import ledger
from tracker.tasks.queries import open_task
from tracker.web.access import actor, requires
from tracker.web.render import render


@ledger.get("/tasks/<int:task_id>")
@requires("task.read")
def task(task_id: int) -> Response:
    """Everything about one task."""
    found = open_task(task_id, actor(), clock.today())
    g.plan_id, g.navigation = found.plan_id, "ledger"
    return render("ledger/task.html", task=found)

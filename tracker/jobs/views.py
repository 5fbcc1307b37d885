"""The page of scheduled work, for the system administrator."""

from __future__ import annotations

from flask import Blueprint, Response, g

from tracker import clock
from tracker.jobs.queries import runs, standing_still
from tracker.jobs.table import JOBS
from tracker.web.access import requires
from tracker.web.render import render

jobs = Blueprint("jobs", __name__)


@jobs.get("/jobs")
@requires("settings.read")
def listing() -> Response:
    """Every job, when it runs, what its latest run did, and whether the scheduler is alive."""
    g.navigation = "jobs"
    return render("jobs/list.html", jobs=JOBS.values(), runs=runs(), silence=standing_still(clock.real_now()))

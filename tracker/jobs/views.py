"""The page of the scheduled jobs, and the sentence every page may show when they stand still."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g

from tracker import clock
from tracker.jobs.queries import runs, standing_still
from tracker.jobs.table import COUNT_NAMES, JOBS
from tracker.web.access import requires
from tracker.web.render import render

jobs = Blueprint("jobs", __name__)


@jobs.app_context_processor
def heartbeat() -> dict[str, Callable[[], str | None]]:
    """``jobs_standing_still()`` in templates: a query only for the page that asks."""
    return {"jobs_standing_still": lambda: standing_still(clock.real_now())}


@jobs.get("/jobs")
@requires("settings.read")
def listing() -> Response:
    """Every job, when it runs and what it last did."""
    g.navigation = "jobs"
    return render("jobs/listing.html", jobs=list(JOBS.values()), runs=runs(), count_names=COUNT_NAMES)

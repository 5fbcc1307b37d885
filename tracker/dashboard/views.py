"""Home pages."""

from __future__ import annotations

from flask import Blueprint, Response

from tracker.web.access import requires
from tracker.web.render import render

dashboard = Blueprint("dashboard", __name__)


@dashboard.get("/")
@requires("home.read")
def home() -> Response:
    """For now an empty page."""
    return render("dashboard/empty.html")

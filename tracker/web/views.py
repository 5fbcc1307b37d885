"""Pages of the frame itself: the page of all states, the settings."""

from __future__ import annotations

from flask import Blueprint, current_app, g, render_template, url_for

from tracker.config import SETTINGS
from tracker.web.access import requires

web = Blueprint("web", __name__)


def _states_page(number: int) -> str:
    """The address of a page of the sample list."""
    return url_for("web.states", page=number)


@web.get("/states")
@requires("home.read")
def states() -> str:
    """Every lamp, button, field and message in all its states, with made-up values."""
    return render_template("states.html", states_page=_states_page)


@web.get("/settings")
@requires("settings.read")
def settings() -> str:
    """Every setting with its value; secrets are not shown."""
    g.navigation = "settings"
    return render_template("settings.html", settings=SETTINGS, values=current_app.config)

"""The page of failed logins, for the administrators of security and audit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, request, url_for

from tracker import clock
from tracker.accounts.failed import A_PAGE, Wanted, failures, locked_until
from tracker.permissions import decide
from tracker.web.access import actor, requires
from tracker.web.forms import asked_day, asked_page
from tracker.web.render import render

failed_logins = Blueprint("failed_logins", __name__)
FILTERS = ("find", "from_on", "until_on")


@failed_logins.get("/audit/logins")
@requires("login.read")
def listing() -> Response:
    """What failed, by login and address: how often, when last, and until when the login is locked."""
    g.navigation = "failed_logins"
    wanted = Wanted(request.args.get("find", "").strip(), asked_day("from_on"), asked_day("until_on"))
    page, config = asked_page(), current_app.config
    rows, total = failures(wanted, page)
    locked = locked_until(clock.real_now(), config["TRACKER_LOCKOUT_TRIES"], config["TRACKER_LOCKOUT_MINUTES"])
    return render(
        "accounts/failed_logins.html",
        rows=rows,
        total=total,
        page=page,
        pages=-(-total // A_PAGE),
        page_url=_address,
        wanted=wanted,
        locked=locked,
        may_read_log=bool(decide(actor(), "audit.read")),
    )


def _address(page: int) -> str:
    kept: dict[str, Any] = {key: request.args[key] for key in FILTERS if request.args.get(key)}
    return url_for("failed_logins.listing", **kept, page=page)

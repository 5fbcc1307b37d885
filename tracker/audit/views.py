"""The audit log as the auditor reads it: filters, pages, the state of the chain, export."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.audit.export import change_words, events_xlsx
from tracker.audit.names import ACTION_NAMES
from tracker.audit.queries import Filter, actions_there, all_events, broken_at, events, length
from tracker.web.access import actor, requires
from tracker.web.forms import asked_day, asked_page
from tracker.web.render import go, render

audit = Blueprint("audit", __name__)
A_PAGE = 200
FILTERS = ("action", "find", "from_on", "until_on")


def _wanted() -> Filter:
    args = request.args
    return Filter(args.get("action", ""), args.get("find", "").strip(), asked_day("from_on"), asked_day("until_on"))


def _address(page: int | None = None, endpoint: str = "audit.listing") -> str:
    """This list's filters with another page, or for another view."""
    kept: dict[str, Any] = {key: request.args[key] for key in FILTERS if request.args.get(key)}
    return url_for(endpoint, **kept, page=page)


@audit.get("/audit")
@requires("audit.read")
def listing() -> Response:
    """The log, newest first, 200 a page."""
    g.navigation = "audit"
    wanted, page = _wanted(), asked_page()
    rows, total = events(wanted, offset=(page - 1) * A_PAGE, limit=A_PAGE)
    return render(
        "audit/list.html",
        rows=rows,
        total=total,
        page=page,
        pages=-(-total // A_PAGE),
        page_url=_address,
        export_url=_address(endpoint="audit.export"),
        wanted=wanted,
        names=ACTION_NAMES,
        change_words=change_words,
        actions=[(code, ACTION_NAMES.get(code, code)) for code in actions_there()],
    )


@audit.post("/audit/check")
@requires("audit.read")
def check() -> Response:
    """Go through the whole chain and say whether it holds."""
    broken = broken_at()
    if broken is None:
        flash(_("已核对 %(n)s 条，前后相接，没有缺少和改动。", n=length()), "green")
    else:
        flash(_("第 %(n)s 条缺失或被改动，请保护现场，用备份比对。", n=broken), "red")
    return go(url_for("audit.listing"))


@audit.get("/audit.xlsx")
@requires("audit.read")
def export() -> Response:
    """The rows of the filter as a workbook."""
    made_at: datetime = clock.real_now()
    who = actor()
    file = events_xlsx(all_events(_wanted()), f"{who.label} {who.name} {made_at:%Y-%m-%d %H:%M}")
    return send_file(file, as_attachment=True, download_name=f"审计日志{made_at:%Y%m%d}.xlsx")

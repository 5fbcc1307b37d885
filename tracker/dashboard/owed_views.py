"""本期应报: every figure of the office's home page leads to its rows here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.dashboard import asked
from tracker.dashboard.owed import Part, is_late, owed_page
from tracker.errors import NotFound
from tracker.permissions import decide
from tracker.plans.queries import open_plan, subject_of
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page
from tracker.web.intake import number
from tracker.web.render import render

owed = Blueprint("owed", __name__)


@owed.get("/plans/<int:plan_id>/owed")
@requires("dashboard.read")
def listing(plan_id: int) -> Response:
    """The reports of a period, one line each, by desk and unit, on any day."""
    plan = open_plan(plan_id, actor())
    check("dashboard.read", subject_of(plan))
    g.navigation = "home"
    wanted = asked.read(plan, request.args, clock.today())
    if wanted.period is None:
        raise NotFound(_("第一个填报期还没有开始，还没有应报的事项。"))
    part = next((one for one in Part if one.value == request.args.get("part")), None)
    unit_id, page = request.args.get("unit", type=number), asked_page()
    chosen: dict[str, Any] = {"part": part, "unit": unit_id, "period": wanted.period.id}
    kept = {} if wanted.is_today else {"as_of": wanted.as_of.isoformat()}

    def address(**changes: Any) -> str:
        arguments = {**chosen, **kept, **changes}
        return url_for("owed.listing", plan_id=plan.id, **{key: value for key, value in arguments.items() if value})

    found = owed_page(wanted.period, wanted.as_of, part, unit_id, page)
    return render(
        "dashboard/owed.html",
        plan=plan,
        asked=wanted,
        period=wanted.period,
        part=part,
        parts=Part,
        unit_id=unit_id,
        owed=found,
        unit_options=[(unit.id, unit.name) for unit in found.units],
        is_late=is_late,
        page=page,
        address=address,
        page_address=lambda number: address(page=number),
        may_remind=wanted.is_today and bool(decide(actor(), "reminder.send", subject_of(plan))),
    )

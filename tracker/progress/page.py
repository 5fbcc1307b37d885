"""What the pages of a unit share: whose page it is, which period it speaks of, and its address."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import NotFound, Refused
from tracker.obligations.models import Period
from tracker.obligations.queries import period_on, periods
from tracker.plans.models import Plan
from tracker.progress.unit_rows import Sheet, sheet
from tracker.web.access import actor
from tracker.web.intake import number


def chosen_period(plan: Plan) -> tuple[list[Period], Period | None]:
    """The plan's periods, and the one that the address asks for or the day speaks of."""
    opened = [period for period in periods(plan.id) if period.opens_on <= clock.today()]
    wanted = request.values.get("period", type=number)
    if wanted is None:
        return opened, period_on(opened, clock.today())
    period = next((one for one in opened if one.id == wanted), None)
    if period is None:
        raise NotFound(_("没有这一期，或者还没有开始。请从导航重新进入。"))
    return opened, period


def unit_id() -> int:
    """The unit the actor stands in; every page of this room is its own."""
    found = actor().unit_id
    if found is None:
        raise Refused(_("您的岗位不在任何单位里，没有填报表。"))
    return found


def own_sheet(plan: Plan) -> Sheet:
    """The actor's unit's page of the period asked for; NotFound before the first."""
    opened, period = chosen_period(plan)
    if period is None:
        raise NotFound(_("填报还没有开始。"))
    return sheet(plan, unit_id(), opened, period, clock.today())


def page_of(plan_id: int, period_id: int | None, show: str | None = None) -> str:
    """The address of the unit page."""
    return url_for("progress.unit_page", plan_id=plan_id, period=period_id, show=show)

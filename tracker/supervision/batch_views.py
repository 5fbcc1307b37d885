"""The page of slips to several units in one act 成批督办."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, Stale
from tracker.extensions import commit, db
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.supervision.batch import FIRST_COLOURS, Candidate, Order, Wanted, candidates, chosen_of, issue_batch
from tracker.supervision.forms import chosen
from tracker.supervision.rules import NAMES, USUAL_WORDS, Pace, SlipColour, filled
from tracker.supervision.setting import setting_of
from tracker.web.access import actor, check, requires
from tracker.web.forms import typed
from tracker.web.intake import number, numbers
from tracker.web.render import go, render

batch_pages = Blueprint("batch", __name__)

CONDITIONS = ("task", "unit", "obligation")
"""What an address or a form may say of whom it asks about."""


@batch_pages.get("/plans/<int:plan_id>/slips/batch")
@requires("slip.issue")
def page(plan_id: int) -> Response:
    """Who is in arrears, of a ``task``, of some ``unit`` or with some ``obligation``; all ticked."""
    return _page(_plan(plan_id))


@batch_pages.post("/plans/<int:plan_id>/slips/batch/choose")
@requires("slip.issue")
def choose(plan_id: int) -> Response:
    """The ticks of another list, which may be more than an address holds."""
    plan, wanted = _plan(plan_id), _wanted()
    if not wanted.unit_ids and not wanted.obligation_ids:
        raise Invalid(_("还没有勾单位。请返回勾上要发的，再点督办单。"))
    return _page(plan)


@batch_pages.post("/plans/<int:plan_id>/slips/batch")
@requires("slip.issue")
def issue(plan_id: int) -> Response:
    """Ask once more with the list of units; then issue one to each."""
    plan, keys, order = _plan(plan_id), request.form.getlist("matter"), _order()
    try:
        if not request.form.get("confirmed"):
            asked = chosen_of(candidates(plan, _wanted(), clock.today()), keys)
            filled(order.pattern, dict.fromkeys(NAMES, ""))
            return _page(plan, asked)
        slips = issue_batch(plan, _wanted(), keys, order, actor())
    except (Invalid, Stale) as error:
        db.session.rollback()
        return _page(_plan(plan_id), error=error)
    commit()
    names = _("、").join(slip.name for slip in slips)
    flash(_("已签发 %(n)s 张督办单（%(names)s），已通知各单位。", n=len(slips), names=names), "green")
    return go(url_for("slips.listing", plan_id=plan.id))


def _page(plan: Plan, asked: list[Candidate] | None = None, error: Invalid | Stale | None = None) -> Response:
    rows, days = candidates(plan, _wanted(), clock.today()), setting_of(plan.id).days
    order = _order()
    keys = set(request.form.getlist("matter")) if "pattern" in request.form else None
    return render(
        "supervision/batch.html",
        status=error.status if error else 200,
        plan=plan,
        rows=rows,
        ticked=[one.key for one in rows if not one.running and (keys is None or one.key in keys)],
        asked=asked,
        order=order,
        colours=[(one.value, one.label) for one in FIRST_COLOURS],
        paces=[(pace.value, _("%(pace)s（%(n)s 天）", pace=pace.label, n=days.of(pace))) for pace in Pace],
        here=url_for("batch.issue", plan_id=plan.id),
        conditions=[(name, one) for name in CONDITIONS for one in request.values.getlist(name)],
        error=error,
    )


def _order() -> Order:
    return Order(
        chosen(SlipColour, typed("colour")) or SlipColour.BLUE,
        chosen(Pace, typed("pace")) or Pace.NORMAL,
        typed("pattern") if "pattern" in request.form else USUAL_WORDS,
        typed("contact"),
    )


def _wanted() -> Wanted:
    """The conditions of the address, or of the form that carries them on."""
    return Wanted(
        request.values.get("task", type=number),
        frozenset(numbers(request.values.getlist("unit"))),
        frozenset(numbers(request.values.getlist("obligation"))),
    )


def _plan(plan_id: int) -> Plan:
    plan = open_plan(plan_id, actor())
    check("slip.issue", subject_of(plan))
    g.navigation = "slips"
    return plan

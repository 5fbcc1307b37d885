"""The editor of a scheme with its preview, and two schemes side by side."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.assessment.board import side_by_side
from tracker.assessment.forms import shown_rules, typed_scheme
from tracker.assessment.kinds import KINDS, gather
from tracker.assessment.models import Scheme
from tracker.assessment.pages import table_of
from tracker.assessment.queries import open_scheme, rules_of
from tracker.assessment.queries import schemes as all_schemes
from tracker.assessment.rules import Scheme as Rules
from tracker.assessment.runs import preview, settled_span
from tracker.assessment.schemes import save_scheme
from tracker.assessment.views import chosen_periods, open_page
from tracker.assessment.words import fixed, signed
from tracker.assessment.written import read
from tracker.errors import Invalid, Refused
from tracker.extensions import commit, db
from tracker.obligations.models import Period
from tracker.obligations.queries import periods
from tracker.plans.models import Plan
from tracker.tasks.roles import Role
from tracker.web.access import actor, requires
from tracker.web.forms import typed, typed_number
from tracker.web.intake import number
from tracker.web.render import go, render

schemes = Blueprint("schemes", __name__)


@schemes.get("/plans/<int:plan_id>/schemes/<int:scheme_id>")
@requires("assessment.edit")
def one(plan_id: int, scheme_id: int) -> Response:
    """The newest version of a scheme, to be changed."""
    plan = open_page(plan_id, "assessment.edit")
    scheme = open_scheme(scheme_id, plan.office_id)
    return _editor(plan, scheme, scheme.name, scheme.latest.content)


def _editor(
    plan: Plan,
    scheme: Scheme,
    name: str,
    values: dict[str, Any],
    problem: Invalid | Refused | None = None,
    **shown: Any,
) -> Response:
    return render(
        "assessment/scheme.html",
        "preview",
        status=problem.status if problem else 200,
        plan=plan,
        scheme=scheme,
        name=name,
        values=values,
        rows=shown_rules(values),
        kinds=[(key, kind.title, kind.size) for key, kind in KINDS.items()],
        roles=[("", _("都算")), *((role.value, role.label) for role in Role)],
        periods=[period for period in periods(plan.id) if period.due_on < clock.today()],
        problem=problem,
        fixed=fixed,
        signed=signed,
        **shown,
    )


@schemes.post("/plans/<int:plan_id>/schemes/<int:scheme_id>")
@requires("assessment.edit")
def save(plan_id: int, scheme_id: int) -> Response:
    """Keep what was typed as a new version."""
    plan = open_page(plan_id, "assessment.edit")
    scheme, values = open_scheme(scheme_id, plan.office_id), typed_scheme(request.form)
    try:
        saved = save_scheme(scheme, typed("name"), values, typed_number("seen"), actor())
    except Invalid as problem:
        db.session.rollback()
        plan = open_page(plan_id, "assessment.edit")
        return _editor(plan, open_scheme(scheme_id, plan.office_id), typed("name"), values, problem)
    commit()
    flash(_("%(name)s已存为第%(n)s版；用过旧版的考核不受影响。", name=saved.name, n=saved.latest.number), "green")
    return go(url_for("schemes.one", plan_id=plan.id, scheme_id=saved.id))


@schemes.post("/plans/<int:plan_id>/schemes/<int:scheme_id>/preview")
@requires("assessment.edit")
def try_out(plan_id: int, scheme_id: int) -> Response:
    """What the scheme as typed would make of a past period; nothing is kept."""
    plan = open_page(plan_id, "assessment.edit")
    scheme, values = open_scheme(scheme_id, plan.office_id), typed_scheme(request.form)
    try:
        rules = read(values, KINDS)
        period = _period(plan, rules, typed_number("period"))
        table = table_of(preview(gather(settled_span(period, period, rules)), rules), rules)
    except (Invalid, Refused) as problem:
        return _editor(plan, scheme, typed("name"), values, problem)
    return _editor(plan, scheme, typed("name"), values, table=table, period=period)


def _period(plan: Plan, rules: Rules, chosen: int | None) -> Period:
    """The period chosen, or the last whose facts are complete. Refused before the first is."""
    if chosen is not None:
        return chosen_periods(plan, chosen, chosen)[0]
    for period in reversed(periods(plan.id)):
        if (clock.today() - period.due_on).days > rules.settle_days:
            return period
    raise Refused(_("还没有过完取数等待期的填报期，暂时不能试算。"))


@schemes.get("/plans/<int:plan_id>/schemes/compare")
@requires("assessment.edit")
def compare(plan_id: int) -> Response:
    """Two schemes on the same facts, side by side: ``one``, ``other``, ``first``, ``last``."""
    plan = open_page(plan_id, "assessment.edit")
    offered = {scheme.id: scheme for scheme in all_schemes(plan.office_id)}
    one, other = (offered.get(request.args.get(name, 0, type=number)) for name in ("one", "other"))
    found: dict[str, Any] = {}
    problem: Invalid | Refused | None = None
    if one is not None and other is not None:
        try:
            found = _pairs(plan, one, other)
        except (Invalid, Refused) as refusal:
            problem = refusal
    return render(
        "assessment/compare.html",
        status=problem.status if problem else 200,
        plan=plan,
        schemes=offered.values(),
        periods=[period for period in periods(plan.id) if period.due_on < clock.today()],
        one=one,
        other=other,
        problem=problem,
        fixed=fixed,
        signed=signed,
        **found,
    )


def _pairs(plan: Plan, one: Scheme, other: Scheme) -> dict[str, Any]:
    """Both tables on the facts of the later reading, so that both are given the same."""
    both = rules_of(one.latest), rules_of(other.latest)
    first, last = chosen_periods(plan, *(request.args.get(name, type=number) for name in ("first", "last")))
    slowest = max(both, key=lambda rules: rules.settle_days)
    span = settled_span(first, last, slowest)
    facts = gather(span)
    rows = [preview(facts, rules) for rules in both]
    return {"pairs": side_by_side(*rows), "span": span, "first": first, "last": last}

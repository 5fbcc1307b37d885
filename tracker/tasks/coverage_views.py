"""上级任务对照: which tasks of the plan above have a local task."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, TrackerError
from tracker.extensions import commit, db, htmx
from tracker.permissions import decide as may
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.tasks.coverage import (
    LINES_A_PAGE,
    STATE_NAMES,
    State,
    coverage_table,
    coverage_xlsx,
    plan_above,
    plans_to_implement,
    task_numbered,
)
from tracker.tasks.covering import decide, set_implements
from tracker.tasks.likeness import Verdict
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page, typed, typed_number
from tracker.web.render import go, render

coverage = Blueprint("coverage", __name__)


@coverage.get("/plans/<int:plan_id>/coverage")
@requires("coverage.read")
def table(plan_id: int) -> Response:
    """The tasks of the higher plan, each with the local ones that answer it."""
    return _page(_open(plan_id, "coverage.read"))


def _open(plan_id: int, permission: str) -> Plan:
    g.navigation = "home"
    plan = open_plan(plan_id, actor())
    check(permission, subject_of(plan))
    return plan


def _shown() -> State | None:
    asked = request.args.get("show", "")
    return State(asked) if asked in set(State) else None


def _page(plan: Plan, problem: TrackerError | None = None) -> Response:
    show, page = _shown(), asked_page()
    found = coverage_table(plan, show, page)
    pages = max(1, -(-found.found // LINES_A_PAGE))
    return render(
        "tasks/coverage.html",
        "table",
        problem.status if problem else 200,
        plan=plan,
        above=plan_above(plan),
        table=found,
        show=show,
        states=State,
        state_names=STATE_NAMES,
        verdicts=Verdict,
        page=min(page, pages),
        pages=pages,
        choices=[] if htmx else plans_to_implement(plan, actor()),
        may_decide=bool(may(actor(), "coverage.decide", subject_of(plan))),
        problem=problem,
    )


@coverage.post("/plans/<int:plan_id>/coverage/above")
@requires("coverage.decide")
def implement(plan_id: int) -> Response:
    """Which higher plan this one carries out."""
    plan = _open(plan_id, "coverage.decide")
    wanted = typed_number("implements_id")
    try:
        set_implements(plan, open_plan(wanted, actor()) if wanted else None, actor())
    except Invalid as problem:
        db.session.rollback()
        return _page(_open(plan_id, "coverage.read"), problem)
    commit()
    flash(_("上级方案已存。"), "green")
    return go(url_for("coverage.table", plan_id=plan_id))


@coverage.post("/plans/<int:plan_id>/coverage/<int:above_id>")
@requires("coverage.decide")
def say(plan_id: int, above_id: int) -> Response:
    """A person confirms or rejects a local task for one of the higher plan, says it does not concern us, or takes
    back what was said."""
    plan = _open(plan_id, "coverage.decide")
    try:
        version = None if typed("number") else typed_number("version") or 0
        decide(plan, above_id, _local(plan), _verdict(), typed("reason"), version, actor())
    except TrackerError as problem:
        db.session.rollback()
        return _page(_open(plan_id, "coverage.read"), problem)
    commit()
    return _page(plan) if htmx else go(url_for("coverage.table", plan_id=plan_id, show=_shown(), page=asked_page()))


def _verdict() -> Verdict:
    if typed("verdict") not in set(Verdict):
        raise Invalid(_("没有说是对上、不是还是不涉及。请刷新页面再选。"), "verdict")
    return Verdict(typed("verdict"))


def _local(plan: Plan) -> int | None:
    """The local task: chosen from the candidates, or by its number as typed."""
    number = typed("number")
    if not number:
        return typed_number("local_id")
    found = task_numbered(plan, number)
    if found is None:
        raise Invalid(_("本地方案里没有序号是“%(no)s”的任务。", no=number[:20]), "number")
    return found


@coverage.get("/plans/<int:plan_id>/coverage.xlsx")
@requires("coverage.read")
def export(plan_id: int) -> Response:
    """The table as a workbook: exactly the filter of the address, all its pages."""
    plan = _open(plan_id, "coverage.read")
    above = plan_above(plan)
    if above is None:
        raise Invalid(_("还没有说这份方案落实哪份上级方案，没有可导出的。"), "implements_id")
    made_at = clock.now()
    foot = f"{actor().label} {actor().name} {made_at:%Y-%m-%d %H:%M}"
    file = coverage_xlsx(plan, above, coverage_table(plan, _shown(), page=None), foot)
    name = f"{plan.short_title}上级任务对照{made_at:%Y%m%d}.xlsx"
    return send_file(BytesIO(file), as_attachment=True, download_name=name)

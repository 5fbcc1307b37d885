"""Pages of score runs: the list of runs and schemes, a run's table, and the steps of a run."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.assessment import runs as actions
from tracker.assessment.forms import typed_ratings
from tracker.assessment.freezing import is_unchanged
from tracker.assessment.models import SchemeVersion, ScoreRun
from tracker.assessment.pages import run_table
from tracker.assessment.queries import open_appeals, open_run, open_scheme, run_subject, runs, schemes
from tracker.assessment.states import RunState, why_not_final
from tracker.assessment.words import fixed, signed
from tracker.assessment.workbooks import table_workbook
from tracker.errors import Invalid, Refused
from tracker.extensions import commit, db
from tracker.obligations.models import Period
from tracker.obligations.queries import periods
from tracker.permissions import decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.web.access import actor, check, requires
from tracker.web.forms import typed, typed_number
from tracker.web.render import go, render
from tracker.web.words import moment_words

assessment = Blueprint("assessment", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@assessment.get("/plans/<int:plan_id>/assessment")
@requires("assessment.read")
def listing(plan_id: int) -> Response:
    """The runs of a plan; for the office the schemes too, and the form that makes a run."""
    return _listing(open_page(plan_id, "assessment.read"))


def open_page(plan_id: int, action: str) -> Plan:
    """The plan a page of assessment is about, by the viewer's right to do ``action``."""
    g.navigation = "assessment"
    plan = open_plan(plan_id, actor())
    check(action, subject_of(plan))
    return plan


def _listing(plan: Plan, problem: Invalid | Refused | None = None) -> Response:
    may_edit = bool(decide(actor(), "assessment.edit", subject_of(plan)))
    opened = [one for one in periods(plan.id) if one.due_on < clock.today()]
    return render(
        "assessment/list.html",
        status=problem.status if problem else 200,
        plan=plan,
        runs=runs(plan.id, actor()),
        schemes=schemes(plan.office_id) if may_edit else [],
        periods=opened,
        may_edit=may_edit,
        open_appeals=open_appeals(plan.id) if may_edit else 0,
        problem=problem,
        typed=request.form,
    )


@assessment.post("/plans/<int:plan_id>/score-runs")
@requires("assessment.edit")
def make(plan_id: int) -> Response:
    """Score some periods by the newest version of a scheme."""
    plan = open_page(plan_id, "assessment.edit")
    try:
        first, last = chosen_periods(plan, typed_number("first"), typed_number("last"))
        run = actions.make_run(_version(plan), first, last, actor())
    except (Invalid, Refused) as problem:
        db.session.rollback()
        return _listing(open_page(plan_id, "assessment.edit"), problem)
    commit()
    flash(_("%(title)s已算好，现在是草稿，只有办公室能看。", title=run.title), "green")
    return go(url_for("assessment.one", score_run_id=run.id))


def _version(plan: Plan) -> SchemeVersion:
    scheme_id = typed_number("scheme")
    if scheme_id is None:
        raise Invalid(_("请选考核办法。"), "scheme")
    return open_scheme(scheme_id, plan.office_id).latest


def chosen_periods(plan: Plan, first_id: int | None, last_id: int | None) -> tuple[Period, Period]:
    """The first and the last period chosen in a form; Invalid when one is none of the plan's."""
    known = {period.id: period for period in periods(plan.id)}
    first, last = known.get(first_id or 0), known.get(last_id or 0)
    if first is None or last is None:
        raise Invalid(_("请选起止填报期。"), "first")
    return first, last


@assessment.get("/score-runs/<int:score_run_id>")
@requires("assessment.read")
def one(score_run_id: int) -> Response:
    """Places, totals and the points of each unit by rule; ``check=1`` compares a final run with its hash."""
    return run_page(open_one(score_run_id, "assessment.read"))


def open_one(score_run_id: int, action: str) -> ScoreRun:
    """The run a page is about, by the viewer's right to do ``action``."""
    g.navigation = "assessment"
    run = open_run(score_run_id, actor())
    g.plan_id = run.plan_id
    check(action, run_subject(run))
    return run


def run_page(run: ScoreRun, problem: Invalid | Refused | None = None) -> Response:
    """The page of a run, after a form that was refused with the reason."""
    waiting = open_appeals(run.plan_id, run.id) if run.state is RunState.SHOWN else 0
    table = run_table(run)
    is_asked = request.args.get("check") == "1" and run.state is RunState.FINAL
    return render(
        "assessment/run.html",
        status=problem.status if problem else 200,
        run=run,
        plan=run.plan,
        table=table,
        may_edit=bool(decide(actor(), "assessment.edit", run_subject(run))),
        waiting=waiting,
        not_final=why_not_final(run.appeals_until, waiting, clock.today()) if run.state is RunState.SHOWN else "",
        unchanged=is_unchanged(run) if is_asked else None,
        problem=problem,
        typed=request.form,
        fixed=fixed,
        signed=signed,
    )


@assessment.get("/score-runs/<int:score_run_id>/table.xlsx")
@requires("assessment.read")
def export(score_run_id: int) -> Response:
    """The table as a workbook."""
    run = open_one(score_run_id, "assessment.read")
    content = table_workbook(run, run_table(run), printed_foot(run))
    return workbook(content, f"考核结果_{run.title}_{run.state.label}.xlsx")


def printed_foot(run: ScoreRun) -> str:
    """What stands below each page: the scheme, the day of the facts, who took it out and when."""
    version = run.scheme_version
    used = f"{version.scheme.name} 第{version.number}版　事实截至{run.as_of}"
    return f"{used}　{actor().label} {moment_words(clock.now())}"


def workbook(content: bytes, name: str) -> Response:
    """A workbook to keep."""
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=name)


@assessment.post("/score-runs/<int:score_run_id>/ratings")
@requires("assessment.edit")
def rate(score_run_id: int) -> Response:
    """Enter a leader's ratings."""
    run = open_one(score_run_id, "assessment.edit")
    try:
        actions.rate(run, typed_ratings(request.form), typed("rated_by"), actor())
    except Invalid as problem:
        db.session.rollback()
        return run_page(open_one(score_run_id, "assessment.edit"), problem)
    commit()
    flash(_("领导评分已存上。"), "green")
    return go(url_for("assessment.one", score_run_id=score_run_id))


@assessment.post("/score-runs/<int:score_run_id>/show")
@requires("assessment.edit")
def show(score_run_id: int) -> Response:
    """Let the units see their lines."""
    run = open_one(score_run_id, "assessment.edit")
    actions.show_run(run, typed_number("seen"), actor())
    commit()
    flash(
        _("%(title)s已公示，各单位可以看自己的明细，申诉到%(day)s为止。", title=run.title, day=run.appeals_until),
        "green",
    )
    return go(url_for("assessment.one", score_run_id=run.id))


@assessment.post("/score-runs/<int:score_run_id>/finish")
@requires("assessment.edit")
def finish(score_run_id: int) -> Response:
    """Publish for good."""
    run = open_one(score_run_id, "assessment.edit")
    actions.finish_run(run, typed_number("seen"), actor())
    commit()
    flash(_("%(title)s已定稿，从此不再改动。", title=run.title), "green")
    return go(url_for("assessment.one", score_run_id=run.id))


@assessment.post("/score-runs/<int:score_run_id>/give-up")
@requires("assessment.edit")
def give_up(score_run_id: int) -> Response:
    """Put a draft aside."""
    run = open_one(score_run_id, "assessment.edit")
    try:
        actions.give_up(run, typed("reason"), actor())
    except Invalid as problem:
        db.session.rollback()
        return run_page(open_one(score_run_id, "assessment.edit"), problem)
    commit()
    flash(_("%(title)s的草稿已作废。", title=run.title), "accent")
    return go(url_for("assessment.listing", plan_id=run.plan_id))

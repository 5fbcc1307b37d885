"""A unit's sheet, its appeals, and the office's queue of appeals."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.assessment.appeals import decide_appeal, file_appeal
from tracker.assessment.models import ScoreRun
from tracker.assessment.pages import line_words, sheet_of
from tracker.assessment.queries import appeals, open_appeal, open_line, open_run, run_subject
from tracker.assessment.runs import add_line
from tracker.assessment.states import RunState, why_no_appeal
from tracker.assessment.views import open_page, printed_foot, workbook
from tracker.assessment.words import fixed, signed
from tracker.assessment.workbooks import sheet_workbook
from tracker.assessment.written import points_of
from tracker.errors import Invalid
from tracker.extensions import commit, db
from tracker.permissions import decide
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page, typed, typed_number
from tracker.web.intake import number
from tracker.web.render import go, render

sheets = Blueprint("sheets", __name__)


@sheets.get("/score-runs/<int:score_run_id>/units/<int:unit_id>")
@requires("assessment.read_sheet")
def one(score_run_id: int, unit_id: int) -> Response:
    """The lines of a unit; ``appeal=`` opens the form of an appeal at a line."""
    appealed = request.args.get("appeal", type=number)
    return _sheet(_open(score_run_id, unit_id), unit_id, appealed)


def _open(score_run_id: int, unit_id: int, action: str = "assessment.read_sheet") -> ScoreRun:
    run = open_run(score_run_id, actor())
    check(action, run_subject(run, unit_id))
    g.plan_id = run.plan_id
    g.navigation = "assessment"
    return run


def _sheet(run: ScoreRun, unit_id: int, appealed: int | None = None, problem: Invalid | None = None) -> Response:
    subject = run_subject(run, unit_id)
    may_edit = bool(decide(actor(), "assessment.edit", subject)) and run.state is RunState.DRAFT
    may_appeal = bool(decide(actor(), "assessment.appeal", subject))
    no_appeal = why_no_appeal(run.state, run.appeals_until, clock.today())
    return render(
        "assessment/sheet.html",
        status=problem.status if problem else 200,
        run=run,
        plan=run.plan,
        sheet=sheet_of(run, unit_id, asked_page()),
        unit_id=unit_id,
        may_read_table=bool(decide(actor(), "assessment.read", subject)),
        may_edit=may_edit,
        may_appeal=may_appeal and not no_appeal,
        no_appeal=no_appeal if may_appeal else "",
        appealed=appealed,
        problem=problem,
        typed=request.form,
        fixed=fixed,
        signed=signed,
        url_of=lambda page: url_for("sheets.one", score_run_id=run.id, unit_id=unit_id, page=page),
    )


@sheets.get("/score-runs/<int:score_run_id>/units/<int:unit_id>/sheet.xlsx")
@requires("assessment.read_sheet")
def export(score_run_id: int, unit_id: int) -> Response:
    """The whole sheet as a workbook."""
    run = _open(score_run_id, unit_id)
    sheet = sheet_of(run, unit_id, None)
    return workbook(sheet_workbook(run, sheet, printed_foot(run)), f"考核明细_{sheet.row.unit.name}_{run.title}.xlsx")


@sheets.post("/score-runs/<int:score_run_id>/units/<int:unit_id>/lines")
@requires("assessment.edit")
def enter_line(score_run_id: int, unit_id: int) -> Response:
    """Enter points by hand."""
    run = _open(score_run_id, unit_id, "assessment.edit")
    try:
        add_line(run, unit_id, points_of(typed("points"), _("分值"), "points"), typed("words"), actor())
    except Invalid as problem:
        db.session.rollback()
        return _sheet(_open(score_run_id, unit_id, "assessment.edit"), unit_id, problem=problem)
    commit()
    flash(_("手工加减分已记上。"), "green")
    return go(url_for("sheets.one", score_run_id=score_run_id, unit_id=unit_id))


@sheets.post("/score-lines/<int:score_line_id>/appeal")
@requires("assessment.appeal")
def appeal(score_line_id: int) -> Response:
    """A unit objects to a line."""
    line = open_line(score_line_id, actor())
    check("assessment.appeal", run_subject(line.run, line.unit_id))
    run_id, unit_id = line.run_id, line.unit_id
    try:
        file_appeal(line, typed("reason"), typed("evidence"), actor())
    except Invalid as problem:
        db.session.rollback()
        return _sheet(_open(run_id, unit_id), unit_id, score_line_id, problem)
    commit()
    flash(_("申诉已送办公室，复核结果会写在这一条下面。"), "green")
    return go(url_for("sheets.one", score_run_id=run_id, unit_id=unit_id))


@sheets.get("/plans/<int:plan_id>/appeals")
@requires("assessment.decide")
def queue(plan_id: int) -> Response:
    """Appeals that wait for the office, then those it has decided."""
    return _queue(plan_id)


def _queue(plan_id: int, decided: int | None = None, problem: Invalid | None = None) -> Response:
    plan = open_page(plan_id, "assessment.decide")
    return render(
        "assessment/appeals.html",
        status=problem.status if problem else 200,
        plan=plan,
        appeals=appeals(plan.id),
        line_words=line_words,
        fixed=fixed,
        signed=signed,
        decided=decided,
        problem=problem,
        typed=request.form,
    )


@sheets.post("/appeals/<int:appeal_id>/decide")
@requires("assessment.decide")
def decide_one(appeal_id: int) -> Response:
    """The office upholds, with the points that the line counts from now on, or rejects."""
    found = open_appeal(appeal_id, actor())
    check("assessment.decide", run_subject(found.line.run, found.line.unit_id))
    plan_id, is_upheld = found.line.run.plan_id, typed("upheld") == "1"
    try:
        points = points_of(typed("points") or "0", _("改为"), "points")
        decide_appeal(found, is_upheld, points, typed("reason"), typed_number("seen"), actor())
    except Invalid as problem:
        db.session.rollback()
        return _queue(plan_id, appeal_id, problem)
    commit()
    flash(_("已采纳，计分已更正。") if is_upheld else _("已答复，维持原分。"), "green")
    return go(url_for("sheets.queue", plan_id=plan_id))

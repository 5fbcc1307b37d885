"""The unit page: what a unit owes in a period, written, sent, taken back and signed in one table."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, Stale
from tracker.extensions import commit
from tracker.obligations.rules import Kind
from tracker.permissions import Role, Subject, decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan
from tracker.progress import actions
from tracker.progress.duties import duties
from tracker.progress.models import Report
from tracker.progress.page import chosen_period, own_sheet, page_of, unit_id
from tracker.progress.queries import open_report, report_subject, reports_by_id
from tracker.progress.rules import ReportState, SelfAssessment
from tracker.progress.unit_rows import sheet
from tracker.tasks.actions import acknowledge
from tracker.tasks.models import Assignment
from tracker.tasks.queries import count_unacknowledged, unacknowledged
from tracker.units.queries import unit_by_id
from tracker.web.access import actor, check, requires
from tracker.web.intake import number, numbers
from tracker.web.render import go, render
from tracker.workdays import state_council

progress = Blueprint("progress", __name__)


@progress.get("/plans/<int:plan_id>/report")
@requires("unit_page.read")
def unit_page(plan_id: int) -> Response:
    """What the unit owes in a period, worst first; the head sees the same to read and to sign."""
    return shown_unit_page(open_plan(plan_id, actor()))


@dataclass(frozen=True)
class RefusedOccurrence:
    """What was typed into a duty's form and could not be taken. ``key_on``: the span in whose form it was typed."""

    task_id: int
    key_on: str | None
    held_on: str
    words: str
    problem: Invalid | Stale

    @property
    def field(self) -> str | None:
        return self.problem.field if isinstance(self.problem, Invalid) else None


def shown_unit_page(plan: Plan, refused: RefusedOccurrence | None = None) -> Response:
    """The page, with the form of a duty that was refused."""
    g.navigation, today = "report", clock.today()
    opened, period = chosen_period(plan)
    found = sheet(plan, unit_id(), opened, period, today) if period else None
    return render(
        "progress/unit.html",
        status=refused.problem.status if refused else 200,
        refused=refused,
        plan=plan,
        sheet=found,
        duties=duties(plan, unit_id(), today),
        periods=opened,
        show=request.args.get("show", ""),
        unsigned=count_unacknowledged(unit_id(), plan.id, today),
        days_left=state_council().workdays_between(today, period.due_on) if period else 0,
        owner=actor().person_id,
        may_write=actor().role is Role.REPORTER,
        assessments=list(SelfAssessment),
    )


@progress.post("/plans/<int:plan_id>/report/no-news")
@requires("report.write")
def no_news_for_the_rest(plan_id: int) -> Response:
    """本期无新进展 for every row in which nothing is written."""
    plan = open_plan(plan_id, actor())
    found = own_sheet(plan)
    check("report.write", Subject(unit_id=unit_id()))
    rows = [row for row in found.rows if row.is_missing and row.obligation.kind is not Kind.OCCURRENCE]
    for row in rows:
        actions.say_no_news(row.obligation, actions.writing_of(row.report), row.last, actor())
    commit()
    flash(_("%(n)s 项记为“本期无新进展”，还没有送签。", n=len(rows)), "green")
    return go(page_of(plan_id, found.period.id))


@progress.post("/plans/<int:plan_id>/report/submit")
@requires("report.submit")
def submit(plan_id: int) -> Response:
    """Send what is written to the head; a part may go first."""
    plan = open_plan(plan_id, actor())
    found = own_sheet(plan)
    check("report.submit", Subject(unit_id=unit_id()))
    sent = actions.submit(found.ready, actor())
    commit()
    if not sent:
        flash(_("没有可送的：写了进展或点了“无新进展”的，都已经送出。"), "amber")
    elif sent[0].signed_at is not None:
        flash(_("%(n)s 项已送办公室审核（本单位免签）。", n=len(sent)), "green")
    else:
        flash(_("%(n)s 项已送单位负责人签字。签字前可以撤回。", n=len(sent)), "green")
    return go(page_of(plan_id, found.period.id))


@progress.post("/plans/<int:plan_id>/report/withdraw")
@requires("report.withdraw")
def withdraw(plan_id: int) -> Response:
    """Take back what was sent and not signed: the rows named, or all of the period."""
    plan = open_plan(plan_id, actor())
    found = own_sheet(plan)
    check("report.withdraw", Subject(unit_id=unit_id()))
    named = numbers(request.form.getlist("report_id"))
    waiting = [row.report for row in found.in_state(ReportState.SUBMITTED) if row.report]
    reports = [report for report in waiting if not named or report.id in named]
    taken = actions.withdraw(reports, actor())
    commit()
    if taken:
        flash(_("撤回 %(n)s 项，可以接着改。", n=taken), "green")
    else:
        flash(_("没有可撤回的：已经签字的不能撤回，请让办公室退回。"), "amber")
    return go(page_of(plan_id, found.period.id))


@progress.post("/plans/<int:plan_id>/report/sign")
@requires("report.sign")
def sign(plan_id: int) -> Response:
    """The head signs once for all that was on the page; what changed since then is left for another look."""
    plan = open_plan(plan_id, actor())
    check("report.sign", Subject(unit_id=unit_id()))
    seen = dict(pair.split("-", 1) for pair in request.form.getlist("seen") if "-" in pair)
    wanted = [report for report in reports_by_id(numbers(list(seen))) if _is_own(report, plan)]
    as_seen = [r for r in wanted if r.state is ReportState.SUBMITTED and str(r.version) == seen[str(r.id)]]
    allowed = [report for report in as_seen if decide(actor(), "report.sign", report_subject(report))]
    if as_seen and not allowed:
        check("report.sign", report_subject(as_seen[0]))
    signed = actions.sign(allowed, actor())
    commit()
    if signed:
        flash(_("%(n)s 项已签字，送领导小组办公室审核。", n=signed), "green")
    if left := len(seen) - signed:
        flash(_("%(n)s 项没有签：刚被撤回、改过，或者由您本人填写。请看过再签。", n=left), "amber")
    return go(page_of(plan_id, request.form.get("period", type=number)))


def _is_own(report: Report, plan: Plan) -> bool:
    obligation = report.obligation
    return obligation.unit_id == unit_id() and obligation.task.plan_id == plan.id


@progress.post("/reports/<int:report_id>/return")
@requires("report.return_to_writer")
def return_to_writer(report_id: int) -> Response:
    """The head gives one report back to its writer."""
    report = open_report(report_id, actor())
    check("report.return_to_writer", report_subject(report))
    actions.send_back(report, request.form.get("reason", ""), actor(), by_office=False)
    commit()
    flash(_("%(item)s已退回填报人。", item=report.obligation.task.label), "green")
    return go(page_of(report.obligation.task.plan_id, report.obligation.period_id))


@progress.get("/plans/<int:plan_id>/acknowledge")
@requires("unit_page.read")
def acknowledge_page(plan_id: int) -> Response:
    """What the unit was given and has not signed for."""
    g.navigation = "report"
    plan = open_plan(plan_id, actor())
    return render("progress/acknowledge.html", plan=plan, assignments=_unsigned(plan))


@progress.post("/plans/<int:plan_id>/acknowledge")
@requires("task.acknowledge")
def sign_for(plan_id: int) -> Response:
    """Sign for the tasks that were ticked, or for all."""
    plan = open_plan(plan_id, actor())
    check("task.acknowledge", Subject(unit_id=unit_id()))
    ticked = numbers(request.form.getlist("assignment_id"))
    is_all = request.form.get("all") == "1"
    wanted = [one for one in _unsigned(plan) if is_all or one.id in ticked]
    signed = acknowledge(wanted, unit_by_id(unit_id()), clock.now(), actor())
    commit()
    if signed:
        flash(_("已签收 %(n)s 项。", n=signed), "green")
    else:
        flash(_("没有选中要签收的任务。请先勾选，或者点“全部签收”。"), "amber")
    return go(url_for("progress.acknowledge_page", plan_id=plan_id) if not is_all else page_of(plan_id, None))


def _unsigned(plan: Plan) -> list[Assignment]:
    return unacknowledged(unit_id(), plan.id, clock.today())

"""Home pages: of the office, of a leader, of a unit's people."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, g, request, send_file, url_for

from tracker import clock
from tracker.dashboard import asked
from tracker.dashboard.leader import leader_page
from tracker.dashboard.leader_sheet import leader_pdf, makes_pdf
from tracker.dashboard.office import arrears_xlsx, office_page, period_figures
from tracker.dashboard.unit import unit_page
from tracker.errors import NotFound
from tracker.permissions import READING_ROLES, Role
from tracker.plans.models import Plan
from tracker.plans.queries import current_plan, open_plan, subject_of
from tracker.web.access import actor, check, requires
from tracker.web.navigation import entries_for
from tracker.web.render import go, render
from tracker.web.words import moment_words

dashboard = Blueprint("dashboard", __name__)
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dashboard.get("/")
@requires("home.read")
def home() -> Response:
    """Where everybody begins: the home page of the newest plan, or the page that says how to begin."""
    plan = current_plan(actor())
    if plan is not None:
        return go(url_for("dashboard.plan_home", plan_id=plan.id))
    entry = None if actor().role in READING_ROLES else next(iter(entries_for(actor().role)), None)
    if entry is not None:
        return go(url_for(entry.endpoint))
    return render("dashboard/empty.html", may_import=actor().role is Role.OFFICE)


@dashboard.get("/plans/<int:plan_id>/")
@requires("plan.read")
def plan_home(plan_id: int) -> Response:
    """The home page of a plan, by role."""
    plan = open_plan(plan_id, actor())
    g.navigation = "home"
    if actor().role is Role.OFFICE:
        return _office(plan)
    return _leader(plan) if actor().role is Role.LEADER else _unit(plan)


def _office(plan: Plan) -> Response:
    wanted = asked.read(plan, request.args, clock.today())
    return render("dashboard/office.html", plan=plan, asked=wanted, page=office_page(plan, wanted, actor()))


def _leader(plan: Plan) -> Response:
    wanted = asked.read(plan, request.args, clock.today())
    page = leader_page(plan, wanted, actor())
    return render("dashboard/leader.html", plan=plan, asked=wanted, page=page, makes_pdf=makes_pdf())


def _unit(plan: Plan) -> Response:
    wanted = asked.read(plan, {}, clock.today())
    page = unit_page(plan, wanted, actor(), actor().unit_id or 0)
    return render("dashboard/unit.html", plan=plan, asked=wanted, page=page, actor=actor())


@dashboard.get("/plans/<int:plan_id>/overview.pdf")
@requires("overview.print")
def leader_sheet(plan_id: int) -> Response:
    """A leader's page as one sheet of A4."""
    plan = open_plan(plan_id, actor())
    check("overview.print", subject_of(plan))
    wanted = asked.read(plan, request.args, clock.today())
    foot = f"{actor().label} {actor().name} {moment_words(clock.now())}"
    content = leader_pdf(leader_page(plan, wanted, actor()), plan.short_title, foot)
    name = f"{plan.short_title}_总览_{wanted.as_of.isoformat()}.pdf"
    return send_file(BytesIO(content), PDF, as_attachment=True, download_name=name)


@dashboard.get("/plans/<int:plan_id>/arrears.xlsx")
@requires("dashboard.read")
def arrears(plan_id: int) -> Response:
    """The units in arrears as a workbook, as the page shows them."""
    plan = open_plan(plan_id, actor())
    check("dashboard.read", subject_of(plan))
    wanted = asked.read(plan, request.args, clock.today())
    figures = period_figures(plan, wanted)
    if figures is None:
        raise NotFound("还没有开始的填报期，没有名单可以导出。")
    name = f"{figures.period.name}欠报单位名单_{wanted.as_of.isoformat()}.xlsx"
    content = arrears_xlsx(figures, wanted.as_of, plan.short_title)
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=name)

"""单位 × 填报期: one grid, the items behind a cell, and the grid as a workbook (picture 08)."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, Response, g, request, send_file
from flask_babel import gettext as _

from tracker import clock
from tracker.dashboard import asked
from tracker.dashboard.asked import Asked
from tracker.dashboard.cells import Grid, GridRow, Measure, grid, tone
from tracker.dashboard.grid_queries import CellItem, cell_items, cells, with_versions
from tracker.errors import NotFound
from tracker.exports.table import TableColumn, table_xlsx
from tracker.obligations.models import Period
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.web.access import actor, check, requires
from tracker.web.intake import number
from tracker.web.render import render

analysis = Blueprint("analysis", __name__)
LAST_PERIODS = 24
"""Columns at most: two years by month."""


@dataclass(frozen=True)
class Chosen:
    """The cell that was opened."""

    row: GridRow
    period: Period
    items: list[CellItem]


@analysis.get("/plans/<int:plan_id>/units-periods")
@requires("dashboard.read")
def units_periods(plan_id: int) -> Response:
    """The grid, and at its right the cell that the address names by ``unit`` and ``period``."""
    g.navigation = "analysis"
    plan, wanted, measure = _asked(plan_id)
    shown = _periods(wanted)
    found = _grid(shown, wanted, measure)
    return render(
        "dashboard/grid.html",
        "panel",
        plan=plan,
        asked=wanted,
        measure=measure,
        measures=list(Measure),
        periods=shown,
        grid=found,
        tone=tone,
        chosen=_chosen(found, shown, wanted),
    )


@analysis.get("/plans/<int:plan_id>/units-periods.xlsx")
@requires("dashboard.read")
def workbook(plan_id: int) -> Response:
    """The grid as a workbook, townships one by one."""
    plan, wanted, measure = _asked(plan_id)
    shown = _periods(wanted)
    columns = [
        TableColumn("单位", 52),
        *(TableColumn(_column_name(one), 18) for one in shown),
        TableColumn("报送率", 34),
        TableColumn("及时率", 34),
    ]
    found = _grid(shown, wanted, measure)
    rows = [_line(_("全部"), found.total, shown, measure)]
    for row in found.rows:
        rows += [_line(row.name, row, shown, measure)]
        rows += [_line(f"　{member.name}", member, shown, measure) for member in row.members]
    title = _("%(plan)s各单位%(what)s情况（截至%(day)s）", plan=plan.short_title, what=measure.label, day=wanted.as_of)
    return send_file(BytesIO(table_xlsx(title, columns, rows)), as_attachment=True, download_name=f"{title}.xlsx")


def _asked(plan_id: int) -> tuple[Plan, Asked, Measure]:
    plan = open_plan(plan_id, actor())
    check("dashboard.read", subject_of(plan))
    day = {"as_of": request.args.get("as_of", "")}
    measure = request.args.get("show", Measure.REPORTED)
    return plan, asked.read(plan, day, clock.today()), Measure(measure) if measure in set(Measure) else Measure.REPORTED


def _periods(wanted: Asked) -> list[Period]:
    """Those whose due day is over: a running one is not compared with them."""
    return [one for one in wanted.opened if one.due_on < wanted.as_of][-LAST_PERIODS:]


def _grid(shown: list[Period], wanted: Asked, measure: Measure) -> Grid:
    found = cells(shown, wanted.as_of)
    if measure is Measure.RETURNED:
        found = with_versions(found, shown, wanted.as_of)
    return grid(found, measure)


def _chosen(found: Grid, shown: list[Period], wanted: Asked) -> Chosen | None:
    unit_id, period_id = (request.args.get(name, type=number) for name in ("unit", "period"))
    if unit_id is None or period_id is None:
        return None
    rows = [*found.rows, *(member for row in found.rows for member in row.members)]
    row = next((one for one in rows if one.unit and one.unit.id == unit_id), None)
    period = next((one for one in shown if one.id == period_id), None)
    if row is None or period is None:
        raise NotFound(_("没有这一格：这个单位在这一期没有应报的，或者这一期还没有过应报日。"))
    return Chosen(row, period, cell_items(period, unit_id, wanted.as_of))


def _column_name(period: Period) -> str:
    return f"{period.nominal_due_on.year}年{period.name}"


def _line(name: str, row: GridRow, shown: list[Period], measure: Measure) -> list[str]:
    figures = [measure.of(row.cell(one.id)) for one in shown]
    texts = [f"{share.n}/{share.of}" if share.of else "–" for share in figures]
    return [name, *texts, str(row.total.reported), str(row.total.in_time)]

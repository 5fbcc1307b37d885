"""填报表 as a workbook: handed out, and taken back."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, g, request, send_file
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, UnreadableFile
from tracker.extensions import commit
from tracker.permissions import Subject
from tracker.plans.queries import open_plan
from tracker.progress.page import own_sheet, page_of, unit_id
from tracker.progress.workbook import changed_boxes, fill_in_xlsx, filled_rows, take_over
from tracker.units.queries import unit_by_id
from tracker.web.access import actor, check, requires
from tracker.web.render import go, render

workbook = Blueprint("workbook", __name__)

LARGEST = 20 << 20  # bytes: thousands of rows without their evidence


@workbook.get("/plans/<int:plan_id>/report.xlsx")
@requires("report.write")
def download(plan_id: int) -> Response:
    """What can be written now, to be filled in with a spreadsheet."""
    plan = open_plan(plan_id, actor())
    check("report.write", Subject(unit_id=unit_id()))
    found = own_sheet(plan)
    unit = unit_by_id(unit_id())
    title = f"{plan.short_title}{found.period.name}填报表（{unit.name}）"
    content = fill_in_xlsx(title, found.rows, f"{unit.name} {clock.now():%Y-%m-%d %H:%M} 下载")
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{title}.xlsx")


@workbook.post("/plans/<int:plan_id>/report.xlsx")
@requires("report.write")
def upload(plan_id: int) -> Response:
    """Take over the rows somebody wrote in; those that cannot be are shown again with why."""
    plan = open_plan(plan_id, actor())
    check("report.write", Subject(unit_id=unit_id()))
    found = own_sheet(plan)
    outcome = take_over(filled_rows(_file()), found.rows, actor())
    commit()
    if outcome.unsaved:
        g.navigation = "report"
        return render(
            "progress/workbook.html", status=409, plan=plan, period=found.period, outcome=outcome, boxes=changed_boxes
        )
    if outcome.saved:
        flash(_("填报表里的 %(n)s 项已存，还没有送签。", n=outcome.saved), "green")
    else:
        flash(_("填报表里没有新写的内容，什么都没有改。"), "amber")
    return go(page_of(plan_id, found.period.id))


def _file() -> bytes:
    sent = request.files.get("file")
    content = sent.stream.read(LARGEST + 1) if sent and sent.filename else b""
    if not content:
        raise Invalid(_("没有选文件，或者文件是空的。请选填好的那份填报表（.xlsx）。"), "file")
    if len(content) > LARGEST:
        raise UnreadableFile(_("填报表超过 20 MB，没有读。请只传下载的那份，材料在页面上逐项添加。"))
    return content

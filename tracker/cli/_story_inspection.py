"""An invented inspection of the demo: one item settled, one reported, one overdue, one still in time."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.extensions import commit, db, file_store
from tracker.files.keeping import Intake
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.supervision.inspections import Finding, Visit, draft_inspection, edit_inspection, issue_inspection
from tracker.supervision.rectifications import report_item, settle_item
from tracker.tasks.models import Task
from tracker.units.queries import unit_by_name

VISITED_ON, ISSUED_ON = date(2021, 9, 15), date(2021, 9, 17)
FINDINGS = (
    (
        "市卫生健康委",
        "1",
        "健康科普专家库没有动态更新办法，抽查10人中2人单位已变动。",
        "制定更新办法，核对全部人员。",
        date(2021, 9, 30),
    ),
    ("市财政局", "", "专项资金拨付台账与凭证对不上，差2笔。", "逐笔核对，补齐凭证。", date(2021, 10, 15)),
    ("市卫生健康委", "", "现场没有见到病例随访记录。", "补齐随访记录，明确专人。", date(2021, 10, 29)),
    ("熊口镇", "", "健康教育宣传栏三个月没有更新。", "更新宣传栏，报送照片。", date(2021, 11, 12)),
)
"""Unit, number of the task, what was found, what is asked, the limit."""
INVENTED = "〔演示〕"


def inspect(plan: Plan, office: Actor, reporter: Actor) -> None:
    """Live through it. ``reporter``: of the unit that has two of the items."""
    clock.fix_day(VISITED_ON)
    inspection = draft_inspection(plan, "三季度督导检查", VISITED_ON, office)
    units = {name: unit.id for name, *_ in FINDINGS if (unit := unit_by_name(name))}
    for name, no, found, asked, due_on in FINDINGS:
        task_id = db.session.scalar(sa.select(Task.id).where(Task.plan_id == plan.id, Task.no == no)) if no else None
        finding = Finding(None, units[name], task_id, found + INVENTED, asked + INVENTED, due_on)
        edit_inspection(inspection, _visit(list(units.values()), inspection.version), finding, office)
    clock.fix_day(ISSUED_ON)
    issue_inspection(inspection, inspection.version, office)
    first, _, third, _ = inspection.findings
    intake = Intake(file_store(), 2**20)
    clock.fix_day(date(2021, 9, 28))
    report_item(first, f"更新办法已印发，专家信息核对完毕。{INVENTED}", [], intake, first.version, reporter)
    clock.fix_day(date(2021, 10, 9))
    settle_item(first, "情况属实。", first.version, office)
    clock.fix_day(date(2021, 10, 25))
    report_item(third, f"随访记录已补齐，由专人登记。{INVENTED}", [], intake, third.version, reporter)
    commit()


def _visit(unit_ids: list[int], version: int) -> Visit:
    summary = f"查阅台账、抽查现场，总体有进展，资料更新和凭证管理有欠缺。{INVENTED}"
    return Visit(
        title="三季度督导检查",
        first_on=VISITED_ON,
        last_on=VISITED_ON,
        inspectors="王慧敏、李志强",
        basis="按照年度工作安排，办公室开展三季度督导检查。",
        summary=summary,
        contact="",
        unit_ids=unit_ids,
        task_ids=[],
        seen_version=version,
    )

"""The notice 整改通知书 of one unit as an official document."""

from __future__ import annotations

from tracker.exports.official import Block, Heading, Official, Para, Table, chinese_day, official_docx
from tracker.supervision.inspection_models import InspectedUnit, Inspection, Rectification


def notice_name(inspection: Inspection, unit: InspectedUnit) -> str:
    """The name of its file."""
    return f"整改通知书 {unit.unit.name} {unit.doc_number or inspection.title}"


def notice_docx(inspection: Inspection, unit: InspectedUnit) -> bytes:
    """What was found at a unit and what it is asked; a draft has 待编号 in place of its number."""
    issued_on = inspection.issued_at.date() if inspection.issued_at else None
    items = [item for item in inspection.findings if item.unit_id == unit.unit_id]
    office = inspection.office.name
    return official_docx(
        Official(
            mark=f"{office}整改通知书",
            number=unit.doc_number or "（待编号）",
            title=f"关于{inspection.title}发现问题的整改通知",
            addressees=unit.unit.name,
            body=_body(inspection, items),
            signer=office,
            signed_on=issued_on,
            printed_by=office,
            printed_on=issued_on,
        )
    )


def _body(inspection: Inspection, items: list[Rectification]) -> list[Block]:
    when = chinese_day(inspection.first_on)
    if inspection.last_on != inspection.first_on:
        when += f"至{chinese_day(inspection.last_on)}"
    by = f"（检查人员：{inspection.inspectors}）" if inspection.inspectors else ""
    opening = f"{when}，{inspection.office.name}对你单位开展了{inspection.title}{by}，发现问题{len(items)}个。"
    body: list[Block] = [*(Para(line) for line in inspection.basis.splitlines() if line.strip())]
    body += [Para(f"{opening}现将有关问题和整改要求通知如下。"), Heading(1, "一、发现的问题和整改要求")]
    rows = [
        (str(turn), _finding(item), item.asked, f"{chinese_day(item.first_due_on)}前")
        for turn, item in enumerate(items, start=1)
    ]
    body.append(Table(("序号", "发现的问题", "整改要求", "时限"), rows, (14, 56, 50, 36), frozenset({0, 3})))
    body += [
        Heading(1, "二、有关要求"),
        Para(
            "请对照问题逐条整改，在时限前报送整改情况并附佐证材料，经核定后销号。逾期没有整改到位的，转为督办单督办。"
        ),
        Para(f"联系人及电话：{inspection.contact or inspection.office.name}。"),
    ]
    return body


def _finding(item: Rectification) -> str:
    return f"{item.finding}（{item.task.label}）" if item.task else item.finding

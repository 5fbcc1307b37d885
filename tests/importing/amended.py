"""An amended list of the city's 61 items, written as an office would write it: a plain workbook."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook

from tests.importing.drafts import seed
from tracker.importing.parse import parse

LIST = "潜江323任务清单.xlsx"
AMENDED = "调整后的任务清单.xlsx"
ENDED, OTHER_LEAD, OTHER_LIMIT, OTHER_WORDS = "12", "7", "1", "6"
"""Numbers, in the old list, of the item that is dropped and of those that are changed."""
NEW = [
    ["开展卷烟消费税政策宣传,发挥税收对控烟的引导作用。", "市卫生健康委", "市财政局", "2021年底"],
    ["建立信访人员心理疏导机制,每季度会商一次。", "市公安局", "市卫生健康委", "每季度"],
]
"""One comes after the tenth item, one at the end."""


def workbook(title: str, rows: list[list[str]]) -> bytes:
    """A list with its title, its heads and these rows, numbered anew."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append([title])
    sheet.append(["序号", "重点任务", "牵头单位", "参与单位", "完成时限"])
    for number, row in enumerate(rows, start=1):
        sheet.append([number, *row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def city_rows() -> dict[str, list[str]]:
    """Number -> text, leads, partners and limit of the city's list as it was issued."""
    return {task["no"]: _row(task) for task in parse(seed(LIST), LIST)["tasks"]}


def _row(task: dict[str, Any]) -> list[str]:
    leads, partners = ("、".join(unit["name"] for unit in task[role]) for role in ("leads", "partners"))
    joint = "按职责分工,分别负责" if len(task["leads"]) > 1 else ""
    return [task["text"], leads + joint, partners, task["deadline"]["raw"]]


def amended() -> bytes:
    """The list with one lead, one limit and some words changed, two items added, one dropped, and renumbered."""
    rows = city_rows()
    rows[OTHER_LEAD][1] = "市水利和湖泊局"
    rows[OTHER_LIMIT][3] = "2021年11月底前"
    rows[OTHER_WORDS][0] = rows[OTHER_WORDS][0].replace("将卫生健康工作融入", "把卫生健康工作全面融入")
    after = [row for no, row in rows.items() if no != ENDED]
    return workbook("潜江市“323”攻坚行动2021年重点任务清单（调整）", [*after[:10], NEW[0], *after[10:], NEW[1]])


def next_year() -> bytes:
    """Next year's list: what goes on, one item with a new limit, one new."""
    rows = city_rows()
    going_on = [row for row in rows.values() if "持续推进" in row[3]]
    again = [rows["1"][0], *rows["1"][1:3], "2022年底"]
    return workbook("潜江市“323”攻坚行动2022年重点任务清单", [*going_on, again, NEW[0][:3] + ["2022年底"]])

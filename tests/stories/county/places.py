"""The county of the story: its units, and its list of tasks of 2022 and of 2023 as the workbooks that were issued.

望川县 is invented.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from tracker.units.rules import UnitKind

OFFICE = "望川县民生实事工作领导小组办公室"
BEIXI, DONGPING, NANLING, XIHE = TOWNS = ("北溪镇", "东坪镇", "南岭乡", "西河镇")
FINANCE, REFORM, ROADS, SCHOOLS = "县财政局", "县发展改革局", "县交通运输局", "县教育局"
FARMS, NATURE, HEALTH, HOUSING = "县农业农村局", "县生态环境局", "县卫生健康局", "县住建局"
DEPARTMENTS = (FINANCE, REFORM, ROADS, SCHOOLS, FARMS, NATURE, HEALTH, HOUSING)
ALL_TOWNS = "各乡镇"
WRITTEN_SHORT = "县卫健局"
"""How the list calls 县卫生健康局: a name that the register does not have."""
KINDS = {
    OFFICE: UnitKind.LEADING_GROUP_OFFICE,
    **dict.fromkeys(TOWNS, UnitKind.TOWNSHIP),
    **dict.fromkeys(DEPARTMENTS, UnitKind.DEPARTMENT),
    ALL_TOWNS: UnitKind.TOWNSHIP_GROUP,
}

Rows = Sequence[Sequence[str]]
Chapters = Sequence[tuple[str, Rows]]
HEAD = ("序号", "重点任务", "牵头单位", "参与单位", "完成时限")
LIST_2022: Chapters = (
    (
        "一、城乡建设",
        (
            ("1", "新建改建农村公路60公里。", ROADS, "县财政局、各乡镇", "2022年底"),
            ("2", "新增公办幼儿园学位900个。", SCHOOLS, FINANCE, "2022年8月31日"),
            ("3", "改造老旧小区12个。", HOUSING, FINANCE, "2022"),
            ("4", "改造农村户厕3000户。", ALL_TOWNS, "县农业农村局、县卫健局", "2022年11月底前"),
        ),
    ),
    (
        "二、生态和健康",
        (
            ("5", "保护饮用水水源地。", "县生态环境局、县住建局（按职责分工，分别负责）", "", "持续推进"),
            ("6", "推行政务服务“一件事一次办”。", REFORM, "", "2022年实施，持续推进"),
            ("7", "组织专家下乡义诊。", WRITTEN_SHORT, "", "每季度至少2次"),
            ("8", "建成高标准农田1.2万亩。", FARMS, "东坪镇、西河镇", "2022年6月底前"),
            ("9", "推行农村生活垃圾分类。", HOUSING, ALL_TOWNS, "持续推进"),
        ),
    ),
    (
        "三、治理和保障",
        (
            ("10", "落实民生实事资金，按进度拨付。", FINANCE, "", "长期坚持"),
            ("11", "清淤北溪河、南岭河12公里。", "北溪镇、南岭乡", NATURE, "2022年10月10日"),
            ("12", "建成民生资金监管平台。", "县发展改革局、县财政局", "", "2022年9月底前"),
            ("13", "整治校园周边环境。", SCHOOLS, "", ""),
        ),
    ),
)
"""Of each kind of limit: to a day (2 8 11), to the end of a month (1 4 12), a year whose 年 was lost (3), without an
end (5 9 10), begun this year (6), recurring (7), none (13). Joint leads in 5, 11 and 12, a group as lead in 4, as
partner in 1 and 9."""
LIST_2023: Chapters = (
    (
        "一、续办事项",
        (
            ("1", "改造老旧小区12个。", HOUSING, FINANCE, "2023年6月底前"),
            ("2", "保护饮用水水源地。", "县生态环境局、县住建局（按职责分工，分别负责）", "", "持续推进"),
            ("3", "推行政务服务“一件事一次办”。", REFORM, "", "持续推进"),
            ("4", "组织专家下乡义诊。", HEALTH, "", "每季度至少2次"),
            ("5", "推行农村生活垃圾分类。", HOUSING, ALL_TOWNS, "持续推进"),
            ("6", "落实民生实事资金，按进度拨付。", FINANCE, "", "长期坚持"),
        ),
    ),
    ("二、新增事项", (("7", "新建社区老年食堂5个。", HOUSING, "县财政局、北溪镇", "2023年底"),)),
)


def workbook(year: int, issued: str, chapters: Chapters) -> bytes:
    """The list as the office issued it: title, issuer and day, heads, chapters over the whole width, items."""
    book = Workbook()
    sheet: Any = book.active
    for line in (f"望川县{year}年民生实事任务清单", f"{OFFICE}    {issued}印发"):
        sheet.append([line])
    sheet.append(HEAD)
    for chapter, rows in chapters:
        sheet.append([chapter])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=len(HEAD))
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()

"""The ledger as a workbook, opened again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tracker.exports.ledger import COLUMNS, HEAD_ROWS, LAMPS, Lamp, LedgerHead, LedgerRow, ledger_xlsx
from tracker.exports.measure import HIGHEST_ROW
from tracker.exports.sheet import CELL_LIMIT, CUT_NOTE, Paper, clean

HEAD = LedgerHead(
    title="潜江市“323”攻坚行动重点任务督查台账",
    reporting_unit="健康潜江工作领导小组办公室",
    filled_on=date(2021, 10, 26),
    as_of=date(2021, 10, 25),
    period="10月期",
    printed_by="办公室 审核岗",
    printed_at=datetime(2021, 10, 26, 17, 20),
)
ROW = LedgerRow(
    no=1, task="建立健康科普专家库。", lamp="green", state="正常", source="《任务清单》", lead="市卫生健康委"
)
PRINTED_ON_A4 = [
    "序号",
    "重点任务",
    "牵头单位",
    "责任（参与）单位",
    "完成时限",
    "目前进展",
    "完成比例",
    "达序时进度",
    "存在问题",
    "下一步措施",
    "状态",
]


def opened(rows: list[LedgerRow], paper: Paper = "A4", head: LedgerHead = HEAD) -> Any:
    return load_workbook(BytesIO(ledger_xlsx(head, rows, paper))).worksheets[0]


def shown_titles(sheet: Any) -> list[str]:
    cells = sheet[HEAD_ROWS]
    return [c.value.replace("\n", "") for c in cells if not sheet.column_dimensions[c.column_letter].hidden]


def column_of(field: str) -> int:
    return [column.field for column in COLUMNS].index(field) + 1


def test_a4_prints_eleven_columns_and_hides_the_rest() -> None:
    sheet = opened([ROW])
    assert shown_titles(sheet) == PRINTED_ON_A4
    assert sheet.max_column == 16


def test_a3_prints_all_sixteen() -> None:
    assert len(shown_titles(opened([ROW], "A3"))) == 16


@pytest.mark.parametrize(("paper", "code", "width"), [("A4", 9, 279), ("A3", 8, 402)])
def test_the_columns_fill_one_landscape_page(paper: Paper, code: int, width: float) -> None:
    sheet = opened([ROW], paper)
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", code)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (int(sheet.page_setup.fitToWidth), int(sheet.page_setup.fitToHeight)) == (1, 0)
    wide = sum(column.on_a3 if paper == "A3" else column.on_a4 or 0 for column in COLUMNS)
    assert width - 2 <= wide <= width


def test_heads_repeat_stay_and_filter() -> None:
    sheet = opened([ROW, replace(ROW, no=2)])
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "D4"
    assert sheet.auto_filter.ref == "A3:P5"
    assert "第 &P 页　共 &N 页" in sheet.oddFooter.right.text
    assert sheet.oddFooter.left.text == "责任台账　打印：办公室 审核岗　2021-10-26 17:20"


def test_title_and_facts_stand_over_the_whole_width() -> None:
    sheet = opened([ROW])
    facts = [cell.value for cell in sheet[2] if cell.value]
    assert sheet["A1"].value == HEAD.title
    assert "A1:O1" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert facts[0] == "填报单位：健康潜江工作领导小组办公室"
    assert facts[1] == "填报时间：2021年10月26日"
    assert facts[2].startswith("审核人：")
    assert facts[3] == "截至：2021年10月25日　10月期"


def test_a_new_section_is_a_merged_row_above_its_first_item() -> None:
    rows = [
        replace(ROW, section="一、普及"),
        replace(ROW, no=2, section="一、普及"),
        replace(ROW, no=3, section="二、环境"),
    ]
    sheet = opened(rows)
    assert [sheet.cell(row, 1).value for row in range(4, 9)] == ["一、普及", 1, 2, "二、环境", 3]
    assert {"A4:O4", "A7:O7"} <= {str(merged) for merged in sheet.merged_cells.ranges}


def test_what_is_hidden_and_the_same_in_all_rows_stands_under_the_table() -> None:
    rows = [ROW, replace(ROW, no=2, lamp="red", state="逾期30天", remark="不同"), replace(ROW, no=3)]
    note = opened(rows)["A7"].value
    assert note == "任务来源：《任务清单》。状态：■ 逾期 1　○ 正常 2，共 3 项。"


def test_the_line_under_the_table_names_the_filter() -> None:
    assert opened([ROW], head=replace(HEAD, remark="只列市卫生健康委。"))["A5"].value.endswith(
        "共 1 项。只列市卫生健康委。"
    )


@pytest.mark.parametrize("lamp", LAMPS)
def test_every_lamp_is_a_black_mark_before_a_word(lamp: Lamp) -> None:
    cell = opened([replace(ROW, lamp=lamp, state="某词")]).cell(4, column_of("state"))
    assert cell.value == f"{LAMPS[lamp][0]} 某词"
    assert cell.font.color is None or cell.font.color.rgb in (None, "FF000000")
    assert bool(cell.font.b) == (lamp in ("red", "yellow", "blue"))


def test_percent_is_a_number_and_none_is_a_dash() -> None:
    sheet = opened([replace(ROW, percent=45), ROW])
    first, second = sheet.cell(4, column_of("percent")), sheet.cell(5, column_of("percent"))
    assert (first.value, first.number_format, second.value) == (0.45, "0%", "–")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", "#N/A", "<b>&amp;", " 前后 "])
def test_a_text_stays_a_text(text: str) -> None:
    cell = opened([replace(ROW, task=text)]).cell(4, column_of("task"))
    assert (cell.value, cell.data_type) == (text, "s")


def test_an_over_long_text_is_cut_with_a_note() -> None:
    value = opened([replace(ROW, progress="长" * 40_000)]).cell(4, column_of("progress")).value
    assert len(value) == CELL_LIMIT
    assert value.endswith(CUT_NOTE)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_goes_out_and_comes_back(text: str) -> None:
    sheet = opened([replace(ROW, task=text, state=text)], head=replace(HEAD, title=text, printed_by=text))
    assert (sheet.cell(4, column_of("task")).value or "") == clean(text)


def test_a_row_grows_with_its_text_and_small_type_saves_what_would_not_fit() -> None:
    sheet = opened([ROW, replace(ROW, progress="进展" * 40), replace(ROW, progress="进展" * 400)])
    heights = [sheet.row_dimensions[row].height for row in (4, 5, 6)]
    assert heights == sorted(heights)
    assert heights[0] < heights[1] < heights[2] < HIGHEST_ROW
    assert sheet.cell(6, column_of("progress")).font.sz < sheet.cell(5, column_of("progress")).font.sz
    assert sheet.cell(5, column_of("progress")).alignment.wrap_text


def heights_by_page(sheet: Any) -> tuple[float, float]:
    """Room for rows on an A4 page, and the height of all rows after the heads, in points."""
    heights = [sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)]
    return (210 - 9 - 14) * 72 / 25.4 - sum(heights[:HEAD_ROWS]), sum(heights[HEAD_ROWS:])


@pytest.mark.parametrize("count", range(1, 40))
def test_the_signatures_are_never_alone_on_a_page(count: int) -> None:
    sheet = opened([replace(ROW, no=no) for no in range(1, count + 1)])
    room, _total = heights_by_page(sheet)
    breaks = {each.id for each in sheet.row_breaks.brk}
    used, last_row, page, pages = 0.0, HEAD_ROWS + count, 0, {}
    for row in range(HEAD_ROWS + 1, sheet.max_row + 1):
        height = sheet.row_dimensions[row].height
        if used + height > room or row - 1 in breaks:
            page, used = page + 1, 0.0
        used, pages[row] = used + height, page
    assert pages[last_row] == pages[sheet.max_row]
    assert len(breaks) <= 1


def test_an_empty_ledger_says_so() -> None:
    assert opened([])["A4"].value == "没有符合条件的任务。"


def test_rows_are_read_once_and_a_broken_list_leaves_no_half_file() -> None:
    def broken() -> Any:
        yield ROW
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        ledger_xlsx(HEAD, broken())

"""Any table of units and limits, written in each form, reads back as it was."""

import csv
import html
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importing.drawn import as_ods, as_ofd, as_pdf
from tests.importing.drawn import table as drawn_table
from tracker.importing.parse import parse
from tracker.importing.readers.merged import clipped

HEADS = ["序号", "重点任务", "牵头单位", "配合单位", "完成时限"]
UNITS = ["市教育局", "市卫生健康委", "市水利和湖泊局", "市委宣传部", "团市委", "各区镇街道", "市总工会",
         "各县、区人民政府(管委会)", "赣州市信丰生态环境局", "市直各部门", "市市场监管局（市知识产权局）"]  # fmt: skip
LIMITS = {
    "持续推进": ("continuous", None),
    "2021年": ("year", "2021-12-31"),
    "2021年6月底前": ("date", "2021-06-30"),
    "2021年实施,持续推进": ("start_then_continuous", None),
    "每季度": ("recurring", None),
}
TEXTS = st.text("推进健康教育学校治理水平提升工程建设数据共享机制", min_size=9, max_size=40)


@dataclass(frozen=True)
class Row:
    text: str
    leads: list[str]
    partners: list[str]
    limit: str

    def cells(self, number: int) -> list[str]:
        return [str(number), f"{self.text}。", "、".join(self.leads), "、".join(self.partners), self.limit]


@st.composite
def rows(draw: st.DrawFn) -> Row:
    units = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=6, unique=True))
    cut = draw(st.integers(1, len(units)))
    return Row(draw(TEXTS), units[:cut], units[cut:], draw(st.sampled_from(sorted(LIMITS))))


def as_xlsx(table: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append([cell or None for cell in row])
    return saved(book)


def as_docx(table: list[list[str]]) -> bytes:
    made = docx.Document()
    grid = made.add_table(len(table), len(table[0]))
    for number, row in enumerate(table):
        for cell, text in zip(grid.rows[number].cells, row, strict=True):
            cell.text = text
    return saved(made)


def saved(made: Any) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def as_html(table: list[list[str]]) -> bytes:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in table)
    return f"<html><body><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></body></html>".encode()


def as_flattened(table: list[list[str]]) -> bytes:
    """One cell a line with a blank line between; an empty cell is one more blank line."""
    return "\n\n".join(cell for row in table for cell in row).replace("\n\n\n\n", "\n\n\n").encode()


def as_csv(table: list[list[str]]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(table)
    return made.getvalue().encode("gb18030")


def as_ruled_pdf(table: list[list[str]]) -> bytes:
    return as_pdf(drawn_table(table))


def as_ruled_ofd(table: list[list[str]]) -> bytes:
    return as_ofd(drawn_table(table))


def as_pasted(table: list[list[str]]) -> bytes:
    return "\n".join("\t".join(row) for row in table).encode()


WRITERS = [as_xlsx, as_docx, as_html, as_flattened, as_pasted, as_csv, as_ods, as_ruled_pdf, as_ruled_ofd]


@pytest.mark.parametrize("write", WRITERS)
@settings(max_examples=40, deadline=None)
@given(table=st.lists(rows(), min_size=2, max_size=8))
def test_a_table_reads_back_as_it_was(write: Callable[[list[list[str]]], bytes], table: list[Row]) -> None:
    printed = parse(write([HEADS, *(row.cells(n) for n, row in enumerate(table, 1))]), "清单")
    assert [(task["no"], task["text"]) for task in printed["tasks"]] == [
        (str(n), f"{row.text}。") for n, row in enumerate(table, 1)
    ]
    for task, row in zip(printed["tasks"], table, strict=True):
        assert [unit["name"] for unit in task["leads"]] == row.leads
        assert [unit["name"] for unit in task["partners"]] == row.partners
        assert (task["deadline"]["kind"], task["deadline"]["due"]) == LIMITS[row.limit]


ROWS = [
    Row("推进老旧小区改造工程建设", ["县住建局"], ["县财政局"], "2021年6月底前"),
    Row("开展全民健身活动提升体质", ["县体育局"], [], "持续推进"),
    Row("加强学校食品安全监督管理", ["县市场监管局"], ["县教体局"], "2021年"),
]


def sheet(*table: list[object], merged: tuple[str, ...] = (), hidden: tuple[int, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    for row in hidden:
        book.active.row_dimensions[row].hidden = True
    return saved(book)


def units(task: dict[str, Any]) -> tuple[list[str], list[str]]:
    return [unit["name"] for unit in task["leads"]], [unit["name"] for unit in task["partners"]]


def test_two_header_rows_are_one_head() -> None:
    content = sheet(
        ["2021年任务分解表"],
        ["序号", "主要任务", "责任分工", None, "完成时限"], [None, None, "牵头单位", "参与单位", None],
        [1, "开展全民健身活动", "市体育局", "市教育局", 2021],
        merged=("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"),
    )  # fmt: skip
    printed = parse(content, "表.xlsx")
    assert [units(task) for task in printed["tasks"]] == [(["市体育局"], ["市教育局"])]
    assert (printed["title"], printed["year"]) == ("2021年任务分解表", 2021)


def test_a_line_of_issuer_and_day_above_the_heads_is_no_title() -> None:
    content = sheet(
        ["望川县2022年民生实事任务清单"],
        ["望川县民生实事工作领导小组办公室    2022年1月10日印发"],
        ["序号", "任务", "牵头单位"],
        [1, "新建改建农村公路", "县交通运输局"],
    )
    printed = parse(content, "表")
    header = printed["title"], printed["issuer"], printed["issue_date"]
    assert header == ("望川县2022年民生实事任务清单", "望川县民生实事工作领导小组办公室", "2022-01-10")


def test_responsible_is_a_partner_beside_lead_and_leads_alone() -> None:
    beside = sheet(["序号", "任务", "牵头单位", "责任单位"], [1, "开展全民健身活动", "市体育局", "市教育局"])
    alone = sheet(["序号", "任务", "责任单位"], [1, "开展全民健身活动", "市体育局"])
    assert units(parse(beside, "表")["tasks"][0]) == (["市体育局"], ["市教育局"])
    assert units(parse(alone, "表")["tasks"][0]) == (["市体育局"], [])


def test_a_note_that_the_first_leads_counts_for_the_table() -> None:
    content = sheet(
        ["序号", "任务", "责任单位"],
        [1, "开展全民健身活动", "市体育局、市教育局"],
        ["备注：排在首位的为牵头单位。"],
        merged=("A3:C3",),
    )
    printed = parse(content, "表")
    assert [units(task) for task in printed["tasks"]] == [(["市体育局"], ["市教育局"])]
    assert "备注：排在首位的为牵头单位。" in printed["notes"]


def test_section_rows_categories_and_repeated_heads_are_no_tasks() -> None:
    head: list[object] = ["序号", "类别", "工作任务", "牵头单位"]
    content = sheet(
        head, ["一、加强预防"], [1, "健身", "开展全民健身活动", "市体育局"], [2, None, "建设健身步道设施", "市住建局"],
        head, [3, "控烟", "开展无烟机关建设", "市卫健委"],
        merged=("A2:D2", "B3:B4"),
    )  # fmt: skip
    tasks = parse(content, "表")["tasks"]
    assert [task["no"] for task in tasks] == ["1", "2", "3"]
    assert [task["section"] for task in tasks] == [
        ["一、加强预防", "健身"],
        ["一、加强预防", "健身"],
        ["一、加强预防", "控烟"],
    ]


def test_hidden_rows_are_no_tasks_and_are_counted() -> None:
    content = sheet(
        ["序号", "任务", "牵头单位"],
        [1, "开展全民健身活动", "市体育局"],
        [2, "已经取消的任务", "市教育局"],
        hidden=(3,),
    )
    printed = parse(content, "表")
    assert len(printed["tasks"]) == 1
    assert any("1个隐藏行" in note for note in printed["notes"])


def test_same_as_above_and_merged_units_belong_to_every_row() -> None:
    content = sheet(
        ["序号", "任务", "牵头单位", "配合单位"],
        [1, "开展全民健身活动", "市体育局", "市教育局"], [2, "建设健身步道设施", None, "同上"],
        merged=("C2:C3",),
    )  # fmt: skip
    assert [units(task) for task in parse(content, "表")["tasks"]] == [(["市体育局"], ["市教育局"])] * 2


def test_one_number_over_several_rows_is_numbered_in_parts() -> None:
    content = sheet(
        ["序号", "任务", "牵头单位"],
        [7, "开展全民健身活动", "市体育局"], [None, "建设健身步道设施", "市住建局"],
        merged=("A2:A3",),
    )  # fmt: skip
    assert [task["no"] for task in parse(content, "表")["tasks"]] == ["7-1", "7-2"]


def test_progress_and_people_are_neither_units_nor_limits() -> None:
    content = sheet(
        ["序号", "任务", "分管领导", "牵头单位", "完成时限", "1-10月推进情况"],
        [1, "开展全民健身活动", "张三", "市体育局", "12月底前", "2021年3月已开工"],
        ["2021年任务台账"],
    )
    task = parse(content, "表")["tasks"][0]
    assert units(task) == (["市体育局"], [])
    assert task["deadline"]["raw"] == "12月底前"


def test_several_sheets_are_several_parts() -> None:
    book = openpyxl.Workbook()
    for name in ("重点任务", "民生实事"):
        page = book.create_sheet(name)
        page.append(["序号", "任务", "牵头单位"])
        page.append([1, f"开展{name}有关工作", "市体育局"])
    printed = parse(saved(book), "表.xlsx")
    assert [part["title"] for part in printed["parts"]] == ["重点任务", "民生实事"]


def test_traditional_heads_are_known() -> None:
    content = sheet(["序號", "工作任務", "牽頭單位", "責任單位"], [1, "開展全民健身活動", "市體育局", "市教育局"])
    task = parse(content, "表")["tasks"][0]
    assert (task["text"], units(task)) == ("開展全民健身活動", (["市體育局"], ["市教育局"]))


@pytest.mark.parametrize("blank", ["\n", "\n\n"])
def test_an_empty_cell_that_disappeared_is_found_by_what_the_others_hold(blank: str) -> None:
    cells = [cell for n, row in enumerate(ROWS, 1) for cell in row.cells(n) if cell]
    text = blank.join(["某县2021年重点任务分解表", *HEADS, *cells])
    printed = parse(text.encode(), "表.txt")
    assert [units(task) for task in printed["tasks"]] == [(row.leads, row.partners) for row in ROWS]
    assert [task["deadline"]["raw"] for task in printed["tasks"]] == [row.limit for row in ROWS]
    assert printed["title"] == "某县2021年重点任务分解表"


def test_a_flattened_table_without_numbers_reads_by_its_width() -> None:
    cells = [cell for row in ROWS[:1] + ROWS[2:] for cell in row.cells(0)[1:]]
    tasks = parse("\n\n".join(["某县2021年任务分解表", *HEADS[1:], *cells]).encode(), "表.txt")["tasks"]
    assert [units(task) for task in tasks] == [(["县住建局"], ["县财政局"]), (["县市场监管局"], ["县教体局"])]


def test_section_lines_in_a_flattened_table_are_sections() -> None:
    lines = [*HEADS, "一、经济发展", *ROWS[0].cells(1), "二、社会事业", *ROWS[2].cells(2)]
    tasks = parse("\n\n".join(lines).encode(), "表.txt")["tasks"]
    assert [(task["no"], task["section"]) for task in tasks] == [("1", ["一、经济发展"]), ("2", ["二、社会事业"])]


def test_a_table_of_pipes_reads_like_any_other() -> None:
    lines = [HEADS, ["---"] * 5, *(row.cells(n) for n, row in enumerate(ROWS, 1))]
    tasks = parse("\n".join(f"| {' | '.join(line)} |" for line in lines).encode(), "表.txt")["tasks"]
    assert [units(task) for task in tasks] == [(row.leads, row.partners) for row in ROWS]


def test_a_page_with_merged_heads_and_rows_reads_like_a_sheet() -> None:
    page = (
        "<h1>某市2023年任务清单</h1><table>"
        "<tr><td rowspan=2>序号</td><td rowspan=2>任务</td><td colspan=2>分工</td></tr>"
        "<tr><td>牵头单位</td><td>配合单位</td></tr>"
        "<tr><td>1</td><td>开展<br>健身</td><td rowspan=2>市体育局</td><td>市教育局、<br>市财政局</td></tr>"
        "<tr><td>2</td><td>建设步道</td><td>—</td></tr></table>"
    )
    printed = parse(f"<html><body>{page}</body></html>".encode(), "页.html")
    assert [task["text"] for task in printed["tasks"]] == ["开展健身", "建设步道"]
    assert [units(task) for task in printed["tasks"]] == [
        (["市体育局"], ["市教育局", "市财政局"]),
        (["市体育局"], []),
    ]
    assert (printed["title"], printed["year"]) == ("某市2023年任务清单", 2023)


def test_a_day_of_the_workbook_reads_as_it_is_shown() -> None:
    book = openpyxl.Workbook()
    book.active.append(["任务", "牵头单位", "完成时限"])
    book.active.append(["推进城市更新工作", "区住建局", date(2024, 9, 30)])
    book.active.append(["推进老旧小区改造", "区住建局", date(2024, 9, 1)])
    book.active["C3"].number_format = "yyyy年m月"
    tasks = parse(saved(book), "表.xlsx")["tasks"]
    assert [task["deadline"]["due"] for task in tasks] == ["2024-09-30", "2024-09-30"]
    assert tasks[1]["deadline"]["raw"] == "2024年9月"


def test_whole_columns_that_are_merged_do_not_swell_the_table() -> None:
    content = sheet(["序号", "任务", "牵头单位", "备注"], [1, "开展全民健身活动", "市体育局", "无"], merged=("D2:E2",))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as copy:
        for name in book.namelist():
            copy.writestr(name, book.read(name).replace(b'ref="D2:E2"', b'ref="D2:D1048576"'))
    assert len(parse(out.getvalue(), "表")["tasks"]) == 1
    with zipfile.ZipFile(io.BytesIO(clipped(out.getvalue()))) as book:
        assert b'ref="D2:D2"' in book.read("xl/worksheets/sheet1.xml")

"""Any table of units and limits, written in each form, reads back as it was."""

import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.importing.parse import parse, read_plan

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


def as_pasted(table: list[list[str]]) -> bytes:
    return "\n".join("\t".join(row) for row in table).encode()


@pytest.mark.parametrize("write", [as_xlsx, as_docx, as_html, as_flattened, as_pasted])
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


def test_labelled_lines_under_an_item() -> None:
    text = (
        "2022年工作要点\n一、促进健康\n1.开展全民健身。办好赛事。\n牵头单位：市体育局\n责任单位：市教育局、市总工会\n"
        "完成时限：2022年10月底前\n2.加强控烟。\n牵头单位：市卫健委"
    )
    first, second = parse(text.encode(), "要点.txt")["tasks"]
    assert units(first) == (["市体育局"], ["市教育局", "市总工会"])
    assert (first["deadline"]["due"], first["section"]) == ("2022-10-31", ["一、促进健康"])
    assert (second["no"], units(second)) == ("2", (["市卫健委"], []))


def test_a_section_of_a_department_gives_each_duty() -> None:
    text = (
        "某区2023年实施方案\n一、职责分工\n（一）区卫生健康委：会同区教育局、各镇街园区开展基线调查；做好筛查工作。\n"
        "（二）区财政局：保障经费投入。"
    )
    tasks = parse(text.encode(), "方案.txt")["tasks"]
    assert [task["no"] for task in tasks] == ["（一）-1", "（一）-2", "（二）"]
    assert units(tasks[0]) == (["区卫生健康委"], ["区教育局", "各镇街园区"])
    assert units(tasks[1]) == (["区卫生健康委"], [])
    assert units(tasks[2]) == (["区财政局"], [])


def test_a_running_paragraph_gives_each_department_its_duties() -> None:
    text = (
        "某区2023年防治规划\n四、组织实施\n（二）落实部门职责。区卫计委负责组织协调，会同区财政局等部门制定规划；完善服务网络。"
        "区委宣传部、区新闻中心等部门负责开展公益性宣传。区公安分局、司法局负责监管场所的筛查工作。"
    )
    tasks = parse(text.encode(), "规划.txt")["tasks"]
    assert [task["no"] for task in tasks] == ["（二）-1", "（二）-2", "（二）-3", "（二）-4"]
    assert [units(task) for task in tasks] == [
        (["区卫计委"], ["区财政局"]),
        (["区卫计委"], []),
        (["区委宣传部", "区新闻中心"], []),
        (["区公安分局", "区司法局"], []),
    ]
    assert tasks[0]["section"] == ["四、组织实施", "（二）落实部门职责"]


def test_measures_without_any_unit_are_tasks_with_a_doubt() -> None:
    text = (
        "某市2021年工作计划\n一、总体要求\n坚持预防为主。\n"
        "第二部分：管理办公室重点工作\n（一）开展监测评估\n做好监测工作。\n（二）加强健康教育\n编制健康教育处方。"
    )
    draft = read_plan(text.encode(), "计划.txt").draft
    tasks = draft.parts[0].tasks
    assert [(task.no, task.leads) for task in tasks] == [("（一）", []), ("（二）", [])]
    assert [[doubt.code for doubt in task.doubts] for task in tasks] == [["no_unit"], ["no_unit"]]
    assert tasks[0].doubts[0].candidates[0].value == {"leads": ["管理办公室"]}


def test_several_plans_in_one_file_are_parts_and_the_notice_is_none() -> None:
    text = (
        "某区人民政府关于转发2个文件的通知\n各镇：\n一、加强领导。（区政府办负责）\n某区人民政府\n2017年12月21日\n"
        "某区防治慢性病规划\n一、加强筛查。（区卫计委负责）\n某区贯彻中医药发展战略规划\n纲要（2016—2030年）实施方案\n"
        "一、促进中西医结合。（区卫计委牵头，区体育局配合）"
    )
    printed = parse(text.encode(), "转发.txt", 2)
    assert [part["title"] for part in printed["parts"]] == [
        "某区防治慢性病规划",
        "某区贯彻中医药发展战略规划纲要（2016—2030年）实施方案",
    ]
    assert (printed["issuer"], printed["issue_date"]) == ("某区人民政府", "2017-12-21")
    assert units(printed["tasks"][0]) == (["区卫计委"], ["区体育局"])


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("信卫健字〔2024〕54号", "信卫健字〔2024〕54号"),
        ("荆卫通(2021)6号", "荆卫通〔2021〕6号"),
        ("根据国办发〔2017〕16号精神", None),
    ],
)
def test_only_a_number_that_stands_alone_is_the_documents_own(line: str, number: str | None) -> None:
    text = f"{line}\n某县2024年实施方案\n一、加强筛查。（县卫健委负责）"
    assert parse(text.encode(), "方案.txt")["doc_number"] == number

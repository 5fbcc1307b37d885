"""Running text: labelled lines, parentheses, departments, several plans in one file."""

from typing import Any

import pytest

from tracker.importing.parse import parse, read_plan


def units(task: dict[str, Any]) -> tuple[list[str], list[str]]:
    return [unit["name"] for unit in task["leads"]], [unit["name"] for unit in task["partners"]]


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


def test_labels_and_a_closing_line_do_not_run_into_the_text() -> None:
    text = "某市2024年工作要点\n3、推进国企改革。责任单位：市国资委\n牵头领导：王某某\n某市人民政府办公室\n2024年3月5日"
    printed = parse(text.encode(), "要点.txt")
    assert [(task["text"], units(task)) for task in printed["tasks"]] == [("推进国企改革。", (["市国资委"], []))]
    assert (printed["issuer"], printed["issue_date"]) == ("某市人民政府办公室", "2024-03-05")


def test_units_and_time_in_one_bracket_are_told_apart() -> None:
    text = (
        "某市2024年工作要点\n1．生产总值增长6%以上。（市发展改革委牵头，市统计局配合，12月底完成）\n"
        "2. 新增就业3万人〔牵头单位：市人社局；责任单位：各县（市、区）人民政府；完成时限：2024年11月底前〕"
    )
    first, second = parse(text.encode(), "要点.txt")["tasks"]
    assert (units(first), first["deadline"]["due"]) == ((["市发展改革委"], ["市统计局"]), "2024-12-31")
    assert (units(second), second["deadline"]["due"]) == ((["市人社局"], ["各县（市、区）人民政府"]), "2024-11-30")

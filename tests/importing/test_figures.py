"""Indicators with their targets, and duties that come again."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.importing.test_layouts import saved
from tracker.importing.parse import parse

CASES = Path(__file__).parent / "cases"


def read(sentence: str, title: str = "某区健康规划") -> list[tuple[Any, ...]]:
    text = f"{title}\n一、目标\n{sentence}\n二、任务\n1.加强筛查。（区卫健委负责）"
    printed = parse(text.encode(), "规划.txt")["indicators"]
    return [(i["name"], i["unit"], [(t["year"], t["op"], t["value"]) for t in i["targets"]]) for i in printed]


@pytest.mark.parametrize(
    ("sentence", "indicators"),
    [
        ("到2025年，宫颈癌筛查率达到50％。", [("宫颈癌筛查率", "%", [(2025, ">=", 50)])]),
        ("2021年，知晓率 $\\geq 80\\%$ 。", [("知晓率", "%", [(2021, ">=", 80)])]),
        ("到2030年，知晓率≥70%。", [("知晓率", "%", [(2030, ">=", 70)])]),
        ("到2025年，漏报率控制在0.5%以下。", [("漏报率", "%", [(2025, "<=", 0.5)])]),
        ("到2025年，死亡率较2015年下降10%。", [("死亡率", "%", [(2025, "decrease_by", 10)])]),
        ("到2025年，参保人数增加5万人。", [("参保人数", "万人", [(2025, "increase_by", 5)])]),
        ("到2025年，床位配置达到1.48张/万人。", [("床位配置", "张/万人", [(2025, ">=", 1.48)])]),
        (
            "到2025年，规范管理率、治疗率分别达到70%、90%。",
            [("规范管理率", "%", [(2025, ">=", 70)]), ("治疗率", "%", [(2025, ">=", 90)])],
        ),
        ("到2020年和2025年，知晓率分别达到60%和70%。", [("知晓率", "%", [(2020, ">=", 60), (2025, ">=", 70)])]),
        ("到2022年底，知晓率达到60%，到2025年提高到70%。", [("知晓率", "%", [(2022, ">=", 60), (2025, ">=", 70)])]),
        ("到2025年实现：\n（1）筛查率达到50%；", [("筛查率", "%", [(2025, ">=", 50)])]),
        ("筛查出的高危人群建档率95%以上。", [("筛查出的高危人群建档率", "%", [(None, ">=", 95)])]),
        ("有效降低发病率、提高5年生存率。", []),
        ("建设3个中心，培训达到20场。", []),
    ],
)
def test_a_figure_in_a_sentence_is_an_indicator(sentence: str, indicators: list[tuple[Any, ...]]) -> None:
    assert read(sentence) == indicators


def test_the_background_sets_no_targets() -> None:
    assert read("现状如此。\n三、现状\n2015年，治愈率保持在85%以上。") == []


def test_the_plans_year_counts_where_the_sentence_names_none() -> None:
    assert read("筛查率达到50%。", "某区2021年工作计划") == [("筛查率", "%", [(2021, ">=", 50)])]


TABLE = [
    ["指标", "单位", "2015年现状", "2020年", "2025年目标", "属性"],
    ["居民健康素养水平", "%", "17.42", "大于27", "34", "预期性"],
    ["15岁以上人群吸烟率", "%", "28.1", "25以内", "20", "约束性"],
    ["人均每日食盐摄入量", "克", "——", "下降10%", "下降15%", "预期性"],
    ["综合防控示范区", "", "", "成功建设", "成功建设", "预期性"],
]


def test_a_table_of_indicators_is_read_and_holds_no_tasks() -> None:
    book = openpyxl.Workbook()
    for row in TABLE:
        book.active.append(row)
    page = book.create_sheet("任务")
    page.append(["序号", "任务", "牵头单位"])
    page.append([1, "开展全民健身活动", "市体育局"])
    printed = parse(saved(book), "表")
    assert [task["text"] for task in printed["tasks"]] == ["开展全民健身活动"]
    read_back = printed["indicators"]
    assert [(i["name"], i["unit"], i["population"], i["baseline"], i["attribute"]) for i in read_back] == [
        ("居民健康素养水平", "%", None, 17.42, "预期性"),
        ("15岁以上人群吸烟率", "%", "15岁以上人群", 28.1, "约束性"),
        ("人均每日食盐摄入量", "克", None, None, "预期性"),
        ("综合防控示范区", None, None, None, "预期性"),
    ]
    assert [[(t["year"], t["op"], t["value"]) for t in i["targets"]] for i in read_back] == [
        [(2020, ">=", 27), (2025, ">=", 34)],
        [(2020, "<=", 25), (2025, "<=", 20)],
        [(2020, "decrease_by", 10), (2025, "decrease_by", 15)],
        [(2020, "=", None), (2025, "=", None)],
    ]


def test_a_flattened_table_of_indicators_reads_with_its_empty_cells() -> None:
    printed = parse((CASES / "jizhou.txt").read_bytes(), "蓟州.txt", 3)["indicators"]
    table = [i for i in printed if i["attribute"]]
    assert (len(table), {i["attribute"] for i in table}) == (16, {"预期性"})
    assert [(t["year"], t["op"], t["value"]) for t in table[0]["targets"]] == [
        (2020, "decrease_by", 10),
        (2025, "decrease_by", 15),
    ]
    assert (table[0]["name"], table[0]["unit"], table[0]["baseline"]) == ("心脑血管疾病死亡率", "1/10万", 223.6)
    assert (table[-1]["name"], table[-1]["baseline"]) == ("国家慢性病综合防控示范区", None)


@pytest.mark.parametrize(
    ("sentence", "duty"),
    [
        ("区教育局要每季度公布检测结果。", ("区教育局", "quarter", 1, None)),
        ("领导小组办公室每年至少召开2次会议。", ("领导小组办公室", "year", 2, None)),
        ("市防治中心要加强监测，次年2月15日前上报年度报告。", ("市防治中心", "year", 1, "次年2月15日前")),
        ("各成员单位每月28日前报送进展情况。", ("各成员单位", "month", 1, "每月28日前")),
        ("40岁以上人群免费筛查，每两年一次。", (None, "two_years", 1, None)),
    ],
)
def test_what_comes_again_is_a_duty(sentence: str, duty: tuple[Any, ...]) -> None:
    text = f"某区2021年工作计划\n一、安排\n{sentence}\n二、任务\n1.加强筛查。（区卫健委负责）"
    (printed,) = parse(text.encode(), "计划.txt")["duties"]
    assert (printed["unit"], printed["every"], printed["times"], printed["due_rule"]) == duty
    assert printed["source"]["where"] == "第3行"


@pytest.mark.parametrize("sentence", ["利用每年“爱眼日”开展宣传。", "确定每年接种人群。", "每年人均体检费不变。"])
def test_what_only_names_a_span_is_no_duty(sentence: str) -> None:
    text = f"某区2021年工作计划\n一、安排\n{sentence}\n二、任务\n1.加强筛查。（区卫健委负责）"
    assert parse(text.encode(), "计划.txt")["duties"] == []

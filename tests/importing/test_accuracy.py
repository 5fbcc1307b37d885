"""Every labelled document is read as labelled; the rules that this took, one by one."""

import pytest

from tests.importing.accuracy import LABELLED, Case, score
from tests.importing.test_prose import units
from tracker.importing.extract.sentence_limits import limit_in_sentence
from tracker.importing.parse import parse


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: case.gold)
def test_every_row_is_read_as_labelled_and_no_further_ones(case: Case) -> None:
    result = score(case)
    assert (result.read, result.rows) == (result.gold, result.gold)


def test_a_parenthesis_that_explains_a_unit_is_not_who_answers() -> None:
    text = "某市2021年要点\n1.每季度将报告报市防治管理中心（市妇幼保健院），及时汇总。（市卫健委负责）"
    tasks = parse(text.encode(), "要点.txt")["tasks"]
    assert [units(task) for task in tasks] == [(["市卫健委"], [])]


def test_an_annex_belongs_to_no_item() -> None:
    text = "某市2021年工作计划\n1.开展监测。做好监测工作。\n2.加强宣传。办好宣传周。\n附件\n领导小组名单\n组长：李某某"
    tasks = parse(text.encode(), "计划.txt")["tasks"]
    assert [task["text"] for task in tasks] == ["开展监测。做好监测工作。", "加强宣传。办好宣传周。"]


def test_all_units_after_jointly_with_take_part() -> None:
    text = (
        "某区2023年规划\n（二）落实责任。区综治办要加强协调。区残联要会同区发展改革委、卫计委、民政局等单位探索保障政策。"
        "区人力社保局负责落实政策，会同有关部门在职工中开展宣传。"
    )
    tasks = parse(text.encode(), "规划.txt")["tasks"]
    assert [task["partners"] for task in tasks[1:]] == [
        [
            {"name": "区发展改革委", "raw": "区发展改革委"},
            {"name": "区卫计委", "raw": "卫计委"},
            {"name": "区民政局", "raw": "民政局"},
        ],
        [{"name": "有关部门", "raw": "有关部门"}],
    ]


def test_a_branch_without_a_place_takes_the_prefix_and_one_with_a_place_keeps_its_name() -> None:
    text = "某市2023年要点\n1.加强监管。（市规划局、国土分局、国资委、公安潜江分局、国网供电公司负责）"
    (task,) = parse(text.encode(), "要点.txt")["tasks"]
    assert units(task)[0] == ["市规划局", "市国土分局", "市国资委", "公安潜江分局", "国网供电公司"]


def test_a_heading_broken_over_two_lines_is_one() -> None:
    text = (
        "某市2021年工作计划\n1.加强防治中心建设，逐步完善防治\n网络\n(1) 制定管理办法。\n"
        "(2) 组织深入学习技术方案，明确各级网络的分工与职责，配合完成防治现状的调研。"
    )
    tasks = parse(text.encode(), "计划.txt")["tasks"]
    assert [(task["no"], task["section"]) for task in tasks] == [
        ("(1)", ["1.加强防治中心建设，逐步完善防治网络"]),
        ("(2)", ["1.加强防治中心建设，逐步完善防治网络"]),
    ]


@pytest.mark.parametrize(
    ("sentence", "raw"),
    [
        ("防治中心每年完成不少于2场宣传活动", "每年完成不少于2场"),
        ("对试点学校每年最少组织视力筛查 2 次", "每年最少组织视力筛查2次"),
        ("2021 年 6 月底前建成平台", "2021年6月底前"),
        ("次年2月15日前上报年度报告", ""),
        ("利用每年“全国爱眼日”开展宣传", ""),
        ("为2022年肿瘤登记全覆盖夯实基础", ""),
    ],
)
def test_a_limit_in_the_sentence_is_told_from_what_only_looks_like_one(sentence: str, raw: str) -> None:
    assert limit_in_sentence(sentence, 2021)[0].raw == raw

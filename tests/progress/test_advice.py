"""Advice on a report: what is told to look at again, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.progress.advice import Doubt, Shown, Written, advise
from tracker.progress.text_figures import aims_at_a_figure, says_a_figure

AIM = "二级以上医院规范化门诊覆盖率达到90%以上。"
OCTOBER = {"opens_on": date(2021, 9, 26), "until_on": date(2021, 10, 25)}


def said(written: Written) -> list[Doubt]:
    return [one.doubt for one in advise(written)]


SAME = {"text": "入库46人。", "last_text": "入库46人。"}
CASES = [
    (Written(), []),
    (Written(text="入库46人。"), []),
    (Written(**SAME), [Doubt.SAME]),  # type: ignore[arg-type]
    (Written(text="入库 ４６ 人", last_text="入库46人。"), [Doubt.SAME]),
    (Written(text="入库47人。", last_text="入库46人。"), []),
    (Written(text="", last_text=""), []),
    (Written(text="。", last_text="，"), []),
    (Written(percent=70, last_percent=75), [Doubt.FALLING]),
    (Written(percent=75, last_percent=75), []),
    (Written(percent=None, last_percent=75), []),
    (Written(percent=0, last_percent=None), []),
    (Written(text="正在推进。", task_text=AIM), [Doubt.NO_FIGURE]),
    (Written(text="正在推进。", task_text=AIM, is_lead=False), []),
    (Written(text="覆盖率82.5%。", task_text=AIM), []),
    (Written(text="2021年10月25日第3次会商。", task_text=AIM), [Doubt.NO_FIGURE]),
    (Written(text="已覆盖三家医院。", task_text=AIM), []),
    (Written(text="已开第三次会。", task_text=AIM), [Doubt.NO_FIGURE]),
    (Written(text="培训3期。", task_text=AIM), []),
    (Written(text="", task_text=AIM), []),
    (Written(text="正在推进。", task_text="针对“323”健康问题,加大筛查和干预力度。"), []),
    (Written(text="正在推进。", is_measured=True), [Doubt.NO_FIGURE]),
    (Written(files=(Shown("照片.jpg", date(2021, 9, 25)),), **OCTOBER), [Doubt.OUTSIDE]),  # type: ignore[arg-type]
    (Written(files=(Shown("照片.jpg", date(2021, 9, 26)),), **OCTOBER), []),  # type: ignore[arg-type]
    (Written(files=(Shown("照片.jpg", date(2021, 10, 25)),), **OCTOBER), []),  # type: ignore[arg-type]
    (Written(files=(Shown("照片.jpg", date(2021, 10, 26)),), **OCTOBER), [Doubt.OUTSIDE]),  # type: ignore[arg-type]
    (Written(files=(Shown("照片.jpg", date(2020, 1, 1)),)), []),
    (Written(files=(Shown("照片.jpg", None),), **OCTOBER), []),  # type: ignore[arg-type]
    (Written(files=(Shown("纪要.pdf", None, ("第1项", "第5项")),)), [Doubt.SHARED]),
    (Written(files=(Shown("纪要.pdf", None, ("第1项",)),)), []),
]


@pytest.mark.parametrize(("written", "doubts"), CASES)
def test_what_is_advised(written: Written, doubts: list[Doubt]) -> None:
    assert said(written) == doubts


SENTENCES = [
    (Written(percent=70, last_percent=75), "完成比例从上期的75%降到70%，请核对，或写明原因。"),
    (
        Written(files=(Shown("现场照片2.jpg", date(2021, 9, 18)),), **OCTOBER),  # type: ignore[arg-type]
        "“现场照片2.jpg”是9月18日的，不在本期（9月26日—10月25日）内。",
    ),
    (
        Written(files=(Shown("旧.jpg", date(2020, 9, 18)),), **OCTOBER),  # type: ignore[arg-type]
        "“旧.jpg”是2020年9月18日的，不在本期（2021年9月26日—2021年10月25日）内。",
    ),
    (
        Written(files=(Shown("纪要.pdf", None, tuple(f"第{n}项" for n in range(1, 7))),)),
        "“纪要.pdf”用在第1项、第2项、第3项、第4项等 6 项，请确认每项都用得上。",
    ),
    (Written(text="推进中", is_measured=True), "任务有指标，进展情况里没有数字。"),
]


@pytest.mark.parametrize(("written", "sentence"), SENTENCES)
def test_advice_says_what_was_found(written: Written, sentence: str) -> None:
    assert [one.sentence for one in advise(written)] == [sentence]


@pytest.mark.parametrize(
    ("text", "aims"),
    [
        (AIM, True),
        ("新建、改扩建“口袋公园”20个。", True),
        ("每年不少于2次。", True),
        ("完成投资1.5亿元。", True),
        ("实施35岁以上人群首诊测血压、血糖制度。", False),
        ("打造“15分钟健身圈”。", False),
        ("2021年12月底前完成。", False),
        ("落实《健康中国2030规划》第3条。", False),
        ("将攻坚行动任务纳入“十四五”规划。", False),
    ],
)
def test_a_task_that_names_an_amount_is_told_from_one_with_a_day_or_a_name(text: str, aims: bool) -> None:
    assert aims_at_a_figure(text) is aims


texts = st.text(alphabet="进展 46。人2021年月“”第\n", max_size=30)
percents = st.none() | st.integers(0, 100)
days = st.none() | st.dates(date(2020, 1, 1), date(2022, 12, 31))
reports = st.builds(
    Written,
    text=texts,
    percent=percents,
    last_text=texts,
    last_percent=percents,
    is_lead=st.booleans(),
    task_text=st.sampled_from(["", AIM]),
    is_measured=st.booleans(),
    files=st.lists(st.builds(Shown, texts, days, st.lists(texts, max_size=6).map(tuple)), max_size=3).map(tuple),
    opens_on=days,
    until_on=days,
)


@given(reports)
def test_each_doubt_is_told_once_in_their_order_and_in_a_sentence(written: Written) -> None:
    found = advise(written)
    assert said(written) == [doubt for doubt in Doubt if doubt in set(said(written))]
    assert all(one.sentence.endswith("。") for one in found)


@given(reports)
def test_what_is_new_risen_and_bare_is_left_alone(written: Written) -> None:
    """Without a last report, without files and with a figure there is nothing to say."""
    fresh = replace(written, text=f"{written.text}共办 46 件", last_text="", last_percent=None, files=())
    assert advise(fresh) == []


@given(texts, texts)
def test_what_says_a_figure_still_does_with_more_words_after_it(text: str, more: str) -> None:
    if says_a_figure(text) and "“" not in text + more:
        assert says_a_figure(f"{text}，{more}")

"""A scheme as written values: what is taken, and the sentence for what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.conftest import RULES, content, presets
from tests.assessment.test_rules import rules
from tracker.assessment.kinds import KINDS
from tracker.assessment.rules import Rule, Scheme
from tracker.assessment.words import detail, signed
from tracker.assessment.written import points_of, points_words, read, written
from tracker.errors import Invalid
from tracker.tasks.roles import Role


@given(found=rules.filter(bool), base=st.integers(0, 10000))
def test_what_was_written_is_read_again(found: tuple[Rule, ...], base: int) -> None:
    sized = [rule for rule in found if rule.at_least is None or rule.at_most is None or rule.at_least <= rule.at_most]
    scheme = Scheme(base=base, rules=tuple(sized) or (Rule("report.late", -10),))
    assert read(written(scheme), KINDS) == scheme


@given(points=st.integers(-100000, 100000))
def test_points_are_read_as_they_are_shown(points: int) -> None:
    assert points_of(points_words(points), "分值") == points


def test_every_preset_can_be_read() -> None:
    for preset in presets():
        assert read(preset, KINDS).rules


WRONG = [
    ({"rules": []}, "至少要有一条"),
    ({"rules": RULES * 9}, "最多 40 条"),
    ({"base": "-1"}, "基础分不能是负数"),
    ({"base": "101"}, "也不能超过封顶分"),
    ({"base": "八十"}, "基础分要填数"),
    ({"base": "1e99"}, "基础分要填数"),
    ({"base": "NaN"}, "基础分要填数"),
    ({"settle_days": "0"}, "取数等待天数要填 1 到 365 的整数"),
    ({"rating_share": "51"}, "领导评分占比要填 0 到 50"),
    ({"appeal_days": "²"}, "申诉天数"),
    ({"rules": [{"kind": "gone", "points": "1"}]}, "第1条的事实没有选"),
    ({"rules": [{"kind": "report.late", "points": "0.005"}]}, "最多两位小数"),
    ({"rules": [{"kind": "report.late", "points": "0"}]}, "分值不能是 0"),
    ({"rules": [{"kind": "report.late", "points": "-1", "role": "boss"}]}, "对象没有选"),
    ({"rules": [{"kind": "report.late", "points": "-1", "cap": "-5"}]}, "上限要大于 0"),
    ({"rules": [{"kind": "report.late", "points": "-1", "at_least": "5", "at_most": "3"}]}, "门槛起大于止"),
    ({"rules": [{"kind": "report.late", "points": "-1", "per": "0"}]}, "每几要填 1 到"),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG)
def test_what_cannot_be_taken_is_said(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read(content(**changed), KINDS)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("report.late", -10, per=1, cap=500), "每1天−0.1，最多扣5"),
        (Rule("report.late", -50, at_most=3), "≤3天，−0.5"),
        (Rule("report.late", -100, Role.LEAD, at_least=4, at_most=10), "4–10天，−1"),
        (Rule("item.early", 50, at_least=10), "≥10天，+0.5"),
        (Rule("workload", 50, per=10, cap=500), "每10项+0.5，最多加5"),
        (Rule("gone", -50), "−0.5"),
    ],
)
def test_a_rule_in_words(rule: Rule, words: str) -> None:
    assert detail(rule) == words


def test_points_have_their_sign() -> None:
    assert [signed(points) for points in (50, -50, 0, 1225)] == ["+0.5", "−0.5", "0", "+12.25"]

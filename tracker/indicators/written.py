"""Targets as an office writes them: ≥95%, 控制在6‰以内, 下降10%, 提高5个百分点, 55%～60%, 成功建设."""

from __future__ import annotations

import re
from decimal import Decimal

from tracker.errors import Invalid
from tracker.indicators.definitions import Direction, Op, Target
from tracker.indicators.figures import PLACES, figure_words, plain

_NUMBER = r"[0-9]{1,13}(?:\.[0-9]{1,6})?"
_FIRST = re.compile(_NUMBER)
_RANGE = re.compile(rf"({_NUMBER})[^0-9.]{{0,6}}?[-—–~～至]+({_NUMBER})")
_OPS = (
    (Op.AT_MOST, r"≤|<=?|不(?:得)?(?:高|多|大)于|不超过|控制(?:在|到)|最多|(?:下降|降低|降|减少|压减)(?:到|至)"),
    (Op.AT_LEAST, r"≥|>=?|不(?:得)?(?:低|少|小)于|至少|(?:提高|提升|增加|增长|上升|扩大)(?:到|至)|达到?|保持在|实现"),
    (Op.AT_MOST, r"低于|小于|少于"),
    (Op.AT_LEAST, r"大于|超过|高于"),
    (Op.DOWN_BY, r"下降|降低|减少|压减|降"),
    (Op.UP_BY, r"提高|提升|增加|增长|上升|新增"),
    (Op.EQUAL, r"=|等于|保持"),
)
_POINTS = {Op.DOWN_BY: Op.DOWN_POINTS, Op.UP_BY: Op.UP_POINTS}
_LIMITS = ("以下", "以内", "之内")


def target_of(words: str, year: int | None, direction: Direction | None = None) -> Target:
    """A target as written. A bare figure is the least, or the most where less is better (``direction``).

    Invalid when a figure stands in it that cannot be made out; words without any figure are a target of their own.
    """
    raw, text = words.strip(), plain(words)
    if not re.search("[0-9]", text):
        return Target(year, Op.EQUAL, None, None, raw)
    if found := _RANGE.search(text):
        low, high = sorted((Decimal(found[1]), Decimal(found[2])))
        return Target(year, Op.RANGE, low, high, raw)
    numbers = _FIRST.findall(text)
    if len(numbers) != 1 or re.search(rf"\.[0-9]{{{PLACES + 1}}}|[0-9]{{14}}", text):
        raise Invalid(f"看不出“{raw[:20]}”是多少。可以写 ≥95%、≤6‰、下降10%、提高5个百分点、55%～60%。", "targets")
    return Target(year, op_of(text, direction), Decimal(numbers[0]), None, raw)


def op_of(text: str, direction: Direction | None = None) -> Op:
    """What the words round a figure ask for."""
    if any(word in text for word in _LIMITS):
        return Op.AT_MOST
    found = next((op for op, pattern in _OPS if re.search(rf"(?:{pattern})[^0-9]{{0,3}}{_NUMBER}", text)), None)
    if found is not None and found in _POINTS:
        return by_points(found, text)
    if found is not None:
        return found
    return Op.AT_MOST if direction is Direction.DOWN and "以上" not in text else Op.AT_LEAST


def by_points(op: Op, raw: str) -> Op:
    """下降10% is a share of the baseline; 下降3个百分点 and 减少5万人 are taken off it."""
    is_share = "%" in plain(raw) and "百分点" not in raw
    return op if is_share or op not in _POINTS else _POINTS[op]


def upper_end(raw: str) -> Decimal | None:
    """The second figure of a range."""
    found = _RANGE.search(plain(raw))
    return max(Decimal(found[1]), Decimal(found[2])) if found else None


_SPOKEN = {
    Op.AT_LEAST: "≥{}",
    Op.AT_MOST: "≤{}",
    Op.EQUAL: "={}",
    Op.DOWN_BY: "下降{}%",
    Op.UP_BY: "提高{}%",
    Op.DOWN_POINTS: "减少{}",
    Op.UP_POINTS: "增加{}",
}


def target_words(target: Target) -> str:
    """A target as it was written; as it counts, where its words hold another figure or two (分别达到60%和70%)."""
    if target.value is None:
        return target.raw or "–"
    numbers = [Decimal(one) for one in _FIRST.findall(plain(target.raw))]
    if numbers in ([target.value], [target.value, target.most], [target.most, target.value]):
        return target.raw
    if target.op is Op.RANGE:
        return f"{figure_words(target.value)}～{figure_words(target.most or target.value)}"
    return _SPOKEN[target.op].format(figure_words(target.value))

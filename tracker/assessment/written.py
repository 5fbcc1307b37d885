"""A scheme as written values (a form, a kept version, a file of presets) and back; the sentence for what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from tracker.assessment.rules import POINT, Rule, Scheme
from tracker.errors import Invalid
from tracker.tasks.roles import Role

MOST_POINTS, MOST_DAYS, MOST_SIZE, MOST_RULES = 1000, 365, 9999, 40
_CENT = Decimal("0.01")


def points_of(text: str, what: str, field: str | None = None) -> int:
    """Hundredths out of -0.5; Invalid when it is no number of at most two places within ±1000."""
    try:
        number = Decimal(text.strip())
        if not number.is_finite() or abs(number) > MOST_POINTS or number != number.quantize(_CENT):
            raise InvalidOperation
    except InvalidOperation:
        raise Invalid(f"{what}要填数，最多两位小数，不超过 {MOST_POINTS}。", field) from None
    return int(number * POINT)


def points_words(points: int) -> str:
    """Hundredths as people write them: -0.5, 2, 92.25."""
    return f"{Decimal(points) / POINT:f}" if points % POINT else str(points // POINT)


def written(scheme: Scheme) -> dict[str, Any]:
    """The scheme as plain JSON values, from which `read` makes the same scheme."""
    return {
        "base": points_words(scheme.base),
        "ceiling": points_words(scheme.ceiling),
        "settle_days": scheme.settle_days,
        "min_obligations": scheme.min_obligations,
        "appeal_days": scheme.appeal_days,
        "rating_share": scheme.rating_share,
        "rules": [_written_rule(rule) for rule in scheme.rules],
    }


def _written_rule(rule: Rule) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "points": points_words(rule.points),
        "role": rule.role.value if rule.role else None,
        "at_least": rule.at_least,
        "at_most": rule.at_most,
        "per": rule.per,
        "cap": None if rule.cap is None else points_words(rule.cap),
    }


def read(values: Mapping[str, Any], kinds: Collection[str] | None = None) -> Scheme:
    """The scheme that was written; Invalid with the place when a value cannot be taken.

    ``kinds``: the kinds of facts there are; None: what was kept is taken as it is, though a kind may be gone.
    """
    rules: Sequence[Mapping[str, Any]] = values["rules"]
    if not rules:
        raise Invalid("考核办法至少要有一条加减分项。", "rules")
    if len(rules) > MOST_RULES:
        raise Invalid(f"加减分项最多 {MOST_RULES} 条。", "rules")
    base = points_of(str(values["base"]), "基础分", "base")
    ceiling = points_of(str(values["ceiling"]), "封顶分", "ceiling")
    if not 0 <= base <= ceiling:
        raise Invalid("基础分不能是负数，也不能超过封顶分。", "base")
    return Scheme(
        base=base,
        ceiling=ceiling,
        rules=tuple(_rule(number, one, kinds) for number, one in enumerate(rules, start=1)),
        settle_days=_needed(values, "settle_days", "取数等待天数", 1, MOST_DAYS),
        min_obligations=_needed(values, "min_obligations", "排名起点项数", 0, MOST_SIZE),
        appeal_days=_needed(values, "appeal_days", "申诉天数", 1, MOST_DAYS),
        rating_share=_needed(values, "rating_share", "领导评分占比", 0, 50),
    )


def _rule(number: int, values: Mapping[str, Any], kinds: Collection[str] | None) -> Rule:
    where = f"第{number}条的"
    if kinds is not None and values["kind"] not in kinds:
        raise Invalid(f"{where}事实没有选。", "kind")
    points = points_of(str(values["points"]), f"{where}分值", "points")
    if not points:
        raise Invalid(f"{where}分值不能是 0；不要这一条就清空它。", "points")
    cap = values.get("cap")
    at_least, at_most = (
        _size(values, name, f"{where}{word}") for name, word in (("at_least", "起"), ("at_most", "止"))
    )
    if at_least is not None and at_most is not None and at_least > at_most:
        raise Invalid(f"{where}门槛起大于止，没有事实会计分。", "at_least")
    return Rule(
        kind=values["kind"],
        points=points,
        role=_role(values.get("role"), where),
        at_least=at_least,
        at_most=at_most,
        per=_size(values, "per", f"{where}每几"),
        cap=None if cap in (None, "") else _cap(str(cap), where),
    )


def _role(text: str | None, where: str) -> Role | None:
    if not text:
        return None
    if text not in set(Role):
        raise Invalid(f"{where}对象没有选。", "role")
    return Role(text)


def _cap(text: str, where: str) -> int:
    cap = points_of(text, f"{where}上限", "cap")
    if cap <= 0:
        raise Invalid(f"{where}上限要大于 0；没有上限就空着。", "cap")
    return cap


def _size(values: Mapping[str, Any], name: str, what: str) -> int | None:
    return None if values.get(name) in (None, "") else _whole(str(values[name]), what, name, 1, MOST_SIZE)


def _needed(values: Mapping[str, Any], name: str, what: str, least: int, most: int) -> int:
    return _whole(str(values[name]), what, name, least, most)


def _whole(text: str, what: str, field: str, least: int, most: int) -> int:
    text = text.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else -1
    if not least <= number <= most:
        raise Invalid(f"{what}要填 {least} 到 {most} 的整数。", field)
    return number

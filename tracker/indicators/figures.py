"""Figures of indicators: exact decimals, as they are typed and as they are shown."""

from __future__ import annotations

import re
from decimal import Decimal

from tracker.errors import Invalid

PLACES = 6
MOST = Decimal(10) ** 12
"""The largest figure kept: with its places it still fits a whole number of 64 bits."""
_FIGURE = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,6})?")
_GROUPED = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?:[^0-9]|$))")
_BLANKS = re.compile(r"\s+")
_WIDE = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)}
YES = frozenset({"是", "达到", "已达到", "已建成", "已完成", "1"})
NO = frozenset({"否", "未达到", "没达到", "未建成", "未完成", "0"})


def plain(text: str) -> str:
    """Full and half width alike, without blanks; 1,200 is 1200."""
    return _GROUPED.sub("", _BLANKS.sub("", text.translate(_WIDE)))


def figure_of(text: str, measure: str, field: str | None = None) -> Decimal:
    """A figure as typed, its unit of measure behind it or not. Invalid, with what is allowed, for what is none."""
    words = plain(text)
    whole = plain(measure)
    bare = words.removesuffix(whole if words.endswith(whole) else _tail(measure))
    if _FIGURE.fullmatch(bare) is None:
        shown = text.strip()[:20]
        raise Invalid(f"“{shown}”不是数。请只填数（小数最多 {PLACES} 位），单位是“{measure or '无'}”。", field)
    value = Decimal(bare)
    if abs(value) > MOST:
        raise Invalid(f"“{text.strip()[:20]}”太大。请核对。", field)
    return value


def _tail(measure: str) -> str:
    """1/10万 is written behind the figure as /10万."""
    found = re.search(r"/.+$", plain(measure))
    return found[0] if found else plain(measure)


def reached_of(text: str, field: str | None = None) -> Decimal:
    """达到 or 未达到 of an indicator without a figure, as 1 or 0."""
    words = plain(text)
    if words in YES:
        return Decimal(1)
    if words in NO:
        return Decimal(0)
    raise Invalid("这一项没有数，请填“达到”或“未达到”。", field)


def figure_words(value: Decimal, places: int = PLACES) -> str:
    """A figure as it is read: at most so many places, no zeros at the end."""
    words = f"{value.quantize(Decimal(1).scaleb(-places)):f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def with_measure(value: Decimal, measure: str, places: int = PLACES) -> str:
    """76.5%, 223.6/10万, 82万人."""
    return figure_words(value, places) + (_tail(measure) if measure else "")

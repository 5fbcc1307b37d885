"""Figures in a report's text: which are new, and whether there is any; and whether a task's text aims at one."""

from __future__ import annotations

import re

# 1,027 and 82.5% are one figure each; 2021年 and 8,412人 keep to the digits.
FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?[%％‰]?")
_QUOTED = re.compile(r"[“\"「『《][^”\"」』》]*[”\"」』》]|〔[^〕]*〕")
_DATE = re.compile(r"(?:第?\d+|\d{4}—\d{4})\s*(?:年度?|月份?|日|号|季度|稿)|第\d+|\d{4}-\d{1,2}(?:-\d{1,2})?")
_MEASURES = "个|家|人|名|次|场|所|件|项|户|条|处|台|套|份|例|张|期|批|万|亿|元|公里|公顷|亩|吨|平方米|百分点"
_DIGITS = "一二两三四五六七八九十百千"
_IN_WORDS = re.compile(rf"(?<![第{_DIGITS}])[{_DIGITS}]+(?:余|多)?(?:{_MEASURES})|百分之")
_AIMED_AT = re.compile(
    r"(?:不低于|不少于|不高于|不超过|至少|达到?|超过|提高到|控制在|降到|降至|升至|[≥≤>])\s*\d"
    rf"|\d(?:\.\d+)?\s*(?:[%％‰]|(?:余|多)?(?:{_MEASURES}))"
)


def new_figures(text: str, last_text: str) -> list[tuple[int, int]]:
    """Half-open character spans of the figures in ``text`` that do not stand in ``last_text``, in order."""
    known = {_normal(found.group()) for found in FIGURE.finditer(last_text)}
    return [found.span() for found in FIGURE.finditer(text) if _normal(found.group()) not in known]


def _normal(figure: str) -> str:
    return figure.replace(",", "").replace("％", "%")


def says_a_figure(text: str) -> bool:
    """Whether the text gives an amount, in digits or in words; days, numbers of a list and names in quotes are none."""
    plain = _without_names(text)
    return bool(FIGURE.search(plain) or _IN_WORDS.search(plain))


def aims_at_a_figure(task_text: str) -> bool:
    """Whether a task's own words name an amount to reach: 不低于90%, 新建20个; “323”, 2021年 and 35岁以上 are none."""
    return bool(_AIMED_AT.search(_without_names(task_text)))


def _without_names(text: str) -> str:
    return _DATE.sub(" ", _QUOTED.sub(" ", text))

"""Numbers before headings and items: 一、 （一） 1. （1） ① 第一部分 任务一："""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.importing.extract.words import fold

_CHINESE = "一二三四五六七八九十百零〇"
_FORMS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(rf"(?P<no>第[{_CHINESE}\d]+(?:部分|章|节|篇))[::、\s]*")),
    (1, re.compile(rf"(?P<no>[{_CHINESE}]{{1,4}})\s*[、.．]\s*")),
    (1, re.compile(rf"(?P<no>(?:任务|行动|工程|专项|层次)[{_CHINESE}\d]+)[::、]\s*")),
    (2, re.compile(rf"(?P<no>\(\s*[{_CHINESE}]{{1,4}}\s*\))\s*[、.]?\s*")),
    (3, re.compile(r"(?P<no>\d{1,3})\s*(?:[、]|\.(?!\d))\s*")),
    (4, re.compile(r"(?P<no>\(\s*\d{1,3}\s*\)|\d{1,3}\))\s*[、.]?\s*")),
    (5, re.compile(r"(?P<no>[①-⑳])\s*")),
)
_LIST_MARK = re.compile(r"[-•·*]\s+")
_FIGURES = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0}


@dataclass(frozen=True)
class Mark:
    """A number as printed, how deep its form stands, and where the words after it begin."""

    level: int
    no: str
    start: int
    end: int


def mark_of(text: str) -> Mark | None:
    """The number a paragraph begins with."""
    folded = fold(text)
    listed = _LIST_MARK.match(folded)
    start = listed.end() if listed else 0
    for level, form in _FORMS:
        found = form.match(folded, start)
        if found:
            return Mark(level, text[found.start("no") : found.end("no")].replace(" ", ""), start, found.end())
    return None


def number_value(words: str) -> int | None:
    """What a number stands for: 7, （七）, 十一; None for anything else."""
    inner = fold(words).strip("() .、")
    if inner.isdecimal():
        return int(inner)
    if not inner or any(char not in _CHINESE for char in inner):
        return None
    hundreds, _, rest = inner.rpartition("百")
    tens, has_tens, units = rest.rpartition("十")
    value = 100 * _FIGURES.get(hundreds, 0) + (10 * _FIGURES.get(tens[-1:], 1) if has_tens else 0)
    return value + _FIGURES.get(units[-1:], 0)

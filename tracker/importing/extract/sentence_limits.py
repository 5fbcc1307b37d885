"""A limit written inside the sentence, which counts where a task has no column, label or parenthesis for it."""

from __future__ import annotations

import re

from tracker.importing.extract.words import fold
from tracker.tasks.limits import LimitKind, TimeLimit, read_limit

_Y = r"(?:(?:19|20)\d\d年|今年|本年)?"
_FORMS = (
    # 6月底前, 2021年12月31日前, 年底前, 第三季度前
    re.compile(
        rf"{_Y}(?:\d{{1,2}}月(?:\d{{1,2}}日)?(?:底|末)?(?:以前|之前|前)|\d{{1,2}}月底|年?年?底(?:以?前)|年内|第?[一二三四1-4]季度(?:末|底|前)+|[上下]半年(?:前|内)?)(?=[^份])"
        r"(?![,、]?[^,。;]{0,30}[率例重平](?:均|分别)?(?:达到|达|不低于|保持在|控制在)\d)"
    ),
    # 到2025年 before a verb of completion; before an indicator it is a target
    re.compile(
        r"(?<!为)(?:到|至)?(?:19|20)\d\d年(?:底)?(?:以?前)?[,、]?(?=[^,。;]{0,12}(?:建成|清零|完成|全覆盖|投入使用|竣工))(?![^,。;]*(?:达到|不低于|至少|以上|以下|不超过))"
    ),
    re.compile(
        r"(?<!利用)每(?:两年|半年|年度?|季度?|月)(?!均|人|增|递|产|度总|龄|\0)"
        r"(?:[^,、。;\0\d]{0,10}?[\d一二两三四五六七八九十]+[次场])?"
    ),
)
# Titles, quotations and asides; what is due in the next year is a duty of reporting, not the task's end.
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|\([^)]*\)|(?:次年|明年|翌年)[^,。;]{0,12}?前")


def limit_in_sentence(text: str, year: int | None) -> tuple[TimeLimit, tuple[int, int]]:
    """The limit and its characters in ``text``; kind NONE where none is. Titles and quotations do not count, and
    blanks between the characters (2021 年) are none."""
    masked = _QUOTED.sub(lambda found: "\0" * len(found[0]), fold(text))
    places = [place for place, char in enumerate(masked) if not char.isspace()]
    folded = "".join(masked[place] for place in places)
    for form in _FORMS:
        for found in form.finditer(folded):
            limit, _ = read_limit(found[0].rstrip(",、"), year)
            if limit.kind is not LimitKind.NONE:
                return limit, (places[found.start()], places[found.end() - 1] + 1)
    return TimeLimit(LimitKind.NONE), (0, 0)

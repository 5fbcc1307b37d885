"""Duties written in the text that come again, or by a day of the next year: 每季度…, 每年至少2次, 次年2月15日前上报."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracker.importing.blocks import Paragraph
from tracker.importing.extract.drafts import DutyDraft, Span
from tracker.importing.extract.names import UNIT_END
from tracker.importing.extract.words import fold, squeeze
from tracker.plans.cadence import Every
from tracker.tasks.limits import LimitKind, read_limit

_SENTENCE = re.compile(r"[^。;；\n]+")
_SHORT = 8
_CLAUSE = re.compile(r"[^,，]+")
_EVERY = re.compile(
    r"(?<!确定)(?<!制定)(?<!利用)(?<!根据)(?<!按照)每(?:两年|半年|年度?|个?季度|个?月)(?!均|人均|增|递|产|龄|“|新增)(?:末|底|初)?(?:\d{1,2}日(?:以?前)?)?"
    r"(?:[^,，、。;；\d]{0,10}?[\d一二两三四五六七八九十]+[次场])?"
)
_NEXT_YEAR = re.compile(r"(?:次年|翌年|下一?年度?)\d{1,2}月(?:\d{1,2}日|底|末)?(?:以?前|之前)?")
_DAY = re.compile(r"每(?:个?月|个?季度|半年|年)(?:\d{1,2}月)?(?:\d{1,2}日(?:以?前)?|末|底|初)")
_SUBJECT = re.compile(
    r"^\s*(?:\(?[\d一二三四五六七八九十]+[)、.]\s*)?(?P<who>[^,。;:“]{2,30}?)"
    r"(?=要|应|须|需|负责|每|及时|迅速|组织|会同|将|建立|定期|按|于|对|在|向|牵头|汇总|报)"
)


def duties_in(paragraphs: Iterable[tuple[int, Paragraph]]) -> Iterator[DutyDraft]:
    """The duties of running text in order; ``unit`` is who the sentence begins with, where it names one."""
    for block, paragraph in paragraphs:
        for sentence in _SENTENCE.finditer(paragraph.text):
            yield from _of_sentence(sentence, block, paragraph.where)


def _of_sentence(sentence: re.Match[str], block: int, where: str) -> Iterator[DutyDraft]:
    unit: str | None = None
    for clause in _CLAUSE.finditer(sentence[0]):
        unit = _subject(clause[0]) or unit
        again = _EVERY.search(squeeze(fold(clause[0])))
        dated = _NEXT_YEAR.search(squeeze(fold(clause[0])))
        text = (
            clause[0].strip() if len(clause[0].strip()) > _SHORT else sentence[0].strip()
        )  # 每两年一次 alone says little
        span = Span(block, sentence.start() + clause.start(), sentence.start() + clause.end(), where)
        if dated:
            yield DutyDraft(text, unit, Every.YEAR, 1, dated[0], span)
        elif again:
            limit, _ = read_limit(again[0], None)
            if limit.kind is LimitKind.RECURRING and limit.every:
                day = _DAY.search(again[0])
                yield DutyDraft(text, unit, limit.every, limit.times or 1, day[0] if day else None, span)


def _subject(clause: str) -> str | None:
    """The unit a clause begins with: 市出生缺陷防治管理中心要…"""
    found = _SUBJECT.match(fold(clause))
    if not found:
        return None
    who = clause[slice(*found.span("who"))].strip()
    if re.match(r"[对向由在将把]|组织|指导|督促", who):
        return None
    return who if UNIT_END.search(fold(who)) or re.fullmatch(r"各[一-龥（）、()]{1,20}", who) else None

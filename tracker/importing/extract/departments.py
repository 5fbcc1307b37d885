"""Duties by department: a section headed by its unit, or a running paragraph unit by unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tracker.importing.extract.names import (
    Name,
    has_level_prefix,
    is_unit,
    join_collectives,
    names_in,
    pieces,
    restore_prefixes,
)
from tracker.importing.extract.outline import Item
from tracker.importing.extract.parties import Parties
from tracker.importing.extract.words import fold

PUNCTUATION = " \t\r\n。；;，,、.．"
ORGAN = re.compile(r"(?:局|委|办|部|厅|府|署|会|街道|镇|乡|办公室|管委会|联|台)$")
_DEPARTMENTS = 3  # so many sentences with a unit of their own make a paragraph of duties
_SUBJECT_LENGTH = 90
_ACTS = re.compile(
    r"(?:要|应|将|负责|积极|按照|根据|依法|会同|牵头|充分|建立|加强|组织|协调|配合|指导|做好|履行|发挥|落实|开展|承担|严格"
    r"|进一步|切实|加大|支持|完善|推动|制定|督促|参与|协助|统筹|把|对|在|接受|提供|给予|引导|鼓励|研究|共同|围绕|结合|定期)"
)
_WORDS_AFTER = re.compile(r"在|对|把|将|要|共同|制[定订]|开展|做好|探索|建立|加强|研究|负责|推进|落实|组织(?!部)")


@dataclass
class Duty:
    """A stretch of an item and who answers for it."""

    start: int
    end: int
    parties: Parties
    offset: int = 0  # where the text that ``parties`` was read from begins in the item
    words: tuple[int, int] = (0, 0)


def of_department(item: Item) -> list[Duty]:
    """（一）区卫生健康委：会同区教育局…；…。 The units before the colon lead; each semicolon ends a duty."""
    folded = fold(item.text)
    colon = folded.find(":")
    if not 3 <= colon <= 80 or not item.mark:
        return []
    ranges = join_collectives(folded, pieces(folded, 0, colon))
    leads = [name for start, end in ranges for name in names_in(item.text, folded, start, end)]
    if not leads or not all(is_unit(name.raw) for name in leads) or not _is_organ(leads[0]):
        return []
    return _duties(item, leads, (0, colon), colon + 1, len(folded))


def of_departments_in_turn(item: Item) -> list[Duty]:
    """区财政局负责…；…。区民政局要…。 Each sentence that begins with units gives their duties up to the next."""
    sentences = [(start, who) for start in _sentence_starts(item.text) if (who := _subject(item.text, start))]
    if not item.mark or len({who[0].name for _, who in sentences}) < _DEPARTMENTS:
        return []
    ends = [start for start, _ in sentences[1:]] + [len(item.text)]
    found: list[Duty] = []
    for (start, who), end in zip(sentences, ends, strict=True):
        found += _duties(item, who, (start, who[-1].end), start, end)
    return found


def _duties(item: Item, leads: list[Name], words: tuple[int, int], start: int, end: int) -> list[Duty]:
    folded = fold(item.text)
    return [
        Duty(a, b, Parties(leads, _with(item.text, folded, a, b), shared=len(leads) > 1), 0, words)
        for a, b in _clauses(folded, start, end)
    ]


def _clauses(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    ends = [place for place in range(start, end) if folded[place] == ";"] + [end]
    begins = [start, *(end + 1 for end in ends[:-1])]
    return [(a, b) for a, b in zip(begins, ends, strict=True) if folded[a:b].strip(PUNCTUATION)]


def _sentence_starts(text: str) -> list[int]:
    return [0, *(place + 1 for place, char in enumerate(text) if char in "。\n" and text[place + 1 :].strip())]


def _subject(text: str, start: int) -> list[Name]:
    """The units that a sentence begins with, when what they do follows: 区财政局、区民政局等部门负责…"""
    folded = fold(text[start : start + _SUBJECT_LENGTH])
    for act in _ACTS.finditer(folded):
        ranges = pieces(folded, 0, act.start())
        names = [name for a, b in ranges for name in names_in(text[start:], folded, a, b)]
        if names and all(is_unit(name.raw) for name in names) and re.match(r"[省市县区州旗]", names[0].raw):
            placed = [replace(name, start=name.start + start, end=name.end + start) for name in names]
            return restore_prefixes(placed)
    return []


def _with(text: str, folded: str, start: int, end: int) -> list[Name]:
    """The units after 会同: those before the first verb, the last one up to where it is a name (财政局等单位探索…)."""
    found: list[Name] = []
    for joint in re.finditer("会同", folded[start:end]):
        begin = start + joint.end()
        verb = _WORDS_AFTER.search(folded, begin + 2, end)
        for a, b in join_collectives(folded, pieces(folded, begin, verb.start() if verb else end)):
            stop = next((cut for cut in range(min(b, a + 20), a + 2, -1) if is_unit(folded[a:cut])), None)
            if stop is None or (stop == b and verb is None and not has_level_prefix(folded[a:b])):
                break
            found += names_in(text, folded, a, stop)
            if stop < b:
                break
    return restore_prefixes(found)


def _is_organ(name: Name) -> bool:
    return has_level_prefix(name.raw) or bool(ORGAN.search(name.raw))

"""Tasks of running text: parentheses of units, labelled lines, sections of departments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tracker.importing.blocks import Paragraph
from tracker.importing.extract import doubts as say
from tracker.importing.extract.departments import ORGAN, PUNCTUATION, Duty, of_department, of_departments_in_turn
from tracker.importing.extract.drafts import Doubt, Span, TaskDraft, UnitName
from tracker.importing.extract.labels import Label, inline_labels
from tracker.importing.extract.names import UNIT_END, Name, has_level_prefix
from tracker.importing.extract.outline import Item, headings, outline
from tracker.importing.extract.parties import Parties, read_parties, states_first_leads
from tracker.importing.extract.sentence_limits import limit_in_sentence
from tracker.importing.extract.words import fold, trimmed
from tracker.tasks.limits import LimitKind, TimeLimit, read_limit

_AFTER = re.compile(r"\s*(?:$|[。;,.,、(!\n])")
_NO_MEASURE = re.compile(
    r"总体要求|指导思想|基本原则|(?:总体|主要|工作|具体|总)目标|工作要求|保障措施|组织保障|背景|现状|形势"
)
_HEAD_LENGTH = 30
_BY = re.compile(r"由[^,。;:\n]{2,80}?(?:牵头(?:负责|落实|组织)?|负责(?:落实)?)(?=[,。;\n]|$)")
_BESIDE = re.compile(
    r",(?:会同[^,。;:\n]{2,80}|[^,。;:\n]{2,80}?(?:配合|参与|协助|负责落实|按职责分工负责))(?=[,。;\n]|$)"
)


class ProseReader:
    """Reads the items of one part. ``first_leads`` is the document rule: once stated it holds to the end."""

    def __init__(self, year: int | None, first_leads: bool = False) -> None:
        self.year, self.first_leads = year, first_leads

    def tasks(self, paragraphs: Iterable[tuple[int, Paragraph]]) -> list[TaskDraft]:
        """The tasks of the paragraphs, in order."""
        found: list[TaskDraft] = []
        for item in outline(paragraphs):
            found += self._of_item(item)
            self.first_leads = self.first_leads or states_first_leads(item.text)
        say.mark_repeated_numbers(found)
        return found

    def _of_item(self, item: Item) -> list[TaskDraft]:
        for form in (self._labelled, self._in_parentheses):
            duties = form(item)
            if duties:
                return self._split(item, duties, self._lead_sentence(item) if len(duties) > 1 else 0)
        duties = of_department(item)
        if duties:
            return self._split(item, duties, 0, item.printed_number + item.text[: duties[0].words[1]].strip())
        return self._split(item, of_departments_in_turn(item) or self._in_sentence(item), 0)

    # Labelled lines: 牵头单位：… 责任单位：… after the text of the item.

    def _labelled(self, item: Item) -> list[Duty]:
        folded = fold(item.text)
        depth = _depths(folded)
        labels = [found for found in inline_labels(folded) if depth[found[1]] == 0]
        if not any(label in (Label.LEAD, Label.RESPONSIBLE, Label.PARTNER) for label, _, _ in labels):
            return []
        duties, start, place = [], 0, 0
        while place < len(labels):
            last = place
            while last + 1 < len(labels) and not _text_between(item.text, labels[last][2], labels[last + 1][1]):
                last += 1
            begin = labels[place][1]
            end = _end_of_line(item.text, labels[last][2])
            parties = read_parties(item.text[begin:end], None, self.first_leads)
            if parties:
                duties.append(Duty(start, begin, parties, begin, (begin, end)))
                start = end
            place = last + 1
        return [duty for duty in duties if item.text[duty.start : duty.end].strip(PUNCTUATION)]

    # Parentheses: …知识和技能(市卫生健康委、市委宣传部)

    def _in_parentheses(self, item: Item) -> list[Duty]:
        folded = fold(item.text)
        duties, start = [], 0
        for opened, closed in _brackets(folded):
            parties = self._unit_parenthesis(item.text, folded, opened, closed)
            if parties is None:
                continue
            self.first_leads = self.first_leads or parties.first_leads
            if item.text[start:opened].strip(PUNCTUATION):
                duties.append(Duty(start, opened, parties, opened + 1, (opened + 1, closed)))
            start = closed + 1
        return [*duties[:-1], _with_limit_after(folded, duties[-1])] if duties else []

    def _unit_parenthesis(self, text: str, folded: str, opened: int, closed: int) -> Parties | None:
        """The units in a parenthesis, when it is one of units: it ends a sentence and holds nothing but units."""
        inner = text[opened + 1 : closed]
        if len(inner) < 3 or len(inner) > 400:
            return None
        parties = read_parties(inner, None, self.first_leads)
        names = parties.leads + parties.partners
        if not names or len(parties.strange) * 2 > len(names) or (parties.strange and not parties.verb):
            return None
        if not parties.verb and len(names) == 1 and _explains(folded, opened, closed):
            return None
        surely = parties.verb or has_level_prefix(names[0].raw)
        ends = bool(_AFTER.match(folded, closed + 1))
        if not surely:
            return parties if ends and all(ORGAN.search(name.raw) for name in names) else None
        return parties if ends or folded[opened - 1 : opened] in "。;" else None

    # Sentences: …由市住建局牵头，会同市水务局、城管局，…

    def _in_sentence(self, item: Item) -> list[Duty]:
        duties, start = [], 0
        for begin, end in _said_by(fold(item.text)) if item.mark else []:
            parties = read_parties(item.text[begin:end], None, self.first_leads)
            if parties.leads and not parties.strange:
                stop = _end_of_sentence(item.text, end)
                duties.append(Duty(start, stop, parties, begin, (begin, end)))
                start = stop
        if duties:
            duties[-1].end = len(item.text)
        return duties

    # From duties to tasks.

    def _lead_sentence(self, item: Item) -> int:
        """Where the heading of an item that is split ends: its first line or sentence, when short."""
        ends = [place for place in (item.text.find("。"), item.text.find("\n")) if 0 <= place <= _HEAD_LENGTH]
        return min(ends) + 1 if ends and item.mark else 0

    def _split(self, item: Item, duties: list[Duty], head: int, heading: str | None = None) -> list[TaskDraft]:
        section = headings(item)
        if len(duties) > 1:
            duties[0].start = max(duties[0].start, head)
            section = [*section, heading or item.heading] if item.mark else section
        single = len(duties) == 1
        return [self._task(item, duty, section, None if single else n, single) for n, duty in enumerate(duties, 1)]

    def _task(self, item: Item, duty: Duty, section: list[str], part: int | None, single: bool) -> TaskDraft:
        start, end = _without_punctuation(item.text, duty.start, duty.end)
        follows = single and duty.words[0] == duty.end + 1 and not _limit_label(item.text, duty.words[1] + 1)
        rest = _rest_of_line(item.text, duty.words[1] + 1) if follows else ""
        text = item.text[start:end] + rest
        number = f"{item.no}-{part}" if part and item.no else item.no
        source = item.span(start, end)
        limit, limit_span, doubts = self._limit(item, duty, start, end)
        words = item.text[slice(*duty.words)]
        task = TaskDraft(
            number,
            section,
            text,
            _units(item, duty, duty.parties.leads),
            _units(item, duty, duty.parties.partners),
            limit,
            source,
            {"text": [source], "limit": [limit_span] if limit_span else []},
        )
        task.doubts = [
            *doubts,
            *say.units(duty.parties, task, words, item.span(*duty.words)),
            *say.lost_characters(text, source),
        ]
        task.confidence = say.confidence(task.doubts)
        return task

    def _limit(self, item: Item, duty: Duty, start: int, end: int) -> tuple[TimeLimit, Span | None, list[Doubt]]:
        """The limit among the units or in a labelled line; else the one written in the sentence."""
        if duty.parties.limit:
            begin, stop = (duty.offset + place for place in duty.parties.limit)
            limit, found = read_limit(item.text[begin:stop].strip(PUNCTUATION), self.year)
            span = item.span(begin, stop)
            return limit, span, [say.limit(doubt, limit, span) for doubt in found]
        limit, place = limit_in_sentence(item.text[start:end], self.year)
        if limit.kind is LimitKind.NONE:
            return limit, None, []
        return limit, item.span(start + place[0], start + place[1]), []


def measures(paragraphs: Iterable[tuple[int, Paragraph]], year: int | None) -> list[TaskDraft]:
    """The numbered measures of a part in which no item names a unit: each a task whose unit is still to be given."""
    items = outline(paragraphs)
    parents = {id(item.above[-1]) for item in items if item.above}
    found = []
    for item in items:
        titles = headings(item)
        if not item.mark or id(item) in parents or any(map(_is_no_measure, [*titles, item.heading])):
            continue
        start, end = trimmed(item.text, 0, len(item.text))
        source = item.span(start, end)
        limit, _ = limit_in_sentence(item.text, year)
        task = TaskDraft(item.no, titles, item.text[start:end], [], [], limit, source, {"text": [source]})
        task.doubts = [say.no_unit(source, _unit_of_heading(titles))]
        task.confidence = say.confidence(task.doubts)
        found.append(task)
    return found


def _is_no_measure(heading: str) -> bool:
    """二、工作目标; not a measure whose sentence holds such a word (配合完成防治现状的调研)."""
    return len(heading) <= _HEAD_LENGTH and bool(_NO_MEASURE.search(heading))


def _unit_of_heading(titles: list[str]) -> str | None:
    """第二部分：管理办公室（市疾控中心）重点工作 → 管理办公室."""
    for title in reversed(titles):
        found = re.search(r"[:：]\s*([^()（）]{2,15}?(?:办公室|局|委|中心|处|科))", title)
        if found:
            return found[1]
    return None


def _units(item: Item, duty: Duty, names: list[Name]) -> list[UnitName]:
    return [UnitName(n.name, n.raw, item.span(duty.offset + n.start, duty.offset + n.end)) for n in names]


def _brackets(folded: str) -> list[tuple[int, int]]:
    """The outermost pairs of round or square brackets, within one line."""
    pairs, opened = [], []
    for place, char in enumerate(folded):
        if char in "([":
            opened.append(place)
        elif char in ")]" and opened:
            start = opened.pop()
            if not opened:
                pairs.append((start, place))
        elif char == "\n":
            opened.clear()
    return pairs


def _limit_label(text: str, start: int) -> tuple[int, int] | None:
    """Where the words of 完成时限：… stand, when that label follows in the same line."""
    end = _end_of_line(text, start)
    found = [place for label, _, place in inline_labels(fold(text[start:end])) if label is Label.LIMIT]
    return (start + found[0], end) if found else None


def _with_limit_after(folded: str, duty: Duty) -> Duty:
    """…(市人社局负责)。完成时限：11月底: the limit after the parenthesis is that of the duty before it."""
    place = _limit_label(folded, duty.words[1] + 1)
    if place is None or duty.parties.limit:
        return duty
    limit = (place[0] - duty.offset, place[1] - duty.offset)
    return replace(duty, parties=replace(duty.parties, limit=limit))


def _explains(folded: str, opened: int, closed: int) -> bool:
    """市防治管理中心（市妇幼保健院），…: the parenthesis says who that unit is, and the sentence goes on."""
    return bool(UNIT_END.search(folded[max(0, opened - 20) : opened])) and folded[closed + 1 : closed + 2] in (
        ",",
        "、",
    )


def _depths(folded: str) -> list[int]:
    depths, depth = [], 0
    for char in folded:
        depth = max(0, depth + (char == "(") - (char == ")"))
        depths.append(depth)
    return depths


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _said_by(folded: str) -> Iterator[tuple[int, int]]:
    """Where 由X牵头 or 由X负责 stands, with the parties after it: 会同Y, Z配合."""
    for found in _BY.finditer(folded):
        end = found.end()
        while more := _BESIDE.match(folded, end):
            end = more.end()
        yield found.start(), end


def _end_of_sentence(text: str, start: int) -> int:
    ends = [place for place in (text.find("。", start), text.find("\n", start)) if place >= 0]
    return min(ends) + 1 if ends else len(text)


def _text_between(text: str, start: int, end: int) -> bool:
    """Whether more than the words of one label stands between two labels: a further line of text."""
    return text[start:end].count("\n") > 1


def _without_punctuation(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the stop that ended the one before it."""
    while start < end and text[start] in PUNCTUATION:
        start += 1
    return trimmed(text, start, end)


def _rest_of_line(text: str, start: int) -> str:
    """What stands after the only parenthesis of an item, in the same line."""
    rest = text[start : _end_of_line(text, start)].strip()
    return rest if rest.strip(PUNCTUATION) else ""

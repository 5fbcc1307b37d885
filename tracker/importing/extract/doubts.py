"""Every doubt a reading can raise: its code, its sentence and the ways to settle it, the likely one first."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from tracker.importing.extract.drafts import Candidate, Doubt, Field, Span, TaskDraft
from tracker.importing.extract.parties import Parties
from tracker.tasks.limits import LimitDoubt, LimitKind, TimeLimit

_EMPTY_BRACKET = re.compile(r"\(\s*\)|（\s*）|〔\s*〕")
_COST = {"joint_lead": 0.1, "bare_year": 0.05, "lost_characters": 0.1, "no_unit": 0.5, "no_lead": 0.4}


def confidence(doubts: list[Doubt]) -> float:
    """How sure a task's reading is, from 0 to 1."""
    sure = 1.0
    for doubt in doubts:
        sure *= 1 - _COST.get(doubt.code, 0.2)
    return round(sure, 2)


def limit(doubt: LimitDoubt, read: TimeLimit, span: Span) -> Doubt:
    """A doubt of the time limit's reader, with the reading as the likely candidate."""
    candidates = []
    if read.kind is not LimitKind.NONE and read.due_on:
        candidates.append(
            Candidate(f"按{_day(read.due_on)}", {"kind": str(read.kind), "due_on": read.due_on.isoformat()}, True)
        )
    if doubt is LimitDoubt.BEFORE_MONTH and read.due_on:
        later = _end_of_next_month(read.due_on)
        candidates.append(Candidate(f"按{_day(later)}", {"kind": "date", "due_on": later.isoformat()}))
    return Doubt(doubt.name.lower(), Field.LIMIT, read.raw, doubt.value, candidates, span)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _end_of_next_month(day: date) -> date:
    from tracker.tasks.written_dates import last_day

    return last_day(day.year + day.month // 12, day.month % 12 + 1)


def units(parties: Parties, task: TaskDraft, words: str, span: Span) -> list[Doubt]:
    """The doubts about who leads and who takes part."""
    found = []
    if not task.leads and not task.partners:
        found.append(no_unit(span))
    elif not task.leads:
        first = task.partners[0].name
        ways = [Candidate(f"{first}牵头", {"leads": [first]}, True)]
        found.append(Doubt("no_lead", Field.LEADS, words, "没有写牵头单位，只有参与单位。", ways, span))
    elif parties.shared and len(task.leads) > 1:
        found.append(_joint("joint_lead", task, words, "写“分别负责”或一格横跨牵头、参与两栏，通常是并列牵头。", span))
    elif parties.bare:
        found.append(
            _joint("bare_list", task, words, "只列了单位名称，没有写谁牵头，也没有“排在首位的为牵头单位”的说明。", span)
        )
    found += [_strange(name.raw, name in parties.leads, span) for name in parties.strange]
    glued = [unit for unit in parties.leads + parties.partners if unit.glued]
    found += [
        Doubt("lost_separator", Field.LEADS, n.raw, "与前一个单位之间没有顿号，已按两个单位拆开。", [], span)
        for n in glued
    ]
    return found


def _joint(code: str, task: TaskDraft, words: str, why: str, span: Span) -> Doubt:
    names = [unit.name for unit in task.leads]
    rest = [unit.name for unit in task.partners]
    return Doubt(
        code,
        Field.LEADS,
        words,
        why,
        [
            Candidate(f"{len(names)} 家并列牵头，各报各的", {"leads": names, "partners": rest}, True),
            Candidate("首家牵头，其余参与", {"leads": names[:1], "partners": names[1:] + rest}),
        ],
        span,
    )


def no_unit(span: Span, candidate: str | None = None) -> Doubt:
    """A task for which nobody is named."""
    ways = [Candidate(f"{candidate}牵头", {"leads": [candidate]}, True)] if candidate else []
    return Doubt("no_unit", Field.LEADS, "", "未写责任单位。", ways, span)


def _strange(raw: str, leads: bool, span: Span) -> Doubt:
    return Doubt("strange_unit", Field.LEADS if leads else Field.PARTNERS, raw, "不像单位名称，请核对。", [], span)


def lost_characters(text: str, span: Span) -> list[Doubt]:
    """A bracket with nothing in it: characters were lost on the way."""
    found = []
    for empty in _EMPTY_BRACKET.finditer(text):
        words = text[max(0, empty.start() - 6) : empty.end() + 4].replace("\n", "")
        place = Span(
            span.block, span.start + empty.start(), span.start + empty.end(), span.where, span.row, span.column
        )
        ways = [Candidate("照原文", None, True)]
        found.append(Doubt("lost_characters", Field.TEXT, words, "括号内缺字，原样保留；改动会留痕。", ways, place))
    return found


def mark_repeated_numbers(tasks: list[TaskDraft]) -> None:
    """Twice the same number under the same heading: both are kept, both are marked."""
    counts = Counter((tuple(task.section), task.no) for task in tasks if task.no)
    for task in tasks:
        if task.no and counts[tuple(task.section), task.no] > 1:
            task.doubts.append(
                Doubt("repeated_number", Field.NO, task.no, "这个序号出现了不止一次，各行都已保留。", [], task.source)
            )
            task.confidence = confidence(task.doubts)

"""Bulletins 通报: facts of the ledger to figures, texts with their figures put in, the seal over what is published.

A text names what is derived in braces: {报送率}. A line that is nothing but such a name may stand for a list or table.
The figures are never typed, so that a bulletin says what the ledger said on its day.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.desks import Desk, Move
from tracker.errors import Invalid, Refused
from tracker.obligations.rates import RateFact, Rates, Share, rates_of_period
from tracker.tasks.axes import Colour


class BulletinState(StrEnum):
    """State of a bulletin; published, it is frozen."""

    DRAFT = "draft"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        return {"draft": "草稿", "published": "已印发"}[self]


class BulletinVerb(StrEnum):
    """What can be done with a bulletin."""

    EDIT = "edit"
    PUBLISH = "publish"

    @property
    def label(self) -> str:
        return {"edit": "改稿", "publish": "印发"}[self]


BULLETIN_TRANSITIONS: dict[tuple[BulletinState, BulletinVerb], Move[BulletinState]] = {
    (BulletinState.DRAFT, BulletinVerb.EDIT): Move(BulletinState.DRAFT, Desk.OFFICE),
    (BulletinState.DRAFT, BulletinVerb.PUBLISH): Move(BulletinState.PUBLISHED, Desk.OFFICE),
}


def next_bulletin_state(state: BulletinState, verb: BulletinVerb) -> BulletinState:
    """The state after the step. Raises Refused where the step does not follow."""
    move = BULLETIN_TRANSITIONS.get((state, verb))
    if move is None:
        raise Refused(f"这份通报{state.label}，不能再{verb.label}。有更正请另发一期。")
    return move.state


# Facts to figures


@dataclass(frozen=True)
class TaskFact:
    """A task on the day. ``concerned``: names of the units that have to act on it; ``led_by``: ids of its leads."""

    no: str
    section: str
    colour: Colour
    concerned: tuple[str, ...]
    led_by: frozenset[int]


@dataclass(frozen=True)
class ReportFact:
    """One period report that a unit owes for the task ``no``; ``is_returned``: it was, and was not sent again."""

    unit_id: int
    no: str
    rate: RateFact
    is_returned: bool


@dataclass(frozen=True)
class Taken:
    """What a bulletin is made from: a plan's tasks and one period's reports as of a day. ``units``: id -> name of
    every unit that owes or leads, in the order of names."""

    plan: str
    period: str
    period_id: int
    due_on: date
    as_of: date
    units: Mapping[int, str]
    tasks: Sequence[TaskFact]
    reports: Sequence[ReportFact]


COLOURS = (Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN, Colour.CLOSED)
NONE_WORDS = "无。"


def figures_of(taken: Taken) -> dict[str, Any]:
    """{"figures": name -> words, "lists": name -> lines, "tables": name -> {"head", "rows", "widths", "numeric"}};
    plain values that JSON keeps."""
    total = _rates(taken.reports, taken)
    lamps = Counter(task.colour for task in taken.tasks)
    short = [report for report in taken.reports if not report.rate.received(taken.as_of)]
    figures = {
        "方案": taken.plan,
        "填报期": taken.period,
        "截至日": _day(taken.as_of),
        "应报日": _day(taken.due_on),
        "事项数": str(len(taken.tasks)),
        **{colour.label: str(Share(lamps[colour], len(taken.tasks))) for colour in COLOURS},
        "应报": str(total.reported.of),
        "报送率": str(total.reported),
        "及时率": str(total.on_time),
        "退回率": str(total.returned),
        "欠报": str(total.missing),
        "欠报单位": str(len({report.unit_id for report in short})),
    }
    lists = {
        "逾期事项": _by_name(taken, Colour.RED),
        "滞后事项": _by_name(taken, Colour.YELLOW),
        "未报情况": _by_unit(taken, (report for report in short if not report.is_returned)),
        "退回情况": _by_unit(taken, (report for report in taken.reports if report.is_returned)),
    }
    tables = {"各章节情况": _section_table(taken.tasks), "各单位情况": _unit_table(taken)}
    return {"figures": figures, "lists": lists, "tables": tables}


def _rates(reports: Iterable[ReportFact], taken: Taken) -> Rates:
    return rates_of_period([report.rate for report in reports], taken.period_id, taken.as_of)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _by_name(taken: Taken, colour: Colour) -> list[str]:
    """市住建局：第8、12项 for each unit that has to act."""
    numbers: dict[str, list[str]] = {}
    for task in taken.tasks:
        if task.colour is colour:
            for name in task.concerned:
                numbers.setdefault(name, []).append(task.no)
    return [f"{name}：第{'、'.join(found)}项。" for name, found in numbers.items()]


def _by_unit(taken: Taken, reports: Iterable[ReportFact]) -> list[str]:
    """市财政局：2件，第6、9项."""
    numbers: dict[int, list[str]] = {}
    for report in reports:
        numbers.setdefault(report.unit_id, []).append(report.no)
    return [
        f"{name}：{len(numbers[unit_id])}件，第{'、'.join(numbers[unit_id])}项。"
        for unit_id, name in taken.units.items()
        if unit_id in numbers
    ]


def _section_table(tasks: Sequence[TaskFact]) -> dict[str, Any]:
    """Without rows when the plan has no chapters."""
    sections: dict[str, Counter[Colour]] = {}
    for task in tasks if any(task.section for task in tasks) else ():
        sections.setdefault(task.section or "未分章节", Counter())[task.colour] += 1
    rows = [
        [title, str(counts.total()), *(_in_two_lines(Share(counts[colour], counts.total())) for colour in COLOURS)]
        for title, counts in sections.items()
    ]
    head = ["章节", "事项", *(colour.label for colour in COLOURS)]
    return {"head": head, "rows": rows, "widths": [30, 11, 23, 23, 23, 23, 23], "numeric": [1, 2, 3, 4, 5, 6]}


def _in_two_lines(share: Share) -> str:
    """The percentage under n/N, so that five of them stand side by side."""
    return str(share).replace("（", "\n（")


def _unit_table(taken: Taken) -> dict[str, Any]:
    """Every unit, the lowest rate first; those that owe nothing last."""
    reports: dict[int, list[ReportFact]] = {}
    for report in taken.reports:
        reports.setdefault(report.unit_id, []).append(report)
    led = {unit_id: Counter[Colour]() for unit_id in taken.units}
    for task in taken.tasks:
        for unit_id in task.led_by:
            led[unit_id][task.colour] += 1
    rates = {unit_id: _rates(reports.get(unit_id, []), taken) for unit_id in taken.units}
    worst = sorted(taken.units, key=lambda unit_id: _rank(rates[unit_id]))
    rows = [
        [str(turn), taken.units[unit_id], *_unit_figures(led[unit_id], rates[unit_id])]
        for turn, unit_id in enumerate(worst, start=1)
    ]
    head = ["序号", "单位", "牵头事项", "逾期", "滞后", "已报／应报", "按时", "退回", "欠报"]
    return {
        "head": head,
        "rows": rows,
        "widths": [11, 37, 13, 11, 11, 32, 15, 13, 13],
        "numeric": [0, 2, 3, 4, 5, 6, 7, 8],
    }


def _rank(rates: Rates) -> tuple[bool, Any]:
    percent = rates.reported.percent
    return percent is None, percent or 0


def _unit_figures(led: Counter[Colour], rates: Rates) -> list[str]:
    counts = (led.total(), led[Colour.RED], led[Colour.YELLOW])
    return [*map(str, counts), str(rates.reported), str(rates.on_time.n), str(rates.returned.n), str(rates.missing)]


# Texts

SECTIONS = {"state": "一、总体情况", "problems": "二、存在问题", "demands": "三、下一步要求"}
"""Key -> heading, in order."""
ANNEX = "各单位情况"
DRAFT_TEXTS = {
    "state": (
        "截至{截至日}，{方案}共{事项数}项任务，其中逾期{逾期}，滞后{滞后}，临近{临近}，正常{正常}，办结{办结}。\n"
        "{填报期}（{应报日}到期）应报{应报}件，已报{报送率}，按时报送{及时率}，退回{退回率}；"
        "{欠报单位}家单位欠报{欠报}件。各单位情况见附件。\n"
        "{各章节情况}"
    ),
    "problems": (
        "（一）逾期事项\n{逾期事项}\n（二）滞后事项\n{滞后事项}\n"
        "（三）未报送进展\n{未报情况}\n（四）退回未重报\n{退回情况}"
    ),
    "demands": (
        "请逾期、滞后事项的牵头单位查明原因，倒排工期，明确到人。\n"
        "请欠报、退回的单位自本通报印发之日起3个工作日内补报。\n"
        "请各单位对照任务清单按时报送进展，数据要实，佐证要齐。"
    ),
}
LONGEST_TEXT = 20_000
_NAME = re.compile(r"\{([^{}\n]*)\}")
_SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）[^。]*$|\d+\.[^。]*$")

Piece = tuple[str, bool]
"""Words, and whether they are derived."""


def blocks_of(text: str, facts: Mapping[str, Any], field: str = "") -> list[dict[str, Any]]:
    """The text with what it names put in: {"kind": "para", "pieces": [[words, is derived], …]}, {"kind": "heading",
    "level", "text"} or {"kind": "table", "head", "rows", "widths", "numeric"}. Invalid for a name that is none."""
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"这一段请不要超过 {LONGEST_TEXT} 字。", field)
    blocks: list[dict[str, Any]] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        blocks += _line(line, facts, field)
    return blocks


def _line(line: str, facts: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    whole = _NAME.fullmatch(line)
    if whole and whole[1] in facts["lists"]:
        return [_para([(words, True)]) for words in facts["lists"][whole[1]] or [NONE_WORDS]]
    if whole and whole[1] in facts["tables"]:
        table = facts["tables"][whole[1]]
        return [{"kind": "table", **table}] if table["rows"] else []
    if _SUBHEADING.match(line) and "{" not in line:
        return [{"kind": "heading", "level": 2 if line.startswith("（") else 3, "text": line}]
    return [_para(_pieces(line, facts["figures"], field))]


def _para(pieces: Iterable[Piece]) -> dict[str, Any]:
    return {"kind": "para", "pieces": [list(piece) for piece in pieces]}


def _pieces(line: str, figures: Mapping[str, str], field: str) -> list[Piece]:
    found: list[Piece] = []
    for turn, part in enumerate(_NAME.split(line)):
        if turn % 2 == 0:
            found += [(part, False)] if part else []
        elif part in figures:
            found.append((figures[part], True))
        else:
            names = "、".join(figures)
            raise Invalid(f"台账里没有“{{{part}}}”。一句话里可以用：{names}；清单和表要单独占一行。", field)
    return found


def plain(block: Mapping[str, Any]) -> str:
    """The words of a paragraph."""
    return "".join(words for words, _ in block["pieces"])


# What is published


def content_of(
    office: str,
    title: str,
    addressees: str,
    copies: str,
    texts: Mapping[str, str],
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """What a bulletin says, as plain values: its head, its three sections, its annex. Invalid as `blocks_of`."""
    return {
        "office": office,
        "title": title,
        "addressees": addressees,
        "copies": copies,
        "as_of": facts["figures"]["截至日"],
        "sections": [
            {"heading": heading, "blocks": blocks_of(texts.get(key, ""), facts, key)}
            for key, heading in SECTIONS.items()
        ],
        "annex": {"title": ANNEX, "table": facts["tables"][ANNEX]},
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """The sha256 over the canonical form: JSON with sorted keys and no blanks, in UTF-8."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

"""The words of a digest: what one person is told in one run, courteous and short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.web.words import month_day

LISTED = 30
"""Items of one kind that are written out; the rest is a count."""
LONGEST_TEXT = 40


class Ask(StrEnum):
    """What the recipient is asked to do about an item, the most pressing first."""

    WRITE = "write"
    SIGN = "sign"
    URGE = "urge"
    CONTACT = "contact"

    @property
    def heading(self) -> str:
        return {
            "write": "等您填报",
            "sign": "等您签字",
            "urge": "请您督促",
            "contact": "无联系人，请办公室联系单位",
        }[self]


@dataclass(frozen=True)
class Entry:
    """One item of a digest. ``unit``: named in front, empty for the recipient's own; ``what``: 10月期进展填报. Values
    of indicators stand under a heading of their own, so that many reports do not push them out of the list."""

    ask: Ask
    unit: str
    label: str
    text: str
    what: str
    due_on: date
    is_value: bool = False


def lateness(due_on: date, today: date) -> str:
    """已逾期3天, 今天到期, 还有3天."""
    days = (today - due_on).days
    return f"已逾期{days}天" if days > 0 else "今天到期" if days == 0 else f"还有{-days}天"


def title_of(plan: str, entries: Sequence[Entry], today: date, by_hand: bool = False) -> str:
    """【催办】plan：2项已逾期，3项将到期."""
    late = sum(entry.due_on < today for entry in entries)
    counts = [f"{late}项已逾期"] * bool(late) + [f"{len(entries) - late}项将到期"] * (late < len(entries))
    return f"【{'催办' if late or by_hand else '提醒'}】{plan}：{'，'.join(counts)}"


def body_of(name: str, plan: str, entries: Sequence[Entry], today: date, words: str = "", sender: str = "") -> str:
    """The text. ``words``, ``sender``: of a reminder sent by hand."""
    said = [f"{sender}留言：{words}", ""] if words else []
    opening = f"截至{month_day(today)}，“{plan}”有以下 {len(entries)} 项还没有报送"
    lines = [f"{name}，您好：" if name else "您好：", "", *said, opening + "。", ""]
    for ask in Ask:
        asked = [entry for entry in entries if entry.ask is ask]
        lines += _section(ask.heading, [entry for entry in asked if not entry.is_value], today)
        lines += _section(f"{ask.heading}：指标值", [entry for entry in asked if entry.is_value], today)
    return "\n".join([*lines, "如已报送，请不必理会。谢谢您！"])


def _section(heading: str, entries: Sequence[Entry], today: date) -> Iterable[str]:
    if not entries:
        return
    yield f"{heading}（{len(entries)}项）"
    for number, entry in enumerate(entries[:LISTED], start=1):
        yield f"{number}. {line_of(entry, today)}"
    if len(entries) > LISTED:
        yield f"……另有 {len(entries) - LISTED} 项没有列出。"
    yield ""


def line_of(entry: Entry, today: date) -> str:
    """熊口镇　第3项 建立专家库　10月期进展填报，10月25日（周一）到期，已逾期1天."""
    text = entry.text if len(entry.text) <= LONGEST_TEXT else entry.text[: LONGEST_TEXT - 1] + "…"
    unit = f"{entry.unit}　" if entry.unit else ""
    due = f"{month_day(entry.due_on)}到期，{lateness(entry.due_on, today)}"
    return f"{unit}{entry.label} {text}　{entry.what}，{due}"

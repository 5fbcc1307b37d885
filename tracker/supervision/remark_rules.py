"""Remarks 批示: who may read a leader's words, and what became of them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tracker.errors import Invalid
from tracker.permissions import Subject
from tracker.supervision.rules import SlipState
from tracker.tasks.axes import Colour

LONGEST = 1000


class Readers(StrEnum):
    """Who reads a remark besides the leaders."""

    OFFICE = "office"
    LEADS = "leads"
    PARTS = "parts"

    @property
    def label(self) -> str:
        return {"office": "只给办公室", "leads": "办公室和牵头单位", "parts": "办公室和所有有分工的单位"}[self]

    def units(self, subject: Subject) -> frozenset[int]:
        """The ids of the units that read it, of those ``subject`` (the task) names."""
        return {"office": frozenset[int](), "leads": subject.lead_ids, "parts": subject.involved}[self]


def check_words(words: str) -> str:
    """The words without blanks around them. Invalid when there are none or too many."""
    words = words.strip()
    if not words:
        raise Invalid("批示还没有写。", "words")
    if len(words) > LONGEST:
        raise Invalid(f"批示请不要超过 {LONGEST} 字。", "words")
    return words


class Outcome(NamedTuple):
    """What became of a remark: a lamp with its word. ``is_open``: somebody is still to act on it."""

    colour: Colour
    word: str
    is_open: bool = True


_OUTCOMES = {
    SlipState.PROPOSED: Outcome(Colour.NONE, "拟督办"),
    SlipState.ANSWERED: Outcome(Colour.GREEN, "已答复"),
    SlipState.SETTLED: Outcome(Colour.CLOSED, "已销号", is_open=False),
    SlipState.ESCALATED: Outcome(Colour.RED, "已升级"),
    SlipState.DROPPED: Outcome(Colour.NONE, "未督办", is_open=False),
}


def outcome(state: SlipState | None, due_on: date | None, as_of: date) -> Outcome:
    """Of a remark whose slip stands at ``state`` (None: there is no slip), to be answered by ``due_on``."""
    if state is None:
        return Outcome(Colour.NONE, "待转办")
    if state is not SlipState.ISSUED or due_on is None:
        return _OUTCOMES.get(state, Outcome(Colour.BLUE, "待答复"))
    left = (due_on - as_of).days
    if left < 0:
        return Outcome(Colour.RED, f"未回{-left}天")
    return Outcome(Colour.BLUE, f"剩{left}天") if left else Outcome(Colour.YELLOW, "今天要回")

"""Closing a task (办结销号): the lead applies, the office decides, looks again after a time, and may reopen."""

from __future__ import annotations

from enum import StrEnum

from tracker.desks import Desk, Move
from tracker.errors import Refused


class ClosingState(StrEnum):
    """State of a closing (办结销号)."""

    APPLIED = "applied"
    CLOSED = "closed"
    MERGED = "merged"
    REFUSED = "refused"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        return _CLOSING_LABELS[self]


class ClosingVerb(StrEnum):
    """What can be done about a closing."""

    APPLY = "apply"
    CLOSE = "close"
    MERGE = "merge"
    REFUSE = "refuse"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        return _CLOSING_VERB_LABELS[self]


class Checked(StrEnum):
    """What a decision about a closing rests on (核定方式)."""

    MATERIALS = "materials"
    ON_SITE = "on_site"

    @property
    def label(self) -> str:
        return {"materials": "审核材料", "on_site": "现场核查"}[self]


class LookedBack(StrEnum):
    """What was found when a closed task was looked at again (回头看)."""

    HELD = "held"
    LOST = "lost"

    @property
    def label(self) -> str:
        return {"held": "成果保持", "lost": "成果没有保持，重新打开"}[self]


ENDED = frozenset({ClosingState.CLOSED, ClosingState.MERGED})
"""The task counts as closed."""
EVER_ENDED = ENDED | {ClosingState.REOPENED}
"""It counted as closed from the decision on, if it was reopened up to that day."""


_CLOSING_LABELS = {
    ClosingState.APPLIED: "已申请销号",
    ClosingState.CLOSED: "已办结",
    ClosingState.MERGED: "已并入其他任务",
    ClosingState.REFUSED: "未同意销号",
    ClosingState.REOPENED: "已重启",
}
_CLOSING_VERB_LABELS = {
    ClosingVerb.APPLY: "申请销号",
    ClosingVerb.CLOSE: "同意销号",
    ClosingVerb.MERGE: "并入其他任务",
    ClosingVerb.REFUSE: "不同意销号",
    ClosingVerb.REOPEN: "重启",
}


# None: no application yet; a reporter's step is the lead's. A refused or reopened task is applied for again, as a new
# closing.
CLOSING_TRANSITIONS: dict[tuple[ClosingState | None, ClosingVerb], Move[ClosingState]] = {
    (None, ClosingVerb.APPLY): Move(ClosingState.APPLIED, Desk.REPORTER),
    (ClosingState.APPLIED, ClosingVerb.CLOSE): Move(ClosingState.CLOSED, Desk.OFFICE),
    (ClosingState.APPLIED, ClosingVerb.MERGE): Move(ClosingState.MERGED, Desk.OFFICE),
    (ClosingState.APPLIED, ClosingVerb.REFUSE): Move(ClosingState.REFUSED, Desk.OFFICE),
    (ClosingState.CLOSED, ClosingVerb.REOPEN): Move(ClosingState.REOPENED, Desk.OFFICE),
    (ClosingState.MERGED, ClosingVerb.REOPEN): Move(ClosingState.REOPENED, Desk.OFFICE),
    (ClosingState.REFUSED, ClosingVerb.APPLY): Move(ClosingState.APPLIED, Desk.REPORTER),
    (ClosingState.REOPENED, ClosingVerb.APPLY): Move(ClosingState.APPLIED, Desk.REPORTER),
}


def next_closing_state(state: ClosingState | None, verb: ClosingVerb) -> ClosingState:
    """The state of the closing after the step. Raises Refused where the step does not follow."""
    move = CLOSING_TRANSITIONS.get((state, verb))
    if move is None:
        raise Refused(f"{state.label if state else '未申请销号'}的任务不能{verb.label}。请刷新页面后再看。")
    return move.state

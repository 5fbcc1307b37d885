"""More time for a task (延期申请): the unit applies and its head agrees; the office decides, or the leader after it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracker.desks import Desk, Move
from tracker.errors import Invalid, Refused


class ExtensionState(StrEnum):
    """State of an application for more time (延期申请)."""

    APPLIED = "applied"
    HEAD_AGREED = "head_agreed"
    OFFICE_AGREED = "office_agreed"
    GRANTED = "granted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return _LABELS[self]


class ExtensionVerb(StrEnum):
    """What can be done about it. REPORT_UP: the office agrees, and the leader in charge decides."""

    APPLY = "apply"
    AGREE = "agree"
    REPORT_UP = "report_up"
    GRANT = "grant"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        return _VERB_LABELS[self]


_LABELS = {
    ExtensionState.APPLIED: "待单位负责人同意",
    ExtensionState.HEAD_AGREED: "待办公室核定",
    ExtensionState.OFFICE_AGREED: "待分管领导批准",
    ExtensionState.GRANTED: "已准予延期",
    ExtensionState.REFUSED: "未同意延期",
}
_VERB_LABELS = {
    ExtensionVerb.APPLY: "申请延期",
    ExtensionVerb.AGREE: "同意上报",
    ExtensionVerb.REPORT_UP: "同意并报分管领导",
    ExtensionVerb.GRANT: "准予延期",
    ExtensionVerb.REFUSE: "不同意延期",
}

# None: no application yet. After a decision the next application is a new one.
EXTENSION_TRANSITIONS: dict[tuple[ExtensionState | None, ExtensionVerb], Move[ExtensionState]] = {
    (None, ExtensionVerb.APPLY): Move(ExtensionState.APPLIED, Desk.REPORTER),
    (ExtensionState.APPLIED, ExtensionVerb.AGREE): Move(ExtensionState.HEAD_AGREED, Desk.HEAD),
    (ExtensionState.APPLIED, ExtensionVerb.REFUSE): Move(ExtensionState.REFUSED, Desk.HEAD),
    (ExtensionState.HEAD_AGREED, ExtensionVerb.GRANT): Move(ExtensionState.GRANTED, Desk.OFFICE),
    (ExtensionState.HEAD_AGREED, ExtensionVerb.REPORT_UP): Move(ExtensionState.OFFICE_AGREED, Desk.OFFICE),
    (ExtensionState.HEAD_AGREED, ExtensionVerb.REFUSE): Move(ExtensionState.REFUSED, Desk.OFFICE),
    (ExtensionState.OFFICE_AGREED, ExtensionVerb.GRANT): Move(ExtensionState.GRANTED, Desk.LEADER),
    (ExtensionState.OFFICE_AGREED, ExtensionVerb.REFUSE): Move(ExtensionState.REFUSED, Desk.LEADER),
}
WAITING = tuple({state: None for state, _ in EXTENSION_TRANSITIONS if state is not None})
"""The states in which somebody still has to act."""
_DESKS = {state: move.by for (state, _), move in EXTENSION_TRANSITIONS.items()}


def desk_of(state: ExtensionState) -> Desk | None:
    """Who must act, None once it is decided."""
    return _DESKS.get(state)


def next_extension_state(state: ExtensionState, verb: ExtensionVerb, by: Desk) -> ExtensionState:
    """The state after the step. Raises Refused where it does not follow, or is not that desk's to take."""
    move = EXTENSION_TRANSITIONS.get((state, verb))
    if move is None or move.by is not by:
        raise Refused(f"这份延期申请{state.label}，现在不能由{by}办。请刷新页面，看它现在在谁那里。")
    return move.state


def verb_of(by: Desk, agreed: bool, asks_leader: bool) -> ExtensionVerb:
    """What a yes or a no of this desk means; ``asks_leader``: the plan leaves the last word to the leader in charge."""
    if not agreed:
        return ExtensionVerb.REFUSE
    if by is Desk.HEAD:
        return ExtensionVerb.AGREE
    return ExtensionVerb.REPORT_UP if by is Desk.OFFICE and asks_leader else ExtensionVerb.GRANT


def check_new_day(limit_on: date | None, new_on: date, today: date) -> date:
    """The limit in force, which ``new_on`` is later than. Raises Invalid with the sentence that says what is wrong."""
    if limit_on is None:
        raise Invalid("这项任务没有截止日期，不用申请延期。", "new_on")
    if new_on <= limit_on:
        raise Invalid(f"新的完成时限要晚于现在的 {limit_on}。", "new_on")
    if new_on < today:
        raise Invalid(f"新的完成时限不能早于今天（{today}）。", "new_on")
    return limit_on


def days_late(limit_on: date, applied_on: date) -> int:
    """How many days after the limit it was applied for; 0 in time, the limit's own day included."""
    return max(0, (applied_on - limit_on).days)


def desk_on(agreed_on: date | None, passed_on: date | None, as_of: date) -> Desk:
    """At whose desk an application lay at the end of a day on which it was not decided."""
    if passed_on is not None and passed_on <= as_of:
        return Desk.LEADER
    return Desk.OFFICE if agreed_on is not None and agreed_on <= as_of else Desk.HEAD

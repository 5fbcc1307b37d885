"""Inspections 督导检查 and rectifications 整改: which step may follow which, how an item stands on a day, its lamp.

Everything about a day is worked out from dated rounds: a report of the unit, then what the office said to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tracker.desks import Desk, Move
from tracker.errors import Refused
from tracker.tasks.axes import DEFAULT, Colour, Thresholds
from tracker.workdays import Calendar


class InspectionState(StrEnum):
    """DROPPED: a draft that was given up, with a reason."""

    DRAFT = "draft"
    ISSUED = "issued"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {"draft": "草稿", "issued": "已下达", "dropped": "已作废"}[self]


class InspectionVerb(StrEnum):
    """What can be done with an inspection."""

    ISSUE = "issue"
    DROP = "drop"

    @property
    def label(self) -> str:
        return {"issue": "下达", "drop": "作废"}[self]


INSPECTION_TRANSITIONS: dict[tuple[InspectionState, InspectionVerb], Move[InspectionState]] = {
    (InspectionState.DRAFT, InspectionVerb.ISSUE): Move(InspectionState.ISSUED, Desk.OFFICE),
    (InspectionState.DRAFT, InspectionVerb.DROP): Move(InspectionState.DROPPED, Desk.OFFICE),
}


def next_inspection_state(state: InspectionState, verb: InspectionVerb) -> InspectionState:
    """The state after the step. Raises Refused where the step does not follow."""
    move = INSPECTION_TRANSITIONS.get((state, verb))
    if move is None:
        raise Refused(f"这次检查{state.label}，内容已固定，不能{verb.label}。请刷新页面。")
    return move.state


class RectificationState(StrEnum):
    """DRAFT, DROPPED: a finding before its inspection is issued, kept or taken out. WITHDRAWN: issued by mistake."""

    DRAFT = "draft"
    OPEN = "open"
    REPORTED = "reported"
    SETTLED = "settled"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


class RectificationVerb(StrEnum):
    """What can be done with an item."""

    ISSUE = "issue"
    DROP = "drop"
    REPORT = "report"
    SETTLE = "settle"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _VERB_LABELS[self]


_VERB_LABELS = {
    RectificationVerb.ISSUE: "下达",
    RectificationVerb.DROP: "去掉",
    RectificationVerb.REPORT: "报整改情况",
    RectificationVerb.SETTLE: "销号",
    RectificationVerb.REOPEN: "退回",
    RectificationVerb.WITHDRAW: "撤回",
}
_STATE_LABELS = {
    RectificationState.DRAFT: "草稿",
    RectificationState.OPEN: "待整改",
    RectificationState.REPORTED: "已报，待核",
    RectificationState.SETTLED: "已销号",
    RectificationState.REOPENED: "退回重改",
    RectificationState.WITHDRAWN: "已撤回",
    RectificationState.DROPPED: "已去掉",
}
RECTIFICATION_TRANSITIONS: dict[tuple[RectificationState, RectificationVerb], Move[RectificationState]] = {
    (RectificationState.DRAFT, RectificationVerb.ISSUE): Move(RectificationState.OPEN, Desk.OFFICE),
    (RectificationState.DRAFT, RectificationVerb.DROP): Move(RectificationState.DROPPED, Desk.OFFICE),
    (RectificationState.OPEN, RectificationVerb.REPORT): Move(RectificationState.REPORTED, Desk.REPORTER),
    (RectificationState.REPORTED, RectificationVerb.SETTLE): Move(RectificationState.SETTLED, Desk.OFFICE),
    (RectificationState.REPORTED, RectificationVerb.REOPEN): Move(RectificationState.REOPENED, Desk.OFFICE),
    (RectificationState.REOPENED, RectificationVerb.REPORT): Move(RectificationState.REPORTED, Desk.REPORTER),
    (RectificationState.OPEN, RectificationVerb.WITHDRAW): Move(RectificationState.WITHDRAWN, Desk.OFFICE),
    (RectificationState.REPORTED, RectificationVerb.WITHDRAW): Move(RectificationState.WITHDRAWN, Desk.OFFICE),
    (RectificationState.REOPENED, RectificationVerb.WITHDRAW): Move(RectificationState.WITHDRAWN, Desk.OFFICE),
}
OWED = (RectificationState.OPEN, RectificationState.REOPENED)
"""The unit has to act."""
NOT_OUT = (RectificationState.DRAFT, RectificationState.DROPPED)
OUT = tuple(state for state in RectificationState if state not in NOT_OUT)
STANDING = tuple(state for state in OUT if state is not RectificationState.WITHDRAWN)
"""What was issued and is not taken back: what counts."""
WITHDRAWABLE = tuple(state for state, verb in RECTIFICATION_TRANSITIONS if verb is RectificationVerb.WITHDRAW)


def next_rectification_state(state: RectificationState, verb: RectificationVerb) -> RectificationState:
    """The state after the step. Raises Refused where the step does not follow."""
    move = RECTIFICATION_TRANSITIONS.get((state, verb))
    if move is None:
        raise Refused(f"这条整改事项{state.label}，不能{verb.label}。请刷新页面，看它现在怎样。")
    return move.state


# As of a day


class Round(NamedTuple):
    """One report of the unit, and what the office said to it. ``decided_on`` None: nothing yet."""

    reported_on: date
    decided_on: date | None = None
    is_settled: bool = False
    due_again_on: date | None = None


class Stand(NamedTuple):
    """How an item stands on a day: its state, its limit as it then was, the last report, the end."""

    state: RectificationState
    due_on: date
    reported_on: date | None = None
    ended_on: date | None = None

    @property
    def is_settled(self) -> bool:
        return self.state is RectificationState.SETTLED

    @property
    def is_owed(self) -> bool:
        return self.state in OWED

    @property
    def is_withdrawn(self) -> bool:
        return self.state is RectificationState.WITHDRAWN

    def days_over(self, day: date) -> int:
        """Days since the limit of what the unit still owes; 0 when it is not over, or the unit has reported."""
        return max(0, (day - self.due_on).days) if self.is_owed else 0


def stand_on(first_due_on: date, rounds: Iterable[Round], day: date, withdrawn_on: date | None = None) -> Stand:
    """How an item stood at the end of ``day``, a day on which it was out. ``rounds``: the oldest first."""
    stand = _after(first_due_on, rounds, day)
    if withdrawn_on is not None and withdrawn_on <= day:
        return stand._replace(state=RectificationState.WITHDRAWN, ended_on=withdrawn_on)
    return stand


def _after(first_due_on: date, rounds: Iterable[Round], day: date) -> Stand:
    """How the rounds up to ``day`` left it."""
    stand = Stand(RectificationState.OPEN, first_due_on)
    for one in rounds:
        if one.reported_on > day:
            break
        stand = Stand(RectificationState.REPORTED, stand.due_on, one.reported_on)
        if one.decided_on is None or one.decided_on > day:
            break
        if one.is_settled:
            return Stand(RectificationState.SETTLED, stand.due_on, one.reported_on, one.decided_on)
        stand = Stand(RectificationState.REOPENED, one.due_again_on or stand.due_on, one.reported_on)
    return stand


class Sign(NamedTuple):
    """A lamp with its word."""

    colour: Colour
    word: str


def sign_of(stand: Stand, day: date, calendar: Calendar, thresholds: Thresholds = DEFAULT) -> Sign:
    """The lamp of an item, by the thresholds of the plan for the time that is left."""
    if stand.is_settled:
        return Sign(Colour.CLOSED, stand.state.label)
    if stand.is_withdrawn:
        return Sign(Colour.NONE, stand.state.label)
    if not stand.is_owed:
        return Sign(Colour.BLUE, stand.state.label)
    if over := stand.days_over(day):
        return Sign(Colour.RED, f"整改逾期{over}天")
    if stand.due_on == day:
        return Sign(Colour.YELLOW, "今天到期")
    left = calendar.workdays_between(day, stand.due_on)
    colour = Colour.YELLOW if left <= thresholds.time_yellow else Colour.BLUE
    return Sign(colour, f"剩{left}天") if left <= thresholds.time_blue else Sign(Colour.GREEN, stand.state.label)


class Tally(NamedTuple):
    """How many items count, settled and overdue ones among them. ``withdrawn``: how many stand beside, counting not."""

    total: int = 0
    settled: int = 0
    overdue: int = 0
    withdrawn: int = 0


def tally(stands: Iterable[Stand], day: date) -> Tally:
    """n/N 已销号, how many are over their limit, and how many were withdrawn."""
    found = list(stands)
    withdrawn = sum(one.is_withdrawn for one in found)
    settled, overdue = sum(one.is_settled for one in found), sum(one.days_over(day) > 0 for one in found)
    return Tally(len(found) - withdrawn, settled, overdue, withdrawn)

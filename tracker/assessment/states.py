"""Score runs and appeals: which step may follow which, and until when an appeal may be filed."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tracker.desks import Desk, Move
from tracker.errors import Refused


class RunState(StrEnum):
    """State of a score run (考核结果)."""

    DRAFT = "draft"
    SHOWN = "shown"
    FINAL = "final"

    @property
    def label(self) -> str:
        return {"draft": "草稿", "shown": "公示中", "final": "已定稿"}[self]


class RunVerb(StrEnum):
    """What can be done with a score run."""

    SHOW = "show"
    FINISH = "finish"

    @property
    def label(self) -> str:
        return {"show": "公示", "finish": "定稿"}[self]


class AppealState(StrEnum):
    """State of an appeal (申诉)."""

    FILED = "filed"
    UPHELD = "upheld"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        return {"filed": "待复核", "upheld": "申诉成立", "rejected": "维持原分"}[self]


class AppealVerb(StrEnum):
    """What can be done about an appeal."""

    FILE = "file"
    UPHOLD = "uphold"
    REJECT = "reject"

    @property
    def label(self) -> str:
        return {"file": "申诉", "uphold": "采纳", "reject": "不采纳"}[self]


RUN_TRANSITIONS: dict[tuple[RunState, RunVerb], Move[RunState]] = {
    (RunState.DRAFT, RunVerb.SHOW): Move(RunState.SHOWN, Desk.OFFICE),
    (RunState.SHOWN, RunVerb.FINISH): Move(RunState.FINAL, Desk.OFFICE),
}
# None: no appeal yet. One appeal for each line; what was decided stays decided.
APPEAL_TRANSITIONS: dict[tuple[AppealState | None, AppealVerb], Move[AppealState]] = {
    (None, AppealVerb.FILE): Move(AppealState.FILED, Desk.REPORTER),
    (AppealState.FILED, AppealVerb.UPHOLD): Move(AppealState.UPHELD, Desk.OFFICE),
    (AppealState.FILED, AppealVerb.REJECT): Move(AppealState.REJECTED, Desk.OFFICE),
}


def next_run_state(state: RunState, verb: RunVerb) -> RunState:
    """The state after the step. Raises Refused where it does not follow."""
    return RunState(_next(RUN_TRANSITIONS, state, verb, f"{state.label}的考核结果不能{verb.label}。请刷新页面后再看。"))


def next_appeal_state(state: AppealState | None, verb: AppealVerb) -> AppealState:
    """The state after the step. Raises Refused where it does not follow."""
    sentence = "这一条已经申诉过，不能再申诉。" if verb is AppealVerb.FILE else "这份申诉已经复核过。请刷新页面后再看。"
    return AppealState(_next(APPEAL_TRANSITIONS, state, verb, sentence))


def _next(moves: dict[Any, Move[Any]], state: StrEnum | None, verb: StrEnum, sentence: str) -> Any:
    move = moves.get((state, verb))
    if move is None:
        raise Refused(sentence)
    return move.state


def appeals_until(shown_on: date, appeal_days: int) -> date:
    """The last day of the appeals: so many calendar days after the lines were shown."""
    return shown_on + timedelta(days=appeal_days)


def why_no_appeal(state: RunState, until: date | None, today: date) -> str:
    """Why a line cannot be appealed against today; empty when it can."""
    if state is RunState.DRAFT or until is None:
        return "还没有公示，不能申诉。"
    if state is RunState.FINAL:
        return "结果已定稿，不再受理申诉。"
    return "" if today <= until else f"申诉期到{until}为止，已经过了。"


def why_not_final(until: date | None, open_appeals: int, today: date) -> str:
    """Why a shown run cannot be finished today; empty when it can."""
    if open_appeals:
        return f"还有 {open_appeals} 件申诉没有复核。"
    if until is not None and today <= until:
        return f"申诉期到{until}为止，过后才能定稿。"
    return ""

"""Report, from desk to desk: which step may follow which, who takes it, and how things stood on a day.

``TRANSITIONS`` is the table of domain.md; buttons, refusals and the diagram are drawn from it. A question "as of a day"
counts what happened on that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from tracker.desks import Desk, Move
from tracker.errors import Refused


class ReportState(StrEnum):
    """State of a report. The label is the tag on the screen."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    ACCEPTED = "accepted"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


class Verb(StrEnum):
    """What can be done with a report."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    SIGN = "sign"
    ACCEPT = "accept"
    RETURN = "return"
    UNDO = "undo"

    @property
    def label(self) -> str:
        return _VERB_LABELS[self]


class SelfAssessment(StrEnum):
    """How the unit sees its own progress (自评)."""

    AHEAD = "超进度"
    ON_TRACK = "达进度"
    BEHIND = "欠进度"
    DONE = "已完成"
    CONTINUING = "持续推进"


_STATE_LABELS = {
    ReportState.DRAFT: "草稿",
    ReportState.SUBMITTED: "待签字",
    ReportState.SIGNED: "待审核",
    ReportState.ACCEPTED: "已接受",
    ReportState.RETURNED: "已退回",
}
_VERB_LABELS = {
    Verb.SUBMIT: "送签",
    Verb.WITHDRAW: "撤回",
    Verb.SIGN: "签字",
    Verb.ACCEPT: "接受",
    Verb.RETURN: "退回",
    Verb.UNDO: "撤销审核",
}
TRANSITIONS: dict[tuple[ReportState, Verb], Move[ReportState]] = {
    (ReportState.DRAFT, Verb.SUBMIT): Move(ReportState.SUBMITTED, Desk.REPORTER),
    (ReportState.SUBMITTED, Verb.WITHDRAW): Move(ReportState.DRAFT, Desk.REPORTER),
    (ReportState.SUBMITTED, Verb.SIGN): Move(ReportState.SIGNED, Desk.HEAD),
    (ReportState.SUBMITTED, Verb.RETURN): Move(ReportState.RETURNED, Desk.HEAD),
    (ReportState.SIGNED, Verb.ACCEPT): Move(ReportState.ACCEPTED, Desk.OFFICE),
    (ReportState.SIGNED, Verb.RETURN): Move(ReportState.RETURNED, Desk.OFFICE),
    (ReportState.RETURNED, Verb.SUBMIT): Move(ReportState.SUBMITTED, Desk.REPORTER),
    # The office's own last decision, on the same day and before anything else happened: actions.undo.
    (ReportState.ACCEPTED, Verb.UNDO): Move(ReportState.SIGNED, Desk.OFFICE),
    (ReportState.RETURNED, Verb.UNDO): Move(ReportState.SIGNED, Desk.OFFICE),
}
RECEIVED = frozenset({ReportState.SIGNED, ReportState.ACCEPTED})
FORWARD = frozenset({Verb.SUBMIT, Verb.SIGN, Verb.ACCEPT})
_DESKS = {state: move.by for (state, verb), move in TRANSITIONS.items() if verb in FORWARD}


class Version(NamedTuple):
    """One version of a report and the days of its course.

    ``number`` counts from 1. From ``started_on`` until ``submitted_on`` it is a draft; withdrawn, it stays as it was
    and the draft goes on as the next version. ``returned_by``: HEAD or OFFICE. ``percent``: 0 to 100, None where none
    is given.
    """

    number: int
    started_on: date
    submitted_on: date | None = None
    signed_on: date | None = None
    returned_on: date | None = None
    returned_by: Desk | None = None
    accepted_on: date | None = None
    withdrawn_on: date | None = None
    percent: int | None = None


@dataclass(frozen=True)
class Standing:
    """How a report stands on a day.

    ``state`` None: nothing was written (未填). ``overdue_days``: calendar days since the due day while it is not
    received, else 0.
    """

    state: ReportState | None
    desk: Desk | None
    received: bool
    overdue_days: int


def next_state(state: ReportState, verb: Verb, skip_signing: bool = False) -> ReportState:
    """The state after the step. ``skip_signing``: the unit needs no signature (免签), submitting leads to signed.

    Raises Refused where the step does not follow.
    """
    move = TRANSITIONS.get((state, verb))
    if move is None:
        raise Refused(f"{state.label}的填报不能{verb.label}。请刷新页面，看它现在在谁那里。")
    if verb is Verb.SUBMIT and skip_signing:
        return ReportState.SIGNED
    return move.state


def desk(state: ReportState | None) -> Desk | None:
    """Who must act now, None when nobody: the report is accepted. A report not yet written waits for the reporter."""
    return Desk.REPORTER if state is None else _DESKS.get(state)


def received(versions: Iterable[Version], as_of: date) -> bool:
    """Whether a version was signed by the day and not returned by then."""
    return figure_on(versions, as_of) is not None


def figure_on(versions: Iterable[Version], as_of: date) -> Version | None:
    """The latest version signed by the day and not returned by then: its text and percent are the unit's own figure."""
    signed = [v for v in versions if v.signed_on is not None and v.signed_on <= as_of]
    standing = [v for v in signed if v.returned_on is None or v.returned_on > as_of]
    return max(standing, key=_number) if standing else None


def received_spans(versions: Iterable[Version]) -> tuple[tuple[date, date | None], ...]:
    """Half-open spans of days on which a version counts as received, for ``obligations.rates``."""
    return tuple((v.signed_on, v.returned_on) for v in versions if v.signed_on is not None)


def first_signed_on(versions: Iterable[Version]) -> date | None:
    """The day of the first signature; a later return does not undo it."""
    return min((v.signed_on for v in versions if v.signed_on is not None), default=None)


def on_time(versions: Iterable[Version], due_on: date) -> bool:
    """Whether it was first signed by the due working day."""
    return _by(first_signed_on(versions), due_on)


def state_on(versions: Sequence[Version], due_on: date, as_of: date) -> Standing:
    """How the report stood at the end of the day.

    A draft begun after a return does not hide that the report was returned: the last version submitted decides.
    """
    state = _state(versions, as_of)
    is_received = received(versions, as_of)
    overdue = 0 if is_received else max(0, (as_of - due_on).days)
    return Standing(state, desk(state), is_received, overdue)


def _state(versions: Sequence[Version], as_of: date) -> ReportState | None:
    sent = [version for version in versions if _by(version.submitted_on, as_of)]
    if not sent:
        return ReportState.DRAFT if any(v.started_on <= as_of for v in versions) else None
    last = max(sent, key=_number)
    if _by(last.accepted_on, as_of):
        return ReportState.ACCEPTED
    if _by(last.returned_on, as_of):
        return ReportState.RETURNED
    if _by(last.withdrawn_on, as_of):
        return ReportState.DRAFT
    return ReportState.SIGNED if _by(last.signed_on, as_of) else ReportState.SUBMITTED


_number = attrgetter("number")


def _by(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of

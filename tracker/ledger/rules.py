"""What a task's standing says besides its lamp: the leads' own words, the current period, who is awaited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from tracker.desks import Desk
from tracker.obligations.rules import Kind
from tracker.progress.rules import ReportState, Version, figure_on, state_on
from tracker.tasks.roles import Role


class PeriodState(StrEnum):
    """How the leads' reports of the current period stand together."""

    NONE = "none"
    MISSING = "missing"
    PENDING = "pending"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        return {"none": "本期不报", "missing": "本期未报", "pending": "已报待审", "accepted": "已认定"}[self]


class Sent(NamedTuple):
    """A version that was submitted: its row, its days, and the marks the standing asks for."""

    id: int
    days: Version
    no_news: bool
    milestone: Kind | None
    held_on: date | None = None
    """Of an occurrence: the day it took place."""


@dataclass(frozen=True)
class Owed:
    """One thing one unit owes for the task, and what was submitted for it.

    ``label``: 9月期, 启动报告, 第三季度第1次. ``is_current``: of the period the pages speak of. ``is_closed``: the
    office closed its period, nobody can mend it any more.
    """

    obligation_id: int
    unit_id: int
    unit: str
    role: Role
    kind: Kind
    label: str
    key_on: date
    due_on: date
    is_current: bool
    is_closed: bool
    period_id: int | None = None
    via_group_id: int | None = None
    number: int = 0
    sent: tuple[Sent, ...] = ()

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """Asked for by every rule of the standing."""
        return tuple(one.days for one in self.sent)

    def figure_on(self, as_of: date) -> Sent | None:
        """The version whose text and percent are the unit's own on the day."""
        figure = figure_on(self.versions, as_of)
        return next((one for one in self.sent if one.days is figure), None)


@dataclass(frozen=True)
class Text:
    """What a version says."""

    progress: str
    problems: str
    next_steps: str
    self_state: str


@dataclass(frozen=True)
class Figure:
    """A lead's latest signed words. ``missing``: 9月期、10月期未报, when it owes reports past their due day.

    ``signed_on`` None: it never had one signed. ``period``: whose report the words are from.
    """

    unit_id: int
    unit: str
    progress: str = ""
    problems: str = ""
    next_steps: str = ""
    percent: int | None = None
    self_state: str = ""
    no_news: bool = False
    is_pending: bool = False
    signed_on: str | None = None
    period: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Waiting:
    """Somebody is awaited. ``desk``: whose turn; ``unit``: whose report it is, also when the office is awaited."""

    unit_id: int
    unit: str
    role: str
    desk: str
    why: str
    obligation_id: int | None
    due_on: str | None


def waiting_for(owed: Iterable[Owed], as_of: date) -> list[Waiting]:
    """Every report that is past its due day and not received, or lies on the desk of the head or the office."""
    found = [(one, *why) for one in owed if (why := _why(one, as_of)) is not None]
    found.sort(key=lambda waits: (waits[0].role.rank, waits[0].due_on, waits[0].unit_id, waits[0].obligation_id))
    return [
        Waiting(one.unit_id, one.unit, one.role.value, desk.value, words, one.obligation_id, one.due_on.isoformat())
        for one, desk, words in found
    ]


def _why(one: Owed, as_of: date) -> tuple[Desk, str] | None:
    standing = state_on(one.versions, one.due_on, as_of)
    if standing.state is ReportState.ACCEPTED or standing.desk is None:
        return None
    if standing.state is ReportState.RETURNED:
        return standing.desk, f"{one.label}已退回，等重报"
    if standing.desk is Desk.REPORTER:
        return (standing.desk, f"{one.label}未报") if one.due_on < as_of and not one.is_closed else None
    return standing.desk, f"{one.label}{standing.desk.waiting}"


def period_words(owed: Sequence[Owed], as_of: date) -> tuple[PeriodState, str]:
    """State and word of the current period. ``owed``: what the leads owe in it."""
    if not owed:
        return PeriodState.NONE, ""
    figures = [one.figure_on(as_of) for one in owed]
    lacking = [one for one, figure in zip(owed, figures, strict=True) if figure is None]
    if lacking:
        missing = sum(state_on(one.versions, one.due_on, as_of).desk is not Desk.HEAD for one in lacking)
        what, n = ("未报", missing) if missing else ("待签", len(lacking))
        return PeriodState.MISSING, f"本期{what}" if len(owed) == 1 else f"{n}家{what}"
    is_accepted = all(figure is not None and _by(figure.days.accepted_on, as_of) for figure in figures)
    return PeriodState.ACCEPTED if is_accepted else PeriodState.PENDING, "本期已报"


def milestone_accepted_on(owed: Iterable[Owed], kind: Kind, leads: frozenset[int]) -> date | None:
    """When the task's start or completion was accepted: of joint leads the last; a former lead's holds for its heir."""
    accepted: dict[int, date] = {}
    for one in owed:
        for sent in one.sent:
            day = sent.days.accepted_on
            if day is not None and kind in (one.kind, sent.milestone):
                accepted[one.unit_id] = min(day, accepted.get(one.unit_id, day))
    if leads and leads <= accepted.keys():
        return max(accepted[unit_id] for unit_id in leads)
    former = [day for unit_id, day in accepted.items() if unit_id not in leads]
    return min(former, default=None)


def is_pending(sent: Sent, as_of: date) -> bool:
    """Signed, and not accepted by the day."""
    return not _by(sent.days.accepted_on, as_of)


def _by(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of

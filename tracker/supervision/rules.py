"""Slips 督办单: which step may follow which, the ladder of colours, when one is proposed, when its answer is due.

The ladder of papers.md: blue; yellow when nothing was done after blue; red when nothing was done after yellow; an
important matter may start at yellow. One matter (a task and a unit), one slip at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.desks import Desk, Move
from tracker.errors import Invalid, Refused
from tracker.tasks.axes import Colour
from tracker.workdays import Calendar


class SlipColour(StrEnum):
    """Reminder, warning, red warning; the worse the later."""

    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        return {"blue": "蓝色提醒", "yellow": "黄色预警", "red": "红色警告"}[self]

    @property
    def next(self) -> SlipColour:
        """What follows when nothing was done; after red again red."""
        ladder = list(SlipColour)
        return ladder[min(ladder.index(self) + 1, len(ladder) - 1)]


class SlipState(StrEnum):
    """State of a slip. DROPPED: proposed and not issued, with a reason."""

    PROPOSED = "proposed"
    ISSUED = "issued"
    ANSWERED = "answered"
    SETTLED = "settled"
    ESCALATED = "escalated"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


class SlipVerb(StrEnum):
    """What can be done with a slip."""

    ISSUE = "issue"
    DROP = "drop"
    ANSWER = "answer"
    SETTLE = "settle"
    ESCALATE = "escalate"

    @property
    def label(self) -> str:
        return {"issue": "签发", "drop": "不发", "answer": "答复", "settle": "销号", "escalate": "升级"}[self]


_STATE_LABELS = {
    SlipState.PROPOSED: "拟发",
    SlipState.ISSUED: "待答复",
    SlipState.ANSWERED: "已答复，待核",
    SlipState.SETTLED: "已销号",
    SlipState.ESCALATED: "已升级",
    SlipState.DROPPED: "没有发",
}
SLIP_TRANSITIONS: dict[tuple[SlipState, SlipVerb], Move[SlipState]] = {
    (SlipState.PROPOSED, SlipVerb.ISSUE): Move(SlipState.ISSUED, Desk.OFFICE),
    (SlipState.PROPOSED, SlipVerb.DROP): Move(SlipState.DROPPED, Desk.OFFICE),
    (SlipState.ISSUED, SlipVerb.ANSWER): Move(SlipState.ANSWERED, Desk.REPORTER),
    (SlipState.ISSUED, SlipVerb.ESCALATE): Move(SlipState.ESCALATED, Desk.OFFICE),  # only once its day is over
    (SlipState.ANSWERED, SlipVerb.SETTLE): Move(SlipState.SETTLED, Desk.OFFICE),
    (SlipState.ANSWERED, SlipVerb.ESCALATE): Move(SlipState.ESCALATED, Desk.OFFICE),
}
RUNNING = (SlipState.ISSUED, SlipState.ANSWERED)
UNSETTLED = (SlipState.PROPOSED, *RUNNING)
"""While a slip is in one of these, no other about the same matter is written."""


def next_slip_state(state: SlipState, verb: SlipVerb) -> SlipState:
    """The state after the step. Raises Refused where the step does not follow."""
    move = SLIP_TRANSITIONS.get((state, verb))
    if move is None:
        raise Refused(f"这张督办单{state.label}，不能{verb.label}。请刷新页面，看它现在怎样。")
    return move.state


def state_on(state: SlipState, issued: bool, answered: bool, decided: bool) -> SlipState:
    """The state of a slip at the end of a day: what it is now, and which of its steps had been taken by then."""
    if decided:
        return state
    if answered:
        return SlipState.ANSWERED
    return SlipState.ISSUED if issued else SlipState.PROPOSED


class Pace(StrEnum):
    """How long a unit has to answer: 急件, the default, 常件."""

    URGENT = "urgent"
    NORMAL = "normal"
    ORDINARY = "ordinary"

    @property
    def label(self) -> str:
        return {"urgent": "急件", "normal": "一般", "ordinary": "常件"}[self]


SHORTEST, LONGEST_URGENT, LONGEST = 1, 5, 60


@dataclass(frozen=True)
class AnswerDays:
    """Calendar days to answer, by pace (papers.md: 7 days, urgent 1 to 5, ordinary 15)."""

    normal: int = 7
    urgent: int = 3
    ordinary: int = 15

    def of(self, pace: Pace) -> int:
        return {Pace.NORMAL: self.normal, Pace.URGENT: self.urgent, Pace.ORDINARY: self.ordinary}[pace]

    def checked(self) -> AnswerDays:
        """Itself; Invalid when a number makes no sense."""
        if not SHORTEST <= self.urgent <= LONGEST_URGENT:
            raise Invalid(f"急件填 {SHORTEST} 到 {LONGEST_URGENT} 天。", "urgent_days")
        if not self.urgent <= self.normal <= LONGEST:
            raise Invalid(f"一般件填 {self.urgent} 到 {LONGEST} 天，不短于急件。", "normal_days")
        if not self.normal <= self.ordinary <= LONGEST:
            raise Invalid(f"常件填 {self.normal} 到 {LONGEST} 天，不短于一般件。", "ordinary_days")
        return self


def answer_due_on(issued_on: date, days: int, calendar: Calendar) -> date:
    """The last day to answer: so many calendar days on, moved to a working day."""
    return calendar.next_workday(issued_on + timedelta(days=days))


# What is proposed

Matter = tuple[int, int]
"""Task id and unit id."""


@dataclass(frozen=True)
class Ladder:
    """From which lamp on a slip is proposed, and for how many days a matter that was settled or dropped rests."""

    starts_at: Colour = Colour.RED
    rest_days: int = 7


@dataclass(frozen=True)
class Lagging:
    """A unit that has to act on a task, with the lamp of the task and its sentence. ``is_important``: a leader has
    remarked on it."""

    task_id: int
    unit_id: int
    colour: Colour
    sentence: str
    is_important: bool = False

    @property
    def matter(self) -> Matter:
        return self.task_id, self.unit_id


@dataclass(frozen=True)
class Earlier:
    """The latest slip that a matter was sent. ``ended_on``: settled or escalated; ``why``: the office's words then."""

    slip_id: int
    task_id: int
    unit_id: int
    colour: SlipColour
    state: SlipState
    name: str = ""
    due_on: date | None = None
    ended_on: date | None = None
    why: str = ""

    @property
    def matter(self) -> Matter:
        return self.task_id, self.unit_id


@dataclass(frozen=True)
class Proposal:
    """A slip to be issued. ``follows_id``: the slip it comes after on the ladder."""

    task_id: int
    unit_id: int
    colour: SlipColour
    reason: str
    follows_id: int | None = None

    @property
    def matter(self) -> Matter:
        return self.task_id, self.unit_id


def propose(
    lagging: Iterable[Lagging],
    latest: Mapping[Matter, Earlier],
    dropped: Mapping[Matter, date],
    day: date,
    ladder: Ladder,
) -> list[Proposal]:
    """The slips to propose on ``day``, in the order of ``lagging``. ``latest``: the last slip that was sent about each
    matter; ``dropped``: the day on which a person last said no to one."""
    found = []
    for one in lagging:
        if one.colour.rank > ladder.starts_at.rank or _rests(dropped.get(one.matter), day, ladder):
            continue
        proposal = _proposal(one, latest.get(one.matter), day, ladder)
        if proposal is not None:
            found.append(proposal)
    return found


def _proposal(one: Lagging, earlier: Earlier | None, day: date, ladder: Ladder) -> Proposal | None:
    if earlier is None or _begins_anew(earlier, day, ladder):
        colour = SlipColour.YELLOW if one.is_important else SlipColour.BLUE
        words = "，列为重要事项，从黄色起" if one.is_important else ""
        return Proposal(one.task_id, one.unit_id, colour, f"{one.sentence}{words}")
    if earlier.state is SlipState.ISSUED and is_overdue(earlier.due_on, day):
        words = f"{earlier.colour.label}{earlier.name}逾期{_days(earlier.due_on, day)}天没有答复"
    elif earlier.state is SlipState.ESCALATED:
        words = f"{earlier.colour.label}{earlier.name}没有落实" + (f"（{earlier.why}）" if earlier.why else "")
    else:
        return None
    return Proposal(one.task_id, one.unit_id, earlier.colour.next, f"{words}；{one.sentence}", earlier.slip_id)


def _begins_anew(earlier: Earlier, day: date, ladder: Ladder) -> bool:
    return earlier.state is SlipState.SETTLED and not _rests(earlier.ended_on, day, ladder)


def _rests(since: date | None, day: date, ladder: Ladder) -> bool:
    return since is not None and day <= since + timedelta(days=ladder.rest_days)


def colours_allowed(before: SlipColour | None) -> list[SlipColour]:
    """What a slip may be: the first of a matter blue or, if it is important, yellow; one that follows, the next."""
    return [SlipColour.BLUE, SlipColour.YELLOW] if before is None else [before.next]


def is_overdue(due_on: date | None, day: date) -> bool:
    """Whether the last day to answer is over."""
    return due_on is not None and day > due_on


def _days(due_on: date | None, day: date) -> int:
    return (day - due_on).days if due_on else 0


# Words

UNIT, TASK, WHY = "单位", "任务", "原因"
NAMES = (UNIT, TASK, WHY)
"""What a pattern may name in braces; put in for every slip."""
USUAL_WORDS = "“{任务}”一项，{原因}。请抓紧办理，并书面答复：办理情况、没有按期推进的原因、下一步措施和完成时间。"
_NAMED = re.compile(r"\{([^{}\n]*)\}")


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """The pattern with its names put in. Invalid for a name that is none."""
    unknown = [name for name in _NAMED.findall(pattern) if name not in values]
    if unknown:
        raise Invalid(f"没有“{{{unknown[0]}}}”，能用的是{'、'.join(f'{{{name}}}' for name in NAMES)}。", "pattern")
    return _NAMED.sub(lambda found: values[found[1]], pattern)


# Numbers

LONGEST_PREFIX = 10


def check_prefix(prefix: str) -> str:
    """The sign of the office (机关代字) as it stands before 督. Invalid when it holds brackets, blanks or figures."""
    if len(prefix) > LONGEST_PREFIX or any(not sign.isalpha() for sign in prefix):
        raise Invalid(f"机关代字只写字，不写括号、数字，最多 {LONGEST_PREFIX} 个字，如“潜健”。", "prefix")
    return prefix


def doc_number(prefix: str, year: int, number: int, kind: str = "督") -> str:
    """潜健督〔2021〕5号; ``kind``: 整改 for a notice."""
    return f"{prefix}{kind}〔{year}〕{number}号"

"""How an indicator stands: the value of the whole out of its units', the lamp against the path, steps of a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from tracker.desks import Desk, Move
from tracker.errors import Stale
from tracker.indicators.definitions import CHANGES, Definition, Direction, Formula, Op
from tracker.indicators.figures import figure_words, with_measure
from tracker.indicators.path import Level, Years, begins_on, expected_on, period_label, periods_of, stops, year_of
from tracker.tasks.axes import Colour
from tracker.tasks.lamp import Lamp

BLUE_SHARE, YELLOW_SHARE = Decimal("0.05"), Decimal("0.10")
"""How far behind the path, as a share of what is to stand there, is still blue, still yellow. A share, as points of a
percentage, deaths per 100,000 and millions of people must be held to one measure."""
YELLOW_DAYS, RED_DAYS = 30, 90
"""Days after a period's end from which its value is missing, and long missing: figures of a year are counted in the
month after it, and stand in the statistics by the end of the next quarter."""
SHOWN_PLACES = 2


class ValueState(StrEnum):
    """State of a value (实际值)."""

    ENTERED = "entered"
    VERIFIED = "verified"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return {"entered": "待核定", "verified": "已核定", "returned": "已退回"}[self.value]


class ValueVerb(StrEnum):
    """What can be done with a value; a correction is another version."""

    VERIFY = "verify"
    RETURN = "return"

    @property
    def label(self) -> str:
        return {"verify": "核定", "return": "退回"}[self.value]


VALUE_TRANSITIONS: dict[tuple[ValueState, ValueVerb], Move[ValueState]] = {
    (ValueState.ENTERED, ValueVerb.VERIFY): Move(ValueState.VERIFIED, Desk.OFFICE),
    (ValueState.ENTERED, ValueVerb.RETURN): Move(ValueState.RETURNED, Desk.OFFICE),
}


def next_state(state: ValueState, verb: ValueVerb) -> ValueState:
    """Where a step leads. Stale when somebody took one before."""
    move = VALUE_TRANSITIONS.get((state, verb))
    if move is None:
        raise Stale(f"这个数刚才{state.label}，不用再办。请刷新页面。")
    return move.state


# The whole


@dataclass(frozen=True)
class Reading:
    """A unit's verified value of a period."""

    unit_id: int
    value: Decimal
    verified_at: datetime


@dataclass(frozen=True)
class Whole:
    """The value of the whole in a period. ``value`` None: nobody has one verified. n of N units have."""

    value: Decimal | None
    reported: int
    owing: int
    is_complete: bool


def whole(readings: Iterable[Reading], members: Iterable[int], formula: Formula) -> Whole:
    """The value of the whole from its members': their sum, their average, or the one verified last.

    Complete when all have reported; of `latest` one is enough. Who is no member any more counts no more.
    """
    owing = set(members)
    held = [one for one in readings if one.unit_id in owing]
    if not held:
        return Whole(None, 0, len(owing), False)
    is_complete = len(held) == len(owing) or formula is Formula.LATEST
    return Whole(_rolled_up(held, formula), len(held), len(owing), is_complete)


def _rolled_up(held: Sequence[Reading], formula: Formula) -> Decimal:
    if formula is Formula.LATEST:
        return max(held, key=lambda one: (one.verified_at, one.unit_id)).value
    total = sum((one.value for one in held), Decimal(0))
    return total if formula is Formula.SUM else total / len(held)


# The lamp


def shortfall(value: Decimal, level: Level, direction: Direction) -> Decimal:
    """How far a value is behind its level, 0 when it is not."""
    if level.op is Op.RANGE:
        return max(level.low - value, value - level.high, Decimal(0))
    if level.op is Op.EQUAL:
        behind = {Direction.UP: level.low - value, Direction.DOWN: value - level.low}
        return max(behind.get(direction, abs(value - level.low)), Decimal(0))
    is_most = level.op in (Op.AT_MOST, Op.DOWN_BY, Op.DOWN_POINTS)
    return max(value - level.high if is_most else level.low - value, Decimal(0))


def judged(definition: Definition, value: Decimal, level: Level | None, period_on: date) -> Lamp:
    """The lamp of a value of the whole against what is to stand there."""
    label = period_label(definition.every, period_on)
    if level is None:
        return Lamp(Colour.NONE, "已报", f"{label}{_said(definition, value)}，{_why_no_level(definition)}")
    asked = f"{label}应{_asked(definition, level)}，实际{_said(definition, value)}"
    behind = shortfall(value, level, definition.direction)
    if behind == 0:
        return Lamp(Colour.GREEN, "达标", asked)
    if definition.is_words:
        return Lamp(Colour.RED, "未达到", asked)
    word = f"落后{_distance(definition, behind)}"
    return Lamp(_colour(behind, level), word, f"{asked}，{word}")


def _colour(behind: Decimal, level: Level) -> Colour:
    base = abs(level.low)
    share = behind / base if base else Decimal(1)
    if share > YELLOW_SHARE:
        return Colour.RED
    return Colour.YELLOW if share > BLUE_SHARE else Colour.BLUE


def _distance(definition: Definition, behind: Decimal) -> str:
    if definition.measure == "%":
        return f"{figure_words(behind, SHOWN_PLACES)}个百分点"
    return with_measure(behind, definition.measure, SHOWN_PLACES)


def _said(definition: Definition, value: Decimal) -> str:
    return value_words(definition, value, SHOWN_PLACES)


def value_words(definition: Definition, value: Decimal, places: int = 6) -> str:
    """A value as it is read: 76.5%, or 达到 of an indicator without figures."""
    if definition.is_words:
        return "达到" if value >= 1 else "未达到"
    return with_measure(value, definition.measure, places)


def _asked(definition: Definition, level: Level) -> str:
    if definition.is_words:
        return "达到"
    low, high = (with_measure(end, definition.measure, SHOWN_PLACES) for end in (level.low, level.high))
    if level.op is Op.RANGE:
        return f"在{low}到{high}之间"
    if level.op is Op.EQUAL:
        return f"为{low}"
    return f"不高于{high}" if level.op in (Op.AT_MOST, Op.DOWN_BY, Op.DOWN_POINTS) else f"不低于{low}"


def _why_no_level(definition: Definition) -> str:
    if not definition.targets:
        return "没有写目标"
    if definition.baseline is None and any(target.op in CHANGES for target in definition.targets):
        return "没有基期值，算不出应达到多少"
    return "没有基期值，目标年前不比序时" if definition.baseline is None else "还没到基期"


def due_on(period_on: date) -> date:
    """The last day on which the value of a period is in time; from the next on it is missing (decision 0073)."""
    return period_on + timedelta(days=YELLOW_DAYS)


def missing(definition: Definition, last: date, found: Whole, as_of: date) -> Lamp | None:
    """The lamp of a period that ended on ``last`` and of which values are missing; None while there is time."""
    if found.is_complete or as_of <= due_on(last):
        return None
    days = (as_of - last).days
    word = "未报" if not found.reported else f"{found.owing - found.reported}家未报"
    colour = Colour.RED if days > RED_DAYS else Colour.YELLOW
    label = period_label(definition.every, last)
    return Lamp(colour, word, f"{label}已过{days}天，{found.reported}/{found.owing}家有核定的数")


def standing(
    definition: Definition, wholes: Mapping[date, Whole], years: Years, as_of: date, begun_on: date, owing: int
) -> Lamp:
    """How the indicator stands on a day: its last complete value against the path, or the value that is missing.

    ``begun_on``: the first day of following it up; of earlier periods nothing is missing. ``owing``: units today.
    """
    if not owing:
        return Lamp(Colour.NONE, "未定单位", "没有定责任单位，没有人报")
    done = [day for day, one in wholes.items() if one.is_complete and begins_on(definition.every, day) <= as_of]
    lamps = []
    if done:
        last, value = max(done), wholes[max(done)].value
        assert value is not None
        level = expected_on(stops(definition, years), min(last, as_of))
        lamps.append(judged(definition, value, level, last))
    ended = ended_periods(definition, years, begun_on, as_of)
    if ended:
        late = missing(definition, ended[-1], wholes.get(ended[-1], Whole(None, 0, owing, False)), as_of)
        lamps = [late, *lamps] if late else lamps
    return min(lamps, key=lambda one: one.colour.rank, default=Lamp(Colour.NONE, "未报", "还没有核定的数，没有到期"))


def asked_periods(definition: Definition, years: Years) -> list[date]:
    """The periods of which values are taken: from the year before the plan's first, to begin the line with, to the
    plan's last year or the last target's."""
    last = max([years.last, *(year_of(target, years) for target in definition.targets)])
    return list(periods_of(definition.every, years.first - 1, last))


def ended_periods(definition: Definition, years: Years, begun_on: date, as_of: date) -> list[date]:
    """Those that are over, but for what ended before the indicator was followed up: of these a value can be missing."""
    return [day for day in asked_periods(definition, years) if begun_on <= day < as_of]


def open_periods(definition: Definition, years: Years, today: date) -> list[date]:
    """Those that have begun: what can be entered."""
    return [day for day in asked_periods(definition, years) if begins_on(definition.every, day) <= today]

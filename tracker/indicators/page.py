"""What the pages of indicators show: the list by its filter, one indicator's table of units and periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.errors import Invalid
from tracker.indicators.chart import Chart, chart
from tracker.indicators.figures import figure_words
from tracker.indicators.path import Level, level_of, period_label, stops, year_of
from tracker.indicators.queries import Row
from tracker.indicators.rules import ValueState, value_words
from tracker.indicators.written import target_words
from tracker.permissions import Actor
from tracker.tasks.axes import Colour
from tracker.units.models import Unit
from tracker.web.intake import day as read_day

COLUMNS = 12
"""Periods shown beside one another; earlier ones are in the workbook."""
LAMPS = (Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN, Colour.NONE)


@dataclass(frozen=True)
class Filter:
    """What of the list is asked for; it stands in the address."""

    as_of: date
    lamp: Colour | None = None
    attribute: str = ""
    unit: int | None = None
    q: str = ""

    def arguments(self, today: date) -> dict[str, Any]:
        """As arguments of an address; what is as usual is left out."""
        found = {"lamp": self.lamp, "attribute": self.attribute, "unit": self.unit, "q": self.q}
        found["as_of"] = None if self.as_of == today else self.as_of.isoformat()
        return {name: value for name, value in found.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return any((self.lamp, self.attribute, self.unit, self.q))


def read_filter(arguments: Mapping[str, str], as_of: date, unit: int | None) -> Filter:
    """The filter of an address; what it does not know asks for everything."""
    lamp = next((one for one in Colour if one.value == arguments.get("lamp")), None)
    attribute = arguments.get("attribute", "").strip()[:60]
    return Filter(as_of, lamp, attribute, unit, arguments.get("q", "").strip()[:100])


def day_asked(written: str, today: date, first_on: date) -> date:
    """截至; Invalid for a day that cannot be asked."""
    if not written:
        return today
    try:
        day = read_day(written)
    except ValueError as error:
        raise Invalid("截至日期要写成 2021-10-26 的样子。", "as_of") from error
    if not first_on <= day <= today:
        raise Invalid(f"截至日期请选 {first_on} 到 {today} 之间的一天。", "as_of")
    return day


@dataclass(frozen=True)
class Listing:
    """The rows of the list, and what its filters offer. ``counts``: by lamp, of all but the lamp's own filter."""

    rows: list[Row]
    counts: Counter[Colour]
    attributes: list[tuple[str, str]]
    units: list[tuple[int, str]]


def listing(rows: Sequence[Row], wanted: Filter) -> Listing:
    rest = [row for row in rows if _fits(row, wanted)]
    units = {unit.id: unit.name for row in rows for unit in row.named}
    return Listing(
        rows=[row for row in rest if wanted.lamp in (None, row.lamp.colour)],
        counts=Counter(row.lamp.colour for row in rest),
        attributes=[(one, one) for one in sorted({row.definition.attribute for row in rows} - {""})],
        units=list(units.items()),
    )


def _fits(row: Row, wanted: Filter) -> bool:
    by_unit = wanted.unit is None or wanted.unit in {unit.id for unit in (*row.named, *row.members)}
    by_words = wanted.q in row.definition.title
    return by_unit and by_words and wanted.attribute in ("", row.definition.attribute)


def level_words(row: Row, level: Level | None) -> str:
    """What is to stand there: 50.2%, 5%～7%, 达到, –."""
    if level is None:
        return "–"
    words = value_words(row.definition, level.high, 2)
    return words if level.low == level.high else f"{figure_words(level.low, 2)}～{words}"


def next_target(row: Row) -> str:
    """The target ahead as it was written: 2025年 ≥60%."""
    ahead = sorted(row.definition.targets, key=lambda one: year_of(one, row.years))
    coming = [one for one in ahead if year_of(one, row.years) >= row.as_of.year] or ahead[-1:]
    return f"{year_of(coming[0], row.years)}年 {target_words(coming[0])}" if coming else "–"


def latest_words(row: Row) -> tuple[str, str]:
    """(period, value of the whole) of the last period that has one."""
    if row.latest is None:
        return "", "–"
    day, found = row.latest
    assert found.value is not None
    return period_label(row.definition.every, day), value_words(row.definition, found.value, 2)


def asked_now(row: Row) -> str:
    """What is to stand at the last period that has a value, else today: 序时应达."""
    day = row.latest[0] if row.latest else row.as_of
    return level_words(row, row.expected(min(day, row.as_of)))


def reported_words(row: Row) -> str:
    """n/N of the last period of which anybody has reported."""
    found = row.wholes[max(row.wholes)].reported if row.wholes else 0
    return f"{found}/{len(row.members)}"


def baseline_words(row: Row) -> str:
    one = row.definition
    if one.baseline is None:
        return one.baseline_raw or "–"
    return value_words(one, one.baseline) if not one.is_words else one.baseline_raw or "–"


@dataclass(frozen=True)
class TargetLine:
    """A target on the page: its year, its words, and what that makes where it says a change."""

    year: str
    words: str
    makes: str


def target_lines(row: Row) -> list[TargetLine]:
    found = []
    for target in sorted(row.definition.targets, key=lambda one: year_of(one, row.years)):
        level = level_of(target, row.definition.baseline)
        is_change = target.value is not None and (level is None or level.low != target.value)
        makes = "" if not is_change else "缺基期值，算不出" if level is None else f"即 {level_words(row, level)}"
        if target_words(target) != target.raw and target.raw:
            makes = f"{makes}　原文：{target.raw}".strip()
        year = f"{year_of(target, row.years)}年" + ("" if target.year else "（未写，按方案末年）")
        found.append(TargetLine(year, target_words(target), makes))
    return found


@dataclass(frozen=True)
class Cell:
    """What a unit says of a period. ``words``: what counts, else what was entered last."""

    words: str = ""
    state: ValueState | None = None


@dataclass(frozen=True)
class One:
    """The page of an indicator."""

    chart: Chart | None
    columns: list[tuple[date, str]]
    asked: list[str]
    totals: list[str]
    lines: list[tuple[Unit, list[Cell]]]
    hidden: int
    """Units whose figures the viewer may not read."""


def one_page(row: Row, actor: Actor) -> One:
    days = [day for day in row.periods if day >= _first_shown(row)][-COLUMNS:]
    readable = [unit for unit in row.members if row.readable(actor, unit.id)]
    values = {day: found.value for day, found in row.wholes.items() if found.value is not None and found.is_complete}
    return One(
        chart=chart(row.definition, stops(row.definition, row.years), values),
        columns=[(day, period_label(row.definition.every, day)) for day in days],
        asked=[level_words(row, row.expected(min(day, row.as_of))) for day in days],
        totals=[_total(row, day) for day in days],
        lines=[(unit, [_cell(row, unit, day) for day in days]) for unit in readable],
        hidden=len(row.members) - len(readable),
    )


def _first_shown(row: Row) -> date:
    """The first period with a figure, but no later than the one in which following it up began."""
    reported = {day for _, day in row.versions}
    begun = [day for day in row.periods if day >= row.indicator.from_on]
    return min(reported | set(begun[:1]), default=date.min)


def _total(row: Row, day: date) -> str:
    found = row.wholes.get(day)
    if found is None or found.value is None:
        return "–"
    words = value_words(row.definition, found.value, 2)
    return words if found.is_complete else f"{words}（{found.reported}/{found.owing}）"


def _cell(row: Row, unit: Unit, day: date) -> Cell:
    held, last = row.in_force((unit.id, day)), row.last((unit.id, day))
    if last is None:
        return Cell()
    state = row.state_of(last)
    shown = held or last
    return Cell(value_words(row.definition, shown.value), state)

"""The picture of an indicator in plain figures: the path to the targets and the values, placed for an SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tracker.indicators.definitions import Definition
from tracker.indicators.figures import figure_words
from tracker.indicators.path import Stop, period_label
from tracker.indicators.rules import value_words
from tracker.plans.cadence import Every

WIDTH, HEIGHT = 480, 214
LEFT, RIGHT, TOP, BASE = 50, 32, 20, 180
LINES = 3
PLACES = 2
LABEL_GAP = 46
"""Least distance in px between two labels under the axis."""
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Mark:
    """A place of the picture with its words; ``y`` is where the point lies, ``label_y`` where the words stand."""

    x: float
    y: float
    words: str
    label_y: float


@dataclass(frozen=True)
class Chart:
    """What the template draws. ``lines``: (y, words) of the axis and the grid; ``bounds``: the dashed lines, two for a
    range; ``numbers``: the rows of 看数字."""

    lines: list[tuple[float, str]]
    bounds: list[str]
    actual: str
    targets: list[Mark]
    values: list[Mark]
    years: list[tuple[float, str]]
    numbers: list[tuple[str, str, str]]

    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = BASE


def chart(definition: Definition, path: Sequence[Stop], values: Mapping[date, Decimal]) -> Chart | None:
    """The picture of the path and the values of the whole; None where there is neither."""
    days = sorted({*(stop.on for stop in path), *values})
    if not days:
        return None
    x = Across(days[0], days[-1])
    highest = max([*values.values(), *(stop.level.high for stop in path)])
    step = nice_step(highest)
    y = Up(step * LINES)
    return Chart(
        lines=[(y(step * n), figure_words(step * n, PLACES)) for n in range(LINES + 1)],
        bounds=_bounds(path, x, y),
        actual=_line((x(day), y(value)) for day, value in sorted(values.items())),
        targets=[_target(stop, definition, values, x, y) for stop in path],
        values=_spaced([_value(day, value, definition, path, x, y) for day, value in sorted(values.items())]),
        years=_years(definition, days, x),
        numbers=_numbers(definition, path, values),
    )


def nice_step(highest: Decimal) -> Decimal:
    """The step of an axis with three lines above 0 that holds the highest figure."""
    least = highest / LINES
    if least <= 0:
        return Decimal(1)
    size = Decimal(10) ** least.adjusted()
    return next(one * size for one in _STEPS if one * size >= least)


class Across:
    """Days to px, in proportion; a single day stands in the middle."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.days = first, (last - first).days

    def __call__(self, day: date) -> float:
        room = WIDTH - LEFT - RIGHT - 24
        share = (day - self.first).days / self.days if self.days else 0.5
        return round(LEFT + 24 + room * share, 1)


class Up:
    """Figures to px; what is below 0 stands on the axis."""

    def __init__(self, top: Decimal) -> None:
        self.top = top

    def __call__(self, value: Decimal) -> float:
        return round(BASE - (BASE - TOP) * float(max(value, Decimal(0)) / self.top), 1)


def _line(places: Iterable[tuple[float, float]]) -> str:
    return "".join(f"{'L' if n else 'M'}{x} {y}" for n, (x, y) in enumerate(places))


def _bounds(path: Sequence[Stop], x: Across, y: Up) -> list[str]:
    low = _line((x(stop.on), y(stop.level.low)) for stop in path)
    high = _line((x(stop.on), y(stop.level.high)) for stop in path)
    return list(dict.fromkeys((low, high))) if len(path) > 1 else []


def _target(stop: Stop, definition: Definition, values: Mapping[date, Decimal], x: Across, y: Up) -> Mark:
    """The figure of a stop stands away from the value of the same day."""
    place, value = y(stop.level.high), values.get(stop.on)
    is_below = value is not None and value > stop.level.high
    words = value_words(definition, stop.level.high, PLACES)
    if stop.level.low != stop.level.high:
        words = f"{figure_words(stop.level.low, PLACES)}～{words}"
    return Mark(x(stop.on), place, words, _beside(place, is_below))


def _spaced(marks: Sequence[Mark]) -> list[Mark]:
    """The words of a mark too near to a later one are left to 看数字."""
    found: list[Mark] = []
    for mark in reversed(marks):
        is_near = next((True for later in found if later.words and later.x - mark.x < LABEL_GAP), False)
        found.append(replace(mark, words="") if is_near else mark)
    return found[::-1]


def _value(day: date, value: Decimal, definition: Definition, path: Sequence[Stop], x: Across, y: Up) -> Mark:
    stop = next((stop for stop in path if stop.on == day), None)
    is_below = value <= stop.level.high if stop else False
    return Mark(x(day), y(value), value_words(definition, value, PLACES), _beside(y(value), is_below))


def _beside(place: float, is_below: bool) -> float:
    """Above the point, or below it; never over the axis' words."""
    return round(min(place + 16, BASE - 4) if is_below else max(place - 8, TOP - 6), 1)


def _years(definition: Definition, days: Sequence[date], x: Across) -> list[tuple[float, str]]:
    """2021 or 2021-06 under the axis, as many as there is room for, the last always."""
    found: list[tuple[float, str]] = []
    for day in reversed(days):
        place = x(day)
        if not found or found[-1][0] - place >= LABEL_GAP:
            found.append((place, str(day.year) if definition.every is Every.YEAR else f"{day:%Y-%m}"))
    return found[::-1]


def _numbers(
    definition: Definition, path: Sequence[Stop], values: Mapping[date, Decimal]
) -> list[tuple[str, str, str]]:
    by_day = {stop.on: stop for stop in path}
    rows = []
    for day in sorted({*by_day, *values}):
        stop = by_day.get(day)
        asked = value_words(definition, stop.level.high, PLACES) if stop else "–"
        if stop and stop.level.low != stop.level.high:
            asked = f"{figure_words(stop.level.low, PLACES)}～{asked}"
        label = period_label(definition.every, day)
        rows.append((label, asked, value_words(definition, values[day]) if day in values else "–"))
    return rows

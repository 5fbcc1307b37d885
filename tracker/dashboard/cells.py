"""Units × periods: each cell n/N, its weight of what is missing, the totals, townships folded. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.dashboard.units import UnitName
from tracker.obligations.rates import Share
from tracker.units.rules import UnitKind


@dataclass(frozen=True)
class Cell:
    """One unit's period reports of one period. ``late``: received, not signed in time (迟n); ``submitted`` and
    ``returned`` count versions."""

    due: int = 0
    received: int = 0
    on_time: int = 0
    late: int = 0
    submitted: int = 0
    returned: int = 0

    def __add__(self, other: Cell) -> Cell:
        return Cell(*(mine + theirs for mine, theirs in zip(_values(self), _values(other), strict=True)))

    @property
    def reported(self) -> Share:
        return Share(self.received, self.due)

    @property
    def in_time(self) -> Share:
        return Share(self.on_time, self.due)

    @property
    def sent_back(self) -> Share:
        return Share(self.returned, self.submitted)


def _values(cell: Cell) -> tuple[int, ...]:
    return cell.due, cell.received, cell.on_time, cell.late, cell.submitted, cell.returned


NOTHING = Cell()


class Measure(StrEnum):
    """What the figures of the grid say (报送率, 及时率, 退回率)."""

    REPORTED = "reported"
    ON_TIME = "on_time"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return {Measure.REPORTED: "报送", Measure.ON_TIME: "及时", Measure.RETURNED: "退回"}[self]

    def of(self, cell: Cell) -> Share:
        return _SHARES[self](cell)


_SHARES: dict[Measure, Callable[[Cell], Share]] = {
    Measure.REPORTED: lambda cell: cell.reported,
    Measure.ON_TIME: lambda cell: cell.in_time,
    Measure.RETURNED: lambda cell: cell.sent_back,
}


def tone(cell: Cell, measure: Measure) -> str:
    """How heavy a cell looks (screens.md, picture 08): "" all on time, "late", "some" under a third missing, "third" a
    third or more, "all"; "none" where nothing was due."""
    share = measure.of(cell)
    if not share.of:
        return "none"
    if measure is Measure.RETURNED:
        return "late" if share.n else ""
    missing = share.of - share.n
    if not missing:
        return "late" if measure is Measure.REPORTED and cell.late else ""
    if missing == share.of:
        return "all"
    return "third" if 3 * missing >= share.of else "some"


@dataclass(frozen=True)
class GridRow:
    """A line of the grid: a unit, a fold of units, or the total (``unit`` None). ``cells``: period id -> Cell."""

    name: str
    cells: Mapping[int, Cell]
    unit: UnitName | None = None
    members: tuple[GridRow, ...] = ()

    @property
    def total(self) -> Cell:
        return sum(self.cells.values(), NOTHING)

    def cell(self, period_id: int) -> Cell:
        return self.cells.get(period_id, NOTHING)


@dataclass(frozen=True)
class Grid:
    """The whole: the total, then its rows, the lowest rate first, townships folded into one."""

    total: GridRow
    rows: list[GridRow]

    @property
    def units(self) -> int:
        return sum(len(row.members) or 1 for row in self.rows)


TOWNSHIPS = "各区镇街道"


def grid(cells: Mapping[UnitName, Mapping[int, Cell]], measure: Measure) -> Grid:
    """The grid of these cells; two townships or more stand folded in a row of their own."""
    rows = [GridRow(unit.name, of_unit, unit) for unit, of_unit in cells.items()]
    towns = [row for row in rows if row.unit and row.unit.kind is UnitKind.TOWNSHIP]
    others = [row for row in rows if row not in towns] if len(towns) > 1 else rows
    folded = [GridRow(TOWNSHIPS, _sum(towns), None, tuple(_ordered(towns, measure)))] if len(towns) > 1 else []
    return Grid(GridRow("", _sum(rows)), _ordered([*others, *folded], measure))


def _sum(rows: Sequence[GridRow]) -> dict[int, Cell]:
    periods = {period_id for row in rows for period_id in row.cells}
    return {period_id: sum((row.cell(period_id) for row in rows), NOTHING) for period_id in periods}


def _ordered(rows: Sequence[GridRow], measure: Measure) -> list[GridRow]:
    """The worst first: by the rate shown, then by 及时率, then by name; a unit that owed nothing last."""

    def rank(row: GridRow) -> tuple[float, float, str]:
        share = measure.of(row.total)
        worst = _part(share) if measure is not Measure.RETURNED else 1 - _part(share, 0)
        return worst, _part(row.total.in_time), row.unit.sort_key if row.unit else row.name

    return sorted(rows, key=rank)


def _part(share: Share, of_nothing: float = 2) -> float:
    return share.n / share.of if share.of else of_nothing

"""The grid of a task: units × periods, groups folded, each cell with its lamp (screens.md, Task)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.desks import Desk
from tracker.ledger.facts import TaskFacts
from tracker.ledger.rules import Owed, is_pending
from tracker.obligations.periods import PeriodSpan
from tracker.obligations.rules import Kind
from tracker.progress.facts import report_standing
from tracker.progress.rules import ReportState, first_signed_on, state_on
from tracker.tasks.axes import Colour, ReportStanding
from tracker.tasks.lamp import report_lamp
from tracker.tasks.roles import Role


@dataclass(frozen=True)
class Column:
    """A period: opened, or only planned (``is_future``)."""

    label: str
    due_on: date
    nominal_due_on: date
    is_current: bool = False
    is_future: bool = False


@dataclass(frozen=True)
class Cell:
    """How one report stands, or several of a group together. ``obligation_id`` None: nothing to open."""

    colour: Colour
    word: str
    sentence: str
    obligation_id: int | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Line:
    """A unit, a group, or the rest of a group. ``cells``: one per column, None where nothing was owed.

    ``owing``: the obligations that can be reminded; ``waits_office``: one lies with the office.
    """

    name: str
    role: str
    level: int
    signed: str
    cells: tuple[Cell | None, ...]
    owing: tuple[int, ...] = ()
    waits_office: bool = False


def columns(found: TaskFacts, planned: Iterable[PeriodSpan], as_of: date) -> list[Column]:
    """The periods of the year, or of the last one for which the task owes a report: opened by the day, then to come."""
    opened = [period for period in found.plan.periods if period.opens_on <= as_of]
    shown = [
        Column(period.name, period.due_on, period.nominal_due_on, period is found.plan.current) for period in opened
    ]
    last = max((column.nominal_due_on for column in shown), default=date.min)
    coming = [
        Column(span.label(), span.due_on, span.nominal_due_on, is_future=True)
        for span in planned
        if span.nominal_due_on > last
    ]
    last_year = max((one.key_on.year for one in found.owed if one.kind is Kind.PERIOD), default=as_of.year)
    year = min(as_of.year, last_year)
    return [column for column in (*shown, *coming) if column.nominal_due_on.year == year]


def lines(
    found: TaskFacts,
    shown: Sequence[Column],
    groups: Mapping[int, str],
    signed_on: Mapping[int, date],
    as_of: date,
) -> list[Line]:
    """Units by name first, leads before partners; then each group with its members in arrears and the rest as one.

    ``groups``: id -> name; ``signed_on``: unit id -> the day it signed for the task (签收).
    """
    units: dict[tuple[int | None, int], list[Owed]] = {}
    for one in sorted(found.owed, key=lambda o: (o.role.rank, o.via_group_id is not None, o.obligation_id)):
        if one.kind is Kind.PERIOD:
            units.setdefault((one.via_group_id, one.unit_id), []).append(one)
    alone = [_unit(owed, shown, signed_on, as_of) for (group, _), owed in units.items() if group is None]
    for group_id, name in groups.items():
        members = [owed for (group, _), owed in units.items() if group == group_id]
        if members:
            alone += _group(name, members, shown, signed_on, as_of)
    return alone


def _unit(owed: list[Owed], shown: Sequence[Column], signed_on: Mapping[int, date], as_of: date) -> Line:
    by_day = {one.key_on: one for one in owed}
    mine = [by_day.get(column.nominal_due_on) for column in shown]
    signed = signed_on.get(owed[0].unit_id)
    return Line(
        name=owed[0].unit,
        role=owed[-1].role.label,
        level=0,
        signed=f"{signed:%m-%d}" if signed else "–",
        cells=tuple(None if one is None else _cell(one, as_of) for one in mine),
        owing=tuple(one.obligation_id for one in owed if _is_owing(one, as_of)),
        waits_office=any(state_on(one.versions, one.due_on, as_of).desk is Desk.OFFICE for one in owed),
    )


def _cell(one: Owed, as_of: date) -> Cell:
    standing = report_standing(one.versions, one.due_on, as_of)
    signed = [version for version in one.versions if version.signed_on is not None and version.signed_on <= as_of]
    axis = report_lamp(standing, one.due_on, first_signed_on(signed), as_of)
    figure = one.figure_on(as_of)
    word, colour = axis.word, axis.colour
    if one.role is Role.LEAD and figure is not None and figure.days.percent is not None:
        word = f"{figure.days.percent}%" if word == "按时" else f"{figure.days.percent}% {word}"
    if figure is not None and is_pending(figure, as_of):
        word, colour = f"{word} 待审", Colour.BLUE if colour is Colour.GREEN else colour
    elif state_on(one.versions, one.due_on, as_of).state is ReportState.RETURNED:
        word = f"{word} 已退回"
    is_late = standing is ReportStanding.MISSING and one.due_on < as_of
    return Cell(colour, word, axis.sentence, one.obligation_id, is_late)


def _is_owing(one: Owed, as_of: date) -> bool:
    return one.due_on < as_of and not one.is_closed and not state_on(one.versions, one.due_on, as_of).received


def _group(
    name: str, members: list[list[Owed]], shown: Sequence[Column], signed_on: Mapping[int, date], as_of: date
) -> list[Line]:
    every = [_unit(owed, shown, signed_on, as_of) for owed in members]
    late = [replace(line, level=1) for line in every if line.owing]
    rest = [line for line in every if not line.owing]
    found = [_folded(f"{name}　{len(every)}家", 0, every), *late]
    if rest and late:
        found.append(_folded(f"其余{len(rest)}家", 1, rest))
    return found


def _folded(name: str, level: int, members: Sequence[Line]) -> Line:
    signed = sum(line.signed != "–" for line in members)
    return Line(
        name=name,
        role=members[0].role if level == 0 else "",
        level=level,
        signed=f"{signed}/{len(members)}",
        cells=tuple(_together(cells) for cells in zip(*(line.cells for line in members), strict=True)),
        owing=tuple(one for line in members for one in line.owing) if level == 0 else (),
    )


def _together(cells: Sequence[Cell | None]) -> Cell | None:
    """18/22 未报4; the colour of the worst."""
    owed = [cell for cell in cells if cell is not None]
    if not owed:
        return None
    worst = min(owed, key=lambda cell: cell.colour.rank)
    missing = sum(cell.is_late for cell in owed)
    come = sum(cell.colour is not Colour.NONE and not cell.is_late for cell in owed)
    late = sum(cell.word.startswith("迟") for cell in owed)
    notes = [f"未报{missing}"] if missing else [f"迟{late}"] if late else []
    word = " ".join([f"{come}/{len(owed)}", *notes])
    return Cell(worst.colour, word, f"{len(owed)}家，已报{come}家", is_late=bool(missing))

"""How each unit stands in a period: counts by state, its lamp, who must act. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from tracker.desks import Desk
from tracker.obligations.rates import Share
from tracker.progress.rules import ReportState
from tracker.tasks.axes import Colour, ReportFact, ReportStanding, Thresholds
from tracker.tasks.lamp import Lamp, unit_lamp
from tracker.tasks.roles import Role
from tracker.units.rules import UnitKind
from tracker.workdays import ONE_DAY


@dataclass(frozen=True)
class Counts:
    """A unit's period reports by state: 未填 has no state. ``received``: signed by the day and not returned."""

    by_state: Mapping[ReportState | None, int]
    received: int

    @property
    def due(self) -> int:
        return sum(self.by_state.values())

    @property
    def share(self) -> Share:
        return Share(self.received, self.due)

    @property
    def unsent(self) -> int:
        """欠报: not written, or a draft."""
        return self.of(None) + self.of(ReportState.DRAFT)

    @property
    def returned(self) -> int:
        return self.of(ReportState.RETURNED)

    @property
    def submitted(self) -> int:
        return self.of(ReportState.SUBMITTED)

    @property
    def signed(self) -> int:
        return self.of(ReportState.SIGNED)

    @property
    def written(self) -> int:
        """已填: everything but what is empty or has come back."""
        return self.due - self.of(None) - self.returned

    @property
    def desk(self) -> Desk | None:
        """Who must act first; None when all is accepted."""
        if self.unsent or self.returned:
            return Desk.REPORTER
        if self.submitted:
            return Desk.HEAD
        return Desk.OFFICE if self.signed else None

    def of(self, state: ReportState | None) -> int:
        return self.by_state.get(state, 0)


def total(all_counts: Iterable[Counts]) -> Counts:
    """The counts of all units together."""
    by_state: dict[ReportState | None, int] = defaultdict(int)
    received = 0
    for counts in all_counts:
        received += counts.received
        for state, n in counts.by_state.items():
            by_state[state] += n
    return Counts(by_state, received)


class UnitName(NamedTuple):
    """A unit as lists name and order it."""

    id: int
    name: str
    kind: UnitKind
    sort_key: str


@dataclass(frozen=True)
class Gap:
    """A period report past its due day and not received. ``turn``: its place among all that the unit owed for the task
    by then, so that two gaps are running when their turns are."""

    fact: ReportFact
    turn: int


@dataclass(frozen=True)
class UnitRow:
    """A unit in the period shown."""

    unit: UnitName
    counts: Counts
    lamp: Lamp
    is_running: bool
    """连续两期欠报: for one task in two periods running."""

    @property
    def is_late(self) -> bool:
        """欠报: past a due day without a report."""
        return self.lamp.colour in (Colour.RED, Colour.YELLOW)


def unit_rows(
    counts: Mapping[UnitName, Counts], gaps: Iterable[Gap], due_on: date, as_of: date, thresholds: Thresholds
) -> list[UnitRow]:
    """Every unit that owes in the period due on ``due_on``: the worst lamp first, then who owes most."""
    of_unit: dict[int, list[Gap]] = defaultdict(list)
    for gap in gaps:
        of_unit[gap.fact.unit_id].append(gap)
    rows = []
    for unit, found in counts.items():
        mine = of_unit[unit.id]
        facts = [*with_fillers(mine), *_rest(unit, found, due_on, as_of)]
        rows.append(UnitRow(unit, found, unit_lamp(facts, as_of, thresholds), runs(mine)))
    return sorted(rows, key=_worst_first)


def with_fillers(gaps: Iterable[Gap]) -> list[ReportFact]:
    """The gaps with one received report wherever something received lay between two of one task: what is past and
    received is not read, and tells the lamp no more than that a run of missing ones was broken."""
    by_task: dict[tuple[int, int], list[Gap]] = defaultdict(list)
    for gap in sorted(gaps, key=lambda gap: gap.turn):
        by_task[gap.fact.task_id, gap.fact.unit_id].append(gap)
    facts = []
    for course in by_task.values():
        facts += [gap.fact for gap in course]
        facts += [_filler(gap.fact) for gap, after in pairwise(course) if after.turn > gap.turn + 1]
    return facts


def _filler(fact: ReportFact) -> ReportFact:
    return replace(fact, due_on=fact.due_on + ONE_DAY, standing=ReportStanding.RECEIVED)


def _rest(unit: UnitName, counts: Counts, due_on: date, as_of: date) -> list[ReportFact]:
    """The reports of the period shown that are no gaps: received ones, and before the due day all that are awaited."""
    made = ReportFact(0, unit.id, unit.name, Role.LEAD, "", due_on, ReportStanding.RECEIVED)
    waiting = 0 if due_on < as_of else counts.due - counts.received
    return [made] * counts.received + [replace(made, standing=ReportStanding.MISSING)] * waiting


def runs(gaps: Iterable[Gap]) -> bool:
    """Whether one task was missed in two periods running; what waits for a signature was not missed."""
    missed = {
        (gap.fact.task_id, gap.fact.unit_id, gap.turn) for gap in gaps if gap.fact.standing is ReportStanding.MISSING
    }
    return any((task_id, unit_id, turn + 1) in missed for task_id, unit_id, turn in missed)


def _worst_first(row: UnitRow) -> tuple[int, int, int, int, str]:
    owed = row.counts.unsent + row.counts.returned
    return row.lamp.colour.rank, -row.is_running, -owed, -row.counts.submitted, row.unit.sort_key

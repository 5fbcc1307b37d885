"""The list of items across a plan's inspections (整改台账): its conditions, its rows in their order, its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.permissions import Actor, Role
from tracker.plans.models import Plan
from tracker.supervision.inspection_queries import ItemRow, items_on, subject_of_item
from tracker.supervision.inspection_rules import RectificationState, Tally, tally


@dataclass(frozen=True)
class ItemFilter:
    """The conditions of the list (整改台账); empty: any that counts. ``overdue``: owed though the limit is over;
    ``waits_for``: the id of the person who is to decide about it, as in `waits_for`."""

    as_of: date
    state: RectificationState | None = None
    unit: int | None = None
    inspection: int | None = None
    overdue: bool = False
    waits_for: int | None = None
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self != ItemFilter(self.as_of)

    def keeps(self, row: ItemRow) -> bool:
        """Whether a row meets the conditions besides the state, which is counted whichever is asked for."""
        item = row.item
        texts = (item.finding, item.asked, item.unit.name, item.inspection.title, item.task.text if item.task else "")
        return (
            self.unit in (None, item.unit_id)
            and self.inspection in (None, item.inspection_id)
            and (not self.words or any(self.words in text for text in texts))
        )

    def keeps_state(self, row: ItemRow) -> bool:
        if self.waits_for is not None:
            return is_waiting(row, self.waits_for)
        if self.overdue:
            return row.stand.days_over(self.as_of) > 0
        return row.stand.state is self.state if self.state else not row.stand.is_withdrawn


def is_waiting(row: ItemRow, person_id: int) -> bool:
    """The same as `waits_for` of a row."""
    writers = subject_of_item(row.item).writer_ids
    return row.stand.state is RectificationState.REPORTED and person_id not in writers


@dataclass(frozen=True)
class FoundItems:
    """The rows that meet all conditions; counts by state, of overdue ones and of those that wait for the viewer,
    whichever state is asked for; the units and inspections that the list can be narrowed to."""

    rows: Sequence[ItemRow]
    counts: Counter[RectificationState]
    tally: Tally
    waiting: int
    units: Sequence[tuple[int, str]]
    inspections: Sequence[tuple[int, str]]


def find_items(plan: Plan, actor: Actor, wanted: ItemFilter) -> FoundItems:
    """What is overdue first, the longest ahead; then what waits for the office, what is owed, what is done."""
    everything = items_on(plan, actor, wanted.as_of)
    kept = [row for row in everything if wanted.keeps(row)]
    return FoundItems(
        sorted((row for row in kept if wanted.keeps_state(row)), key=lambda row: _turn(row, wanted.as_of)),
        Counter(row.stand.state for row in kept),
        tally((row.stand for row in kept), wanted.as_of),
        sum(is_waiting(row, actor.person_id) for row in kept) if actor.role is Role.OFFICE else 0,
        sorted({row.item.unit_id: row.item.unit.name for row in everything}.items(), key=lambda one: one[1]),
        list({row.item.inspection_id: row.item.inspection.title for row in everything}.items()),
    )


def _turn(row: ItemRow, day: date) -> tuple[int, date, int, int]:
    order = (
        0
        if row.stand.days_over(day)
        else {RectificationState.REPORTED: 1, RectificationState.SETTLED: 3}.get(row.stand.state, 2)
    )
    return order, row.stand.due_on, row.item.inspection_id, row.item.number or 0

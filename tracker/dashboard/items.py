"""The items a home page lists: lamp, text, who is awaited and why; and how many stand at each colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tracker.dashboard.asked import Asked
from tracker.dashboard.queries import AT_MOST, kept, kept_counts, tasks_on
from tracker.desks import Desk
from tracker.ledger.concerned import leads_behind
from tracker.ledger.models import Standing
from tracker.ledger.standing import TaskStanding, standings
from tracker.tasks.axes import Colour
from tracker.tasks.models import Task


@dataclass(frozen=True)
class Item:
    """A task with its lamp. ``awaited``: the leads that must act, all of them when none is behind with a report.

    ``concerned``: ids of the units it is about. ``obligation_ids``: what units can be urged to do now.
    """

    task_id: int
    no: str
    text: str
    colour: Colour
    word: str
    sentence: str
    awaited: tuple[str, ...]
    concerned: frozenset[int]
    obligation_ids: tuple[int, ...]

    @property
    def reason(self) -> str:
        """The sentence, without the name that stands before it."""
        return self.sentence.removeprefix(self.awaited[0]) if len(self.awaited) == 1 else self.sentence


@dataclass(frozen=True)
class Board:
    """The items of the colours asked for, the worst first, and the counts of all colours."""

    items: list[Item]
    lamps: Mapping[Colour, int]

    @property
    def tasks(self) -> int:
        return sum(self.lamps.values())

    def of(self, colour: str) -> list[Item]:
        return [one for one in self.items if one.colour == colour]


def board(plan_id: int, asked: Asked, colours: Sequence[Colour], *conditions: sa.ColumnElement[bool]) -> Board:
    """The plan's items on the day asked for; ``conditions`` on Task narrow the items, not the counts.

    Today's come from the answers that are kept; any other day is worked out, and so is a today on which the kept ones
    have not been worked out yet.
    """
    counts = kept_counts(plan_id, asked.today) if asked.is_today else None
    if counts is None:
        return _worked_out(plan_id, asked, colours, conditions)
    found = kept(plan_id, colours, conditions)
    return Board([item(standing.task, standing) for standing in found], _all_colours(counts))


def _worked_out(
    plan_id: int, asked: Asked, colours: Sequence[Colour], conditions: Sequence[sa.ColumnElement[bool]]
) -> Board:
    tasks = tasks_on(plan_id, asked.as_of, conditions)
    found = standings([task.id for task in tasks], asked.as_of, ahead=False)
    shown = [task for task in tasks if found[task.id].colour in colours]
    shown.sort(key=lambda task: -found[task.id].severity)
    counts = Counter(standing.colour for standing in found.values())
    return Board([item(task, found[task.id]) for task in shown[:AT_MOST]], _all_colours(counts))


def _all_colours(counts: Mapping[Colour, int]) -> dict[Colour, int]:
    return {colour: counts.get(colour, 0) for colour in Colour}


def item(task: Task, standing: Standing | TaskStanding) -> Item:
    """The item of a task as it stands; what lies at the office waits for no unit.

    A lamp that a report turned is about the units that owe it, any other about the leads.
    """
    waiting = [one for one in standing.waiting if one["desk"] != Desk.OFFICE.value]
    behind = leads_behind(standing)
    return Item(
        task.id,
        task.no or str(task.position),
        task.text,
        standing.colour,
        standing.word,
        standing.sentence,
        _units(behind or standing.figures),
        frozenset(one["unit_id"] for one in (waiting if behind else standing.figures)),
        tuple(one["obligation_id"] for one in waiting if one["obligation_id"] is not None),
    )


def _units(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["unit"] for row in rows))

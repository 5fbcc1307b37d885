"""Lamps of tasks for the pages of this room: the ledger stands above and knows them; registry.py says who is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from tracker.tasks.axes import LampFacts
from tracker.tasks.lamp import Lamp


@dataclass(frozen=True)
class Knower:
    """Who knows where tasks stand. ``lamps``: task id -> its lamp today; ``facts``: of one task on a day."""

    lamps: Callable[[Collection[int], date], dict[int, Lamp]]
    facts: Callable[[int, date], LampFacts]


knower: list[Knower] = []
"""One; filled by registry.py from above."""


def lamps_of(task_ids: Collection[int], today: date) -> dict[int, Lamp]:
    """Task id -> its lamp today."""
    return knower[0].lamps(task_ids, today)


def facts_of(task_id: int, today: date) -> LampFacts:
    """What the lamp of the task is worked out from."""
    return knower[0].facts(task_id, today)

"""The items a home page lists: lamp, text, who is awaited and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tracker.ledger.models import Standing
from tracker.progress.rules import Desk
from tracker.tasks.axes import Colour
from tracker.tasks.models import Task


@dataclass(frozen=True)
class Item:
    """A task with its lamp. ``awaited``: the units it waits for, its leads when nobody else is named."""

    task_id: int
    no: str
    text: str
    colour: Colour
    word: str
    sentence: str
    awaited: tuple[str, ...]


def item(task: Task, standing: Standing) -> Item:
    """The item of a task as it stands."""
    return Item(
        task.id,
        task.no or str(task.position),
        task.text,
        Colour(standing.colour),
        standing.word,
        standing.sentence,
        awaited(standing.waiting) or _names(standing.figures),
    )


def awaited(waiting: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The units that must act, each once: what lies at the office is not theirs."""
    return _names(one for one in waiting if one["desk"] != Desk.OFFICE.value)


def _names(rows: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["unit"] for row in rows))

"""The inspections that a decision about a closing may rest on; they are of a room above, registry.py says who knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.permissions import Actor
from tracker.progress.models import Closing


class Visit(NamedTuple):
    """An inspection by its title. ``address``: of its page, empty for a viewer who may not open it."""

    id: int
    label: str
    first_on: date
    address: str = ""


@dataclass(frozen=True)
class Knower:
    """``offered``: those that visited the closing's unit or looked at its task, the newest first; ``keep``: that a
    closing rests on one; ``of``: closing id -> the one it rests on, as the viewer may see it."""

    offered: Callable[[Closing], list[Visit]]
    keep: Callable[[Closing, Visit], None]
    of: Callable[[Collection[int], Actor], Mapping[int, Visit]]


knower: list[Knower] = []
"""One; filled by registry.py from above."""


def visits_for(closing: Closing) -> list[Visit]:
    """What the office may choose of when it decides."""
    return knower[0].offered(closing)


def rest_on(closing: Closing, visit: Visit) -> None:
    """The decision rests on this one."""
    knower[0].keep(closing, visit)


def visits_of(closing_ids: Collection[int], actor: Actor) -> Mapping[int, Visit]:
    """Closing id -> the inspection that its decision rests on; without those that rest on none."""
    return knower[0].of(closing_ids, actor)

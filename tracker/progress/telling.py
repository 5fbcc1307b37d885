"""Words to people about what was decided on what they asked for; the outbox is above, registry.py says who writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.permissions import Role
from tracker.plans.models import Plan


@dataclass(frozen=True)
class Note:
    """One thing said once: ``key`` names it for ever. ``unit_id``: whose matter it is, told to whoever holds the posts
    ``roles`` of it then."""

    plan: Plan
    unit_id: int
    roles: tuple[Role, ...]
    key: str
    title: str
    lines: tuple[str, ...]


writers: list[Callable[[Note], None]] = []
"""Filled by registry.py from above."""


def tell(note: Note) -> None:
    """Let it be written."""
    for write in writers:
        write(note)

"""The top bar: which pages a role is led to, with the count of its own open work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.permissions import Actor, Role

Count = Callable[[Actor, int], sa.ScalarSelect[int] | int]
"""(actor, plan id) -> how many things wait for this actor there: the number, or a select of it, which is sent together
with the others."""


@dataclass(frozen=True)
class Entry:
    """One word of the navigation. ``needs_plan``: the address takes ``plan_id`` and is hidden without a plan.

    ``while_any``: it is hidden while this counts nothing.
    """

    key: str
    label: str
    endpoint: str
    roles: frozenset[Role]
    needs_plan: bool = True
    count: Count | None = None
    while_any: Count | None = None


ENTRIES: list[Entry] = []
"""In the order shown; filled by registry.py."""


def entries_for(role: Role) -> list[Entry]:
    """The entries a role sees."""
    return [entry for entry in ENTRIES if role in entry.roles]


_plans: Callable[[Actor], list[tuple[int, str]]] | None = None


def set_plans(finder: Callable[[Actor], list[tuple[int, str]]]) -> None:
    """Say who finds the plans of the menu: (id, short title), the newest first."""
    global _plans
    _plans = finder


def plans_of(actor: Actor) -> list[tuple[int, str]]:
    """The plans an actor can choose from, the newest first."""
    return _plans(actor) if _plans else []

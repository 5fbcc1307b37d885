"""docs/reference says what the code says: run `tracker docs` after a change."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest

import tracker
from tracker.cli.docs import MACHINES, pages
from tracker.desks import Move
from tracker.permissions import PERMISSIONS, ROLE_NAMES, Role

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_reference_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages()[name], "run `tracker docs`"


NO_MACHINES = {"DeliveryState", "PeriodState", "DraftState", "State"}
"""States that are no table of moves: of a try to send, of a period as it is counted, of an import from its reading to
its confirming, of a task of a higher plan as it is covered."""


def modules() -> Iterator[ModuleType]:
    for found in walk_packages(tracker.__path__, "tracker."):
        if not found.name.endswith("__main__"):
            yield import_module(found.name)


def transition_tables() -> dict[int, str]:
    """Identity -> where it stands, of every dict of moves of the program."""
    found: dict[int, str] = {}
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, dict) and value and all(isinstance(move, Move) for move in value.values()):
                found.setdefault(id(value), f"{module.__name__}.{name}")
    return found


def test_every_table_of_transitions_is_drawn() -> None:
    tables = transition_tables()
    drawn = {id(machine.moves) for machine in MACHINES}
    assert {place for number, place in tables.items() if number not in drawn} == set()
    assert len(tables) == len(MACHINES) >= 6


def test_every_state_stands_in_a_diagram_and_has_a_way_in() -> None:
    classes: set[Any] = {
        value
        for module in modules()
        for name, value in vars(module).items()
        if name.endswith("State") and isinstance(value, type) and issubclass(value, StrEnum)
    }
    assert {one.__name__ for one in classes} - {one.states.__name__ for one in MACHINES} == NO_MACHINES
    for machine in MACHINES:
        reached = {move.state for move in machine.moves.values()} | {machine.first}
        assert set(machine.states) <= reached, machine.title


def test_every_permission_is_in_the_table_with_each_of_its_roles() -> None:
    rows = {line.split("`")[1]: line for line in pages()["permissions.md"].splitlines() if line.startswith("| `")}
    assert set(rows) == set(PERMISSIONS)
    for action, permission in PERMISSIONS.items():
        named = set(rows[action].split("|")[3].strip().split("、"))
        assert named == {ROLE_NAMES[role] for role in Role if role in permission.roles}

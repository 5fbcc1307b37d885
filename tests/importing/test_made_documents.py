"""Made-up plans in the grammars that offices use, each with its answers."""

from pathlib import Path
from typing import Any

import pytest

from tracker.importing.parse import parse

MADE = Path(__file__).parent / "cases" / "made"


def answers(path: Path) -> list[list[str]]:
    """Number, text, leads, partners, limit of each task."""
    return [line.split("\t") for line in path.with_suffix(".answers").read_text("utf-8").splitlines()]


def as_answer(task: dict[str, Any]) -> list[str]:
    limit = task["deadline"]
    said = (limit["kind"], limit["due"], limit["start"], limit["every"])
    units = ("、".join(unit["name"] for unit in task[role]) for role in ("leads", "partners"))
    return [task["no"], task["text"].replace("\n", ""), *units, " ".join(filter(None, said))]


@pytest.mark.parametrize("path", sorted(MADE.glob("*.txt")), ids=lambda path: path.stem)
def test_a_made_document_reads_as_it_was_meant(path: Path) -> None:
    printed = parse(path.read_bytes(), path.name)
    assert [as_answer(task) for task in printed["tasks"]] == answers(path)

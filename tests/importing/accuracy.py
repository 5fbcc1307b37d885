"""How much of each labelled document is read as labelled: ``python -m tests.importing.accuracy`` prints the table.

A labelled task is found where a task that was read has a text at least nine tenths like it. A row is right when number,
sections, text (blanks apart), leads, partners and deadline are all equal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from tracker.importing.parse import parse

CASES = Path(__file__).parent / "cases"
SEED = Path(__file__).parents[2] / "seed"


@dataclass(frozen=True)
class Case:
    """A labelled part of a document."""

    name: str
    gold: str
    file: Path
    part: int | None = None


LABELLED = [
    Case("潜江 list", "qianjiang_list", SEED / "潜江323通知.txt"),
    Case("潜江 points", "qianjiang_points", SEED / "潜江323通知.txt", 1),
    Case("信丰", "xinfeng", CASES / "xinfeng.txt"),
    Case("武清", "wuqing", CASES / "wuqing.txt"),
    Case("蓟州, tuberculosis", "jizhou_tuberculosis", CASES / "jizhou.txt", 1),
    Case("蓟州, Chinese medicine", "jizhou_chinese_medicine", CASES / "jizhou.txt", 4),
    Case("蓟州, mental health", "jizhou_mental_health", CASES / "jizhou.txt", 5),
    Case("荆门", "jingmen", CASES / "jingmen.txt"),
]


@dataclass(frozen=True)
class Score:
    """Counts for one case."""

    gold: int
    read: int
    found: int
    leads: float
    partners: float
    deadlines: int
    rows: int


def score(case: Case) -> Score:
    """What ``parse`` gives for a case against its labels."""
    gold = json.loads((CASES / f"{case.gold}.gold.json").read_text("utf-8"))["tasks"]
    read = parse(case.file.read_bytes(), case.file.name, case.part)["tasks"]
    pairs = list(_pairs(gold, read))
    return Score(
        len(gold),
        len(read),
        len(pairs),
        _agreement(gold, read, pairs, "leads"),
        _agreement(gold, read, pairs, "partners"),
        sum(g["deadline"] == r["deadline"] for g, r in pairs),
        sum(_row(g) == _row(r) for g, r in pairs),
    )


def _pairs(gold: list[dict[str, Any]], read: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Labelled tasks with the most alike of those read, each once."""
    free = list(read)
    for task in gold:
        best = max(free, key=lambda other: (_alike(task, other), other["no"] == task["no"]), default=None)
        if best is not None and _alike(task, best) >= 0.9:
            free.remove(best)
            yield task, best


def _alike(one: dict[str, Any], other: dict[str, Any]) -> float:
    a, b = _squeezed(one["text"]), _squeezed(other["text"])
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return 1.0 if a == b else matcher.ratio() if matcher.real_quick_ratio() > 0.9 < matcher.quick_ratio() else 0.0


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _names(units: list[Any]) -> list[str]:
    return [unit if isinstance(unit, str) else unit["name"] for unit in units]


def _row(task: dict[str, Any]) -> tuple[Any, ...]:
    units = tuple(tuple(sorted(_names(task[role]))) for role in ("leads", "partners"))
    return task["no"], task["section"], _squeezed(task["text"]), units, task["deadline"]


def _agreement(gold: list[Any], read: list[Any], pairs: list[tuple[Any, Any]], role: str) -> float:
    """F1 over (task, unit); units of tasks that were not found count against it."""
    right = sum(len(set(_names(g[role])) & set(_names(r[role]))) for g, r in pairs)
    said = sum(len(_names(task[role])) for task in gold) + sum(len(_names(task[role])) for task in read)
    return 2 * right / said if said else 1.0


def table() -> str:
    """The scores of all cases as a table of Markdown."""
    lines = [
        "| document | labelled | read | found | leads F1 | partners F1 | deadlines | rows right |",
        "|---|" + "--:|" * 7,
    ]
    for case in LABELLED:
        s = score(case)
        counts = f"{s.gold} | {s.read} | {s.found} | {s.leads:.3f} | {s.partners:.3f} | {s.deadlines} | {s.rows}"
        lines.append(f"| {case.name} | {counts} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())

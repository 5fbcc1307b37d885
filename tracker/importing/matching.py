"""A new list against the tasks of a plan: which row is which task, one to one; a clerk re-pairs the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from tracker.tasks.limits import TimeLimit
from tracker.units.rules import plain

LIKE = 60
"""Likeness of the texts, 0 to 100, from which a row is taken for a task."""
LIKE_WITH_NUMBER = 40
"""The same where both have one number."""
LOOKED_AT = 8
"""Tasks looked at for each row: the likest ones."""


@dataclass(frozen=True)
class Line:
    """A row of the new list or a task of the plan. Units by the names they are registered under, else as written."""

    key: int
    position: int
    no: str | None
    text: str
    leads: tuple[str, ...]
    partners: tuple[str, ...]
    limit: TimeLimit


@dataclass(frozen=True)
class Match:
    """A task (``old``) and the row it became (``new``); None on one side: ended, or new. ``by_hand``: a clerk's."""

    old: Line | None
    new: Line | None
    similarity: int = 0
    by_hand: bool = False


def match(tasks: Sequence[Line], rows: Sequence[Line], by_hand: Mapping[int, int | None] | None = None) -> list[Match]:
    """Every row and every task once: rows in the order of the list, then the tasks that no row goes on with.

    ``by_hand``: key of a row -> key of its task, None for a row that is new. What a clerk paired is never paired again;
    the rest by the likeness of the texts, the same number counting for it.
    """
    old, new = {task.key: task for task in tasks}, {row.key: row for row in rows}
    said = {row: task for row, task in (by_hand or {}).items() if row in new and (task is None or task in old)}
    pairs = {row: task for row, task in said.items() if task is not None}
    free_old = [task for task in tasks if task.key not in pairs.values()]
    free_new = [row for row in rows if row.key not in said]
    pairs |= _likest(free_old, free_new)
    found = [_matched(old.get(pairs.get(row.key, -1)), row, row.key in said) for row in rows]
    return found + [Match(task, None) for task in tasks if task.key not in set(pairs.values())]


def _matched(task: Line | None, row: Line, by_hand: bool) -> Match:
    similarity = round(fuzz.ratio(plain(task.text), plain(row.text))) if task else 0
    return Match(task, row, similarity, by_hand)


def _likest(tasks: Sequence[Line], rows: Sequence[Line]) -> dict[int, int]:
    """Row -> task, the likest pairs first; each is given away once."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, row, task in sorted(_candidates(tasks, rows), key=lambda one: one[0]):
        if row not in pairs and task not in taken:
            pairs[row] = task
            taken.add(task)
    return pairs


Rank = tuple[float, bool, int, int, int]


def _candidates(tasks: Sequence[Line], rows: Sequence[Line]) -> list[tuple[Rank, int, int]]:
    texts = {at: plain(task.text) for at, task in enumerate(tasks)}
    by_number: dict[str, list[int]] = {}
    by_text: dict[str, list[int]] = {}
    for at, task in enumerate(tasks):
        by_text.setdefault(texts[at], []).append(at)
        if task.no:
            by_number.setdefault(task.no, []).append(at)
    found = []
    for row in rows:
        words = plain(row.text)
        near = by_text.get(words) or [
            at for _, _, at in process.extract(words, texts, scorer=fuzz.ratio, score_cutoff=LIKE, limit=LOOKED_AT)
        ]
        for at in dict.fromkeys([*near, *by_number.get(row.no or "", ())]):
            same = row.no is not None and tasks[at].no == row.no
            like = fuzz.ratio(words, texts[at])
            if like >= (LIKE_WITH_NUMBER if same else LIKE):
                found.append((_rank(like, same, tasks[at], row), row.key, tasks[at].key))
    return found


def _rank(like: float, same_number: bool, task: Line, row: Line) -> Rank:
    return -like, not same_number, abs(task.position - row.position), row.position, task.position

"""Which tasks of a local plan may answer a task of the plan above: offered by likeness of words, decided by people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

AT_LEAST = 45
"""Likeness, 0 to 100, from which a task is offered."""
MOST = 3
"""How many tasks are offered for one."""

COMPARED = 12
"""How many of those that share words are compared closely."""

_NOT_WORDS = re.compile(r"[\W\d_]+")


class Verdict(StrEnum):
    """What a person said of a task of the higher plan and one of ours, or of none."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    NOT_CONCERNED = "not_concerned"
    OPEN = "open"


@dataclass(frozen=True)
class Candidate:
    """A local task that reads like the higher one; ``score`` is 0 to 100."""

    task_id: int
    score: int


def like(above: Mapping[int, str], local: Mapping[int, str]) -> dict[int, list[Candidate]]:
    """Task id of the higher plan -> the local tasks most like it, the likest first, ties in order of ``local``.

    ``above`` and ``local``: task id -> text. The words alone count, by two characters at a time: order within a
    sentence and length differ between a higher plan and one that carries it out.
    """
    words = {task_id: _pairs(text) for task_id, text in local.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for task_id, pairs in words.items():
        for pair in sorted(set(pairs)):
            holders[pair].append(task_id)
    order = {task_id: at for at, task_id in enumerate(local)}
    return {task_id: _best(_pairs(text), words, holders, order) for task_id, text in above.items()}


def _best(
    pairs: Sequence[str], words: Mapping[int, list[str]], holders: Mapping[str, list[int]], order: Mapping[int, int]
) -> list[Candidate]:
    """Only those that share the most pairs are compared: with hundreds of tasks each, comparing all takes too long."""
    shared = Counter(task_id for pair in sorted(set(pairs)) for task_id in holders.get(pair, ()))
    near = sorted(shared, key=lambda task_id: (-shared[task_id], order[task_id]))[:COMPARED]
    said = " ".join(pairs)
    scores = {task_id: round(fuzz.token_set_ratio(said, " ".join(words[task_id]))) for task_id in near}
    ranked = sorted(near, key=lambda task_id: (-scores[task_id], order[task_id]))
    return [Candidate(task_id, scores[task_id]) for task_id in ranked[:MOST] if scores[task_id] >= AT_LEAST]


def _pairs(text: str) -> list[str]:
    """建立监测点 → 建立 立监 监测 测点."""
    words = _NOT_WORDS.sub("", text)
    return [words[at : at + 2] for at in range(max(len(words) - 1, 1))]

"""Which tasks of a local plan may answer a task of the plan above: offered by likeness of words, decided by people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

AT_LEAST = 45
"""Likeness, 0 to 100, from which a task is offered."""
MOST = 3
"""How many tasks are offered for one."""

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
    return {task_id: _best(_pairs(text), words) for task_id, text in above.items()}


def _best(words: str, local: Mapping[int, str]) -> list[Candidate]:
    found = process.extract(words, local, scorer=fuzz.token_set_ratio, score_cutoff=AT_LEAST, limit=None)
    order = {task_id: at for at, task_id in enumerate(local)}
    ranked = sorted(found, key=lambda one: (-round(one[1]), order[one[2]]))
    return [Candidate(task_id, round(score)) for _, score, task_id in ranked[:MOST]]


def _pairs(text: str) -> str:
    """建立监测点 → 建立 立监 监测 测点."""
    words = _NOT_WORDS.sub("", text)
    return " ".join(words[at : at + 2] for at in range(max(len(words) - 1, 1)))

"""What a new list changes in a plan, row by row and word by word. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from rapidfuzz.distance import Levenshtein

from tracker.importing.matching import Line, Match
from tracker.importing.plain import dump
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.units.rules import plain

_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?|.", re.DOTALL)
ISLAND = 2
"""Words alike between two changes, so few that they read better as changed too."""


class ChangeKind(StrEnum):
    """What becomes of a row or a task."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"

    @property
    def label(self) -> str:
        return {"changed": "调整", "added": "新增", "removed": "删除", "same": "不变"}[self.value]


class Edit(StrEnum):
    """What happened to some words."""

    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Piece:
    """Words that were kept, taken out or put in."""

    edit: Edit
    text: str


def word_changes(before: str, after: str) -> list[Piece]:
    """``after`` against ``before``: kept and deleted pieces are ``before``, kept and inserted ones ``after``."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    steps = [
        ("".join(old[op.src_start : op.src_end]), "".join(new[op.dest_start : op.dest_end]), op.tag == "equal")
        for op in Levenshtein.opcodes(old, new)
    ]
    return list(_pieces(_without_islands(steps)))


Step = tuple[str, str, bool]
"""Words before, words after, whether they are the same."""


def _without_islands(steps: list[Step]) -> list[Step]:
    """A word or two alike between changes belong to them; changes that now stand side by side are one."""
    found: list[Step] = []
    for at, (old, new, same) in enumerate(steps):
        stays = same and (at in (0, len(steps) - 1) or len(_TOKEN.findall(old)) > ISLAND)
        if found and not stays and not found[-1][2]:
            found[-1] = (found[-1][0] + old, found[-1][1] + new, False)
        else:
            found.append((old, new, stays))
    return found


def _pieces(steps: list[Step]) -> Iterator[Piece]:
    for old, new, same in steps:
        if same:
            yield Piece(Edit.KEPT, old)
            continue
        if old:
            yield Piece(Edit.DELETED, old)
        if new:
            yield Piece(Edit.INSERTED, new)


@dataclass(frozen=True)
class Change:
    """A matched pair and what differs. Of an added row or a removed task one side is None."""

    match: Match

    @property
    def old(self) -> Line | None:
        return self.match.old

    @property
    def new(self) -> Line | None:
        return self.match.new

    @cached_property
    def kind(self) -> ChangeKind:
        if self.old is None:
            return ChangeKind.ADDED
        if self.new is None:
            return ChangeKind.REMOVED
        differs = self.changes_text or self.changes_units or self.changes_limit
        return ChangeKind.CHANGED if differs else ChangeKind.SAME

    @property
    def line(self) -> Line:
        """The row as it will be; of a removed task, as it was."""
        line = self.new or self.old
        assert line is not None
        return line

    @property
    def changes_text(self) -> bool:
        return bool(self.old and self.new) and plain(self.text_before) != plain(self.line.text)

    @property
    def changes_units(self) -> bool:
        return any(self.units(role)[1:] != ((), ()) for role in ("leads", "partners"))

    @property
    def changes_limit(self) -> bool:
        return bool(self.old and self.new and _meaning(self.old.limit) != _meaning(self.new.limit))

    @property
    def changes_number(self) -> bool:
        return bool(self.old and self.new and self.old.no != self.new.no)

    @property
    def text_before(self) -> str:
        return self.old.text if self.old else ""

    @cached_property
    def words(self) -> list[Piece]:
        """The text, with what was taken out and put in."""
        if self.old is None or self.new is None:
            return [Piece(Edit.KEPT, self.line.text)]
        return word_changes(self.old.text, self.new.text) if self.changes_text else [Piece(Edit.KEPT, self.new.text)]

    def units(self, role: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Of ``leads`` or ``partners``: kept, taken out, put in. Of one side alone all are kept."""
        after: tuple[str, ...] = getattr(self.line, role)
        if self.old is None or self.new is None:
            return after, (), ()
        before: tuple[str, ...] = getattr(self.old, role)
        kept = tuple(name for name in after if name in before)
        return kept, tuple(n for n in before if n not in after), tuple(n for n in after if n not in before)

    @cached_property
    def key(self) -> str:
        """Names exactly this change: when row or task are changed meanwhile it is another one, and is asked again."""
        sides = [_printed(side) for side in (self.old, self.new)]
        return "change:" + sha256(json.dumps(sides, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:40]

    def __str__(self) -> str:
        return f"{self.kind.label} 第{self.line.no or self.line.position}项“{self.line.text[:40]}”"


def _printed(side: Line | None) -> Any:
    if side is None:
        return None
    values: dict[str, Any] = dump(side)
    return {**values, "leads": sorted(side.leads), "partners": sorted(side.partners)}


def _meaning(limit: TimeLimit) -> tuple[Any, ...]:
    """What a limit says; of one that nobody could read, its words."""
    unread = plain(limit.raw) if limit.kind is LimitKind.NONE else ""
    return limit.kind, limit.due_on, limit.start_on, limit.every, limit.times, limit.continues, unread

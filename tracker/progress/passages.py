"""Whose words stand in a lead's report: passages taken over from partners' reports, found again in the text. Pure.

A passage is one line that begins with its author's name. The lead may change what it took over; then it says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

LIKE_ENOUGH = 0.6
LONGEST, MOST_LINES = 2000, 300
"""Characters and lines that are compared to find a changed passage again; whole ones are found anywhere."""


class Box(StrEnum):
    """One of the three texts of a report; the value is its column."""

    PROGRESS = "progress"
    PROBLEMS = "problems"
    NEXT_STEPS = "next_steps"

    @property
    def label(self) -> str:
        return {"progress": "进展情况", "problems": "存在问题", "next_steps": "下一步措施"}[self.value]


class Fate(StrEnum):
    """What became of a passage in a text."""

    WHOLE = "whole"
    CHANGED = "changed"
    GONE = "gone"

    @property
    def label(self) -> str:
        return {"whole": "原话", "changed": "有改动", "gone": "未保留"}[self.value]


@dataclass(frozen=True)
class Taken:
    """A passage that was taken over. ``number``: the version of the author's report that it comes from."""

    author: str
    number: int
    words: str

    @property
    def label(self) -> str:
        return f"{self.author}第{self.number}稿"


class Piece(NamedTuple):
    """A stretch of a text: the lead's own (``taken`` None), or a passage as it was or changed."""

    text: str
    taken: Taken | None = None
    fate: Fate | None = None


class _Found(NamedTuple):
    start: int
    end: int
    taken: Taken
    fate: Fate


def passage(author: str, text: str) -> str:
    """A partner's text as it is put into the lead's: on one line, its author before it; empty for none."""
    words = " ".join(text.split())
    return f"{author}：{words}" if words else ""


def put_in(text: str, words: str, older: Sequence[str]) -> str:
    """The lead's text with a passage: left alone where it stands already, in the place of an ``older`` one of the same
    author that is still whole, else on a line of its own at the end."""
    if words in text:
        return text
    for one in older:
        if one and one in text:
            return text.replace(one, words, 1)
    return f"{text.rstrip()}\n{words}" if text.strip() else words


def pieces(text: str, taken: Sequence[Taken]) -> list[Piece]:
    """The text in pieces that join to it again, each with whose it is."""
    found: list[Piece] = []
    at = 0
    for start, end, one, fate in _placed(text, taken):
        found += [Piece(text[at:start])] if start > at else []
        found.append(Piece(text[start:end], one, fate))
        at = end
    return [*found, Piece(text[at:])] if at < len(text) else found


def fates(text: str, taken: Sequence[Taken]) -> list[tuple[Taken, Fate]]:
    """What became of each passage, in their order; a newer one of an author that is there hides the older."""
    placed = {one: fate for _, _, one, fate in _placed(text, taken)}
    all_of = [(one, placed.get(one, Fate.GONE)) for one in taken]
    newest = {one.author: one.number for one in sorted(placed, key=lambda one: one.number)}
    return [(one, fate) for one, fate in all_of if fate is not Fate.GONE or newest.get(one.author, 0) <= one.number]


def _placed(text: str, taken: Sequence[Taken]) -> list[_Found]:
    """Where the passages stand, in the order of the text, none over another."""
    found: list[_Found] = []
    for one in sorted(taken, key=lambda one: (-len(one.words), one.author, -one.number)):
        start = text.find(one.words) if one.words else -1
        if start >= 0 and _is_free(start, start + len(one.words), found):
            found.append(_Found(start, start + len(one.words), one, Fate.WHOLE))
    whole = {place.taken for place in found}
    placed = {place.taken.author for place in found}
    names = {one.author for one in taken}
    for one in sorted(taken, key=lambda one: (one.author, -one.number)):
        if one in whole or one.author in placed:
            continue
        line = _nearest(text, one, found, names - {one.author})
        if line is not None:
            found.append(_Found(*line, one, Fate.CHANGED))
            placed.add(one.author)
    return sorted(found)


def _is_free(start: int, end: int, found: Sequence[_Found]) -> bool:
    return all(end <= place.start or place.end <= start for place in found)


def _nearest(text: str, one: Taken, found: Sequence[_Found], others: Collection[str]) -> tuple[int, int] | None:
    """The line that the passage has become: the one that still begins with its author, or the likest that does not
    begin with one of the ``others``."""
    best, score = None, LIKE_ENOUGH
    for start, end in _lines(text):
        line = text[start:end]
        if not _is_free(start, end, found) or line.startswith(tuple(f"{other}：" for other in others)):
            continue
        likeness = 1.0 if line.startswith(f"{one.author}：") else _likeness(line, one.words)
        if likeness > score:
            best, score = (start, end), likeness
    return best


def _likeness(line: str, words: str) -> float:
    if not words or not len(words) / 4 <= len(line) <= len(words) * 4:
        return 0.0
    matcher = SequenceMatcher(None, line[:LONGEST], words[:LONGEST], autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > LIKE_ENOUGH else 0.0


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the lines that say something."""
    at = 0
    for line in text.split("\n")[:MOST_LINES]:
        if line.strip():
            yield at, at + len(line)
        at += len(line) + 1

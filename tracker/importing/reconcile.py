"""Text against table of one document: which duties and units stand in one and not in the other.

A document often says its work twice: in the running text (工作要点) and in a list (任务清单). They are written by
different hands, several rows may come from one point and several points into one row, so a duty of the text and a row
belong together where the one's words are largely held in the other's. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.importing.likeness import Likeness

LIKE = 30
"""Share of the words, 0 to 100, from which a duty and a row speak of the same work; rare words weigh more."""


class Kind(StrEnum):
    """What stands in one and not in the other."""

    DUTY = "duty"
    UNIT = "unit"
    ROW = "row"
    ROW_UNIT = "row_unit"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.DUTY: "正文有、清单无",
    Kind.UNIT: "对应的项里少单位",
    Kind.ROW: "清单有、正文无",
    Kind.ROW_UNIT: "正文没有的单位",
}


@dataclass(frozen=True)
class Item:
    """A duty of the text or a row of the table. ``key``: unique among both; ``units``: who leads, then who joins in."""

    key: int
    text: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A duty and a row that speak of the same work. ``similarity``: 0 to 100."""

    duty: Item
    row: Item
    similarity: int


@dataclass(frozen=True)
class Difference:
    """One thing that stands on one side alone.

    ``item``: the duty or row it stands in, of ROW_UNIT the first. ``units``: those it is about. ``nowhere``: those of
    them that the other side does not name at all. ``nearest``: what on the other side is most like it, with the
    similarity; None when nothing shares a word.
    """

    kind: Kind
    item: Item
    units: tuple[str, ...]
    nowhere: tuple[str, ...]
    nearest: tuple[Item, int] | None

    @property
    def key(self) -> str:
        """Names the difference for as long as its duty or row is there."""
        if self.kind is Kind.ROW_UNIT:
            return f"{self.kind}:{self.units[0]}"
        return ":".join((self.kind, str(self.item.key), *(self.units if self.kind is Kind.UNIT else ())))


@dataclass(frozen=True)
class Reconciliation:
    """Everything found, each list in the order of the document."""

    pairs: list[Pair]
    differences: list[Difference]
    only_in_text: list[str]
    only_in_table: list[str]


def reconcile(
    duties: Sequence[Item], rows: Sequence[Item], same: Callable[[str], object] = lambda name: name
) -> Reconciliation:
    """Compare the duties of the text with the rows of the table. ``same``: gives one value for all names of a unit."""
    close = _Close(duties, rows)
    pairs = [Pair(duty, row, close.of(duty, row)) for duty in duties for row in close.partners_of(duty)]
    in_text, in_table = _named(duties, same), _named(rows, same)
    found = [*_of_text(pairs, duties, close, in_table, same), *_of_table(pairs, rows, close, in_text, same)]
    return Reconciliation(
        pairs=pairs,
        differences=sorted(found, key=lambda one: list(Kind).index(one.kind)),
        only_in_text=[name for mark, name in in_text.items() if mark not in in_table],
        only_in_table=[name for mark, name in in_table.items() if mark not in in_text],
    )


class _Close:
    """How like every duty and every row are, and which of them belong together.

    A pair belongs together when it is like enough and the row is the likest of the duty, or the duty that of the row.
    """

    def __init__(self, duties: Sequence[Item], rows: Sequence[Item]) -> None:
        everything = [*duties, *rows]
        places = range(len(duties)), range(len(duties), len(everything))
        held = Likeness(item.text for item in everything).held(*places)
        self._by_key = {item.key: item for item in everything}
        self._scores = {(everything[a].key, everything[b].key): score for (a, b), score in held.items()}
        self._order = {item.key: place for place, item in enumerate(everything)}
        self._nearest: dict[int, tuple[int, int]] = {}
        self._near: dict[int, list[int]] = {}
        for (duty, row), score in sorted(self._scores.items(), key=self._rank):
            self._nearest.setdefault(duty, (row, score))
            self._nearest.setdefault(row, (duty, score))
            if score >= LIKE:
                self._near.setdefault(duty, []).append(row)

    def _rank(self, entry: tuple[tuple[int, int], int]) -> tuple[int, int, int]:
        (duty, row), score = entry
        return -score, self._order[duty], self._order[row]

    def of(self, duty: Item, row: Item) -> int:
        return self._scores.get((duty.key, row.key), 0)

    def nearest(self, item: Item) -> tuple[Item, int] | None:
        found = self._nearest.get(item.key)
        return (self._by_key[found[0]], found[1]) if found else None

    def partners_of(self, duty: Item) -> Iterator[Item]:
        """The rows that belong to a duty, in the order of the table."""
        for row in sorted(self._near.get(duty.key, ()), key=self._order.__getitem__):
            if self._nearest[row][0] == duty.key or self._nearest[duty.key][0] == row:
                yield self._by_key[row]


def _named(items: Sequence[Item], same: Callable[[str], object]) -> dict[object, str]:
    """Every unit that the items name, by its mark, as first written."""
    found: dict[object, str] = {}
    for item in items:
        for name in item.units:
            found.setdefault(same(name), name)
    return found


def _of_text(
    pairs: Sequence[Pair],
    duties: Sequence[Item],
    close: _Close,
    in_table: dict[object, str],
    same: Callable[[str], object],
) -> Iterator[Difference]:
    rows_of: dict[int, list[Item]] = {}
    for pair in pairs:
        rows_of.setdefault(pair.duty.key, []).append(pair.row)
    for duty in duties:
        rows = rows_of.get(duty.key)
        if rows is None:
            nowhere = tuple(name for name in duty.units if same(name) not in in_table)
            yield Difference(Kind.DUTY, duty, duty.units, nowhere, close.nearest(duty))
            continue
        there = _named(rows, same)
        for name in duty.units:
            if same(name) not in there:
                nowhere = () if same(name) in in_table else (name,)
                yield Difference(Kind.UNIT, duty, (name,), nowhere, close.nearest(duty))


def _of_table(
    pairs: Sequence[Pair],
    rows: Sequence[Item],
    close: _Close,
    in_text: dict[object, str],
    same: Callable[[str], object],
) -> Iterator[Difference]:
    paired = {pair.row.key for pair in pairs}
    told: set[object] = set()
    for row in rows:
        nowhere = tuple(name for name in row.units if same(name) not in in_text)
        if row.key not in paired:
            yield Difference(Kind.ROW, row, row.units, nowhere, close.nearest(row))
        for name in nowhere:
            if same(name) not in told:
                told.add(same(name))
                yield Difference(Kind.ROW_UNIT, row, (name,), (name,), None)

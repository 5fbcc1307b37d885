"""Text against table, for one draft: what differs and how it was settled, ready for its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from tracker import clock
from tracker.extensions import db
from tracker.importing.models import ImportDraft, ImportRow, ImportSettlement, Settled
from tracker.importing.queries import settlements
from tracker.importing.reconcile import Difference, Item, Kind, Reconciliation, reconcile
from tracker.units.queries import register
from tracker.units.rules import plain

OF_TEXT = frozenset({Kind.DUTY, Kind.UNIT})


@dataclass(frozen=True)
class Comparison:
    """A draft whose document says its work in running text and in a table. ``rows``: of both, by id; ``duties`` and
    ``listed``: how many each has."""

    draft: ImportDraft
    rows: dict[int, ImportRow]
    duties: int
    listed: int
    found: Reconciliation
    settled: dict[str, ImportSettlement]

    @cached_property
    def open(self) -> list[Difference]:
        """What nobody has settled."""
        return [one for one in self.found.differences if one.key not in self.settled]

    @cached_property
    def counts(self) -> Counter[Kind]:
        return Counter(one.kind for one in self.open)

    @property
    def only_in_text(self) -> list[str]:
        return self.found.only_in_text

    def row_of(self, item: Item) -> ImportRow:
        return self.rows[item.key]

    def can_be_added(self, one: Difference) -> bool:
        """Whether it stands on the other side than the part taken for the plan, so that the plan lacks it."""
        return one.kind is not Kind.ROW_UNIT and self.row_of(one.item).part != self.draft.part


def is_of_table(row: ImportRow) -> bool:
    """Whether a row was read from a table. What a clerk added to a part comes last in it, and is not asked."""
    return row.source.get("row") is not None


def comparison(draft: ImportDraft) -> Comparison | None:
    """The chosen part against the parts written in the other way; None when the document has no such part."""
    query = sa.select(ImportRow).where(ImportRow.draft_id == draft.id).order_by(ImportRow.part, ImportRow.position)
    rows = list(db.session.scalars(query))
    ways = {row.part: is_of_table(row) for row in reversed(rows)}
    chosen = ways.get(draft.part)
    mine = [row for row in rows if row.part == draft.part]
    others = [row for row in rows if ways[row.part] is not chosen]
    if not mine or not others:
        return None
    duties, listed = (others, mine) if chosen else (mine, others)
    found = reconcile(list(_items(duties)), list(_items(listed)), same_unit(draft))
    by_id = {row.id: row for row in (*duties, *listed)}
    said = {key: one for key, one in settlements(draft).items() if one.how is not Settled.AGREED}
    return Comparison(draft, by_id, len(duties), len(listed), found, said)


def _items(rows: Sequence[ImportRow]) -> Iterator[Item]:
    for row in rows:
        yield Item(row.id, row.text, tuple(unit["name"] for unit in (*row.leads, *row.partners)))


def same_unit(draft: ImportDraft) -> Callable[[str], object]:
    """One value for all names of a unit on the day of issue, as far as the register or the clerk has said so."""
    day = draft.issued_on or clock.today()
    known: dict[str, set[int]] = {}
    for one in register():
        if one.holds(day):
            known.setdefault(plain(one.name), set()).add(one.unit_id)

    def mark(name: str) -> object:
        said = draft.unit_choices.get(name, {}).get("unit_id")
        meant = known.get(plain(name), set())
        return said or (next(iter(meant)) if len(meant) == 1 else plain(name))

    return mark

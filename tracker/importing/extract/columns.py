"""Columns that a person named: what each column of a table holds, where its heads are not understood."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.importing.blocks import Document, Table
from tracker.importing.extract.drafts import ColumnMap, Meaning
from tracker.importing.extract.labels import Label, column_label
from tracker.importing.extract.tables import HEAD_SEARCH, Columns, find_columns
from tracker.importing.extract.words import fold, squeeze

LABELS = {
    Meaning.NUMBER: Label.NUMBER,
    Meaning.TEXT: Label.TEXT,
    Meaning.CATEGORY: Label.CATEGORY,
    Meaning.LEAD: Label.LEAD,
    Meaning.PARTNER: Label.PARTNER,
    Meaning.RESPONSIBLE: Label.RESPONSIBLE,
    Meaning.LIMIT: Label.LIMIT,
    Meaning.LEADER: Label.PERSON,
    Meaning.PERSON: Label.PERSON,
    Meaning.NOTE: Label.NOTE,
}
_MEANINGS = {label: meaning for meaning, label in LABELS.items()} | {
    Label.DETAIL: Meaning.TEXT,
    Label.DOER: Meaning.RESPONSIBLE,
}


def heads_of(table: Table, row: int) -> list[str]:
    """The words above each column, as they are compared: without blanks, in one width."""
    return [squeeze(fold(cell.text)) if cell else "" for cell in table.row(row)] if row >= 0 else []


def columns_of(
    document: Document, maps: Sequence[ColumnMap], issuer: str | None
) -> dict[int, tuple[Columns, ColumnMap | None]]:
    """Block of each table of tasks -> its columns, and the map they come from, None where the heads were understood.

    A map that was remembered counts for documents of its issuer, and for those that do not say who issued them.
    """
    wanted = [one for one in maps if one.block is not None or issuer is None or one.issuer == issuer]
    found: dict[int, tuple[Columns, ColumnMap | None]] = {}
    for number, table in enumerate(document.blocks):
        if not isinstance(table, Table) or table.hidden:
            continue
        mapped = next((pair for one in wanted if (pair := _mapped(table, number, one))), None)
        columns = None if mapped else find_columns(table)
        if mapped:
            found[number] = mapped
        elif columns:
            found[number] = columns, None
    return found


def _mapped(table: Table, number: int, one: ColumnMap) -> tuple[Columns, ColumnMap] | None:
    row = _head_row(table, number, one)
    labels = {column: LABELS[meaning] for column, meaning in enumerate(one.meanings) if meaning in LABELS}
    texts = [column for column, label in labels.items() if label is Label.TEXT]
    if row is None or not texts or len(one.meanings) != table.width:
        return None
    return Columns(max(row, 0), row, labels, texts[-1]), one


def _head_row(table: Table, number: int, one: ColumnMap) -> int | None:
    if one.block is not None:
        return one.row if one.block == number else None
    rows = range(min(table.height, HEAD_SEARCH))
    return next((row for row in rows if any(one.heads) and heads_of(table, row) == one.heads), None)


def guesses(table: Table, row: int) -> list[Meaning]:
    """What the heads in a row most likely mean, one for each column of the table."""
    found = [column_label(head) for head in heads_of(table, row)] or [None] * table.width
    return [_MEANINGS.get(label, Meaning.UNUSED) if label else Meaning.UNUSED for label in found]


def likely_head(table: Table) -> int:
    """The row that most likely holds the heads: of the first ones that with the most known words, else the fullest."""

    def known(row: int) -> tuple[int, int, int]:
        heads = heads_of(table, row)
        return sum(column_label(head) is not None for head in heads), len(set(filter(None, heads))), -row

    return max(range(min(table.height, HEAD_SEARCH)), key=known, default=-1)


def can_be_mapped(document: Document) -> list[int]:
    """The blocks that are tables of at least two rows and two columns, the largest first."""
    tables = [
        (-len(block.cells), number)
        for number, block in enumerate(document.blocks)
        if isinstance(block, Table) and not block.hidden and block.height >= 2 and block.width >= 2
    ]
    return [number for _, number in sorted(tables)]

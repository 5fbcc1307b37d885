"""The document as it is shown beside the draft: its blocks, with the words each field was read from marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tracker.importing.blocks import Block, Cell, Paragraph, Table

AROUND = 1
"""Blocks shown before and after one that was read, so that its place is seen."""
WHOLE_TABLE = 300
"""Rows up to which a table is shown whole; of a longer one only its head and the rows of the page are."""


@dataclass(frozen=True)
class Mark:
    """Characters of a paragraph or cell that were read. ``kind``: task lead partner limit doubt head."""

    start: int
    end: int
    kind: str
    row_id: int | None = None
    doubt_id: int | None = None


@dataclass(frozen=True)
class Segment:
    """A stretch of text with the same marks."""

    text: str
    kinds: tuple[str, ...] = ()
    row_ids: tuple[int, ...] = ()
    doubt_id: int | None = None


Place = tuple[int, int | None, int | None]
"""Block, and row and column of the cell in a table."""
Marks = dict[Place, list[Mark]]


@dataclass(frozen=True)
class ShownCell:
    segments: list[Segment]
    row_span: int
    column_span: int
    at: str
    """Block, row and column, 12.3.1: where a clerk who chooses characters of it chooses them."""


@dataclass(frozen=True)
class ShownRow:
    cells: list[ShownCell]
    is_head: bool
    row_ids: tuple[int, ...] = ()
    left_out: int = 0
    """So many rows before this one are not shown."""


@dataclass(frozen=True)
class ShownBlock:
    """A paragraph (``segments``), a table (``rows``) or a fold (``folded``: its blocks; ``tasks``: of other parts)."""

    kind: Literal["paragraph", "table", "fold"]
    segments: list[Segment] = field(default_factory=list)
    level: int | None = None
    rows: list[ShownRow] = field(default_factory=list)
    folded: list[ShownBlock] = field(default_factory=list)
    tasks: int = 0
    at: str = ""
    """The number of a paragraph's block."""


def collect_marks(spans: Iterable[tuple[Mapping[str, Any], str, int | None, int | None]]) -> Marks:
    """(span, kind, row id, doubt id) … -> the marks by place."""
    marks: Marks = {}
    for span, kind, row_id, doubt_id in spans:
        place = (span["block"], span.get("row"), span.get("column"))
        marks.setdefault(place, []).append(Mark(span["start"], span["end"], kind, row_id, doubt_id))
    return marks


def segments(text: str, marks: Sequence[Mark]) -> list[Segment]:
    """The text cut wherever a mark begins or ends."""
    cuts = sorted({0, len(text), *(min(edge, len(text)) for mark in marks for edge in (mark.start, mark.end))})
    return [_segment(text, start, end, marks) for start, end in zip(cuts, cuts[1:], strict=False) if start < end]


def _segment(text: str, start: int, end: int, marks: Sequence[Mark]) -> Segment:
    here = [mark for mark in marks if mark.start <= start and end <= mark.end]
    kinds = tuple(dict.fromkeys(mark.kind for mark in here))
    row_ids = tuple(dict.fromkeys(mark.row_id for mark in here if mark.row_id is not None))
    return Segment(text[start:end], kinds, row_ids, next((m.doubt_id for m in here if m.doubt_id is not None), None))


def show(blocks: Sequence[Block], marks: Marks, first: int, last: int, others: Mapping[int, int]) -> list[ShownBlock]:
    """The blocks from ``first`` to ``last`` (the part under review) and every other one that was read; what lies
    between is folded. ``others``: block -> tasks of other parts that were read from it."""
    read = {place[0] for place in marks}
    open_ones = {near for number in read for near in range(number - AROUND, number + AROUND + 1)} | set(
        range(first, last + 1)
    )
    shown: list[ShownBlock] = []
    folded: list[int] = []
    for number, block in enumerate(blocks):
        if block.hidden or (isinstance(block, Paragraph) and not block.text.strip()):
            continue
        if number in open_ones:
            _fold(shown, folded, blocks, others)
            shown.append(_block(number, block, marks))
        else:
            folded.append(number)
    _fold(shown, folded, blocks, others)
    return shown


def _fold(shown: list[ShownBlock], numbers: list[int], blocks: Sequence[Block], others: Mapping[int, int]) -> None:
    if numbers:
        inside = [_block(number, blocks[number], {}) for number in numbers]
        shown.append(ShownBlock("fold", folded=inside, tasks=sum(others.get(number, 0) for number in numbers)))
        numbers.clear()


def _block(number: int, block: Block, marks: Marks) -> ShownBlock:
    if isinstance(block, Table):
        return ShownBlock("table", rows=_table_rows(number, block, marks))
    return ShownBlock(
        "paragraph", segments(block.text, marks.get((number, None, None), [])), block.level, at=str(number)
    )


def _table_rows(number: int, table: Table, marks: Marks) -> list[ShownRow]:
    by_cell: dict[tuple[int, int], list[Mark]] = {}
    for (block, row, column), found in marks.items():
        cell = table.grid.get((row, column)) if block == number and row is not None and column is not None else None
        if cell is not None:
            by_cell.setdefault((cell.row, cell.column), []).extend(found)
    tasks = {place[1]: found for place, found in marks.items() if place[0] == number and place[1] is not None}
    task_ids = _task_rows(number, marks)
    head = min(task_ids, default=0)
    wanted = range(table.height) if table.height <= WHOLE_TABLE else sorted({*range(min(head, 10)), *tasks})
    shown, before = [], -1
    rows = _cells_by_row(table)
    for row in wanted:
        cells = [_cell(number, cell, by_cell) for cell in rows.get(row, [])]
        shown.append(ShownRow(cells, row < head, task_ids.get(row, ()), row - before - 1))
        before = row
    return shown


def _cell(number: int, cell: Cell, by_cell: Mapping[tuple[int, int], list[Mark]]) -> ShownCell:
    found = segments(cell.text, by_cell.get((cell.row, cell.column), []))
    return ShownCell(found, cell.row_span, cell.column_span, f"{number}.{cell.row}.{cell.column}")


def _task_rows(number: int, marks: Marks) -> dict[int, tuple[int, ...]]:
    """Row of the table -> the draft's rows whose task stands there."""
    found: dict[int, tuple[int, ...]] = {}
    for (block, row, _), here in marks.items():
        ids = tuple(mark.row_id for mark in here if mark.kind == "task" and mark.row_id is not None)
        if block == number and row is not None and ids:
            found[row] = tuple(dict.fromkeys((*found.get(row, ()), *ids)))
    return found


def _cells_by_row(table: Table) -> dict[int, list[Any]]:
    rows: dict[int, list[Any]] = {}
    for cell in sorted(table.cells, key=lambda one: (one.row, one.column)):
        rows.setdefault(cell.row, []).append(cell)
    return rows

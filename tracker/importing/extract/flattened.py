"""Tables that a conversion flattened: one cell a line with blank lines between, tabs, or pipes; put together again.

The reader does not know what a column is called, so it leaves the lines; here the heads of the columns are known.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations

from tracker.importing.blocks import Block, Cell, Document, Paragraph, Table
from tracker.importing.extract.labels import Label, column_label
from tracker.importing.extract.numbering import number_value
from tracker.importing.extract.parties import read_parties
from tracker.importing.extract.words import fold
from tracker.tasks.limits import LimitKind, read_limit

_UNITS = {Label.LEAD, Label.RESPONSIBLE, Label.PARTNER, Label.DOER}
_MAX_COLUMNS = 12
_TITLE = re.compile(r"(?:表|方案|台账|要点|计划|通知)$")
_PAGE_NUMBER = re.compile(r"[-—–―]+\s*\d{1,4}\s*[-—–―]+|第\s*\d+\s*页(?:\s*共\s*\d+\s*页)?")
_SENTENCE = re.compile(r"[。;:,!?]")


def rebuild(document: Document) -> Document:
    """The document with its flattened tables as tables, and without the numbers of its pages."""
    document = replace(document, blocks=[block for block in document.blocks if not _is_page_number(block)])
    blocks: list[Block] = []
    place, tables = 0, sum(isinstance(block, Table) for block in document.blocks)
    while place < len(document.blocks):
        table, after = _table_at(document.blocks, place)
        if table:
            tables += 1
            blocks.append(replace(table, where=f"表{tables}"))
        else:
            blocks.append(document.blocks[place])
        place = after
    return replace(document, blocks=blocks)


def _is_page_number(block: Block) -> bool:
    return isinstance(block, Paragraph) and bool(_PAGE_NUMBER.fullmatch(fold(block.text)))


def _table_at(blocks: list[Block], place: int) -> tuple[Table | None, int]:
    if not isinstance(blocks[place], Paragraph):
        return None, place + 1
    for form in (_delimited, _stacked):
        table, after = form(blocks, place)
        if table:
            return table, after
    return None, place + 1


def _delimited(blocks: list[Block], place: int) -> tuple[Table | None, int]:
    """Lines of cells between tabs (pasted from a spreadsheet) or pipes."""
    rows = []
    after = place
    while after < len(blocks) and isinstance(block := blocks[after], Paragraph):
        cells = _split(block.text)
        if cells is None:
            break
        rows.append(cells)
        after += 1
    rows = [row for row in rows if not all(re.fullmatch(r"[-: ]*", cell) and "-" in cell for cell in row)]
    if len(rows) < 2:
        return None, place
    made = [Cell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row) if text]
    return Table(made, ""), after


def _split(line: str) -> list[str] | None:
    if line.count("\t") >= 2:
        return [cell.strip() for cell in line.split("\t")]
    if line.startswith("|") and line.count("|") >= 4:
        return [cell.strip() for cell in line.strip("|").split("|")]
    return None


@dataclass
class _Layout:
    """The columns of a stacked table and how many blank lines stand between two of its cells."""

    heads: list[str]
    labels: list[Label | None]
    gap: int

    @property
    def width(self) -> int:
        return len(self.heads)

    @property
    def text_column(self) -> int:
        for label in (Label.DETAIL, Label.TEXT, None, Label.GOAL):
            if label in self.labels:
                return self.labels.index(label)
        return min(1, self.width - 1)


def _stacked(blocks: list[Block], place: int) -> tuple[Table | None, int]:
    layout, after = _layout_at(blocks, place)
    if not layout:
        return None, place
    rows, after = _rows(blocks, after, layout)
    if not rows:
        return None, place
    cells = [Cell(head, 0, c) for c, head in enumerate(layout.heads)]
    for number, row in enumerate(rows, 1):
        cells += _aligned(row, number, layout)
    return Table(cells, ""), after


def _layout_at(blocks: list[Block], place: int) -> tuple[_Layout | None, int]:
    """The heads at a place: three or more known ones, one of them of units. A blank line too many is an empty head."""
    first = blocks[place]
    if not isinstance(first, Paragraph) or column_label(first.text) is None:
        return None, place
    run: list[Paragraph] = []
    while place + len(run) < len(blocks) and len(run) < _MAX_COLUMNS:
        block = blocks[place + len(run)]
        if not isinstance(block, Paragraph) or not _may_be_head(block.text):
            break
        run.append(block)
    while run and column_label(run[-1].text) is None:
        run.pop()
    known = [label for label in (column_label(block.text) for block in run) if label]
    begins_later = Label.NUMBER in known and known[0] is not Label.NUMBER  # a title above the heads
    if len(known) < 3 or not _UNITS & set(known) or begins_later:
        return None, place
    after = place + len(run)
    gap = _usual_gap(blocks, place + 1, after)
    heads = _spread(run, gap)
    labels = [column_label(head) for head in heads]
    return _Layout(heads, labels, gap), after


def _may_be_head(text: str) -> bool:
    if len(text) > 16 or number_value(text) is not None or _TITLE.search(text):
        return False
    return not _SENTENCE.search(fold(text).rstrip(":"))


def _usual_gap(blocks: list[Block], start: int, after: int) -> int:
    gaps = [block.gap for block in blocks[start : after + 200] if isinstance(block, Paragraph)]
    return Counter(gaps).most_common(1)[0][0]


def _spread(run: list[Paragraph], gap: int) -> list[str]:
    """Texts with an empty one for each blank line too many. A line of wide blanks is an empty cell already."""
    texts = [run[0].text]
    for before, block in zip(run, run[1:], strict=False):
        extra = block.gap - gap
        texts += [""] * (extra if extra > 0 and before.text and block.text else 0)
        texts.append(block.text)
    return texts


def _rows(blocks: list[Block], place: int, layout: _Layout) -> tuple[list[list[Paragraph]], int]:
    """The lines of each row, up to where the table ends."""
    numbered = layout.labels[0] is Label.NUMBER
    rows: list[list[Paragraph]] = []
    last: int | None = None
    while place < len(blocks):
        block = blocks[place]
        if not isinstance(block, Paragraph) or (rows and block.gap > layout.gap + layout.width):
            break
        if rows and block.gap < layout.gap and number_value(block.text) is None and rows[-1][-1].text:
            rows[-1][-1] = replace(rows[-1][-1], text=rows[-1][-1].text + block.text)  # a cell's further line
        elif numbered and _starts_row(block.text, last, rows, layout):
            last = number_value(block.text)
            rows.append([block])
        elif rows and not _is_full(rows[-1], layout):
            rows[-1].append(block)
        elif _begins_anew(blocks, place, last, numbered, layout):
            rows.append([block])
        else:
            break
        place += 1
    return rows, place


def _starts_row(text: str, last: int | None, rows: list[list[Paragraph]], layout: _Layout) -> bool:
    value = number_value(text)
    if value is None or len(text) > 6:
        return False
    if last is None or value == last + 1:
        return True
    enough = len(_spread(rows[-1], layout.gap)) >= layout.width - 1
    return enough and (value == 1 or last < value < min(last + 200, 1900))


def _is_full(row: list[Paragraph], layout: _Layout) -> bool:
    if len(row) == 1 and layout.labels[0] is Label.NUMBER and number_value(row[0].text) is None:
        return True  # a section row
    return len(_spread(row, layout.gap)) >= layout.width or _ends_with_limit(row, layout)


def _ends_with_limit(row: list[Paragraph], layout: _Layout) -> bool:
    """A row that is short of a cell, but whose last cell is what the last column holds: nothing more belongs to it."""
    if layout.labels[-1] is not Label.LIMIT or len(row) < layout.width - 1:
        return False
    return _is_limit(row[-1].text)


def _begins_anew(blocks: list[Block], place: int, last: int | None, numbered: bool, layout: _Layout) -> bool:
    """Whether a line after a full row is a row without number, or a section row before the next number."""
    block = blocks[place]
    assert isinstance(block, Paragraph)
    if not numbered:
        return block.gap <= layout.gap + 1
    following = blocks[place + 1] if place + 1 < len(blocks) else None
    if not isinstance(following, Paragraph):
        return False
    value = number_value(following.text)
    return value is not None and (last is None or value in (1, last + 1))


def _aligned(row: list[Paragraph], number: int, layout: _Layout) -> list[Cell]:
    """The row's lines as cells. Too many lines: the text was broken. Too few: each goes where it fits."""
    if len(row) == 1 and number_value(row[0].text) is None:
        return [Cell(row[0].text, number, 0, 1, layout.width)]
    texts = [line.text for line in row]
    spread = _spread(row, layout.gap)
    if len(texts) > layout.width:
        extra, at = len(texts) - layout.width, layout.text_column
        texts[at : at + extra + 1] = ["\n".join(texts[at : at + extra + 1])]
    elif len(spread) == layout.width:
        texts = spread
    if len(texts) == layout.width:
        return [Cell(text, number, column) for column, text in enumerate(texts) if text]
    columns = _best_columns(texts, layout)
    return [
        Cell(text, number, column, 1, _span(text, column, columns, layout))
        for column, text in zip(columns, texts, strict=True)
    ]


def _best_columns(texts: list[str], layout: _Layout) -> tuple[int, ...]:
    def fit(columns: tuple[int, ...]) -> int:
        return sum(_fit(layout.labels[column], text) for column, text in zip(columns, texts, strict=True))

    return max(combinations(range(layout.width), len(texts)), key=fit)


def _fit(label: Label | None, text: str) -> int:
    """How well a text suits a column."""
    if label is Label.NUMBER:
        return 3 if number_value(text) is not None else -3
    if label is Label.LIMIT:
        return 3 if _is_limit(text) else -1
    parties = read_parties(text)
    units = bool(parties) and not parties.strange
    if label in _UNITS:
        return 2 if units else -2
    return (len(text) > 8) - 2 * units


def _is_limit(text: str) -> bool:
    return len(text) <= 25 and read_limit(text, 2000)[0].kind is not LimitKind.NONE


def _span(text: str, column: int, columns: tuple[int, ...], layout: _Layout) -> int:
    """Leads by 分别负责 whose neighbour column has no cell: one cell stood across both."""
    beside = column + 1
    across = layout.labels[column] in _UNITS and beside < layout.width and layout.labels[beside] in _UNITS
    return 2 if across and beside not in columns and read_parties(text).shared else 1

"""Pages of placed characters (PDF, OFD) to blocks: lines, paragraphs, ruled tables, without what a page repeats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from tracker.importing.blocks import Block, Cell, Document, Paragraph, Table

Box = tuple[float, float, float, float]  # left, top, right, bottom, from the upper left corner


@dataclass(frozen=True)
class Glyph:
    """Characters placed on a page; ``size`` is their height. Lengths are the page's own units."""

    text: str
    left: float
    top: float
    right: float
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, self.top + self.size / 2


@dataclass(frozen=True)
class Page:
    """A page: its characters and, for each ruled table, the boxes of its cells."""

    glyphs: list[Glyph]
    tables: list[list[Box]] = field(default_factory=list)
    height: float = 0


@dataclass(frozen=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    size: float
    page: int


@dataclass(frozen=True)
class _Placed:
    """A table, the page and height at which it begins, those of its last stretch, and its columns' left edges."""

    table: Table
    begin: tuple[int, float]
    last: tuple[int, float]
    edges: tuple[float, ...]


_NUMBER_OF_PAGE = re.compile(r"[-—–―·\s]*\d{1,4}[-—–―·\s]*|第\s*\d+\s*页.*|\d+\s*/\s*\d+|[-—–\s]*[ivxIVX]+[-—–\s]*")
_LIST_MARK = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}(?:、|[.．](?!\d))|第[一二三四五六七八九十]+[部章节条]"
)
_SENTENCE_END = re.compile(r"[。;；:：!！)）]$")
_EDGE = 0.12  # of the page's height: where heads and feet of pages stand
_ASCII_END = re.compile(r"[A-Za-z0-9,.;)%]$")
_SAME_EDGE = 3.0


def to_document(pages: list[Page], format_name: str) -> Document:
    """The blocks of all pages in their order: a paragraph or table that runs over a page is one."""
    lines: list[_Line] = []
    tables: list[_Placed] = []
    for number, page in enumerate(pages, 1):
        free = [
            glyph for glyph in page.glyphs if not any(_inside(glyph, box) for boxes in page.tables for box in boxes)
        ]
        lines += _lines(free, number)
        tables += (placed for boxes in page.tables if (placed := _table(boxes, page.glyphs, number)))
    lines = _without_furniture(lines, pages)
    return Document(_blocks(lines, _joined(tables, lines)), format_name)


def _inside(glyph: Glyph, box: Box) -> bool:
    x, y = glyph.middle
    return box[0] <= x < box[2] and box[1] <= y < box[3]


# Lines


def _lines(glyphs: Iterable[Glyph], page: int) -> list[_Line]:
    """Characters of one height as lines, from the top."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (g.middle[1], g.left)):
        if rows and abs(rows[-1][-1].middle[1] - glyph.middle[1]) < 0.5 * max(glyph.size, 1):
            rows[-1].append(glyph)
        elif glyph.text.strip():
            rows.append([glyph])
    return [line for row in rows if (line := _line(row, page)).text]


def _line(row: list[Glyph], page: int) -> _Line:
    row = sorted(row, key=lambda glyph: glyph.left)
    words = [glyph for glyph in row if glyph.text.strip()]
    text = ""
    for before, glyph in zip([None, *row], row, strict=False):
        if before and glyph.left - before.right > (0.25 if _ASCII_END.search(before.text) else 1.5) * glyph.size:
            text += " "
        text += glyph.text
    size = median(glyph.size for glyph in words)
    return _Line(text.strip(), words[0].left, words[-1].right, min(g.top for g in words), size, page)


def _without_furniture(lines: list[_Line], pages: list[Page]) -> list[_Line]:
    """Without page numbers and the words that stand at the same edge of half the pages."""
    at_edge = [line for line in lines if _is_at_edge(line, pages)]
    counts = Counter(_shape(line) for line in at_edge)
    repeated = {shape for shape, count in counts.items() if count >= max(3, len(pages) / 2)}
    unwanted = {id(line) for line in at_edge if _NUMBER_OF_PAGE.fullmatch(line.text) or _shape(line) in repeated}
    return [line for line in lines if id(line) not in unwanted]


def _is_at_edge(line: _Line, pages: list[Page]) -> bool:
    height = pages[line.page - 1].height
    return line.top < _EDGE * height or line.top > (1 - _EDGE) * height


def _shape(line: _Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.top / 5)


# Tables


def _table(boxes: list[Box], glyphs: list[Glyph], page: int) -> _Placed | None:
    """The boxes as cells with their spans. A frame around one text is no table."""
    lefts = _edges(box[0] for box in boxes)
    tops = _edges(box[1] for box in boxes)
    if len(boxes) < 2:
        return None
    rights, bottoms = [*lefts[1:], max(b[2] for b in boxes)], [*tops[1:], max(b[3] for b in boxes)]
    held = [(box, _lines((g for g in glyphs if _inside(g, box)), page)) for box in sorted(boxes, key=_reading_order)]
    margin = min((line.left - box[0] for box, inner in held for line in inner), default=0)
    cells = []
    for box, inner in held:
        text = _cell_text(inner, box[2] - box[0] - 2 * margin)
        column, row = _place(lefts, box[0]), _place(tops, box[1])
        columns, rows = _place(rights, box[2]) - column + 1, _place(bottoms, box[3]) - row + 1
        cells.append(Cell(text, row, column, max(rows, 1), max(columns, 1)))
    place = (page, tops[0])
    return _Placed(Table(cells, ""), place, place, tuple(lefts))


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SAME_EDGE:
            edges.append(value)
    return edges


def _place(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - value))


def _reading_order(box: Box) -> tuple[float, float]:
    return box[1], box[0]


def _cell_text(lines: list[_Line], width: float) -> str:
    """The lines of a cell; those that only its ``width`` broke are put together again."""
    text = ""
    for before, line in zip([None, *lines], lines, strict=False):
        if before:
            text += _joint(before, line) if width - (before.right - before.left) < _needed(line) else "\n"
        text += line.text
    return text


def _needed(line: _Line) -> float:
    """The room that the beginning of a line would have taken above: a word, or a character with the stop after it."""
    word = re.match(r"[A-Za-z0-9.%]+|.", line.text)
    stop = re.match(r".[、，。；：）》”！？,;)]", line.text)
    characters = 0.55 * len(word[0]) if word and word[0].isascii() else 1
    return (characters + bool(stop) + 0.3) * line.size


def _joint(before: _Line, line: _Line) -> str:
    return " " if _ASCII_END.search(before.text) and re.match(r"[A-Za-z]", line.text) else ""


def _joined(tables: list[_Placed], lines: list[_Line]) -> list[_Placed]:
    """A table with the columns of the last one of the page before, and nothing between them, goes on with it."""
    joined: list[_Placed] = []
    for placed in tables:
        if joined and _goes_on(joined[-1], placed, lines):
            whole = _appended(joined[-1].table, placed.table)
            joined[-1] = replace(joined[-1], table=whole, last=placed.begin)
        else:
            joined.append(placed)
    return joined


def _goes_on(above: _Placed, below: _Placed, lines: list[_Line]) -> bool:
    same = len(above.edges) == len(below.edges) and all(
        abs(a - b) <= _SAME_EDGE for a, b in zip(above.edges, below.edges, strict=True)
    )
    between = any(above.last < (line.page, line.top) < below.begin for line in lines)
    return same and below.begin[0] == above.last[0] + 1 and not between


def _appended(above: Table, below: Table) -> Table:
    """The rows of the next page below those before: without the head said again, a row cut by the page put together."""
    skip = _repeated_head(above, below)
    rows = [[c for c in below.cells if c.row == row] for row in range(skip, below.height)]
    cells = list(above.cells)
    if rows and _is_rest_of_row(above, rows[0]):
        cells = _filled(cells, above.height - 1, rows[0])
        skip += 1
    shift = above.height - skip
    cells += (replace(c, row=c.row + shift) for c in below.cells if c.row >= skip)
    return Table(cells, "")


def _repeated_head(above: Table, below: Table) -> int:
    """How many rows at the top of a page say the table's first rows again."""
    count = 0
    while count < min(below.height, above.height, 4) and _texts(above, count) == _texts(below, count):
        count += 1
    return count


def _texts(table: Table, row: int) -> list[str]:
    return [re.sub(r"\s", "", cell.text) if cell else "" for cell in table.row(row)]


def _is_rest_of_row(above: Table, row: list[Cell]) -> bool:
    """A row without a number where each row has one."""
    numbers = [above.grid.get((r, 0)) for r in range(above.height)]
    numbered = sum(1 for cell in numbers if cell and cell.text.strip(" .、").isdecimal())
    first = next((cell.text for cell in row if cell.column == 0), "")
    said = [cell for cell in row if cell.text.strip()]
    return numbered * 2 >= above.height and not first.strip() and bool(said)


def _filled(cells: list[Cell], row: int, rest: list[Cell]) -> list[Cell]:
    """The cells of a row with what stands of them on the next page."""
    more = {cell.column: cell.text for cell in rest}
    return [
        replace(c, text=c.text + more[c.column]) if c.row + c.row_span - 1 == row and more.get(c.column) else c
        for c in cells
    ]


# Blocks


def _blocks(lines: list[_Line], tables: list[_Placed]) -> list[Block]:
    """Lines and tables in the order of the pages."""
    blocks: list[Block] = []
    free = sorted(lines, key=lambda line: (line.page, line.top))
    for number, placed in enumerate(sorted(tables, key=lambda table: table.begin), 1):
        above = [line for line in free if (line.page, line.top) < placed.begin]
        blocks += _paragraphs(above)
        blocks.append(replace(placed.table, where=f"第{placed.begin[0]}页 表{number}"))
        free = free[len(above) :]
    return blocks + _paragraphs(free)


def _paragraphs(lines: list[_Line]) -> list[Paragraph]:
    """Lines put together: one goes on with the line before when that was full and it begins at the margin."""
    if not lines:
        return []
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    steps = [_step(before, line) for before, line in pairwise(lines) if before.page == line.page]
    usual = median(steps) if steps else 0.0
    made: list[Paragraph] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before and _continues(before, line, left, right) and _step(before, line) < 1.4 * usual:
            made[-1] = replace(made[-1], text=made[-1].text + _joint(before, line) + line.text)
        else:
            made.append(Paragraph(line.text, f"第{line.page}页"))
    return made


def _step(before: _Line, line: _Line) -> float:
    """How far below the line before; over a page's edge that says nothing."""
    return line.top - before.top if line.page == before.page else 0.0


def _continues(before: _Line, line: _Line, left: float, right: float) -> bool:
    same_size = abs(before.size - line.size) < 0.15 * max(before.size, line.size)
    full = right - before.right < 2.2 * before.size
    listed = _LIST_MARK.match(line.text) and _SENTENCE_END.search(before.text)
    return same_size and full and line.left - left < 1.2 * line.size and not listed

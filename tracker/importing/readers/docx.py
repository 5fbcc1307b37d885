""".docx: paragraphs, headings and tables in their order, with merged cells and the pages Word last saw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from tracker.importing.blocks import Block, Cell, Document, Paragraph, Table

_W_P, _W_TBL, _W_SDT = qn("w:p"), qn("w:tbl"), qn("w:sdt")
_TEXT, _TAB, _BREAK, _CR = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_DELETED = {qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent")}
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.I)


def read_docx(content: bytes) -> Document:
    """A Word document. Deleted text of tracked changes is left out, inserted text is in."""
    opened = docx.Document(BytesIO(content))
    return Document(_Walk(_style_levels(opened)).blocks_of(opened.element.body), "docx")


def _style_levels(opened: Any) -> dict[str, int]:
    levels = {}
    for style in opened.styles:
        found = _HEADING.match(style.name or "")
        if found:
            levels[style.style_id] = int(found[1])
    return levels


class _Walk:
    """One walk through the body, counting pages, paragraphs and tables as it goes."""

    def __init__(self, levels: dict[str, int]) -> None:
        self.levels = levels
        self.blocks: list[Block] = []
        self.page = 1
        self.paged = False
        self.paragraphs = self.tables = 0

    def blocks_of(self, body: Any) -> list[Block]:
        self.paged = next(body.iter(qn("w:lastRenderedPageBreak")), None) is not None
        for element in _body_elements(body):
            if element.tag == _W_P:
                self._paragraph(element)
            else:
                self._table(element)
            self.page += _page_breaks(element)
        return self.blocks

    def _where(self, place: str) -> str:
        return f"第{self.page}页 {place}" if self.paged else place

    def _paragraph(self, element: Any) -> None:
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        level = self.levels.get(style.get(qn("w:val"))) if style is not None else None
        for line in _text(element).split("\n"):
            if line.strip():
                self.paragraphs += 1
                self.blocks.append(
                    Paragraph(line.strip(), self._where(f"第{self.paragraphs}段"), 0, level, _vanished(element))
                )

    def _table(self, element: Any) -> None:
        self.tables += 1
        cells, hidden = _cells(element)
        if cells:
            self.blocks.append(Table(cells, self._where(f"表{self.tables}"), hidden_rows=hidden))


def _body_elements(body: Any) -> Iterator[Any]:
    for element in body:
        if element.tag in (_W_P, _W_TBL):
            yield element
        elif element.tag == _W_SDT:
            content = element.find(qn("w:sdtContent"))
            yield from _body_elements(content if content is not None else [])


def _page_breaks(element: Any) -> int:
    return sum(1 for _ in element.iter(qn("w:lastRenderedPageBreak")))


def _text(element: Any) -> str:
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _TAB:
            yield " "
        elif child.tag in (_BREAK, _CR):
            yield "\n"
        elif child.tag not in _DELETED:
            yield from _pieces(child)


def _vanished(element: Any) -> bool:
    """Hidden text: every run that has words is marked so."""
    runs = [run for run in element.iter(qn("w:r")) if _text(run).strip()]
    return bool(runs) and all(run.find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None for run in runs)


def _cells(table: Any) -> tuple[list[Cell], list[int]]:
    """The cells with their spans, and the rows marked as hidden."""
    open_above: dict[int, list[Any]] = {}
    made: list[list[Any]] = []
    hidden = []
    for row, line in enumerate(_rows(table)):
        if line.find(f"{qn('w:trPr')}/{qn('w:hidden')}") is not None:
            hidden.append(row)
        column = _skipped(line)
        for item in _row_cells(line):
            width = _width(item)
            merge = item.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            above = open_above.get(column)
            if merge is not None and merge.get(qn("w:val"), "continue") == "continue" and above:
                above[3] += 1
            else:
                cell = [_cell_text(item), row, column, 1, width]
                made.append(cell)
                open_above.pop(column, None)
                if merge is not None:
                    open_above[column] = cell
            column += width
    return [Cell(*cell) for cell in made], hidden


def _rows(table: Any) -> Iterator[Any]:
    for element in table:
        if element.tag == qn("w:tr"):
            yield element
        elif element.tag == _W_SDT:
            yield from _rows(element.find(qn("w:sdtContent")))


def _row_cells(line: Any) -> Iterator[Any]:
    for element in line:
        if element.tag == qn("w:tc"):
            yield element
        elif element.tag == _W_SDT:
            yield from _row_cells(element.find(qn("w:sdtContent")))


def _skipped(line: Any) -> int:
    before = line.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return int(before.get(qn("w:val"))) if before is not None else 0


def _width(item: Any) -> int:
    span = item.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return max(int(span.get(qn("w:val"))), 1) if span is not None else 1


def _cell_text(item: Any) -> str:
    return "\n".join(filter(None, (_text(p).strip() for p in item.iter(_W_P))))

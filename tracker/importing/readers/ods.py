""".ods: each sheet one table, with merged cells, hidden rows and hidden sheets, from its own XML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

from tracker.importing.blocks import Block, Cell, Document, Table
from tracker.importing.readers.sheets import hidden_notes, written

_NAMES = {
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
}
_MAX_ROWS = 100_000
_MAX_SPAN = 300
_MAX_COLUMNS = 1_000


def _name(prefixed: str) -> str:
    prefix, local = prefixed.split(":")
    return f"{{{_NAMES[prefix]}}}{local}"


_ROW, _CELL, _COVERED = _name("table:table-row"), _name("table:table-cell"), _name("table:covered-table-cell")


def read_ods(content: bytes) -> Document:
    """An OpenDocument workbook. Hidden sheets and rows are kept, marked, and counted in the notes."""
    with ZipFile(BytesIO(content)) as archive:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root: Any = etree.fromstring(archive.read("content.xml"), parser)
    unseen = set(
        root.xpath("//style:style[style:table-properties/@table:display='false']/@style:name", namespaces=_NAMES)
    )
    sheets = root.xpath("//office:spreadsheet/table:table", namespaces=_NAMES)
    tables = [_table(sheet, sheet.get(_name("table:style-name")) in unseen) for sheet in sheets]
    blocks: list[Block] = [table for table in tables if table.cells]
    return Document(blocks, "ods", [note for table in tables for note in hidden_notes(table)])


def _table(sheet: Any, hidden: bool) -> Table:
    cells: list[Cell] = []
    hidden_rows: list[int] = []
    row = 0
    for line in sheet.iter(_ROW):
        repeated = _count(line, "table:number-rows-repeated", _MAX_ROWS)
        held = list(_cells(line, row))
        if line.get(_name("table:visibility")) in ("collapse", "filter"):
            hidden_rows += range(row, row + repeated)
        if held:
            for again in range(min(repeated, _MAX_SPAN)):
                cells += (Cell(c.text, c.row + again, c.column, c.row_span, c.column_span) for c in held)
        row += repeated
        if row > _MAX_ROWS:
            break
    name = sheet.get(_name("table:name")) or "1"
    return Table(cells, f"工作表“{name}”", name, hidden_rows, hidden)


def _cells(line: Any, row: int) -> Iterator[Cell]:
    column = 0
    for item in line:
        if item.tag not in (_CELL, _COVERED):
            continue
        repeated = _count(item, "table:number-columns-repeated", _MAX_COLUMNS)
        text = _written(item) if item.tag == _CELL else ""
        if text:
            rows, columns = (_count(item, f"table:number-{side}-spanned", _MAX_SPAN) for side in ("rows", "columns"))
            yield from (Cell(text, row, column + n, rows, columns) for n in range(repeated))
        column += repeated
        if column > _MAX_COLUMNS:
            return


def _count(element: Any, name: str, most: int) -> int:
    said = element.get(_name(name)) or "1"
    return min(max(int(said), 1), most) if said.isdecimal() else 1


def _written(item: Any) -> str:
    """A day as a day; else the words shown, without the notes pinned to the cell."""
    day = item.get(_name("office:date-value"))
    if day:
        return written(date.fromisoformat(day[:10]))
    return "\n".join("".join(p.itertext()) for p in item.iterchildren(_name("text:p"))).strip()

""".xlsx: each sheet one table, with merged ranges, hidden rows and hidden sheets."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from tracker.importing.blocks import Block, Cell, Document, Table
from tracker.importing.readers.merged import clipped
from tracker.importing.readers.sheets import hidden_notes, written

_MAX_ROWS = 100_000


def read_xlsx(content: bytes) -> Document:
    """A workbook, values as last calculated. Hidden sheets and rows are kept, marked, and counted in the notes."""
    book = load_workbook(BytesIO(clipped(content)), data_only=True)
    blocks: list[Block] = []
    notes = []
    for sheet in book.worksheets:
        table = _table(sheet)
        if table.cells:
            blocks.append(table)
            notes += hidden_notes(table)
    return Document(blocks, "xlsx", notes)


def _table(sheet: Any) -> Table:
    cells = _cells(sheet)
    hidden_rows = [number - 1 for number, row in sheet.row_dimensions.items() if row.hidden]
    return Table(cells, f"工作表“{sheet.title}”", sheet.title, sorted(hidden_rows), sheet.sheet_state != "visible")


def _cells(sheet: Any) -> list[Cell]:
    """The cells with words, and merged ones; a merge that runs past the last words (whole columns) stops there."""
    held = [item for row in sheet.iter_rows(max_row=min(sheet.max_row, _MAX_ROWS)) for item in row]
    held = [item for item in held if item.value is not None]
    last_row, last_column = (max((getattr(c, side) for c in held), default=0) for side in ("row", "column"))
    spans = {(r.min_row, r.min_col): (r.max_row, r.max_col) for r in sheet.merged_cells.ranges}
    made = []
    for item in held:
        row, column = spans.get((item.row, item.column), (item.row, item.column))
        rows, columns = min(row, last_row) - item.row + 1, min(column, last_column) - item.column + 1
        made.append(Cell(_shown(item), item.row - 1, item.column - 1, rows, columns))
    return made


def _shown(item: Any) -> str:
    """A value as a person sees it: a date as far as its format shows it (2021年12月)."""
    value = item.value
    if isinstance(value, (datetime, date)):
        shown = item.number_format.lower()
        day = f"{value.day}日" if "d" in shown else ""
        month = f"{value.month}月" if "m" in shown else ""
        return f"{value.year}年{month}{day}"
    return written(value)

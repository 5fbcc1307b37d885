""".xlsx: each sheet one table, with merged ranges, hidden rows and hidden sheets."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from tracker.importing.blocks import Block, Cell, Document, Table

_MAX_CELLS = 500_000


def read_xlsx(content: bytes) -> Document:
    """A workbook, values as last calculated. Hidden sheets and rows are kept, marked, and counted in the notes."""
    book = load_workbook(BytesIO(content), data_only=True)
    blocks: list[Block] = []
    notes = []
    for sheet in book.worksheets:
        table = _table(sheet)
        if table.cells:
            blocks.append(table)
            notes += _hidden_notes(table)
    return Document(blocks, "xlsx", notes)


def _table(sheet: Any) -> Table:
    cells = _cells(sheet)
    hidden_rows = [number - 1 for number, row in sheet.row_dimensions.items() if row.hidden]
    return Table(cells, f"工作表“{sheet.title}”", sheet.title, sorted(hidden_rows), sheet.sheet_state != "visible")


def _hidden_notes(table: Table) -> list[str]:
    if table.hidden:
        return [f"{table.where}是隐藏的，未作为任务读取。"]
    rows = [row for row in table.hidden_rows if row < table.height]
    return [f"{table.where}有{len(rows)}个隐藏行，未作为任务读取。"] if rows else []


def _cells(sheet: Any) -> list[Cell]:
    spans = {
        (r.min_row, r.min_col): (r.max_row - r.min_row + 1, r.max_col - r.min_col + 1)
        for r in sheet.merged_cells.ranges
    }
    made = []
    for row in sheet.iter_rows(max_row=min(sheet.max_row, _MAX_CELLS)):
        for item in row:
            span = spans.get((item.row, item.column))
            if item.value is None and span is None:
                continue
            rows, columns = span or (1, 1)
            made.append(Cell(_written(item.value), item.row - 1, item.column - 1, rows, columns))
    return made


def _written(value: Any) -> str:
    """A value as a person sees it: 2021 for 2021.0, 2021年12月31日 for a date."""
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

""".xls and .et: each sheet one table, with merged ranges. Which rows are hidden these files' reader does not tell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, PasswordError, SheetVisibleEnum, load_workbook

from tracker.errors import UnreadableFile
from tracker.importing.blocks import Block, Cell, Document, Table
from tracker.importing.readers.sheets import hidden_notes, written

_MAX_CELLS = 2_000_000


def read_xls(content: bytes) -> Document:
    """A workbook of Excel 97–2003 or WPS. Hidden sheets are kept, marked, and counted in the notes."""
    try:
        with _silence():
            tables = _tables(content)
    except UnreadableFile:
        raise
    except PasswordError as error:
        raise UnreadableFile("文件设了打开密码，读不了。请在 Excel 或 WPS 里去掉密码，另存后重新上传。") from error
    except BaseException as error:
        # A panic of the library in Rust is no Exception, and its class cannot be imported.
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile(
            "这个 .xls 文件不完整或已损坏，读不出内容。请用 Excel 或 WPS 打开检查，另存为 .xlsx 后重新上传。"
        ) from error
    blocks: list[Block] = [table for table in tables if table.cells]
    notes = [note for table in tables for note in hidden_notes(table)]
    return Document(blocks, "xls", [*notes, "旧版 .xls 看不出哪些行是隐藏的；原文件若有隐藏行，请逐行核对。"])


@contextmanager
def _silence() -> Iterator[None]:
    """Without what a panic writes to standard error, past Python: a refusal is one sentence."""
    kept = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _tables(content: bytes) -> list[Table]:
    book = load_workbook(BytesIO(content))
    return [
        _table(book.get_sheet_by_name(about.name), about.visible is not SheetVisibleEnum.Visible)
        for about in book.sheets_metadata
    ]


def _table(sheet: CalamineSheet, hidden: bool) -> Table:
    where = f"工作表“{sheet.name}”"
    end_row, end_column = sheet.end or (0, 0)
    if end_row * end_column > _MAX_CELLS:
        raise UnreadableFile(f"{where}有 {end_row} 行，太大了。请只保留任务表后再上传。")
    spans = {first: last for first, last in sheet.merged_cell_ranges or []}
    cells = []
    for row, values in enumerate(sheet.to_python(skip_empty_area=False)):
        for column, value in enumerate(values):
            if value != "":
                last_row, last_column = spans.get((row, column), (row, column))
                rows, columns = min(last_row, end_row) - row + 1, min(last_column, end_column) - column + 1
                cells.append(Cell(written(value), row, column, rows, columns))
    return Table(cells, where, sheet.name, hidden=hidden)

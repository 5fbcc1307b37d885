"""Rows of a spreadsheet or a CSV file by the words of their head."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from zipfile import BadZipFile

from tracker.errors import UnreadableFile


def read_rows(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows below the first one that holds all of ``columns``; blank rows are left out. UnreadableFile otherwise."""
    table = iter(_xlsx(file) if file.suffix.lower() == ".xlsx" else _csv(file))
    for head in table:
        if set(columns) <= set(head):
            return [dict(zip(head, row, strict=False)) for row in table if any(row)]
    raise UnreadableFile(f"{file.name} 里没有表头。第一行要有：{'、'.join(columns)}。")


def _csv(file: Path) -> Iterator[list[str]]:
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # what Excel writes on a Chinese Windows
    for row in csv.reader(StringIO(text)):
        yield [cell.strip() for cell in row]


def _xlsx(file: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise UnreadableFile(f"{file.name} 打不开：不是 .xlsx 文件，或已损坏。请另存为 .xlsx 再试。") from error
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield ["" if value is None else str(value).strip() for value in row]
    book.close()

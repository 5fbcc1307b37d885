"""A workbook that comes back filled in: its rows as texts, read one after another and never all at once.

Whatever it claims to be, it is read only so far: ``UNPACKED`` bytes and ``ROWS`` rows.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tracker.errors import UnreadableFile

UNPACKED = 40 << 20  # bytes: 5,000 rows with long texts unpack to some 10 MB
ROWS = 20_000

_DAMAGED = (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, SyntaxError, OSError, zlib.error)
"""What a broken, locked or hostile archive raises on its way; SyntaxError is lxml's for XML that is none."""
_NOT_XLSX = "打不开：不是 .xlsx 文件，或已损坏、加了密码。请用原来的软件另存为 .xlsx 再传。"
_TOO_LARGE = "解开后太大，没有读。请只留要用的那张表，另存后再传。"


def xlsx_rows(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet, cells as texts: an empty cell is "", 45 is "45", a cell shown as 45% is "45%".

    UnreadableFile, with a sentence that begins with its verb, for what is no workbook or unpacks too large.
    """
    try:
        with ZipFile(BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNPACKED:
                raise UnreadableFile(_TOO_LARGE)
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        page = book.worksheets[0]
        page.reset_dimensions()
        for row in islice(page.iter_rows(), ROWS):
            yield [_text(cell) for cell in row]
        book.close()
    except _DAMAGED as damage:
        raise UnreadableFile(_NOT_XLSX) from damage


def rows_below(table: Iterator[list[str]], titles: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(number of the row on the sheet, its cells by title) below the first row that holds all of ``titles``.

    Blank rows are left out. UnreadableFile where no row holds the titles.
    """
    numbered = enumerate(table, 1)
    head = next((row for _number, row in numbered if set(titles) <= set(row)), None)
    if head is None:
        raise UnreadableFile(f"里没有表头。表头要有：{'、'.join(titles)}。")
    for number, row in numbered:
        if any(text.strip() for text in row):
            yield number, dict(zip(head, row, strict=False))


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value * 100:g}%" if "%" in cell.number_format else f"{value:g}"
    return value.isoformat() if isinstance(value, date) else str(value).replace("_x000D_", "").replace("\r\n", "\n")

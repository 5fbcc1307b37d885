"""Merged ranges of a workbook that run far past its rows, as when an office merges whole columns.

openpyxl makes an object for every cell of a merged range: a million for one column, seconds and gigabytes for nothing.
"""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_END = re.compile(rb'(<(?:\w+:)?mergeCell\b[^>]*?\bref="[A-Z]+\d+:[A-Z]+)(\d+)(")')
_FAR = 1000
"""Rows past the last one from which a range is cut."""


def clipped(content: bytes) -> bytes:
    """The same workbook with such ranges cut at the sheet's last row; unchanged where there is none."""
    with ZipFile(BytesIO(content)) as book:
        sheets = {name: book.read(name) for name in book.namelist() if _SHEET.fullmatch(name)}
        changed = {name: cut for name, xml in sheets.items() if (cut := _clip(xml)) != xml}
        if not changed:
            return content
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as copy:
            for name in book.namelist():
                copy.writestr(name, changed.get(name) or book.read(name))
        return out.getvalue()


def _clip(xml: bytes) -> bytes:
    last = max((int(number) for number in _ROW.findall(xml)), default=1)

    def cut(found: re.Match[bytes]) -> bytes:
        end = int(found[2])
        return found[1] + str(last if end > last + _FAR else end).encode() + found[3]

    return _END.sub(cut, xml)

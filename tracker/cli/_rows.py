"""Rows of a spreadsheet or a CSV file by the words of their head."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from tracker.errors import UnreadableFile


def read_rows(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows below the first one that holds all of ``columns``; blank rows are left out. UnreadableFile otherwise."""
    from tracker.exports.returned import rows_below, xlsx_rows

    content = file.read_bytes()
    table = xlsx_rows(content) if file.suffix.lower() == ".xlsx" else _csv(content)
    stripped = ([cell.strip() for cell in row] for row in table)
    try:
        return [row for _number, row in rows_below(stripped, columns)]
    except UnreadableFile as refusal:
        raise UnreadableFile(f"{file.name} {refusal}") from refusal


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # what Excel writes on a Chinese Windows
    yield from csv.reader(StringIO(text))

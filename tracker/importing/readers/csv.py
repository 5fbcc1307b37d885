""".csv: one table, fields between commas, semicolons or tabs."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO

from tracker.importing.blocks import Cell, Document, Table
from tracker.importing.readers.text import decode

_MARKS = ",;\t"
_MAX_FIELD = 1_000_000


def read_csv(content: bytes) -> Document:
    """A table of fields, in the encoding of its bytes. A line may have fewer fields than the others."""
    rows = _best(decode(content))
    cells = [Cell(f.strip(), r, c) for r, row in enumerate(rows) for c, f in enumerate(row) if f.strip()]
    return Document([Table(cells, "表1")], "csv")


def looks_like_csv(content: bytes, named: bool) -> bool:
    """Whether a text is a table of fields: nearly every line has the same number of them, three or more. A file
    that is ``named`` .csv may hold more lines that are not: titles, notes, signatures."""
    rows = _best(decode(content))
    width, lines = _usual(rows)
    if named:
        return width >= 2
    return width >= 3 and lines >= 2 and lines * 10 >= len(rows) * 9


def _best(text: str) -> list[list[str]]:
    """The rows by the mark that gives most lines of one width."""
    return max((_rows(text, mark) for mark in _MARKS), key=lambda rows: _usual(rows)[::-1])


def _usual(rows: list[list[str]]) -> tuple[int, int]:
    """The most frequent number of fields above one, and how many rows have it."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    return counts.most_common(1)[0] if counts else (0, 0)


def _rows(text: str, mark: str) -> list[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    return [row for row in csv.reader(StringIO(text.replace("\0", ""), newline=""), delimiter=mark) if any(row)]

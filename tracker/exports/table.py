"""Plain lists as workbooks that print: units in arrears, deliveries, the template for a list of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Literal

from tracker.exports.measure import lines_needed, row_height
from tracker.exports.sheet import Look, Sheet, Value

HEAD_ROWS = 2  # title and heads
TEMPLATE_ROWS = 500  # rows of a template that offer the allowed values
_SIZE = 10.5  # points


@dataclass(frozen=True)
class TableColumn:
    """A column of a plain list, ``width`` in mm. Where there are ``choices``, a cell takes nothing else.

    Once a column is ``writable``, all others are locked. A ``hidden`` one carries keys and is not printed.
    """

    title: str
    width: float = 30
    kind: Literal["text", "number", "date", "moment"] = "text"
    choices: Sequence[str] = ()
    writable: bool = False
    hidden: bool = False


_LOOKS = {
    "text": Look(size=_SIZE),
    "number": Look(size=_SIZE, across="right"),
    "date": Look(size=_SIZE, across="right", number_format="yyyy-mm-dd"),
    "moment": Look(size=_SIZE, across="right", number_format="yyyy-mm-dd hh:mm"),
}


def table_xlsx(title: str, columns: Sequence[TableColumn], rows: Iterable[Sequence[Value]], foot: str = "") -> bytes:
    """A list under its title: heads repeated and fixed, filters on, A4 landscape, one page wide.

    A row has one value for each column; a moment shows the time of its own zone. ``foot`` stands below every
    page, beside the page number.
    """
    widths = [column.width for column in columns]
    sheet = Sheet("表", "A4")
    sheet.set_columns(widths, [index for index, column in enumerate(columns) if column.hidden])
    sheet.set_head(HEAD_ROWS)
    sheet.set_foot(foot)
    title_look = Look(size=15, bold=True, across="center", boxed=False)
    height = row_height(lines_needed(title, sum(widths), title_look.size), title_look.size)
    sheet.append_spans([title], [(0, len(columns) - 1)], sheet.look(title_look), height)
    head = sheet.look(Look(font="黑体", size=_SIZE, bold=True, across="center"))
    titles = [column.title for column in columns]
    sheet.append(titles, [head] * len(columns), _height(titles, widths))
    looks = [sheet.look(replace(_LOOKS[column.kind], writable=column.writable)) for column in columns]
    for row in rows:
        sheet.append(row, looks, _height(row, widths))
    sheet.set_filter(HEAD_ROWS, sheet.rows)
    for index, column in enumerate(columns):
        if column.choices:
            sheet.allow_only(index, column.choices, HEAD_ROWS + 1, max(sheet.rows, HEAD_ROWS + TEMPLATE_ROWS))
    if any(column.writable for column in columns):
        sheet.lock()
    out = BytesIO()
    sheet.save(out)
    return out.getvalue()


def _height(row: Sequence[Value], widths: Sequence[float]) -> float:
    texts = (
        lines_needed(value, width, _SIZE) for value, width in zip(row, widths, strict=True) if isinstance(value, str)
    )
    return row_height(max(texts, default=1), _SIZE)

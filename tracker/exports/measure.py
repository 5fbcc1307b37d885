"""How much room a text takes in a cell: lines, heights, spans. A spreadsheet does not grow a row by itself.

Widths are millimetres, heights and sizes of type points.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

HIGHEST_ROW = 409.0  # points, Excel's limit

_POINT = 25.4 / 72  # mm
_CELL_PADDING = 1.4  # mm, left and right together
_ROW_PADDING = 6.0
_LEADING = 1.4  # of the size of the type: that of the tallest font an office has
_RUNS = re.compile(r"[!-~]+|[^!-~]+")


def text_units(text: str) -> int:
    """Width in half-width characters, a Chinese character counting two: its bytes in GB 18030 (a rare one: four)."""
    return len(text.encode("gb18030", "replace"))


def lines_needed(text: str, width: float, size: float) -> int:
    """Lines that ``text`` takes in a column of ``width``, set in ``size``.

    Chinese breaks anywhere, a run of Latin letters and digits only when it is longer than a line.
    """
    units = max(2, int((width - _CELL_PADDING) / (size * _POINT / 2)))
    return sum(_lines_of(paragraph, units) for paragraph in text.split("\n"))


def _lines_of(paragraph: str, units: int) -> int:
    if text_units(paragraph) <= units:
        return 1
    if units > 12:
        units -= 2  # no line begins with ，or 。: the character before it moves down too
    lines, used = 1, 0
    for run in _RUNS.findall(paragraph):
        width, step = text_units(run), 1 if run.isascii() else 2
        if step == 2:
            here = min(width, (units - used) // 2 * 2)
            width, used = width - here, used + here
        elif used + width <= units:
            width, used = 0, used + width
        if width:
            per_line = units // step * step
            more = -(-width // per_line)
            lines += more if used else more - 1
            used = width - (more - 1) * per_line
    return lines


def one_line(text: str, width: float, size: float) -> str:
    """``text`` on one line of ``width``, what does not fit left out with …"""
    units = max(2, int(width / (size * _POINT / 2)))
    if text_units(text) <= units:
        return text
    while text and text_units(text) > units - 2:
        text = text[:-1]
    return text + "…"


def row_height(lines: int, size: float) -> float:
    """Points that ``lines`` lines of ``size`` take; never more than Excel allows."""
    return min(HIGHEST_ROW, round(lines * size * _LEADING + _ROW_PADDING, 1))


def spans(columns: Sequence[int], widths: Sequence[float], parts: int) -> list[tuple[int, int]]:
    """``columns`` parted into ``parts`` neighbouring spans of about equal width, as (first, last) column.

    ``widths`` are those of all columns, by their index; there must be ``parts`` columns at least.
    """
    share = sum(widths[column] for column in columns) / parts
    reached, firsts = 0.0, [0]
    for index, column in enumerate(columns[1:], 1):
        reached += widths[columns[index - 1]]
        wanting, left = parts - len(firsts), len(columns) - index
        if wanting and (wanting == left or reached + widths[column] / 2 >= share * len(firsts)):
            firsts.append(index)
    ends = [*firsts[1:], len(columns)]
    return [(columns[first], columns[end - 1]) for first, end in zip(firsts, ends, strict=True)]

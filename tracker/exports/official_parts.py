"""What an official document is put together from: lines, rules, tables, the imprint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from tracker.exports.official_page import (
    BODY_POINTS,
    FOOT_POINTS,
    TEXT_WIDTH,
    TWIPS_A_MM,
    Font,
    element,
    put,
    set_fonts,
)

Docx = Any
"""A python-docx Document: the library has no types."""
RED = RGBColor(0xC0, 0x00, 0x00)
LARGEST_MARK, SMALLEST_MARK = 42, 22
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
LARGE_LINE = 1.5
THICK, THIN, HAIR = 8, 6, 4
"""Lines in eighths of a point: 0.35 mm, 0.25 mm, of a table."""


def line(
    document: Docx,
    text: str,
    font: Font,
    points: int,
    *,
    align: str = "",
    indent: int = 0,
    from_right: float = 0.0,
    before: int = 0,
    after: int = 0,
    red: bool = False,
    keep_next: bool = False,
    page_break: bool = False,
) -> Any:
    """A paragraph of one font. ``indent``: of its first line, ``from_right``: from the right edge, in characters;
    ``before``, ``after``: in points."""
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    if align:
        paragraph.alignment = ALIGN[align]
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.keep_with_next, layout.page_break_before = keep_next or None, page_break or None
    properties = paragraph._p.get_or_add_pPr()
    if points > BODY_POINTS:  # else it takes two lines of the grid
        layout.line_spacing = Pt(points * LARGE_LINE)
        put(properties, element("w:snapToGrid", val=0))
    if indent:
        put(properties, element("w:ind", firstLineChars=indent * 100, firstLine=indent * points * 20))
    if from_right:
        put(properties, element("w:ind", rightChars=int(from_right * 100), right=int(from_right * points * 20)))
    _run(paragraph, text, font, points, red=red)
    return paragraph


def _run(paragraph: Any, text: str, font: Font, points: int, red: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(points)
    set_fonts(run._r.get_or_add_rPr(), font)
    if red:
        run.font.color.rgb = RED


def width_in_characters(text: str) -> float:
    """Chinese signs count one, Latin ones and figures a half."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in text)


def mark_points(mark: str) -> int:
    """The red words fill the line at most: smaller, the more of them there are."""
    fits = TEXT_WIDTH * TWIPS_A_MM / 20 / (width_in_characters(mark) + 1)
    return max(SMALLEST_MARK, min(LARGEST_MARK, int(fits)))


def ends(document: Docx, left: str, right: str, font: Font, points: int) -> None:
    """One line with words at both of its ends."""
    paragraph = line(document, left, font, points, before=points)
    tabs = element("w:tabs")
    tabs.append(element("w:tab", val="right", pos=int(TEXT_WIDTH * TWIPS_A_MM)))
    put(paragraph._p.get_or_add_pPr(), tabs)
    _run(paragraph, f"\t{right}", font, points)


def red_rule(document: Docx) -> None:
    """The red line under the head, over the whole width."""
    paragraph = line(document, "", Font.BODY, 2)
    borders = element("w:pBdr")
    borders.append(element("w:bottom", val="single", sz=12, space=1, color="C00000"))
    properties = paragraph._p.get_or_add_pPr()
    put(properties, borders)
    put(properties, element("w:snapToGrid", val=0))


def table(
    document: Docx,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    numeric: frozenset[int],
    points: int,
) -> None:
    """A ruled table whose head is repeated on every page and whose rows are never split."""
    grid = document.add_table(rows=0, cols=len(head))
    _frame(grid, HAIR, inside=True)
    _columns(grid, widths)
    _row(grid, head, widths, frozenset(range(len(head))), Font.HEADING, points, is_head=True)
    for row in rows:
        _row(grid, row, widths, numeric, Font.BODY, points)


def _columns(grid: Any, widths: Sequence[int]) -> None:
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)


def _row(
    grid: Any,
    cells: Sequence[str],
    widths: Sequence[int],
    middle: frozenset[int],
    font: Font,
    points: int,
    is_head: bool = False,
) -> None:
    row = grid.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    if is_head:
        properties.append(element("w:tblHeader"))
    for turn, (cell, text, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
        cell.width = Mm(width)
        put(cell._tc.get_or_add_tcPr(), element("w:vAlign", val="center"))
        paragraph = cell.paragraphs[0]
        paragraph.alignment = ALIGN["center" if turn in middle else "left"]
        put(paragraph._p.get_or_add_pPr(), element("w:snapToGrid", val=0))
        _run(paragraph, text, font, points)


def _frame(grid: Any, size: int, inside: bool) -> None:
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        shown = inside or side in {"top", "bottom"}
        borders.append(element(f"w:{side}", val="single" if shown else "nil", sz=size, space=0, color="000000"))
    put(grid._tbl.tblPr, borders)
    put(grid._tbl.tblPr, element("w:jc", val="center"))


def imprint(document: Docx, rows: Sequence[tuple[str, str]]) -> None:
    """抄送 and 印发 at the foot of the last page, a thick rule above and below, thin ones between."""
    line(document, "", Font.BODY, BODY_POINTS)  # two tables that touch would be one
    grid = document.add_table(rows=0, cols=2)
    _frame(grid, THICK, inside=False)
    put(grid._tbl.tblPr, _at_the_foot())
    _columns(grid, (TEXT_WIDTH - 66, 66))
    for turn, (left, right) in enumerate(rows):
        row = grid.add_row()
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
        cells = list(row.cells)
        if not right:
            cells = [cells[0].merge(cells[1])]
        for cell, text, align in zip(cells, (left, right), ("left", "right"), strict=False):
            _imprint_cell(cell, text, align, has_rule=turn > 0)
    tie = line(document, "", Font.BODY, 1)  # what floats is tied to the paragraph after it
    put(tie._p.get_or_add_pPr(), element("w:snapToGrid", val=0))


def _imprint_cell(cell: Any, text: str, align: str, has_rule: bool) -> None:
    if has_rule:
        borders = element("w:tcBorders")
        borders.append(element("w:top", val="single", sz=THIN, space=0, color="000000"))
        put(cell._tc.get_or_add_tcPr(), borders)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN[align]
    properties = paragraph._p.get_or_add_pPr()
    put(properties, element("w:snapToGrid", val=0))
    put(properties, element("w:ind", **{f"{align}Chars": 100, align: FOOT_POINTS * 20}))
    _run(paragraph, text, Font.BODY, FOOT_POINTS)


def _at_the_foot() -> Any:
    """Where a table floats down to the last line of the page."""
    return element("w:tblpPr", vertAnchor="margin", horzAnchor="margin", tblpXSpec="left", tblpYSpec="bottom")

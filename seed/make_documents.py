"""Makes 潜江323通知.txt, the document as received, into the .docx, .xlsx and .html that offices send.

Run from the top of the project: ``python seed/make_documents.py``. What was lost in the source stays lost.
"""

from __future__ import annotations

import html
from itertools import groupby
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side

from tracker.importing.blocks import Block, Cell, Paragraph, Table
from tracker.importing.extract.flattened import rebuild
from tracker.importing.readers import read

HERE = Path(__file__).parent
SOURCE = HERE / "潜江323通知.txt"
FIRST_LINE, LAST_LINE = "关于印发潜江市“323”攻坚行动", "印发"
NOTE = "备注：完成时限为“持续推进”的，每期填报进展。"


def document() -> list[Block]:
    """The notice, the points and the table, without the site around them."""
    blocks = rebuild(read(SOURCE.read_bytes(), SOURCE.name)).blocks
    texts = [block.text if isinstance(block, Paragraph) else "" for block in blocks]
    first = texts.index(FIRST_LINE)
    last = max(n for n, text in enumerate(texts) if text.endswith(LAST_LINE))
    return [block for block in blocks[first : last + 1] if isinstance(block, Table) or block.text]


def make_docx(blocks: list[Block], target: Path) -> None:
    """The notice with the table; a lead cell that stands across two columns is one cell."""
    made = docx.Document()
    for block in blocks:
        if isinstance(block, Paragraph):
            paragraph = made.add_paragraph(block.text)
            if block.text.endswith(("通知", "要点", "清单")):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            continue
        grid = made.add_table(block.height, block.width, style="Table Grid")
        for cell in block.cells:
            place = grid.cell(cell.row, cell.column)
            if cell.column_span > 1:
                place = place.merge(grid.cell(cell.row, cell.column + cell.column_span - 1))
            place.text = cell.text
    made.save(str(target))


def make_html(blocks: list[Block], target: Path) -> None:
    """A page as a site publishes it."""
    lines = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN"><head><meta charset="utf-8"><title>潜江323通知</title></head><body>',
    ]
    for block in blocks:
        lines += [f"<p>{html.escape(block.text)}</p>"] if isinstance(block, Paragraph) else _html_table(block)
    target.write_text("\n".join([*lines, "</body></html>", ""]), encoding="utf-8")


def _html_table(table: Table) -> list[str]:
    lines = ['<table border="1">']
    for row in range(table.height):
        cells, column = [], 0
        while column < table.width:
            cell = table.grid.get((row, column)) or Cell("", row, column)
            span = f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
            cells.append(f"<td{span}>{html.escape(cell.text)}</td>")
            column += cell.column_span
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return [*lines, "</table>"]


def make_xlsx(blocks: list[Block], target: Path) -> None:
    """The list alone: a title row, two header rows, leads merged down and across, a notes row, the printing line."""
    table = next(block for block in blocks if isinstance(block, Table))
    place = blocks.index(table)
    title, printed = blocks[place - 1], blocks[-1]
    assert isinstance(title, Paragraph) and isinstance(printed, Paragraph)
    book = Workbook()
    sheet = book.active
    sheet.title = "重点任务清单"
    heads = [table.grid[0, column].text if (0, column) in table.grid else "" for column in range(table.width)]
    rows = [[title.text], [*heads[:2], "责任分工", "", heads[4]], ["", "", *heads[2:4], ""]]
    for row in range(1, table.height):
        owned = {cell.column: cell.text for cell in table.cells if cell.row == row}
        rows.append([owned.get(column, "") for column in range(table.width)])
    rows += [[NOTE], [printed.text]]
    for row in rows:
        sheet.append([int(text) if text.isdecimal() else text or None for text in row])
    last = sheet.max_row
    for area in ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", f"A{last - 1}:E{last - 1}", f"A{last}:E{last}"):
        sheet.merge_cells(area)
    for first, end, column_end in _merged_leads(table):
        sheet.merge_cells(start_row=first + 3, end_row=end + 3, start_column=3, end_column=column_end)
    _dress(sheet)
    book.save(target)


def _merged_leads(table: Table) -> list[tuple[int, int, int]]:
    """(first row, last row, last column) of the lead cells that are merged, rows as in the table."""
    leads = {row: table.grid[row, 2] for row in range(1, table.height)}
    merged = []
    for _, group in groupby(leads, key=lambda row: (leads[row].text, leads[row].column_span)):
        rows = list(group)
        across = leads[rows[0]].column_span
        if len(rows) > 1 or across > 1:
            merged.append((rows[0], rows[-1], 2 + across))
    return merged


def _dress(sheet) -> None:
    thin = Side(style="thin")
    for row in sheet.iter_rows(min_row=2, max_row=sheet.max_row - 2):
        for cell in row:
            cell.border = Border(thin, thin, thin, thin)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center")
    for column, width in zip("ABCDE", (6, 60, 24, 36, 16), strict=True):
        sheet.column_dimensions[column].width = width


def main() -> None:
    blocks = document()
    make_docx(blocks, HERE / "潜江323通知.docx")
    make_xlsx(blocks, HERE / "潜江323任务清单.xlsx")
    make_html(blocks, HERE / "潜江323通知.html")


if __name__ == "__main__":
    main()

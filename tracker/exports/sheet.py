"""One worksheet, written from top to bottom and never held in memory: set-up for paper, looks, safe text.

openpyxl writes the workbook and all that surrounds the rows; the rows themselves are written as text into a spool
and put in their place when the file is saved (docs/decisions/0040-rows-as-text.md). Lengths across are millimetres,
heights are points, as spreadsheets have them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, Literal
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.header_footer import _HeaderFooterPart as HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

Paper = Literal["A4", "A3"]
Value = str | int | float | date | datetime | None
Span = tuple[int, int]  # first and last column, counted from 0

MARGIN, FOOT_MARGIN = 9.0, 14.0  # mm: left, right and top; bottom, with the footer in it
PAPER_CODES: dict[Paper, int] = {"A4": 9, "A3": 8}

CELL_LIMIT = 32767  # characters Excel keeps in a cell
CUT_NOTE = "……（文字过长，此处截断）"

_INCH = 25.4
_NORMAL = Font(name="宋体", sz=11)
_DIGIT = _INCH / 96 * 8  # mm: the unit of a column's width, a digit of the normal font, 8 of 96 pixels an inch
_DAY_0 = datetime(1899, 12, 30)
_SPOOL = 8 << 20  # bytes of rows kept in memory before they go to a temporary file
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"')
_SHEET_FILE = "xl/worksheets/sheet1.xml"
_THIN = Side(style="thin", color="000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def clean(text: str) -> str:
    """``text`` as a cell can hold it: no control characters, one kind of line end, cut with a note at Excel's limit."""
    text = _NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(CUT_NOTE)] + CUT_NOTE


@dataclass(frozen=True)
class Look:
    """How a cell looks."""

    font: str = "宋体"
    size: float = 8.5  # points
    bold: bool = False
    across: Literal["left", "center", "right"] = "left"
    boxed: bool = True
    number_format: str = "General"
    writable: bool = False
    """Can be written in though the sheet is locked."""


class Sheet:
    """A worksheet that grows by rows and is saved once."""

    def __init__(self, name: str, paper: Paper) -> None:
        self._workbook = Workbook()
        self._workbook._named_styles["Normal"].font = _NORMAL  # type: ignore[attr-defined]  # no public way
        self._page = self._workbook.worksheets[0]
        self._page.title = name
        self._spool = SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115  it lives until save()
        self._letters: list[str] = []
        self.rows = 0
        self._set_paper(paper)

    def _set_paper(self, paper: Paper) -> None:
        page = self._page
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = PAPER_CODES[paper]
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.print_options.horizontalCentered = True
        margins = page.page_margins
        margins.left = margins.right = margins.top = MARGIN / _INCH
        margins.bottom, margins.header, margins.footer = FOOT_MARGIN / _INCH, 0, 6 / _INCH

    def set_columns(self, widths: Sequence[float], hidden: Collection[int] = ()) -> None:
        """``widths`` in mm; ``hidden`` columns, counted from 0, are there but neither shown nor printed."""
        self._letters = [get_column_letter(index + 1) for index in range(len(widths))]
        for index, (letter, width) in enumerate(zip(self._letters, widths, strict=True)):
            column = self._page.column_dimensions[letter]
            column.width, column.hidden = round(width / _DIGIT, 2), index in hidden

    def set_foot(self, left: str) -> None:
        """``left`` below every page, and 第 n 页 共 m 页 at the right."""
        words = clean(left).replace("\n", " ")[:100].replace("&", "&&")  # Excel keeps 255 with its codes
        pages = HeaderFooterPart(text="第 &P 页　共 &N 页", size=8)
        self._page.oddFooter = HeaderFooterItem(left=HeaderFooterPart(text=words, size=8), right=pages)

    def set_head(self, rows: int, columns: int = 0) -> None:
        """The first ``rows`` repeat on every page and stay while scrolling, as do the first ``columns``."""
        self._page.print_title_rows = f"1:{rows}"
        self._page.freeze_panes = f"{get_column_letter(columns + 1)}{rows + 1}"

    def set_filter(self, head: int, last: int) -> None:
        """Filter buttons on row ``head``, for the rows down to ``last``."""
        self._page.auto_filter.ref = f"A{head}:{self._letters[-1]}{max(head, last)}"

    def break_after(self, row: int) -> None:
        """A new page begins below ``row``."""
        self._page.row_breaks.append(Break(id=row))

    def allow_only(self, column: int, choices: Sequence[str], first: int, last: int) -> None:
        """The cells of ``column`` from row ``first`` to ``last`` take only ``choices``, kept on a hidden sheet."""
        listed = self._workbook.create_sheet(f"可选值{column + 1}")
        listed.sheet_state = "hidden"
        for choice in choices:
            listed.append([clean(choice)])
        source = f"'{listed.title}'!$A$1:$A${len(choices)}"
        rule = DataValidation(type="list", formula1=source, errorTitle="不在可选值内", error="请从下拉列表中选一个。")
        rule.showErrorMessage = True
        rule.add(f"{self._letters[column]}{first}:{self._letters[column]}{last}")
        self._page.add_data_validation(rule)

    def lock(self) -> None:
        """Only writable cells can be changed; widths, heights and filters stay free. Against slips: no password."""
        protection = self._page.protection
        protection.sheet = True
        protection.formatColumns = protection.formatRows = protection.autoFilter = False

    def look(self, look: Look) -> int:
        """The number under which ``append`` knows ``look``."""
        cell = Cell(self._page, row=1, column=1)
        cell.font = Font(name=look.font, sz=look.size, b=look.bold)
        cell.alignment = Alignment(horizontal=look.across, vertical="center", wrap_text=True)
        cell.number_format = look.number_format
        cell.protection = Protection(locked=not look.writable)
        if look.boxed:
            cell.border = _BOX
        return cell.style_id

    def append(self, values: Iterable[Value], looks: Iterable[int], height: float) -> None:
        """One row, cell by cell, ``height`` points high; None is an empty cell with its look."""
        self.rows += 1
        number = str(self.rows)
        cells = [
            _cell(letter + number, value, look)
            for letter, value, look in zip(self._letters, values, looks, strict=True)
        ]
        row = f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}</row>'
        self._spool.write(row.encode())

    def append_spans(self, texts: Sequence[str], spans: Sequence[Span], look: int, height: float) -> None:
        """One row of ``texts``, each over its span of the columns."""
        values: list[Value] = [None] * len(self._letters)
        for text, (first, last) in zip(texts, spans, strict=True):
            values[first] = text
            if last > first:
                merged = CellRange(min_col=first + 1, max_col=last + 1, min_row=self.rows + 1, max_row=self.rows + 1)
                self._page.merged_cells.ranges.add(merged)
        self.append(values, [look] * len(values), height)

    def save(self, out: BinaryIO) -> None:
        """Write the workbook to ``out``; the sheet is used up."""
        around = BytesIO()
        self._workbook.save(around)
        with ZipFile(around) as parts, ZipFile(out, "w", ZIP_DEFLATED) as archive, self._spool:
            for name in parts.namelist():
                with archive.open(name, "w") as member:
                    if name == _SHEET_FILE:
                        self._write_sheet(parts.read(name), member)
                    else:
                        member.write(parts.read(name))

    def _write_sheet(self, around: bytes, member: IO[bytes]) -> None:
        reach = f'<dimension ref="A1:{self._letters[-1]}{max(self.rows, 1)}"'.encode()
        before, after = _NO_ROWS.split(_DIMENSION.sub(reach, around))
        member.write(before + b"<sheetData>")
        self._spool.seek(0)
        copyfileobj(self._spool, member)
        member.write(b"</sheetData>" + after)


def _cell(place: str, value: Value, look: int) -> str:
    """A cell in SpreadsheetML. A text is text whatever it begins with: never a formula, never an error."""
    if value is None or value == "":
        return f'<c r="{place}" s="{look}"/>'
    if isinstance(value, str):
        text = escape(clean(value))
        return f'<c r="{place}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    number = _serial(value) if isinstance(value, date) else value
    return f'<c r="{place}" s="{look}"><v>{number!r}</v></c>'


def _serial(moment: date) -> float:
    """Days since the spreadsheet's day 0; a moment as the clock of its own zone shows it, a date as its midnight."""
    if not isinstance(moment, datetime):
        return (moment - _DAY_0.date()).days
    return (moment.replace(tzinfo=None) - _DAY_0) / timedelta(days=1)

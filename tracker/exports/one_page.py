"""One sheet of A4, whatever stands on it: rows of cells and a chart of stacked bars on a narrow grid, which a
spreadsheet program makes smaller until it fits the page. Lengths across are millimetres, heights are points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.drawing.text import Font as LatinFont
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.header_footer import _HeaderFooterPart as HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties

from tracker.exports.measure import lines_needed, one_line, row_height
from tracker.exports.sheet import clean

COLUMNS = 40
WIDTH = 4.8
"""Of a column: 40 make the 192 mm between the margins."""
_GAP = 2.4
"""What an indent takes of a cell."""
_NORMAL = Font(name="宋体", sz=11)
_DIGIT = 25.4 / 96 * 8
"""The unit of a column's width: a digit of the normal font."""
_PLAIN = 10.0
_LINE = Side(style="hair", color="000000")
_NUMBERS_ROW = 1
"""Where the numbers of the chart begin, right of what is printed."""


@dataclass(frozen=True)
class Part:
    """A cell over ``span`` columns. ``is_whole``: wrapped and as high as it needs, else cut at its edge."""

    text: str
    span: int
    bold: bool = False
    across: Literal["left", "center", "right"] = "left"
    size: float = _PLAIN
    is_whole: bool = False
    is_boxed: bool = False


@dataclass(frozen=True)
class Bars:
    """Stacked bars: the name of each, and of each layer from the bottom its name, fill and numbers. ``fill``: a grey
    (RRGGBB), or the name of a pattern of black and white."""

    labels: Sequence[str]
    layers: Sequence[tuple[str, str, Sequence[int]]]


class OnePage:
    """Grows from top to bottom; ``save`` gives the workbook."""

    def __init__(self, font: str, foot: str) -> None:
        self._workbook = Workbook()
        self._workbook._named_styles["Normal"].font = _NORMAL  # type: ignore[attr-defined]  # no public way
        self._page = self._workbook.worksheets[0]
        self._font = font
        self.rows = 0
        self._set_paper(foot)

    def _set_paper(self, foot: str) -> None:
        page = self._page
        page.title = "总览"
        page.page_setup.orientation, page.page_setup.paperSize = "portrait", 9
        page.page_setup.fitToWidth = page.page_setup.fitToHeight = 1
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.print_options.horizontalCentered = True
        margins = page.page_margins
        margins.left = margins.right = margins.top = 9 / 25.4
        margins.bottom, margins.header, margins.footer = 13 / 25.4, 0, 6 / 25.4
        words = clean(foot).replace("\n", " ")[:100].replace("&", "&&")
        page.oddFooter = HeaderFooterItem(left=HeaderFooterPart(text=words, size=8))
        for index in range(COLUMNS):
            page.column_dimensions[get_column_letter(index + 1)].width = round(WIDTH / _DIGIT, 2)

    def row(self, *parts: Part, height: float | None = None, is_ruled: bool = False) -> None:
        """One row; as high as its highest whole part where no height is given. ``is_ruled``: a line below it."""
        self.rows += 1
        column = 1
        for part in parts:
            self._put(part, column, is_ruled)
            column += part.span
        self._page.row_dimensions[self.rows].height = height or max(_height(part) for part in parts)

    def _put(self, part: Part, column: int, is_ruled: bool) -> None:
        last = column + part.span - 1
        if part.span > 1:
            self._page.merge_cells(start_row=self.rows, end_row=self.rows, start_column=column, end_column=last)
        for number in range(column, last + 1):
            cell = self._page.cell(self.rows, number)
            if part.is_boxed:
                left, right = _LINE if number == column else None, _LINE if number == last else None
                cell.border = Border(left=left, right=right, top=_LINE, bottom=_LINE)
            elif is_ruled:
                cell.border = Border(bottom=_LINE)
        first = cast(Cell, self._page.cell(self.rows, column))
        text = clean(part.text)
        first.value = text if part.is_whole else one_line(text, part.span * WIDTH - _GAP, part.size)
        first.data_type = "s"
        first.font = Font(name=self._font, sz=part.size, b=part.bold)
        vertical = "top" if part.is_whole else "center"
        indent = 0 if part.across == "center" else 1
        first.alignment = Alignment(part.across, vertical, wrap_text=part.is_whole, indent=indent)

    def bars(self, bars: Bars, rows: int, span: int) -> None:
        """A chart over the next ``rows`` rows and the first ``span`` columns; the rows are still to be written."""
        self._write_numbers(bars)
        chart: Any = BarChart()
        chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 70
        chart.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
        chart.legend.position = "r"
        chart.legend.txPr = chart.x_axis.txPr = chart.y_axis.txPr = _type(self._font)
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.y_axis.scaling.min = 0
        chart.y_axis.numFmt, chart.y_axis.majorGridlines.spPr = "0", _outline("BBBBBB")
        height = len(bars.labels)
        for number in range(len(bars.layers)):
            column = COLUMNS + 2 + number
            values = Reference(self._page, min_col=column, min_row=_NUMBERS_ROW, max_row=_NUMBERS_ROW + height)
            chart.add_data(values, titles_from_data=True)
        chart.set_categories(
            Reference(self._page, min_col=COLUMNS + 1, min_row=_NUMBERS_ROW + 1, max_row=_NUMBERS_ROW + height)
        )
        for series, (_, fill, _numbers) in zip(chart.series, bars.layers, strict=True):
            series.graphicalProperties = _filled(fill)
        begin, end = AnchorMarker(col=0, row=self.rows), AnchorMarker(col=span, row=self.rows + rows)
        chart.anchor = TwoCellAnchor(_from=begin, to=end)
        self._page.add_chart(chart)

    def _write_numbers(self, bars: Bars) -> None:
        columns: list[list[str | int]] = [["", *bars.labels]]
        columns += [[name, *numbers] for name, _, numbers in bars.layers]
        for offset, values in enumerate(columns):
            for row, value in enumerate(values):
                self._page.cell(_NUMBERS_ROW + row, COLUMNS + 1 + offset).value = value

    def save(self) -> bytes:
        """The workbook."""
        self._page.print_area = f"A1:{get_column_letter(COLUMNS)}{max(self.rows, 1)}"
        out = BytesIO()
        self._workbook.save(out)
        return out.getvalue()


def _height(part: Part) -> float:
    lines = lines_needed(part.text, part.span * WIDTH - _GAP, part.size) if part.is_whole else 1
    return row_height(lines, part.size) - 2


def _outline(colour: str) -> GraphicalProperties:
    return GraphicalProperties(ln=LineProperties(solidFill=colour, w=6350))


def _filled(fill: str) -> GraphicalProperties:
    outline = LineProperties(solidFill="000000", w=8890)
    if len(fill) == 6 and all(letter in "0123456789ABCDEF" for letter in fill):
        return GraphicalProperties(solidFill=fill, ln=outline)
    black, white = (ColorChoice(srgbClr=cast(Any, colour)) for colour in ("000000", "FFFFFF"))
    pattern = PatternFillProperties(prst=cast(Any, fill), fgClr=black, bgClr=white)
    return GraphicalProperties(pattFill=pattern, ln=outline)


def _type(font: str) -> RichText:
    look = CharacterProperties(sz=800, latin=LatinFont(typeface=font), ea=LatinFont(typeface=font))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])

"""A leader's page as one sheet of A4: the sentence, red items whole, yellow ones in a line, the months, all units."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.dashboard.items import Item
from tracker.dashboard.leader import COUNTED, LeaderPage, Month
from tracker.dashboard.units import UnitRow
from tracker.errors import Refused
from tracker.exports.measure import lines_needed
from tracker.exports.one_page import COLUMNS, WIDTH, Bars, OnePage, Part
from tracker.importing.readers.office import converted, program
from tracker.supervision.paper import installed_fonts
from tracker.tasks.axes import Colour
from tracker.web.words import day_words

FONTS = (
    "微软雅黑",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "黑体",
    "SimHei",
)
SIGNS = {Colour.RED: "■", Colour.YELLOW: "▲", Colour.BLUE: "◇", Colour.GREEN: "○", Colour.CLOSED: "✓", Colour.NONE: "–"}
MOST_LINES = 70
"""Lines that the items may take before the type grows too small to be read; the rest are a number."""
NOT_MADE = "LibreOffice 没有转出 PDF。请稍后再试，或用浏览器打印本页。"
NO_PROGRAM = "这台服务器没有装 LibreOffice，出不了 PDF。请用浏览器打印本页，也是一张 A4。"
FILLS = ("000000", "wdUpDiag", "pct20", "F2F2F2", "A6A6A6")
"""Of the counted lamps, told apart without colour."""
CHART_ROWS, TABLE_SPAN = 9, 20
IN_A_ROW = 4
LAMP_SPAN, NO_SPAN, TEXT_SPAN, UNIT_SPAN, COUNT_SPAN = 6, 2, 32, 8, 3
"""Columns: of a lamp with its word, a number, a text, a unit's name at its end, and n/N."""
MONTH_SPANS = (3, 2, 2, 2, 2, 2, 4, 3)
MOST_REMARKS = 6


def makes_pdf() -> bool:
    """Whether this machine can make a .pdf of the page; a browser prints it anyhow."""
    return program() is not None


def leader_pdf(page: LeaderPage, title: str, foot: str) -> bytes:
    """The page as a .pdf of one sheet. Refused, with what to do instead, where LibreOffice is missing or fails."""
    if not makes_pdf():
        raise Refused(NO_PROGRAM)
    made = converted(leader_xlsx(page, title, foot), ".xlsx", "pdf")
    if made is None:
        raise Refused(NOT_MADE)
    return made


def leader_xlsx(page: LeaderPage, title: str, foot: str) -> bytes:
    """The page as the workbook that the .pdf is made from."""
    there = installed_fonts()
    sheet = OnePage(next((font for font in FONTS if font in there), FONTS[0]), foot)
    sheet.row(Part(title, COLUMNS, bold=True, across="center", size=16))
    sheet.row(Part(f"截至 {day_words(page.asked.as_of)}", COLUMNS, across="center"), is_ruled=True)
    said = "".join(one.text for one in page.sentence)
    sheet.row(Part(said, COLUMNS, size=12, is_whole=True))
    _counts(sheet, page)
    left = _reds(sheet, page.board.of("red"), page.board.lamps[Colour.RED], MOST_LINES)
    _yellows(sheet, page.board.of("yellow"), page.board.lamps[Colour.YELLOW], left)
    _remarks(sheet, page)
    if page.figures is not None:
        _months(sheet, page)
        _units(sheet, f"各单位{page.figures.period.name}已报/应报", page.departments)
        _units(sheet, "区镇街道", page.townships)
    return sheet.save()


def _heading(sheet: OnePage, text: str) -> None:
    sheet.row(Part("", COLUMNS), height=5)
    sheet.row(Part(text, COLUMNS, bold=True, size=11), is_ruled=True)


def _counts(sheet: OnePage, page: LeaderPage) -> None:
    span = COLUMNS // len(COUNTED)
    cells = [
        Part(f"{SIGNS[one.colour]} {one.colour.label} {one.count}", span, bold=True, across="center", is_boxed=True)
        for one in page.counts
    ]
    sheet.row(*cells, height=20)
    if any(one.change for one in page.counts):
        sheet.row(*(Part(one.change, span, across="center", size=8.5) for one in page.counts))


def _reds(sheet: OnePage, items: Sequence[Item], count: int, room: int) -> int:
    """Every item whole, as far as there is room; gives the lines that are left."""
    _heading(sheet, f"红灯 {count} 项")
    _none(sheet, count, "没有逾期的任务。")
    shown = 0
    for one in items:
        reason = f"{awaited(one.awaited)}　{one.reason}"
        room -= sum(lines_needed(text, TEXT_SPAN * WIDTH, size) for text, size in ((one.text, 10), (reason, 8.5)))
        if room < 0:
            break
        shown += 1
        lamp = Part(f"{SIGNS[one.colour]} {one.word}", LAMP_SPAN, bold=True, is_whole=True)
        sheet.row(lamp, Part(one.no, NO_SPAN, across="right", is_whole=True), Part(one.text, TEXT_SPAN, is_whole=True))
        gap = Part("", LAMP_SPAN + NO_SPAN)
        sheet.row(gap, Part(reason, TEXT_SPAN, size=8.5, is_whole=True), is_ruled=True)
    _rest(sheet, count - shown)
    return max(room, 0)


def _yellows(sheet: OnePage, items: Sequence[Item], count: int, room: int) -> None:
    """One line each, cut at its edge."""
    _heading(sheet, f"黄灯 {count} 项")
    _none(sheet, count, "没有滞后的任务。")
    for one in items[:room]:
        lamp = Part(f"{SIGNS[one.colour]} {one.word}", LAMP_SPAN, bold=True)
        text = Part(one.text, TEXT_SPAN - UNIT_SPAN)
        sheet.row(lamp, Part(one.no, NO_SPAN, across="right"), text, Part(awaited(one.awaited), UNIT_SPAN))
    _rest(sheet, count - len(items[:room]))


def _none(sheet: OnePage, count: int, words: str) -> None:
    if not count:
        sheet.row(Part(words, COLUMNS))


def _rest(sheet: OnePage, left_out: int) -> None:
    if left_out:
        sheet.row(Part(f"另有 {left_out} 项没有列出，见台账。", COLUMNS))


def _remarks(sheet: OnePage, page: LeaderPage) -> None:
    if not page.remarks:
        return
    _heading(sheet, f"批示落实（{sum(one.outcome.is_open for one in page.remarks)} 条在办）")
    for one in page.remarks[:MOST_REMARKS]:
        task = one.remark.task
        words = Part(f"“{one.remark.words}”{one.remark.written_at:%m-%d}", TEXT_SPAN - UNIT_SPAN)
        unit = Part(one.slip.unit.name if one.slip else "办公室", UNIT_SPAN)
        lamp = Part(f"{SIGNS[one.outcome.colour]} {one.outcome.word}", LAMP_SPAN, bold=True)
        sheet.row(lamp, Part(task.no or str(task.position), NO_SPAN, across="right"), words, unit)


def _months(sheet: OnePage, page: LeaderPage) -> None:
    same = "各期都按应报日后同一天比" if _is_past_due(page) else "各期都按应报日前同一天比"
    _heading(sheet, f"逐月状态和报送率（{same}）")
    layers = [
        (colour.label, fill, [(month.lamps or {}).get(colour, 0) for month in page.charted])
        for colour, fill in zip(COUNTED, FILLS, strict=True)
    ]
    if page.charted:
        sheet.bars(Bars([month.label for month in page.charted], layers), CHART_ROWS, COLUMNS - TABLE_SPAN)
    table = [("", *(colour.label for colour in COUNTED), "已报/应报", "报送率"), *map(_month, page.months)]
    for number in range(CHART_ROWS):
        cells = table[number] if number < len(table) else ("",) * len(MONTH_SPANS)
        is_bold = number in (0, len(table) - 1)
        parts = (
            Part(words, span, is_bold, "right" if place else "left", 9)
            for place, (words, span) in enumerate(zip(cells, MONTH_SPANS, strict=True))
        )
        sheet.row(Part("", COLUMNS - TABLE_SPAN), *parts, height=16)


def _month(month: Month) -> tuple[str, ...]:
    lamps = month.lamps
    counts = ("–" if lamps is None else str(lamps.get(colour, 0)) for colour in COUNTED)
    percent = "–" if month.share.percent is None else f"{month.share.percent}%"
    return month.period.name, *counts, f"{month.share.n}/{month.share.of}", percent


def _is_past_due(page: LeaderPage) -> bool:
    return page.figures is not None and page.asked.as_of > page.figures.period.due_on


def _units(sheet: OnePage, title: str, rows: Sequence[UnitRow]) -> None:
    if not rows:
        return
    _heading(sheet, f"{title}　{len(rows)} 家")
    span = COLUMNS // IN_A_ROW
    for start in range(0, len(rows), IN_A_ROW):
        cells: list[Part] = []
        for row in rows[start : start + IN_A_ROW]:
            is_late = row.lamp.colour in (Colour.RED, Colour.YELLOW)
            name = f"{SIGNS[row.lamp.colour]}{row.unit.name}"
            cells.append(Part(name, span - COUNT_SPAN, bold=is_late, size=8.5))
            cells.append(Part(f"{row.counts.received}/{row.counts.due}", COUNT_SPAN, is_late, "right", 8.5))
        sheet.row(*cells, height=14, is_ruled=True)


def awaited(names: Sequence[str]) -> str:
    """市住建局, or 熊口镇等4家."""
    return f"{names[0]}等{len(names)}家" if len(names) > 1 else (names[0] if names else "–")

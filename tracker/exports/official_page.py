"""The page of GB/T 9704-2012: A4, its margins, the grid of 22 lines of 28 characters, the fonts, the page number."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TOP, LEFT, BOTTOM, RIGHT = 37, 28, 35, 26
"""Margins in millimetres."""
LINES, LINE_CHARACTERS = 22, 28
BODY_POINTS, TABLE_POINTS, FOOT_POINTS = 16, 12, 14
TWIPS_A_MM = 56.6929
TEXT_WIDTH, TEXT_HEIGHT = 210 - LEFT - RIGHT, 297 - TOP - BOTTOM
LINE_PITCH = int(TEXT_HEIGHT * TWIPS_A_MM / LINES)
"""Twips from line to line."""
CHARACTER_PITCH = TEXT_WIDTH * TWIPS_A_MM / LINE_CHARACTERS
"""Twips from character to character."""
CHARACTER_SPACE = int((CHARACTER_PITCH / 20 - BODY_POINTS) * 4096) - 1
"""What the grid adds to a character of the body, in 1/4096 of a point."""


class Font(StrEnum):
    """The fonts by the names that offices have them under; `FALLBACKS` says what stands in for each."""

    TITLE = "方正小标宋简体"
    BODY = "仿宋_GB2312"
    HEADING = "黑体"
    KAI = "楷体_GB2312"
    SONG = "宋体"


FALLBACKS = {
    Font.TITLE: ("方正小标宋_GBK", "小标宋体", "华文中宋", "STZhongsong", "Noto Serif CJK SC", "宋体", "SimSun"),
    Font.BODY: ("仿宋", "FangSong", "华文仿宋", "STFangsong", "FandolFang R", "Noto Serif CJK SC"),
    Font.HEADING: ("SimHei", "华文黑体", "STHeiti", "Noto Sans CJK SC", "WenQuanYi Zen Hei"),
    Font.KAI: ("楷体", "KaiTi", "华文楷体", "STKaiti", "AR PL UKai CN", "Noto Serif CJK SC"),
    Font.SONG: ("SimSun", "华文宋体", "STSong", "Noto Serif CJK SC"),
}
_KINDS = {Font.HEADING: ("swiss", "020B0604020202020204")}
_SERIF = ("roman", "02020603050405020304")


def font_table() -> bytes:
    """word/fontTable.xml: each font with its other names, so that a machine without it takes the nearest it has."""
    rows = []
    for font, others in FALLBACKS.items():
        family, panose = _KINDS.get(font, _SERIF)
        rows.append(
            f'<w:font w:name="{font}"><w:altName w:val="{",".join(others)}"/><w:panose1 w:val="{panose}"/>'
            f'<w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{space}">{"".join(rows)}</w:fonts>'.encode()


def set_up(document: Any) -> None:
    """Page, grid, the style of the body and the page numbers of a new python-docx document."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(TOP), Mm(LEFT)
    section.bottom_margin, section.right_margin = Mm(BOTTOM), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(15), Mm(BOTTOM - 7 - 5)  # the number 7 mm below the text
    _grid(section)
    _body_style(document)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, "right")
    _page_number(section.even_page_footer, "left")
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "", "", ""


def _grid(section: Any) -> None:
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = element("w:docGrid", type="linesAndChars", linePitch=LINE_PITCH, charSpace=CHARACTER_SPACE)
    properties.append(grid)


def _body_style(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.size = Pt(BODY_POINTS)
    properties = style.element.get_or_add_rPr()
    set_fonts(properties, Font.BODY)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(element("w:lang", val="zh-CN", eastAsia="zh-CN"))
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing = 1.0
    layout.widow_control = False
    _chinese_defaults(document)


def _chinese_defaults(document: Any) -> None:
    """Chinese forms of the signs, whichever language the machine speaks."""
    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:eastAsia"), "zh-CN")
        lang.set(qn("w:val"), "zh-CN")


def set_fonts(properties: Any, font: Font) -> None:
    """One font for Chinese, Latin and figures alike."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = element("w:rFonts")
        properties.insert(0, fonts)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for part in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{part}"), str(font))
    fonts.set(qn("w:hint"), "eastAsia")


def _page_number(footer: Any, side: str) -> None:
    """— 1 — one character from the edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    layout = paragraph._p.get_or_add_pPr()
    for old in layout.findall(qn("w:pStyle")):
        layout.remove(old)
    put(layout, element("w:snapToGrid", val=0))
    put(layout, element("w:ind", **{f"{side}Chars": 100, side: FOOT_POINTS * 20}))
    put(layout, element("w:jc", val=side))
    for piece in ("— ", None, " —"):
        run = paragraph.add_run(piece or "")
        run.font.size = Pt(FOOT_POINTS)
        set_fonts(run._r.get_or_add_rPr(), Font.SONG)
        if piece is None:
            _page_field(run._r)


def _page_field(run: Any) -> None:
    run.append(element("w:fldChar", fldCharType="begin"))
    instruction = element("w:instrText")
    instruction.text = "PAGE"
    run.append(instruction)
    run.append(element("w:fldChar", fldCharType="separate"))
    shown = element("w:t")
    shown.text = "1"
    run.append(shown)
    run.append(element("w:fldChar", fldCharType="end"))


def element(name: str, **attributes: object) -> Any:
    """An element of WordprocessingML; attributes without their prefix."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


_ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr tabs snapToGrid spacing ind jc rPr",
    "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders vAlign",
}
"""Word refuses a file whose properties stand in another order than the schema's."""


def put(properties: Any, child: Any) -> None:
    """Put a property among the others where the schema wants it, in place of one of its name."""
    order = [qn(f"w:{name}") for name in _ORDER[properties.tag.rpartition("}")[2]].split()]
    for old in properties.findall(child.tag):
        properties.remove(old)
    later = set(order[order.index(child.tag) + 1 :])
    follower = next((one for one in properties if one.tag in later), None)
    if follower is None:
        properties.append(child)
    else:
        follower.addprevious(child)

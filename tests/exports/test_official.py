"""Official documents: the page of GB/T 9704-2012, the same bytes each time, and what LibreOffice makes of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn

from tracker.exports.official import Annex, Heading, Official, Para, Table, chinese_day, official_docx
from tracker.exports.official_libreoffice import for_libreoffice
from tracker.exports.official_page import FALLBACKS, LINE_PITCH, Font
from tracker.exports.official_parts import mark_points, width_in_characters

ROWS = [(str(number), f"市第{number}局", "12", "10") for number in range(1, 61)]
LETTER = Official(
    mark="督查通报",
    number="第3期",
    title="关于“323”攻坚行动2021年10月期进展情况的通报",
    addressees="各区镇街道，市直各部门",
    body=[Heading(1, "一、总体情况"), Heading(2, "（一）报送"), Para("10月期应报338件，已报274件。" * 9)],
    signer="健康潜江工作领导小组办公室",
    signed_on=date(2021, 10, 6),
    from_words="健康潜江工作领导小组办公室",
    mark_day=date(2021, 10, 6),
    annexes=[
        Annex(
            "附件", "各单位报送情况", [Table(("序号", "单位", "应报", "已报"), ROWS, (16, 80, 30, 30), frozenset({0}))]
        )
    ],
    copies="市委办公室，市政府办公室",
    printed_by="健康潜江工作领导小组办公室",
    printed_on=date(2021, 10, 6),
)


@pytest.fixture(scope="module")
def content() -> bytes:
    return official_docx(LETTER)


def order_is_right(properties: object, names: str) -> bool:
    order = [qn(f"w:{name}") for name in names.split()]
    places = [order.index(child.tag) for child in properties]  # type: ignore[attr-defined]
    return places == sorted(places)


def elements(content: bytes, name: str) -> Iterator[object]:
    return Document(BytesIO(content)).element.iter(qn(name))


def test_the_page_has_the_measures_of_the_standard(content: bytes) -> None:
    section = Document(BytesIO(content)).sections[0]
    margins = (section.top_margin, section.left_margin, section.bottom_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 28, 35, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_the_grid_holds_22_lines_of_28_characters(content: bytes) -> None:
    grid = next(elements(content, "w:docGrid"))
    pitch, space = int(grid.get(qn("w:linePitch"))), int(grid.get(qn("w:charSpace")))  # type: ignore[attr-defined]
    assert grid.get(qn("w:type")) == "linesAndChars"  # type: ignore[attr-defined]
    text_height, text_width = 225 / 25.4 * 1440, 156 / 25.4 * 1440
    assert 22 <= text_height / pitch < 23
    assert 28 <= text_width / ((16 + space / 4096) * 20) < 29


def test_page_numbers_stand_outside_on_odd_and_even_pages(content: bytes) -> None:
    document = Document(BytesIO(content))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    sides = {foot.paragraphs[0].alignment: foot for foot in (section.footer, section.even_page_footer)}
    assert len(sides) == 2
    assert all("PAGE" in foot._element.xml and "— " in foot.paragraphs[0].text for foot in sides.values())


def test_the_head_of_a_table_is_repeated_and_its_rows_stay_whole(content: bytes) -> None:
    table = Document(BytesIO(content)).tables[0]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True] + [False] * 60
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_properties_stand_in_the_order_that_word_asks_for(content: bytes) -> None:
    paragraph = "pStyle keepNext keepLines pageBreakBefore widowControl pBdr tabs snapToGrid spacing ind jc rPr"
    assert all(order_is_right(one, paragraph) for one in elements(content, "w:pPr"))
    table = "tblStyle tblpPr tblW jc tblInd tblBorders tblLayout tblCellMar tblLook"
    assert all(order_is_right(one, table) for one in elements(content, "w:tblPr"))
    assert all(order_is_right(one, "tcW gridSpan vMerge tcBorders vAlign") for one in elements(content, "w:tcPr"))


def test_every_font_has_others_that_stand_in_for_it(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
    assert all(f'w:name="{font}"' in fonts for font in Font)
    assert "仿宋,FangSong" in fonts


def test_the_same_document_gives_the_same_bytes(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    a_year_on = time.localtime(time.time() + 400 * 86400)
    monkeypatch.setattr(time, "localtime", lambda *_: a_year_on)
    assert official_docx(LETTER) == content


def test_what_is_empty_is_left_out() -> None:
    bare = Document(BytesIO(official_docx(Official("", "", "通知", "", [Para("正文。")]))))
    assert [paragraph.text for paragraph in bare.paragraphs] == ["通知", "正文。"]
    assert not bare.tables


def test_for_libreoffice_the_fonts_are_those_of_the_machine(content: bytes) -> None:
    with ZipFile(BytesIO(for_libreoffice(content, {"FangSong", "Noto Serif CJK SC"}))) as archive:
        text, styles = archive.read("word/document.xml").decode(), archive.read("word/styles.xml").decode()
    assert 'w:eastAsia="FangSong"' in text
    assert 'w:eastAsia="黑体"' in text  # nothing of its list is there: left as it is
    assert 'w:type="lines"' in text and "w:charSpace" not in text
    assert styles.count('<w:spacing w:val="-5"/>') == 1


@pytest.mark.parametrize(("text", "width"), [("", 0), ("十月", 2), ("2021年10月6日", 6.5)])
def test_the_width_of_words(text: str, width: float) -> None:
    assert width_in_characters(text) == width


def test_days_are_without_leading_zeros_and_marks_fit_the_line() -> None:
    assert chinese_day(date(2021, 10, 6)) == "2021年10月6日"
    assert mark_points("督查通报") > mark_points("健康潜江工作领导小组办公室督查通报") >= 22
    assert LINE_PITCH == 579
    assert set(FALLBACKS) == set(Font)

"""Official documents (公文) in the layout of GB/T 9704-2012: plain values in, the bytes of a .docx out.

The same document always gives the same bytes: nothing in the file tells when it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from docx import Document

from tracker.exports import official_parts as parts
from tracker.exports.official_page import LINE_CHARACTERS, TABLE_POINTS, Font, set_up
from tracker.exports.official_zip import steady_bytes

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Heading:
    """``level`` 1 to 4: 一、（一）1.（1）; the number is part of the text."""

    level: int
    text: str


@dataclass(frozen=True)
class Para:
    """A paragraph, its first line set in by two characters. ``is_plain``: not set in."""

    text: str
    is_plain: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under a head that is repeated on every page. ``widths``: in millimetres, 156 in all; ``numeric``: the
    columns whose cells stand in the middle."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    numeric: frozenset[int] = frozenset()


Block = Heading | Para | Table


@dataclass(frozen=True)
class Annex:
    """What follows on a page of its own. ``label``: 附件, or 附件1."""

    label: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Official:
    """An official document. What is empty or None is left out.

    ``mark``: the red words on top (发文机关标志 or the name of a bulletin); ``number``: X〔2021〕5号, or 第3期;
    ``from_words``, ``mark_day``: what a bulletin has left and right over its red rule; ``copies``: 抄送;
    ``printed_by``, ``printed_on``: 印发.
    """

    mark: str
    number: str
    title: str
    addressees: str
    body: Sequence[Block]
    signer: str = ""
    signed_on: date | None = None
    from_words: str = ""
    mark_day: date | None = None
    annexes: Sequence[Annex] = ()
    copies: str = ""
    printed_by: str = ""
    printed_on: date | None = None


def chinese_day(day: date) -> str:
    """2021年10月6日: Arabic figures without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def official_docx(official: Official) -> bytes:
    """The document as a .docx."""
    document = Document()
    body = document.element.body
    for left_over in list(body)[:-1]:
        body.remove(left_over)
    set_up(document)
    _head(document, official)
    _blocks(document, official.body, with_next=official.signed_on is not None and not official.annexes)
    _annex_list(document, official.annexes)
    _signature(document, official)
    for annex in official.annexes:
        _annex(document, annex)
    _imprint(document, official)
    return steady_bytes(document)


def _head(document: parts.Docx, official: Official) -> None:
    if official.mark:
        parts.line(document, official.mark, Font.TITLE, parts.mark_points(official.mark), align="center", red=True)
    if official.number:
        parts.line(document, official.number, Font.BODY, 16, align="center", before=16)
    if official.from_words:
        day = chinese_day(official.mark_day) if official.mark_day else ""
        parts.ends(document, official.from_words, day, Font.BODY, 16)
    if official.mark:
        parts.red_rule(document)
    parts.line(document, official.title, Font.TITLE, 22, align="center", before=22, after=22, keep_next=True)
    if official.addressees:
        parts.line(document, f"{official.addressees.rstrip('：')}：", Font.BODY, 16)


def _blocks(document: parts.Docx, blocks: Sequence[Block], with_next: bool = False) -> None:
    """``with_next``: a last paragraph stays with what follows, so that no signature stands alone on a page."""
    for turn, block in enumerate(blocks, start=1):
        if isinstance(block, Table):
            parts.table(document, block.head, block.rows, block.widths, block.numeric, TABLE_POINTS)
        elif isinstance(block, Heading):
            font = {1: Font.HEADING, 2: Font.KAI}.get(block.level, Font.BODY)
            parts.line(document, block.text, font, 16, indent=2, keep_next=True)
        else:
            keep = with_next and turn == len(blocks)
            parts.line(document, block.text, Font.BODY, 16, indent=0 if block.is_plain else 2, keep_next=keep)


def _annex_list(document: parts.Docx, annexes: Sequence[Annex]) -> None:
    """附件：… under the text, one line each."""
    for turn, annex in enumerate(annexes):
        number = f"{turn + 1}. " if len(annexes) > 1 else ""
        label = "附件：" if turn == 0 else "　　　"
        parts.line(document, f"{label}{number}{annex.title}", Font.BODY, 16, indent=2, before=16 if turn == 0 else 0)


def _signature(document: parts.Docx, official: Official) -> None:
    """Without a seal: the day four characters from the right, the signer over its middle, at least two from it."""
    if official.signed_on is None:
        return
    day = chinese_day(official.signed_on)
    day_width = parts.width_in_characters(day)
    signer_width = parts.width_in_characters(official.signer)
    day_from_right = max(4.0, 2 + (signer_width - day_width) / 2)
    signer_from_right = max(0.0, day_from_right + (day_width - signer_width) / 2)
    if day_from_right + day_width > LINE_CHARACTERS:  # longer than a line: it wraps, the day stands as usual
        day_from_right, signer_from_right = 4.0, 0.0
    parts.line(
        document, official.signer, Font.BODY, 16, align="right", from_right=signer_from_right, before=32, keep_next=True
    )
    parts.line(document, day, Font.BODY, 16, align="right", from_right=day_from_right)


def _annex(document: parts.Docx, annex: Annex) -> None:
    parts.line(document, annex.label, Font.HEADING, 16, page_break=True)
    parts.line(document, annex.title, Font.TITLE, 22, align="center", before=16, after=16, keep_next=True)
    _blocks(document, annex.blocks)


def _imprint(document: parts.Docx, official: Official) -> None:
    """抄送 and 印发 in 4号 between rules."""
    rows: list[tuple[str, str]] = []
    if official.copies:
        rows.append((f"抄送：{official.copies.rstrip('。')}。", ""))
    if official.printed_by and official.printed_on:
        rows.append((official.printed_by, f"{chinese_day(official.printed_on)}印发"))
    if rows:
        parts.imprint(document, rows)

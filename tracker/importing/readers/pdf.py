""".pdf with a text layer: paragraphs, and ruled tables whole."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from tracker.errors import UnreadableFile
from tracker.importing.blocks import Document
from tracker.importing.readers.pages import Glyph, Page, to_document
from tracker.importing.steps import READ, tell

_MAX_PAGES = 500
_FEW = 10  # characters a page: fewer are a stamp or a page number on a picture


def read_pdf(content: bytes) -> Document:
    """A PDF. Raises UnreadableFile for a scanned one, one with a password, one of too many pages."""
    try:
        with pdfplumber.open(BytesIO(content)) as opened:
            if len(opened.pages) > _MAX_PAGES:
                raise UnreadableFile(f"这个 PDF 有 {len(opened.pages)} 页，太长了。请只保留任务表所在的页后再上传。")
            pages = []
            for number, page in enumerate(opened.pages, start=1):
                pages.append(_page(page))
                tell(READ * number // len(opened.pages))
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args):
            raise UnreadableFile("这个 PDF 设了打开密码，读不了。请去掉密码，另存后重新上传。") from error
        raise UnreadableFile(
            "这个 PDF 文件不完整或已损坏，读不出内容。请重新下载，或上传原来的 Word 或 Excel 文件。"
        ) from error
    if sum(len(page.glyphs) for page in pages) < _FEW * max(len(pages), 1):
        raise UnreadableFile(
            "这个 PDF 里没有文字（是扫描件或图片），读不出来。请上传原来的 Word 或 Excel 文件，或把文字录入后粘贴。"
        )
    return to_document(pages, "pdf")


def _page(page: Any) -> Page:
    """The upright characters, each once: bold is sometimes the same character printed twice."""
    upright = (_glyph(char) for char in page.chars if char.get("upright", True))
    once = {(glyph.text, round(glyph.left), round(glyph.top)): glyph for glyph in upright}
    tables = [table.cells for table in page.find_tables()]
    made = Page(list(once.values()), tables, float(page.height))
    page.close()
    return made


def _glyph(char: dict[str, Any]) -> Glyph:
    return Glyph(char["text"], char["x0"], char["top"], char["x1"], char["bottom"] - char["top"])

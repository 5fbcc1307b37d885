""".html: paragraphs, headings and tables of a page, without its scripts and styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from tracker.errors import UnreadableFile
from tracker.importing.blocks import Block, Cell, Document, Paragraph, Table
from tracker.importing.readers.text import decode

_SKIPPED = {"script", "style", "head", "noscript", "template", "select", "button", "svg", "iframe", "object"}
_BLOCKS = {
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "section",
    "article",
    "header",
    "footer",
    "td",
    "th",
    "tr",
    "blockquote",
    "pre",
    "center",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dd",
    "dt",
    "dl",
    "form",
    "main",
    "nav",
    "body",
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MAX_SPAN = 300


def read_html(content: bytes) -> Document:
    """A page, in the encoding of its bytes. External entities and addresses are never followed."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(content))
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile("这个网页文件里没有可读的内容。请在浏览器里重新保存，或复制文字后粘贴。") from error
    return Document(_Walk().blocks_of(root), "html")


class _Walk:
    """One walk through a page, counting paragraphs and tables as it goes."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.words: list[str] = []
        self.tables = 0
        self.paragraphs = 0

    def blocks_of(self, root: Any) -> list[Block]:
        self._visit(root, hidden=False)
        self._close(None, hidden=False)
        return self.blocks

    def _visit(self, element: Any, hidden: bool, depth: int = 0) -> None:
        if element.tag in _SKIPPED or not isinstance(element.tag, str) or depth > 200:
            return
        hidden = hidden or _is_hidden(element)
        if element.tag == "table" and _is_data(element):
            self._close(None, hidden)
            self._table(element, hidden)
            return
        if element.tag == "br":
            self._close(None, hidden)
        level = int(element.tag[1]) if re.fullmatch(r"h[1-6]", element.tag) else None
        if element.tag in _BLOCKS:
            self._close(None, hidden)
        self.words.append(element.text or "")
        for child in element:
            self._visit(child, hidden, depth + 1)
            self.words.append(child.tail or "")
        if element.tag in _BLOCKS:
            self._close(level, hidden)

    def _close(self, level: int | None, hidden: bool) -> None:
        text = _squeeze("".join(self.words))
        self.words = []
        if text:
            self.paragraphs += 1
            self.blocks.append(Paragraph(text, f"第{self.paragraphs}段", 0, level, hidden))

    def _table(self, element: Any, hidden: bool) -> None:
        self.tables += 1
        cells, hidden_rows = _cells(element)
        if cells:
            self.blocks.append(Table(cells, f"表{self.tables}", hidden_rows=hidden_rows, hidden=hidden))


def _is_hidden(element: Any) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))


def _is_data(table: Any) -> bool:
    """A table of cells, not one that lays out the page: no table inside, and more than one cell."""
    return table.find(".//table") is None and len(table.xpath(".//td|.//th")) > 1


def _cells(table: Any) -> tuple[list[Cell], list[int]]:
    taken: set[tuple[int, int]] = set()
    cells, hidden_rows = [], []
    for row, line in enumerate(table.iter("tr")):
        if _is_hidden(line):
            hidden_rows.append(row)
        column = 0
        for item in line:
            if item.tag not in ("td", "th"):
                continue
            while (row, column) in taken:
                column += 1
            cell = Cell(_cell_text(item), row, column, _span(item, "rowspan"), _span(item, "colspan"))
            taken.update(
                (r, c) for r in range(row, row + cell.row_span) for c in range(column, column + cell.column_span)
            )
            cells.append(cell)
            column += cell.column_span
    return cells, hidden_rows


def _span(item: Any, name: str) -> int:
    written = (item.get(name) or "1").strip()
    return min(max(int(written), 1), _MAX_SPAN) if written.isdecimal() else 1


def _cell_text(item: Any) -> str:
    return "\n".join(filter(None, map(_squeeze, "".join(_lines(item)).split("\n"))))


def _lines(element: Any) -> Iterator[str]:
    if element.tag in _SKIPPED:
        return
    yield _spaces(element.text)
    for child in element:
        if child.tag in _BLOCKS or child.tag == "br":
            yield "\n"
        yield from _lines(child)
        if child.tag in _BLOCKS:
            yield "\n"
        yield _spaces(child.tail)


def _spaces(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _squeeze(text: str) -> str:
    """Blanks as a browser shows them: a line break between two Chinese characters is no blank."""
    text = re.sub(r"(?<=[^\x00-\xff])[ \t]*[\r\n]+[ \t\r\n]*(?=[^\x00-\xff])", "", text)
    return re.sub(r"[ \t\r\n]+", " ", text).strip()

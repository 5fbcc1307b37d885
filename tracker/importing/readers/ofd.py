""".ofd (GB/T 33190): the placed text of each page, and tables where lines are drawn around cells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree
from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from tracker.errors import UnreadableFile
from tracker.importing.blocks import Document
from tracker.importing.readers.pages import Box, Glyph, Page, to_document

_MAX_PAGES = 500
_STEP = re.compile(r"([MLSC])\s+(-?[\d.]+)\s+(-?[\d.]+)")
_THIN = 0.8  # millimetres: a filled box narrower than this is a line


def read_ofd(content: bytes) -> Document:
    """An OFD file. Lengths are millimetres. Raises UnreadableFile where it holds no text."""
    with ZipFile(BytesIO(content)) as archive:
        pages = [_page(root) for root in _page_roots(archive)]
    if not any(page.glyphs for page in pages):
        raise UnreadableFile(
            "这个 OFD 里没有文字（是扫描件或图片），读不出来。请上传原来的 Word 或 Excel 文件，或把文字录入后粘贴。"
        )
    return to_document(pages, "ofd")


def _page_roots(archive: ZipFile) -> Iterator[Any]:
    for document in _all(_xml(archive, "OFD.xml"), "DocRoot"):
        path = (document.text or "").strip().lstrip("/")
        for page in _all(_xml(archive, path), "Page")[:_MAX_PAGES]:
            place = page.get("BaseLoc") or ""
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), place))
            yield _xml(archive, place.lstrip("/") if place.startswith("/") else beside)


def _xml(archive: ZipFile, path: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(path), parser)


def _all(element: Any, name: str) -> list[Any]:
    return [found for found in element.iter() if isinstance(found.tag, str) and etree.QName(found).localname == name]


def _page(root: Any) -> Page:
    glyphs = [glyph for text in _all(root, "TextObject") for glyph in _glyphs(text)]
    edges = [edge for path in _all(root, "PathObject") for edge in _edges(path)]
    box = next((_numbers(found.text) for found in _all(root, "PhysicalBox")), [])
    height = box[3] if len(box) == 4 else max((glyph.top for glyph in glyphs), default=0) * 1.1
    return Page(glyphs, _tables(edges), height)


def _glyphs(item: Any) -> Iterator[Glyph]:
    """One for each character: the first stands at X, each further one DeltaX after it (the size where unsaid)."""
    left, top, _, _ = _boundary(item)
    size = float(item.get("Size") or 4)
    for code in _all(item, "TextCode"):
        x, y = left + float(code.get("X") or 0), top + float(code.get("Y") or size) - 0.88 * size
        steps = _steps(code.get("DeltaX") or "")
        for place, char in enumerate(code.text or ""):
            width = steps[place] if place < len(steps) else size * (1 if ord(char) > 255 else 0.5)
            yield Glyph(char, x, y, x + min(width, size), size)
            x += width


def _steps(written: str) -> list[float]:
    """DeltaX: lengths, with ``g n length`` for n times the same."""
    steps: list[float] = []
    words = written.split()
    while words:
        word = words.pop(0)
        if word == "g" and len(words) >= 2:
            steps += [float(words[1])] * min(int(words[0]), 10_000)
            words = words[2:]
        else:
            steps.append(float(word))
    return steps


def _numbers(written: str | None) -> list[float]:
    return [float(word) for word in (written or "").split()]


def _boundary(item: Any) -> Box:
    found = _numbers(item.get("Boundary"))
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 else (0.0, 0.0, 0.0, 0.0)


def _edges(item: Any) -> Iterator[dict[str, Any]]:
    """The straight lines of a path, and filled boxes so thin that they are lines."""
    left, top, _, _ = _boundary(item)
    for data in _all(item, "AbbreviatedData"):
        points = [(op, left + float(x), top + float(y)) for op, x, y in _STEP.findall(data.text or "")]
        for (_, x0, y0), (op, x1, y1) in zip(points, points[1:], strict=False):
            if op == "L" and abs(y0 - y1) < _THIN and abs(x0 - x1) > _THIN:
                yield _edge("h", min(x0, x1), max(x0, x1), y0, y0)
            elif op == "L" and abs(x0 - x1) < _THIN and abs(y0 - y1) > _THIN:
                yield _edge("v", x0, x0, min(y0, y1), max(y0, y1))


def _edge(orientation: str, x0: float, x1: float, top: float, bottom: float) -> dict[str, Any]:
    size = {"width": x1 - x0, "height": bottom - top, "object_type": "line", "orientation": orientation}
    return {"x0": x0, "x1": x1, "top": top, "bottom": bottom, **size}


def _tables(edges: list[dict[str, Any]]) -> list[list[Box]]:
    if not edges:
        return []
    merged = merge_edges(edges, 1, 1, 1, 1)
    cells = intersections_to_cells(edges_to_intersections(merged, 1, 1))
    return [table for table in cells_to_tables(cells) if len(table) > 1]

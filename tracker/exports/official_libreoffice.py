"""An official document as LibreOffice lays it out like Word: for a .pdf made by it, never handed out itself.

LibreOffice does not ask the table of fonts for other names, and a character that is wider than its cell of the grid,
as 16 pt is in 15.79 pt, gets two cells. So the fonts that are there are named, and the grid keeps its lines alone, with
the characters a little closer instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tracker.exports.official_page import FALLBACKS

CLOSER = -5
"""Twips between characters, so that 28 of 16 pt fit into the line."""
_GRID = re.compile(rb'w:type="linesAndChars"|w:charSpace="-?\d+"')
_BODY_SIZE = b'<w:sz w:val="32"/>'


def for_libreoffice(content: bytes, installed: Collection[str]) -> bytes:
    """The .docx changed for LibreOffice. ``installed``: the families of fonts of the machine; empty: not known."""
    fonts = {
        f'"{font}"'.encode(): f'"{_there(font, others, installed)}"'.encode() for font, others in FALLBACKS.items()
    }
    changed = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(changed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, _part(name, source.read(name), fonts))
    return changed.getvalue()


def _there(font: str, others: Collection[str], installed: Collection[str]) -> str:
    return next((name for name in (font, *others) if name in installed), font)


def _part(name: str, content: bytes, fonts: dict[bytes, bytes]) -> bytes:
    if not name.endswith(".xml"):
        return content
    for font, there in fonts.items():
        content = content.replace(font, there)
    if name == "word/document.xml":
        return _GRID.sub(lambda found: b'w:type="lines"' if found[0].startswith(b"w:type") else b"", content)
    if name == "word/styles.xml":
        return content.replace(_BODY_SIZE, f'<w:spacing w:val="{CLOSER}"/>'.encode() + _BODY_SIZE, 1)
    return content

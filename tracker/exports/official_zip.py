"""A .docx whose bytes depend on what it says alone."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tracker.exports.official_page import font_table

FONTS = "word/fontTable.xml"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest day a .zip can tell."""


def steady_bytes(document: Any) -> bytes:
    """The bytes of a python-docx document without any time of writing, with our table of fonts."""
    properties = document.core_properties
    properties.created = properties.modified = datetime(*LONG_AGO, tzinfo=UTC)
    properties.last_modified_by, properties.revision = "", 1
    written = BytesIO()
    document.save(written)
    steady = BytesIO()
    with ZipFile(written) as source, ZipFile(steady, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = font_table() if name == FONTS else source.read(name)
            entry = ZipInfo(name, LONG_AGO)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, content)
    return steady.getvalue()

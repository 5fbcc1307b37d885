"""Documents for tests, made of their text."""

from __future__ import annotations

from io import BytesIO

from docx import Document


def as_docx(text: str) -> bytes:
    """A Word file with a paragraph for each line."""
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    made = BytesIO()
    document.save(made)
    return made.getvalue()

"""What no address and no form may hold, refused once for all pages: a sentence, and never a fault."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from flask import request
from flask_babel import gettext as _
from werkzeug.routing import IntegerConverter, Map

from tracker.errors import Invalid

LARGEST = 2**31 - 1
"""The largest number of a row that both databases hold."""

FIRST_YEAR, LAST_YEAR = 1949, 2199


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: one that can be the number of a row; of any other there is no such page."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST)


def number(text: str) -> int:
    """A number as `args.get(…, type=number)` takes it; ValueError for what can be neither a row nor a page."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) and int(text) <= LARGEST):
        raise ValueError(text)
    return int(text)


def numbers(texts: Iterable[str]) -> list[int]:
    """Numbers out of ticks and hidden fields; what is none is left out."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(number(text))
    return found


def day(text: str) -> date:
    """2021-10-26 as a day; ValueError for what is none, or so far away that nothing can be worked out for it."""
    found = date.fromisoformat(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    return found


def refuse_unkept_signs() -> None:
    """Before every request: PostgreSQL keeps no NUL byte in a text, so that none is taken anywhere."""
    sent = [*request.args.items(multi=True), *request.form.items(multi=True)]
    names = [file.filename or "" for _name, file in request.files.items(multi=True)]
    if any("\x00" in text for text in (*(text for pair in sent for text in pair), *names)):
        raise Invalid(
            _("填的内容里有存不了的控制符（NUL），没有存上。请删掉它再试；从别处粘贴的，先贴到记事本再复制过来。")
        )

"""What was typed into a form, as plain values, or the sentence that says what is wrong with it."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_babel import gettext as _

from tracker.errors import Invalid
from tracker.web.intake import day, number

MOST_PAGES = 1_000_000
"""Above any list, and far below where an offset no longer fits into a column."""


def typed(name: str) -> str:
    """The text of a box, without blanks around it; empty when it was not sent."""
    return request.form.get(name, "").strip()


def typed_day(name: str) -> date | None:
    """The day of a box, None when it is empty."""
    text = typed(name)
    try:
        return day(text) if text else None
    except ValueError as error:
        raise Invalid(_("日期要写成 2021-10-26 这样。"), name) from error


def needed_day(name: str) -> date:
    """The day of a box that must not be empty."""
    found = typed_day(name)
    if found is None:
        raise Invalid(_("日期要填。"), name)
    return found


def typed_number(name: str) -> int | None:
    """The number that a select sent, None when nothing was chosen."""
    return request.form.get(name, type=number)


def asked_day(name: str) -> date | None:
    """The day in the address (a filter), None when there is none or it is no day."""
    try:
        return day(request.args.get(name, ""))
    except ValueError:
        return None


def asked_page() -> int:
    """The page in the address, from 1."""
    return min(max(request.args.get("page", 1, type=number), 1), MOST_PAGES)

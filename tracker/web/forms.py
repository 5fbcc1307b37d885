"""What was typed into a form, as plain values, or the sentence that says what is wrong with it."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_babel import gettext as _

from tracker.errors import Invalid


def typed(name: str) -> str:
    """The text of a box, without blanks around it; empty when it was not sent."""
    return request.form.get(name, "").strip()


def typed_day(name: str) -> date | None:
    """The day of a box, None when it is empty."""
    text = typed(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(_("日期要写成 2021-10-26 这样。"), name) from error


def needed_day(name: str) -> date:
    """The day of a box that must not be empty."""
    day = typed_day(name)
    if day is None:
        raise Invalid(_("日期要填。"), name)
    return day


def typed_number(name: str) -> int | None:
    """The number that a select sent, None when nothing was chosen."""
    text = typed(name)
    return int(text) if text.isdecimal() else None


def asked_day(name: str) -> date | None:
    """The day in the address (a filter), None when there is none or it is no day."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def asked_page() -> int:
    """The page in the address, from 1."""
    text = request.args.get("page", "1")
    return max(int(text), 1) if text.isdecimal() else 1

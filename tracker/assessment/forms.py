"""What comes in from the pages of assessment, as plain values; `written.read` says what is wrong with a scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from tracker.assessment.written import points_of
from tracker.errors import Invalid
from tracker.web.intake import number

NUMBERS = ("base", "ceiling", "settle_days", "min_obligations", "appeal_days", "rating_share")
RULE_FIELDS = ("kind", "role", "points", "per", "at_least", "at_most", "cap")
BLANK_RULE = dict.fromkeys(RULE_FIELDS, "")
BLANK_ROWS = 3
"""Rows left empty at the end of the editor, for new rules."""


def typed_scheme(form: MultiDict[str, str]) -> dict[str, Any]:
    """The scheme as typed; a rule without points is left out."""
    found = [[text.strip() for text in form.getlist(name)] for name in RULE_FIELDS]
    rows = [dict(zip(RULE_FIELDS, row, strict=True)) for row in zip(*found, strict=False)]
    return {name: form.get(name, "").strip() for name in NUMBERS} | {"rules": [row for row in rows if row["points"]]}


def shown_rules(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the editor: those of the scheme, then empty ones."""
    kept = [{name: "" if row[name] is None else row[name] for name in RULE_FIELDS} for row in values["rules"]]
    return kept + [BLANK_RULE] * BLANK_ROWS


def typed_ratings(form: MultiDict[str, str]) -> dict[int, int]:
    """Unit id -> rating in hundredths; an empty box says nothing. Invalid when one is no number."""
    found: dict[int, int] = {}
    for unit, text in zip(form.getlist("unit"), form.getlist("rating"), strict=False):
        if text.strip():
            found[_number(unit)] = points_of(text, "领导评分", "rating")
    return found


def _number(text: str) -> int:
    try:
        return number(text)
    except ValueError as error:
        raise Invalid("没有这个单位，请刷新页面。") from error

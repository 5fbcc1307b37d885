"""Correcting the indicators of a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.audit.actions import record
from tracker.errors import Invalid, Stale
from tracker.extensions import db
from tracker.importing.actions import touch
from tracker.importing.models import ImportDraft, ImportIndicator
from tracker.permissions import Actor
from tracker.web.intake import FIRST_YEAR, LAST_YEAR

OPERATORS = {
    ">=": "不低于",
    "<=": "不高于",
    "=": "等于",
    "range": "在此之间",
    "decrease_by": "下降",
    "increase_by": "提高",
}
"""What a target asks for -> its words."""
MOST = 1e15
"""The largest figure that is taken; nan and inf are not."""


@dataclass(frozen=True)
class TargetWords:
    """A target as typed; a line without year and figure is none."""

    year: str
    op: str
    value: str


@dataclass(frozen=True)
class IndicatorWords:
    """An indicator as typed."""

    name: str
    unit: str
    population: str
    baseline: str
    attribute: str
    targets: Sequence[TargetWords]


def words_of(one: ImportIndicator) -> IndicatorWords:
    """An indicator as it stands, in the words a form shows."""
    targets = [TargetWords(str(t["year"] or ""), t["op"], _figure(t["value"])) for t in one.targets]
    return IndicatorWords(
        one.name, one.unit or "", one.population or "", _figure(one.baseline), one.attribute or "", targets
    )


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def correct_indicator(
    draft: ImportDraft, one: ImportIndicator, words: IndicatorWords, version: int, actor: Actor
) -> ImportIndicator:
    """Correct an indicator as a whole; the words it was read from stay beside. Raises Invalid, and Stale when somebody
    saved it since ``version``."""
    touch(draft)
    if one.version != version:
        raise Stale(f"“{one.name}”刚才被另一位改过，您的改动没有存上。请对照后再存。")
    if not words.name.strip():
        raise Invalid("指标名称要填。", "name")
    before = _values(one)
    one.name, one.unit = words.name.strip(), words.unit.strip()[:60] or None
    one.population, one.attribute = words.population.strip() or None, words.attribute.strip()[:60] or None
    one.baseline = _number(words.baseline, "baseline")
    one.targets = _targets(one, words.targets)
    record(actor, "import.indicator", "import_draft", draft.id, one.name, before=before, after=_values(one))
    db.session.flush()
    return one


def _values(one: ImportIndicator) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("name", "unit", "population", "baseline", "attribute", "targets")}


def _targets(one: ImportIndicator, typed: Sequence[TargetWords]) -> list[dict[str, Any]]:
    found = []
    for at, target in enumerate(typed):
        if not target.year.strip() and not target.value.strip():
            continue
        if target.op not in OPERATORS:
            raise Invalid("目标是不低于、不高于还是别的没有选。", "targets")
        raw = one.targets[at]["raw"] if at < len(one.targets) else ""
        year, value = _year(target.year), _number(target.value, "targets")
        found.append({"year": year, "op": target.op, "value": value, "raw": raw})
    return found


def _year(words: str) -> int | None:
    words = words.strip()
    if not words:
        return None
    if not (words.isascii() and words.isdigit() and FIRST_YEAR <= int(words[:5]) <= LAST_YEAR):
        raise Invalid(f"看不出“{words[:20]}”是哪一年。请填四位年份，例如 2025。", "targets")
    return int(words)


def _number(words: str, field: str) -> float | None:
    words = words.strip().rstrip("%％")
    if not words:
        return None
    try:
        value = float(words)
    except ValueError as error:
        raise Invalid(f"“{words[:20]}”不是数字。请只填数，单位填在“单位”里。", field) from error
    if not abs(value) <= MOST:
        raise Invalid(f"“{words[:20]}”太大或不是数。请核对。", field)
    return value

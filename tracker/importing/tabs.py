"""The sides of a draft's review: its questions, and the comparisons that the draft allows."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.importing.comparing import Comparison, comparison
from tracker.importing.models import ImportDraft


@dataclass(frozen=True)
class Tab:
    """``name``: what the page calls it; ``count``: what is open there, None where nothing is counted."""

    name: str
    endpoint: str
    count: int | None
    is_current: bool


@dataclass(frozen=True)
class Tabs:
    """The tabs; none when there is nothing to change between. ``missing``: units of the text that no row names."""

    tabs: list[Tab]
    missing: list[str]


def tabs(draft: ImportDraft, current: str, found: Comparison | None = None) -> Tabs:
    """What can be changed between. ``found``: the comparison of text and table where the page has worked it out."""
    found = found or comparison(draft)
    if found is None:
        return Tabs([], [])
    sides = [("review", "importing.show", None), ("compare", "importing.compare", len(found.open))]
    named = {name for one in found.open for name in one.nowhere}
    return Tabs(
        [Tab(name, endpoint, count, name == current) for name, endpoint, count in sides],
        [name for name in found.only_in_text if name in named],
    )

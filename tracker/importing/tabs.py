"""The sides of a draft's review: its questions, and the comparisons that the draft allows."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.importing.comparing import Comparison, comparison
from tracker.importing.models import ImportDraft
from tracker.importing.revisions import Revision, revision


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


def tabs(draft: ImportDraft, current: str, compared: Comparison | None = None, changed: Revision | None = None) -> Tabs:
    """What can be changed between. ``compared``, ``changed``: what the page has worked out already."""
    compared, changed = compared or comparison(draft), changed or revision(draft)
    sides: list[tuple[str, str, int | None]] = [("review", "importing.show", None)]
    if compared is not None:
        sides.append(("compare", "importing.compare", len(compared.open)))
    if changed is not None:
        sides.append(("changes", "importing.changes", len(changed.open)))
    found = [Tab(name, endpoint, count, name == current) for name, endpoint, count in sides]
    return Tabs(found if len(found) > 1 else [], _missing(compared) if compared else [])


def _missing(compared: Comparison) -> list[str]:
    named = {name for one in compared.open for name in one.nowhere}
    return [name for name in compared.only_in_text if name in named]

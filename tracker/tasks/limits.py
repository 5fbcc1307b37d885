"""Time limits (完成时限): the words as written and what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.plans.cadence import Every


class LimitKind(StrEnum):
    """What a limit says; the values of the import schema."""

    DATE = "date"
    YEAR = "year"
    CONTINUOUS = "continuous"
    START_THEN_CONTINUOUS = "start_then_continuous"
    RECURRING = "recurring"
    NONE = "none"


@dataclass(frozen=True)
class TimeLimit:
    """A limit: ``raw`` is what was printed, the rest what it means.

    ``due_on``: last day, for DATE and YEAR. ``start_on``: for START_THEN_CONTINUOUS (1 January of its year), and
    the first year of a range. ``every``/``times``: for RECURRING, n times each span. ``continues``: goes on after
    the due day or has no end.
    """

    kind: LimitKind
    due_on: date | None = None
    start_on: date | None = None
    every: Every | None = None
    times: int | None = None
    continues: bool = False
    raw: str = ""

"""A task's limit on a past day: as it was before a change, and since when it is what it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.plans.cadence import Every
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.models import LimitChange, Task


def limit_since(as_of: date) -> sa.ScalarSelect[date]:
    """When the limit of the enclosing query's Task came to be what it was on the day; None: it always was."""
    earlier = sa.orm.aliased(LimitChange)
    changed = (earlier.task_id == Task.id) & (earlier.changed_on <= as_of)
    return sa.select(sa.func.max(earlier.changed_on)).where(changed).scalar_subquery()


def limit_of(values: dict[str, Any]) -> TimeLimit:
    """A limit back from the plain values of `tasks.actions.plain_limit`."""
    return TimeLimit(
        kind=LimitKind(values["kind"]),
        due_on=_day(values["due_on"]),
        start_on=_day(values["start_on"]),
        every=Every(values["every"]) if values["every"] else None,
        times=values["times"],
        continues=values["continues"],
        raw=values["raw"],
        extended_from=_day(values.get("extended_from")),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None

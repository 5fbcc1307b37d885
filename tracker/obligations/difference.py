"""What must change among a task's obligations so that they say what is owed now; deriving again changes nothing.

Only what is open is derived again. Two things close an obligation: a report of it was submitted, so it is kept as it
was, with its due day, role and group; or its period was closed, so that figures once published stay. A past due day
alone closes nothing: a correction with an earlier date must be able to take back what was never owed, and the office
may pick a first period that is already past.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.obligations.rules import Owed

NO_LONGER_OWED = "责任分工、完成时限或任务状态已变更，不再应报"


@dataclass(frozen=True)
class ExistingFact:
    """A stored obligation. ``reported``: a version of its report was submitted at some time."""

    id: int
    owed: Owed
    reported: bool = False
    withdrawn_on: date | None = None


@dataclass(frozen=True)
class Withdrawal:
    """An obligation that ends, with the sentence that says why."""

    id: int
    reason: str


@dataclass(frozen=True)
class Revision:
    """An obligation that takes new values, or comes back with them."""

    id: int
    owed: Owed


@dataclass(frozen=True)
class Changes:
    """What an action has to do; empty when nothing changed."""

    add: tuple[Owed, ...] = ()
    withdraw: tuple[Withdrawal, ...] = ()
    restore: tuple[Revision, ...] = ()
    change: tuple[Revision, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.add or self.withdraw or self.restore or self.change)


def difference(
    existing: Iterable[ExistingFact], owed_now: Iterable[Owed], as_of: date, reason: str = NO_LONGER_OWED
) -> Changes:
    """Compare the stored obligations of one task with what is owed now.

    ``as_of``: the business day of the happening, by which a period may be closed. ``reason``: of the happening (the
    task was closed, the lead changed …), kept with every withdrawal.
    """
    stored = {fact.owed.key: fact for fact in existing}
    now = {one.key: one for one in owed_now}
    open_facts = {key: fact for key, fact in stored.items() if not fact.reported and not _closed(fact.owed, as_of)}
    still_owed = [(fact, now[key]) for key, fact in open_facts.items() if key in now and not _closed(now[key], as_of)]
    return Changes(
        add=tuple(one for key, one in now.items() if key not in stored and not _closed(one, as_of)),
        withdraw=tuple(
            Withdrawal(fact.id, reason)
            for key, fact in open_facts.items()
            if key not in now and fact.withdrawn_on is None
        ),
        restore=tuple(Revision(fact.id, one) for fact, one in still_owed if fact.withdrawn_on is not None),
        change=tuple(Revision(f.id, one) for f, one in still_owed if f.withdrawn_on is None and f.owed != one),
    )


def _closed(one: Owed, as_of: date) -> bool:
    return one.closed_on is not None and one.closed_on <= as_of

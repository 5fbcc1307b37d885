"""Rates (报送率 及时率 退回率 办结率): pure functions of dated facts, always n/N with the percentage.

A period report counts as due when its last day is over, so on the due day itself a total leaves it out; the rate of one
chosen period counts all of it on any day, so that a page can show how far it is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypeVar

Value = TypeVar("Value", bound=Hashable)


class Share(NamedTuple):
    """n of N. Prints 274/338（81.1%）, and 0/0（–） of nothing."""

    n: int
    of: int

    @property
    def percent(self) -> Decimal | None:
        """To one place, halves up; None of nothing."""
        if not self.of:
            return None
        return (Decimal(self.n) * 100 / self.of).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def __str__(self) -> str:
        percent = self.percent
        return f"{self.n}/{self.of}（{'–' if percent is None else f'{percent}%'}）"


@dataclass(frozen=True)
class RateFact:
    """One owed period report with the days of its course; withdrawn obligations are left out.

    ``received_spans``: half-open spans on which a version was signed and not returned. ``submitted_on``,
    ``withdrawn_on``, ``returned_on``: the days on which any version was.
    """

    unit_id: int
    period_id: int
    due_on: date
    first_signed_on: date | None = None
    received_spans: tuple[tuple[date, date | None], ...] = ()
    submitted_on: tuple[date, ...] = ()
    withdrawn_on: tuple[date, ...] = ()
    returned_on: tuple[date, ...] = ()

    def received(self, as_of: date) -> bool:
        return any(start <= as_of and (end is None or as_of < end) for start, end in self.received_spans)

    def on_time(self, as_of: date) -> bool:
        return self.first_signed_on is not None and self.first_signed_on <= min(self.due_on, as_of)


@dataclass(frozen=True)
class ClosingFact:
    """A dated task: the day it is due to be closed, and the day it was."""

    due_on: date
    closed_on: date | None = None


@dataclass(frozen=True)
class Rates:
    """报送率 ``reported``, 及时率 ``on_time``, 退回率 ``returned``; ``late``: received but not signed in time (迟n)."""

    reported: Share
    on_time: Share
    returned: Share
    late: int

    @property
    def missing(self) -> int:
        return self.reported.of - self.reported.n


def rates(facts: Iterable[RateFact], as_of: date) -> Rates:
    """The rates of all period reports whose due day was over by ``as_of``."""
    return _rates([fact for fact in facts if fact.due_on < as_of], as_of)


def rates_of_period(facts: Iterable[RateFact], period_id: int, as_of: date) -> Rates:
    """The rates of one period, whether or not its due day is over."""
    return _rates([fact for fact in facts if fact.period_id == period_id], as_of)


def rates_by_unit(facts: Iterable[RateFact], as_of: date) -> dict[int, Rates]:
    """Unit id to its rates over all that was due."""
    return _by(lambda fact: fact.unit_id, facts, as_of)


def rates_by_period(facts: Iterable[RateFact], as_of: date) -> dict[int, Rates]:
    """Period id to its rates; only periods whose due day was over."""
    return _by(lambda fact: fact.period_id, facts, as_of)


def rates_by_unit_and_period(facts: Iterable[RateFact], as_of: date) -> dict[tuple[int, int], Rates]:
    """(unit id, period id) to the rates of that cell; only periods whose due day was over."""
    return _by(lambda fact: (fact.unit_id, fact.period_id), facts, as_of)


def same_day(due_on: date, earlier_due_on: date, as_of: date) -> date:
    """The day that lies from the earlier period's due day as ``as_of`` lies from this one's: like with like."""
    return earlier_due_on + (as_of - due_on)


def same_day_last_period(
    facts: Sequence[RateFact], due_on: date, earlier_period_id: int, earlier_due_on: date, as_of: date
) -> Rates:
    """The rates of the period before, as they were on the same day after (or before) its own due day."""
    return rates_of_period(facts, earlier_period_id, same_day(due_on, earlier_due_on, as_of))


def closing_rate(facts: Iterable[ClosingFact], as_of: date) -> Share:
    """办结率: closed ÷ due to close by now. What was closed before its day counts when the day is over."""
    due = [fact for fact in facts if fact.due_on < as_of]
    return Share(sum(fact.closed_on is not None and fact.closed_on <= as_of for fact in due), len(due))


def _by(key: Callable[[RateFact], Value], facts: Iterable[RateFact], as_of: date) -> dict[Value, Rates]:
    groups: dict[Value, list[RateFact]] = {}
    for fact in facts:
        if fact.due_on < as_of:
            groups.setdefault(key(fact), []).append(fact)
    return {value: _rates(group, as_of) for value, group in groups.items()}


def _rates(facts: Sequence[RateFact], as_of: date) -> Rates:
    submitted = sum(_count(fact.submitted_on, as_of) - _count(fact.withdrawn_on, as_of) for fact in facts)
    return Rates(
        reported=Share(sum(fact.received(as_of) for fact in facts), len(facts)),
        on_time=Share(sum(fact.on_time(as_of) for fact in facts), len(facts)),
        returned=Share(sum(_count(fact.returned_on, as_of) for fact in facts), submitted),
        late=sum(fact.received(as_of) and not fact.on_time(as_of) for fact in facts),
    )


def _count(days: Iterable[date], as_of: date) -> int:
    return sum(day <= as_of for day in days)

"""Recurring duties in the ledger: k of n in the span that runs, and every occurrence on the page of the task."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.ledger.facts import TaskFacts
from tracker.ledger.rules import Owed, Text
from tracker.obligations.occurrences import EXTRA, Count, count, nth, running, span_words
from tracker.obligations.periods import span_label
from tracker.obligations.rules import Kind
from tracker.plans.cadence import Every
from tracker.progress.facts import report_standing
from tracker.progress.rules import state_on
from tracker.tasks.axes import DutyFact, ReportStanding

Spans = dict[date, dict[int, list[Owed]]]
"""Last day of the span -> unit -> its occurrences."""


def spans_of(found: TaskFacts, units: Collection[int] | None = None) -> Spans:
    """The occurrences of a task by span and unit; ``units`` None: of all."""
    spans: Spans = defaultdict(lambda: defaultdict(list))
    for one in found.owed:
        if one.kind is Kind.OCCURRENCE and (units is None or one.unit_id in units):
            spans[one.key_on][one.unit_id].append(one)
    return spans


def counted(units: Mapping[int, Sequence[Owed]], as_of: date) -> Count:
    """How many were received by the day, of what is owed."""
    return count(part(owed, as_of) for owed in units.values())


def part(owed: Sequence[Owed], as_of: date) -> tuple[int, int]:
    """(received by the day, owed) of one unit in one span."""
    return sum(is_received(one, as_of) for one in owed), sum(one.number < EXTRA for one in owed)


def is_received(one: Owed, as_of: date) -> bool:
    return state_on(one.versions, one.due_on, as_of).received


def duty_facts(found: TaskFacts, as_of: date) -> Iterator[DutyFact]:
    """What each unit did in each span, for the lamp: but for spans that were over before the limit became what it is.
    The year is said of a span that is not of the plan's first."""
    every, since = found.limit.every, found.limit_since or date.min
    if every is None:
        return
    for key_on, units in spans_of(found).items():
        if key_on < since:
            continue
        for unit_id, owed in units.items():
            done, wanted = part(owed, as_of)
            unsigned = sum(report_standing(one.versions, one.due_on, as_of) is ReportStanding.UNSIGNED for one in owed)
            label = span_label(every, key_on, with_year=key_on.year != found.plan.first_year).removesuffix("期")
            yield DutyFact(unit_id, owed[0].unit, label, max(one.due_on for one in owed), done, wanted, unsigned)


def words(found: TaskFacts, as_of: date) -> str | None:
    """本季度 0/1 次，还差 1 次; None for a task that is no recurring duty."""
    every, spans = found.limit.every, spans_of(found)
    now = running(spans, as_of)
    if every is None or now is None or found.closed_on is not None:
        return None
    return f"{span_words(every, now, as_of)} {counted(spans[now], as_of).words}"


def settled(found: TaskFacts, as_of: date) -> set[int]:
    """Obligations nobody waits for: their unit did as many in the span as it owes, be it by others."""
    done: set[int] = set()
    for units in spans_of(found).values():
        for owed in units.values():
            received, wanted = part(owed, as_of)
            if received >= wanted:
                done |= {one.obligation_id for one in owed if not one.sent}
    return done


@dataclass(frozen=True)
class Held:
    """One that took place, as it was signed. ``late``: recorded after the span was over."""

    held_on: date | None
    unit: str
    nth: str
    words: str
    is_late: bool
    obligation_id: int


@dataclass(frozen=True)
class Span:
    """A span of a duty on the page of its task: how many in all, those received, and how many wait for a signature."""

    label: str
    count: Count
    held: tuple[Held, ...]
    unsigned: int
    is_short: bool
    """It is over, and one is still missing."""


def held_ids(found: TaskFacts, as_of: date) -> list[int]:
    """The versions whose words the page shows."""
    sent = (one.figure_on(as_of) for one in found.owed if one.kind is Kind.OCCURRENCE)
    return [figure.id for figure in sent if figure is not None]


def page_of(found: TaskFacts, readable: Collection[int], said: Mapping[int, Text], as_of: date) -> list[Span]:
    """The spans of a task that have begun, the latest first. ``readable``: units whose reports the viewer may read."""
    every, spans = found.limit.every, spans_of(found)
    if every is None:
        return []
    now = running(spans, as_of)
    shown = sorted((key for key in spans if now is not None and key <= now), reverse=True)
    return [_span(every, key_on, spans[key_on], readable, said, as_of) for key_on in shown]


def _span(
    every: Every,
    key_on: date,
    units: Mapping[int, Sequence[Owed]],
    readable: Collection[int],
    said: Mapping[int, Text],
    as_of: date,
) -> Span:
    owed = [one for ones in units.values() for one in ones]
    counts = counted(units, as_of)
    held = [one for item in owed if item.unit_id in readable and (one := _held(item, said, as_of)) is not None]
    waiting = sum(bool(one.sent) and not is_received(one, as_of) for one in owed)
    return Span(
        label=span_words(every, key_on, as_of),
        count=counts,
        held=tuple(sorted(held, key=lambda one: (one.held_on or date.min, one.obligation_id))),
        unsigned=waiting,
        is_short=bool(counts.missing) and max(one.due_on for one in owed) < as_of,
    )


def _held(one: Owed, said: Mapping[int, Text], as_of: date) -> Held | None:
    figure = one.figure_on(as_of)
    if figure is None:
        return None
    first = one.sent[0].days.submitted_on
    is_late = first is not None and first > one.due_on
    return Held(figure.held_on, one.unit, nth(one.number), said[figure.id].progress, is_late, one.obligation_id)

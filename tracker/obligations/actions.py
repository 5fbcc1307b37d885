"""Writes on periods and obligations: what is stored is made to say what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.extensions import db
from tracker.obligations.difference import NO_LONGER_OWED, Changes, ExistingFact, Revision, difference
from tracker.obligations.models import Obligation, Period
from tracker.obligations.periods import Cadence, PeriodSpan, following, period_spans
from tracker.obligations.queries import assignment_facts, membership_facts, obligations_of, period_facts, periods
from tracker.obligations.rules import Owed, PeriodFact, Span, occurrences_until, owed
from tracker.plans.models import Plan
from tracker.plans.queries import handed_on
from tracker.tasks.models import Task
from tracker.tasks.touched import touch
from tracker.workdays import state_council

AT_ONCE = 500
"""Tasks derived together: bounds the memory of a run over a large plan."""
HANDED_ON = "由接续的方案填报"
"""Why nothing more is owed to a plan that has ended and is followed by another."""
HORIZON = timedelta(days=3 * 366)
"""How far ahead periods are planned: past the longest cadence, two years."""


@dataclass(frozen=True)
class Derived:
    """What a derivation changed."""

    periods: int = 0
    added: int = 0
    withdrawn: int = 0
    revised: int = 0


def planned_periods(plan: Plan, until: date) -> list[PeriodSpan]:
    """The plan's periods of its present cadence to the one nominally due by ``until``, opened or not."""
    end = min(until, plan.closed_on) if plan.closed_on else until
    cadence = Cadence(plan.every, plan.due_day)
    return period_spans(cadence, plan.first_due_on - timedelta(days=1), end, state_council())


def coming_periods(plan: Plan, stored: Sequence[Period | PeriodFact], today: date) -> list[PeriodSpan]:
    """The periods planned after those ``stored``, the earliest first; the first goes on where the last one ended."""
    planned = planned_periods(plan, today + HORIZON)
    return following(planned, stored[-1].nominal_due_on) if stored else planned


def open_periods(plan: Plan, today: date) -> int:
    """Store the periods that have opened by ``today`` and are not there yet. Returns how many."""
    new = [span for span in coming_periods(plan, periods(plan.id), today) if span.opens_on <= today]
    for span in new:
        db.session.add(
            Period(
                plan_id=plan.id,
                name=span.label(),
                opens_on=span.opens_on,
                nominal_due_on=span.nominal_due_on,
                due_on=span.due_on,
            )
        )
    db.session.flush()
    return len(new)


def derive(plan: Plan, today: date, task_ids: Iterable[int] | None = None, reason: str = NO_LONGER_OWED) -> Derived:
    """Make the stored obligations say what is owed now. Doing it again changes nothing.

    ``task_ids`` None: every task of the plan. ``reason`` is kept with what is withdrawn.
    """
    opened = open_periods(plan, today)
    query = sa.select(Task).where(Task.plan_id == plan.id).order_by(Task.id)
    if task_ids is not None:
        query = query.where(Task.id.in_(list(task_ids)))
    added = withdrawn = revised = 0
    tasks = list(db.session.scalars(query))
    for start in range(0, len(tasks), AT_ONCE):
        for task, changes in _changes(plan, tasks[start : start + AT_ONCE], today, reason):
            _apply(task, changes, today)
            touch([task.id])
            added, withdrawn = added + len(changes.add), withdrawn + len(changes.withdraw)
            revised += len(changes.change) + len(changes.restore)
        db.session.flush()
    return Derived(opened, added, withdrawn, revised)


def _changes(plan: Plan, tasks: Sequence[Task], today: date, reason: str) -> Iterable[tuple[Task, Changes]]:
    ids = [task.id for task in tasks]
    stored_periods = period_facts(periods(plan.id))
    parts, members, stored = assignment_facts(ids), membership_facts(), obligations_of(ids)
    begin = min([plan.confirmed_on, *(period.opens_on for period in stored_periods)])
    until = date(max(plan.last_year, today.year), 12, 31)
    coming = [span.nominal_due_on for span in coming_periods(plan, stored_periods, today)]
    closed = {period.id: period.closed_on for period in stored_periods}
    calendar, handed = state_council(), handed_on(plan)
    for task in tasks:
        running = Span(begin, task.withdrawn_on or task.closed_on)
        pauses = [Span(*map(date.fromisoformat, days)) for days in task.pauses]
        last = occurrences_until(task.limit, until, plan.closed_on)
        now = owed(task.limit, parts[task.id], members, stored_periods, running, last, calendar, coming, pauses, handed)
        changes = difference([_fact(one, closed) for one in stored[task.id]], now, today, reason)
        if changes:
            yield task, changes


def _fact(stored: sa.Row[Any], closed: Mapping[int, date | None]) -> ExistingFact:
    one = Owed(
        unit_id=stored.unit_id,
        kind=stored.kind,
        key_on=stored.key_on,
        due_on=stored.due_on,
        role=stored.role,
        via_group_id=stored.via_group_id,
        number=stored.number,
        period_id=stored.period_id,
        closed_on=closed.get(stored.period_id) if stored.period_id else None,
    )
    return ExistingFact(stored.id, one, stored.submitted_on is not None, stored.withdrawn_on)


def _apply(task: Task, changes: Changes, today: date) -> None:
    if changes.add:
        db.session.execute(sa.insert(Obligation), [{"task_id": task.id, **_columns(one)} for one in changes.add])
    for withdrawal in changes.withdraw:
        _update(withdrawal.id, {"withdrawn_on": today, "withdrawn_reason": withdrawal.reason})
    for revision in (*changes.restore, *changes.change):
        _update(revision.id, {**_revised(revision), "withdrawn_on": None, "withdrawn_reason": ""})


def _columns(one: Owed) -> dict[str, object]:
    return {
        "unit_id": one.unit_id,
        "kind": one.kind,
        "key_on": one.key_on,
        "due_on": one.due_on,
        "role": one.role,
        "via_group_id": one.via_group_id,
        "number": one.number,
        "period_id": one.period_id,
        "withdrawn_reason": "",
    }


def _revised(revision: Revision) -> dict[str, object]:
    columns = _columns(revision.owed)
    return {name: columns[name] for name in ("due_on", "role", "via_group_id")}


def _update(obligation_id: int, values: dict[str, object]) -> None:
    db.session.execute(sa.update(Obligation).where(Obligation.id == obligation_id).values(**values))

"""The recurring duties of a unit as its page shows them: k of n in the span that runs, and what is short before it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.obligations.occurrences import EXTRA, Count, begins_on, count, running, span_words
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.progress.actions import is_written
from tracker.progress.models import Report
from tracker.progress.rules import ReportState
from tracker.tasks.models import Task


@dataclass(frozen=True)
class Recorded:
    """One that took place: when, what, where its report stands, whether it was recorded after the span was over.
    ``held_on`` None: reported before the day was asked for."""

    obligation_id: int
    held_on: date | None
    words: str
    state: ReportState
    is_late: bool


@dataclass(frozen=True)
class Duty:
    """A recurring duty in one of its spans. ``first_on`` … ``key_on``: its days; ``is_over``: due, and still short."""

    task: Task
    label: str
    first_on: date
    key_on: date
    due_on: date
    count: Count
    recorded: tuple[Recorded, ...]
    is_over: bool


def duties(plan: Plan, unit_id: int, today: date) -> list[Duty]:
    """The duties of a unit in the order of the document: the span that runs, before it the last one that fell short.

    What is recorded counts at once, sent or not: its state says how far it is. One statement.
    """
    found: dict[tuple[Task, date], list[Any]] = defaultdict(list)
    for row in db.session.execute(_query(plan.id, unit_id)):
        found[row.Obligation.task, row.Obligation.key_on].append(row)
    spans: dict[Task, list[date]] = defaultdict(list)
    for task, key_on in found:
        spans[task].append(key_on)
    made = [
        _duty(task, key_on, found[task, key_on], today)
        for task, keys in spans.items()
        for key_on in _shown(keys, today)
        if task.limit_every
    ]
    return [duty for duty in made if duty.key_on >= today or duty.count.missing]


def _shown(keys: list[date], today: date) -> list[date]:
    """The span before the running one, and it."""
    now = running(keys, today)
    at = keys.index(now) if now else 0
    return keys[max(0, at - 1) : at + 1]


def _query(plan_id: int, unit_id: int) -> sa.Select[Obligation, Report]:
    return (
        sa.select(Obligation, Report)
        .join(Obligation.task)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(Task.plan_id == plan_id, Task.withdrawn_on.is_(None), Task.closed_on.is_(None))
        .where(Obligation.unit_id == unit_id, Obligation.kind == Kind.OCCURRENCE, Obligation.withdrawn_on.is_(None))
        .order_by(Task.position, Obligation.key_on, Obligation.number)
        .options(contains_eager(Obligation.task))
    )


def _duty(task: Task, key_on: date, rows: list[Any], today: date) -> Duty:
    due_on, every = rows[0].Obligation.due_on, task.limit_every
    assert every is not None
    recorded = [_recorded(row.Report, due_on) for row in rows if is_written(row.Report)]
    owed = sum(row.Obligation.number < EXTRA for row in rows)
    done = sum(one.state is not ReportState.RETURNED for one in recorded)
    counted = count([(done, owed)])
    return Duty(
        task=task,
        label=span_words(every, key_on, today),
        first_on=begins_on(every, key_on),
        key_on=key_on,
        due_on=due_on,
        count=counted,
        recorded=tuple(recorded),
        is_over=bool(counted.missing) and due_on < today,
    )


def _recorded(report: Report, due_on: date) -> Recorded:
    first = report.obligation.submitted_on or report.saved_at.date()
    return Recorded(report.obligation_id, report.held_on, report.progress, report.state, first > due_on)

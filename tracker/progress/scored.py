"""What of extensions points may be given for: more time that was granted, and an application made after the limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from tracker.extensions import db, end_of
from tracker.progress.extension_rules import ExtensionState
from tracker.progress.models import Extension
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.tasks.scored import Fact, Span

GRANTED, ASKED_LATE = "extension.granted", "extension.late"


def extension_facts(span: Span) -> Iterator[Fact]:
    """Put down to the unit that applied: in the span of the decision how many days it was given, in the span of the
    application how many days after the limit it asked, whatever became of it."""
    query = (
        sa.select(Extension)
        .join(Task)
        .where(
            Task.plan_id == span.plan_id,
            Task.withdrawn_on.is_(None) | (Task.withdrawn_on > span.as_of),
            Extension.applied_at < end_of(span.as_of),
        )
        .order_by(Extension.id)
    )
    for one in db.session.scalars(query):
        yield from facts_of_extension(one, span)


def facts_of_extension(one: Extension, span: Span) -> Iterator[Fact]:
    """Of one application, as it stood at the end of the span's last day of reading."""

    def fact(kind: str, on: date, days: int, words: str) -> Fact:
        return Fact(kind, one.unit_id, on, Role.LEAD, one.task_id, None, days, words)

    applied_on = one.applied_at.date()
    if one.days_late and span.from_on <= applied_on <= span.until_on:
        yield fact(ASKED_LATE, applied_on, one.days_late, f"{one.limit_on}到期，逾期{one.days_late}天才申请延期")
    granted_on = one.decided_at.date() if one.decided_at and one.state is ExtensionState.GRANTED else None
    if granted_on and granted_on <= span.as_of and span.from_on <= granted_on <= span.until_on:
        yield fact(GRANTED, granted_on, (one.new_on - one.limit_on).days, f"{one.limit_on}延到{one.new_on}")

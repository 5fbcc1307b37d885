"""Facts for scoring out of rectifications 整改: in time, late, undone at the limit, sent back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tracker.extensions import db, end_of
from tracker.supervision.inspection_models import Inspection, Rectification
from tracker.supervision.inspection_rules import STANDING
from tracker.tasks.scored import Fact, Span

IN_TIME, LATE, UNDONE, SENT_BACK = (
    "rectification.in_time",
    "rectification.late",
    "rectification.undone",
    "rectification.sent_back",
)


def rectification_facts(span: Span) -> Iterator[Fact]:
    """Of every item of the plan that was out by the day of the reading and was never withdrawn, as one that was issued
    by mistake scores nobody, whichever day is read; two statements."""
    query = (
        sa.select(Rectification)
        .join(Inspection, Inspection.id == Rectification.inspection_id)
        .where(
            Inspection.plan_id == span.plan_id,
            Inspection.issued_at < end_of(span.as_of),
            Rectification.state.in_(STANDING),
        )
        .options(selectinload(Rectification.reports))
        .order_by(Rectification.id)
    )
    for item in db.session.scalars(query):
        yield from item_facts(item, span)


def item_facts(item: Rectification, span: Span) -> Iterator[Fact]:
    """Of one item: whether it was in time, by the last report that was not sent back, in the span of its limit; and
    each time it was sent back, in the span of that day. The unit is not made to wait for the office: what is reported
    and not yet decided counts as it was reported."""

    def fact(kind: str, on: date, size: int = 0, words: str = "") -> Fact:
        return Fact(kind, item.unit_id, on, None, item.task_id, None, size, f"{item.name}{words}")

    for one in item.rounds:
        if one.decided_on and not one.is_settled and span.from_on <= one.decided_on <= min(span.until_on, span.as_of):
            yield fact(SENT_BACK, one.decided_on)
    stand = item.stand_on(span.as_of)
    if not span.from_on <= stand.due_on <= span.until_on:
        return
    if stand.is_owed or stand.reported_on is None:
        yield fact(UNDONE, stand.due_on, words=f"，{stand.due_on}到期")
    elif stand.reported_on <= stand.due_on:
        yield fact(IN_TIME, stand.reported_on)
    else:
        days = (stand.reported_on - stand.due_on).days
        yield fact(LATE, stand.reported_on, days, f"，迟{days}天")

"""Facts out of the register: reports, items and load from the ledger's facts, urging from reminders sent by hand.

Everything is read in bulk: the number of statements does not grow with the plan.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from tracker.desks import Desk
from tracker.extensions import db, end_of
from tracker.ledger import facts as ledger
from tracker.ledger.rules import Owed
from tracker.obligations.models import Obligation
from tracker.progress.closing_rules import ClosingState
from tracker.progress.facts import rate_fact
from tracker.progress.models import Closing
from tracker.reminders.models import HandSent, Message, Reminder
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.tasks.scored import Fact, Span

ON_TIME, LATE, MISSING, RETURNED = "report.on_time", "report.late", "report.missing", "report.returned"
IN_TIME, EARLY, CLOSED_LATE, UNDONE = "item.in_time", "item.early", "item.late", "item.undone"
WORKLOAD, URGED = "workload", "report.urged"
REPORTS = (ON_TIME, LATE, MISSING)
"""Each thing owed is exactly one of these."""
ENDING = (LimitKind.YEAR, LimitKind.DATE)


class Done(NamedTuple):
    """A task that was found done: the day it was applied for and that of the decision, None while it is awaited."""

    applied_on: date
    decided_on: date | None


def register_facts(span: Span) -> Iterator[Fact]:
    """What the obligations and the limits of the span say: reports, items, load. A task that was ended (撤销) has the
    facts of the days on which it was in force."""
    scope = sa.select(Task.id).where(Task.plan_id == span.plan_id)
    done = _done(scope, span.as_of)
    load: Counter[tuple[int, Role]] = Counter()
    for task in ledger.facts(scope, span.as_of).values():
        owed = [one for one in task.owed if span.from_on <= one.key_on <= span.until_on]
        for one in owed:
            load[one.unit_id, one.role] += 1
            yield from report_facts(one, task.task_id, span.as_of)
        yield from item_facts(task, done.get(task.task_id), span)
    for (unit_id, role), count in load.items():
        yield Fact(WORKLOAD, unit_id, span.until_on, role, size=count, words=f"应报 {count} 项")


def report_facts(owed: Owed, task_id: int, as_of: date) -> Iterator[Fact]:
    """Of one thing owed: on time, late or missing as of the day, as the rates say; and each return by the office."""
    course = rate_fact(owed.unit_id, owed.period_id or 0, owed.due_on, owed.versions)

    def fact(kind: str, on: date, size: int = 0, words: str = "") -> Fact:
        said = f"{owed.label}{words}"
        return Fact(kind, owed.unit_id, on, owed.role, task_id, owed.obligation_id, size, said)

    if not course.received(as_of):
        yield fact(MISSING, owed.due_on)
    elif course.first_signed_on is not None and course.on_time(as_of):
        yield fact(ON_TIME, course.first_signed_on)
    elif course.first_signed_on is not None:
        days = (course.first_signed_on - owed.due_on).days
        yield fact(LATE, course.first_signed_on, days, f"，迟{days}天")
    for version in owed.versions:
        if version.returned_on is not None and version.returned_on <= as_of and version.returned_by is Desk.OFFICE:
            yield fact(RETURNED, version.returned_on, words=f"，第{version.number}稿")


def item_facts(task: ledger.TaskFacts, done: Done | None, span: Span) -> Iterator[Fact]:
    """Of a task with an end: done by its limit or after it, counted in the span of the decision, by the day it was
    applied for; or undone at its limit, in the span of the limit. What waits for the decision is neither, nor is what
    was ended by its limit."""
    limit_on = task.limit.due_on if task.limit.kind in ENDING else None
    if limit_on is None:
        return
    if done is not None:
        if done.decided_on is not None and span.from_on <= done.decided_on <= span.until_on:
            yield from _done_facts(task, done.applied_on, limit_on)
    elif span.from_on <= limit_on <= span.until_on and (task.ended_on is None or limit_on < task.ended_on):
        yield from _for_each(task, UNDONE, limit_on, 0, f"{limit_on}到期未办结")


def _done_facts(task: ledger.TaskFacts, applied_on: date, limit_on: date) -> Iterator[Fact]:
    days = (limit_on - applied_on).days
    if days < 0:
        yield from _for_each(task, CLOSED_LATE, applied_on, -days, f"迟{-days}天办结")
        return
    yield from _for_each(task, IN_TIME, applied_on, 0, f"{applied_on}申请销号")
    if days:
        yield from _for_each(task, EARLY, applied_on, days, f"提前{days}天")


def _for_each(task: ledger.TaskFacts, kind: str, on: date, size: int, words: str) -> Iterator[Fact]:
    """The fact for every lead and partner of the task: joint leads each have it."""
    for role, unit_ids in ((Role.LEAD, task.leads), (Role.PARTNER, task.partners)):
        for unit_id in sorted(unit_ids):
            yield Fact(kind, unit_id, on, role, task.task_id, None, size, words)


def _done(scope: ledger.Scope, as_of: date) -> dict[int, Done]:
    """Task id -> the application that held at the end of the day: granted and not opened again, or still waiting. One
    that was merged counts as waiting: another task goes on with it, so that it is neither done nor undone."""
    end = end_of(as_of)
    query = (
        sa.select(
            Closing.task_id,
            Closing.state,
            Closing.applied_at,
            Closing.decided_at,
            Closing.reopened_at,
            Closing.merged_into_id,
        )
        .where(Closing.task_id.in_(scope), Closing.applied_at < end)
        .order_by(Closing.id)
    )
    found: dict[int, Done] = {}
    for row in db.session.execute(query):
        found.pop(row.task_id, None)
        if row.decided_at is None or row.decided_at >= end:
            found[row.task_id] = Done(row.applied_at.date(), None)
        elif row.state != ClosingState.REFUSED and not (row.reopened_at and row.reopened_at < end):
            found[row.task_id] = Done(row.applied_at.date(), None if row.merged_into_id else row.decided_at.date())
    return found


def urging_facts(span: Span) -> Iterator[Fact]:
    """Things owed about which the office urged by hand (催办), once each; ``size``: on how many days. A lead
    that reminds its partners takes no points from them: it is no judge of its peers."""
    days: dict[tuple[int, int, Role, int], set[date]] = defaultdict(set)
    query = (
        sa.select(Obligation.id, Obligation.unit_id, Obligation.role, Obligation.task_id, Reminder.day)
        .join(Reminder, Reminder.obligation_id == Obligation.id)
        .join(Message, Message.id == Reminder.message_id)
        .join(HandSent, HandSent.id == Message.hand_sent_id)
        .join(Task, Task.id == Obligation.task_id)
        .where(
            Task.plan_id == span.plan_id,
            Obligation.key_on.between(span.from_on, span.until_on),
            Obligation.withdrawn_on.is_(None) | (Obligation.withdrawn_on > span.as_of),
            HandSent.unit_id.is_(None),
            Reminder.day <= span.as_of,
        )
    )
    for number, unit_id, role, task_id, day in db.session.execute(query):
        days[number, unit_id, role, task_id].add(day)
    for (number, unit_id, role, task_id), found in days.items():
        yield Fact(URGED, unit_id, min(found), role, task_id, number, len(found), f"催办{len(found)}次")


def owed_by_unit(facts: Iterable[Fact]) -> dict[int, Counter[str]]:
    """Unit id -> how many of the things it owed were on time, late, missing."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if fact.kind in REPORTS:
            found[fact.unit_id][fact.kind] += 1
    return dict(found)

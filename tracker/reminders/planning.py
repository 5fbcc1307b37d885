"""What a run has to tell whom: open obligations, the people in the posts today, and what was said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from tracker.accounts.models import Person, Post
from tracker.accounts.queries import holding
from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.occurrences import EXTRA
from tracker.obligations.rules import Kind
from tracker.permissions import UNIT_ROLES, Role
from tracker.plans.models import Plan
from tracker.progress.models import Report
from tracker.progress.rules import ReportState
from tracker.reminders.digest import Ask
from tracker.reminders.models import Message, Reminder, ReminderRule
from tracker.reminders.rules import PRESET, Audience, Fired, Rule, due_reminder, first_offset
from tracker.tasks.models import Task
from tracker.workdays import state_council

OFFICE = None
"""The recipient of what a unit without a person in the post should have been told (无联系人)."""
RECEIVED = (ReportState.SIGNED, ReportState.ACCEPTED)


class OpenItem(NamedTuple):
    """One obligation that was not received yet. ``is_submitted``: it waits for the head's signature."""

    id: int
    task_id: int
    unit_id: int
    kind: Kind
    period_id: int | None
    due_on: date
    position: int
    is_submitted: bool


class Awaited(Protocol):
    """What somebody in a unit has to do: a report that is owed, a slip to answer."""

    @property
    def task_id(self) -> int: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def is_submitted(self) -> bool: ...


class Told(NamedTuple):
    """One reason to tell somebody about one item; ``day``: the one the reminder was meant for."""

    item: OpenItem
    source: str
    day: date
    ask: Ask


Digests = dict[int | None, list[Told]]
"""Person id, or OFFICE -> what is to be told, in the order of the message."""


def stored_rules(plan_id: int) -> list[ReminderRule]:
    """Every rule the plan ever had, ended ones too, by their offsets."""
    query = sa.select(ReminderRule).where(ReminderRule.plan_id == plan_id)
    return list(db.session.scalars(query.order_by(ReminderRule.offset_days, ReminderRule.id)))


def rules_of(plan_id: int) -> list[Rule]:
    """The rules in force; the preset while the plan has none of its own."""
    stored = stored_rules(plan_id)
    if not stored:
        return list(PRESET)
    return [Rule(r.offset_days, r.audience, r.repeat_days, r.id) for r in stored if r.ended_on is None]


def _open() -> sa.Select[Any]:
    """Obligations that are owed and not received; what is withdrawn, done or closed is left alone."""
    return (
        sa.select(Obligation.id)
        .join(Task, Task.id == Obligation.task_id)
        .outerjoin(Period, Period.id == Obligation.period_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(
            Obligation.withdrawn_on.is_(None),
            Obligation.number < EXTRA,
            Task.withdrawn_on.is_(None),
            Task.closed_on.is_(None),
            Period.closed_on.is_(None),
            Report.state.is_(None) | Report.state.not_in(RECEIVED),
        )
    )


def open_items(plan_id: int, *conditions: sa.ColumnElement[bool]) -> list[OpenItem]:
    """The plan's open obligations that meet ``conditions``, the longest overdue first."""
    query = (
        _open()
        .where(Task.plan_id == plan_id, *conditions)
        .with_only_columns(
            Obligation.id,
            Obligation.task_id,
            Obligation.unit_id,
            Obligation.kind,
            Obligation.period_id,
            Obligation.due_on,
            Task.position,
            Report.state,
        )
        .order_by(Obligation.due_on, Task.position, Obligation.unit_id, Obligation.id)
    )
    rows = db.session.execute(query)
    return [OpenItem(*row[:7], is_submitted=row.state is ReportState.SUBMITTED) for row in rows]


def fired_on(plan_id: int, today: date, rules: Sequence[Rule]) -> dict[date, Fired]:
    """Due day -> the reminder that a run on ``today`` sends about what is due then."""
    earliest = first_offset(rules)
    if earliest is None:
        return {}
    until = today - timedelta(days=min(earliest, 0) - 7)  # a week more: brought forward from a holiday
    query = _open().where(Task.plan_id == plan_id, Obligation.due_on <= until)
    due_days = db.session.scalars(query.with_only_columns(Obligation.due_on).distinct())
    fired = {due_on: due_reminder(due_on, today, rules, state_council()) for due_on in due_days}
    return {due_on: one for due_on, one in fired.items() if one is not None}


@dataclass(frozen=True)
class Contacts:
    """Who holds the posts today, and which leader is in charge of which task."""

    posts: Mapping[tuple[int, Role], Sequence[int]]
    leaders: Mapping[int, int]
    """Task id -> person; a task without a leader of its own has the plan's, or none."""

    def told(self, item: Awaited, audiences: Iterable[Audience]) -> dict[int | None, Ask]:
        """Who hears of an item, with what they are asked; a post without a person is the office's."""
        found: dict[int | None, Ask] = {}
        for audience in audiences:
            for person, ask in self._asked(item, audience):
                found.setdefault(person, ask)
        return found

    def _asked(self, item: Awaited, audience: Audience) -> list[tuple[int | None, Ask]]:
        if audience is Audience.LEADER:
            leader = self.leaders.get(item.task_id)
            return [(leader, Ask.URGE)] if leader is not None else []
        signs = audience is Audience.REPORTER and item.is_submitted
        ask = Ask.SIGN if signs else Ask.WRITE if audience is Audience.REPORTER else Ask.URGE
        role = Role.HEAD if signs or audience is Audience.HEAD else Role.REPORTER
        people = self.posts.get((item.unit_id, role), ())
        return [(person, ask) for person in people] or [(OFFICE, Ask.CONTACT)]


def contacts(plan: Plan, today: date) -> Contacts:
    """The people in the posts on ``today``; who has left is nobody's contact."""
    posts: dict[tuple[int, Role], list[int]] = defaultdict(list)
    held = (
        sa.select(Post.unit_id, Post.role, Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .where(Post.role.in_(UNIT_ROLES), holding(today), _is_here(today))
        .order_by(Post.person_id)
    )
    for unit_id, role, person_id in db.session.execute(held):
        if unit_id is not None:
            posts[unit_id, role].append(person_id)
    return Contacts(posts, _leaders(plan, today))


def _leaders(plan: Plan, today: date) -> dict[int, int]:
    own = db.session.execute(sa.select(Task.id, Task.leader_id).where(Task.plan_id == plan.id)).all()
    named = {plan.leader_id, *(row.leader_id for row in own)} - {None}
    here = set(db.session.scalars(sa.select(Person.id).where(Person.id.in_(named), _is_here(today))))
    general = [plan.leader_id] if plan.leader_id in here else []
    in_charge = {row.id: [row.leader_id] if row.leader_id in here else general for row in own}
    return {task_id: people[0] for task_id, people in in_charge.items() if people}


def _is_here(today: date) -> sa.ColumnElement[bool]:
    return Person.ended_on.is_(None) | (Person.ended_on > today)


def planned_run(plan: Plan, today: date) -> Digests:
    """Everything a run on ``today`` still has to tell, by recipient. It only reads: the run and its rehearsal."""
    fired = fired_on(plan.id, today, rules_of(plan.id))
    items = open_items(plan.id, Obligation.due_on.in_(fired)) if fired else []
    if not items:
        return {}
    people, said = contacts(plan, today), _said(plan.id, fired.values())
    reasons = {due_on: (f"rule:{one.rule.id}", one.day, one.rule.reach.reached()) for due_on, one in fired.items()}
    digests: Digests = defaultdict(list)
    for item in items:
        source, day, audiences = reasons[item.due_on]
        for person, ask in people.told(item, audiences).items():
            if (item.id, source, day, recipient_key(person)) not in said:
                digests[person].append(Told(item, source, day, ask))
    return dict(digests)


def recipient_key(person_id: int | None) -> str:
    """How a recipient is written in a unique key: ``person:12`` or ``office``."""
    return "office" if person_id is OFFICE else f"person:{person_id}"


def _said(plan_id: int, fired: Iterable[Fired]) -> set[tuple[int, str, date, str]]:
    meant = list(fired)
    query = (
        sa.select(Reminder.obligation_id, Reminder.source, Reminder.day, Reminder.recipient)
        .join(Message, Message.id == Reminder.message_id)
        .where(
            Message.plan_id == plan_id,
            Reminder.day.in_({one.day for one in meant}),
            Reminder.source.in_({f"rule:{one.rule.id}" for one in meant}),
        )
    )
    return {(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)}

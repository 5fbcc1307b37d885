"""What a run has to tell whom: open obligations, missing values, the people in the posts, and what was said before."""

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
from tracker.indicators.owed import OwedValue, owed_values
from tracker.obligations.models import Obligation, Period
from tracker.obligations.occurrences import EXTRA
from tracker.obligations.rules import Kind
from tracker.permissions import UNIT_ROLES, Role
from tracker.plans.models import Plan
from tracker.progress.models import Report
from tracker.progress.rules import RECEIVED, ReportState
from tracker.reminders.digest import Ask
from tracker.reminders.models import Message, Reminder, ReminderRule, ValueReminder
from tracker.reminders.rules import PRESET, Audience, Fired, Rule, due_reminder, first_offset
from tracker.tasks.models import Task
from tracker.workdays import state_council

OFFICE = None
"""The recipient of what a unit without a person in the post should have been told (无联系人)."""


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

    @property
    def identity(self) -> dict[str, Any]:
        """The columns by which a row names it."""
        return {"obligation_id": self.id}


Item = OpenItem | OwedValue
TABLES: dict[type[Item], type[Reminder] | type[ValueReminder]] = {OpenItem: Reminder, OwedValue: ValueReminder}
"""Where it is written down that somebody was told."""


class Awaited(Protocol):
    """What somebody in a unit has to do: a report that is owed, a slip to answer. ``task_id`` None: it is the whole
    plan's, so that the plan's leader is in charge."""

    @property
    def task_id(self) -> int | None: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def is_submitted(self) -> bool: ...


class Told(NamedTuple):
    """One reason to tell somebody about one item; ``day``: the one the reminder was meant for."""

    item: Item
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
    leaders: Mapping[int | None, int]
    """Task id -> person; a task without a leader of its own has the plan's, or none. None -> the plan's."""

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


def _leaders(plan: Plan, today: date) -> dict[int | None, int]:
    own = db.session.execute(sa.select(Task.id, Task.leader_id).where(Task.plan_id == plan.id)).all()
    named = {plan.leader_id, *(row.leader_id for row in own)} - {None}
    here = set(db.session.scalars(sa.select(Person.id).where(Person.id.in_(named), _is_here(today))))
    general = [plan.leader_id] if plan.leader_id in here else []
    in_charge = {None: general} | {row.id: [row.leader_id] if row.leader_id in here else general for row in own}
    return {task_id: people[0] for task_id, people in in_charge.items() if people}


def _is_here(today: date) -> sa.ColumnElement[bool]:
    return Person.ended_on.is_(None) | (Person.ended_on > today)


def planned_run(plan: Plan, today: date) -> Digests:
    """Everything a run on ``today`` still has to tell, by recipient. It only reads: the run and its rehearsal."""
    rules = rules_of(plan.id)
    due: list[tuple[Item, Fired]] = [*_due_reports(plan, today, rules), *_due_values(plan, today, rules)]
    if not due:
        return {}
    people, said = contacts(plan, today), _said(plan.id, due)
    digests: Digests = defaultdict(list)
    for item, fired in sorted(due, key=lambda pair: pair[0].due_on):
        source, key = f"rule:{fired.rule.id}", tuple(item.identity.values())
        for person, ask in people.told(item, fired.rule.reach.reached()).items():
            if (type(item), key, source, fired.day, recipient_key(person)) not in said:
                digests[person].append(Told(item, source, fired.day, ask))
    return dict(digests)


def _due_reports(plan: Plan, today: date, rules: Sequence[Rule]) -> list[tuple[OpenItem, Fired]]:
    fired = fired_on(plan.id, today, rules)
    items = open_items(plan.id, Obligation.due_on.in_(fired)) if fired else []
    return [(item, fired[item.due_on]) for item in items]


def _due_values(plan: Plan, today: date, rules: Sequence[Rule]) -> list[tuple[OwedValue, Fired]]:
    """Nobody is told before the period has ended, however early the plan's rules begin."""
    owed = owed_values(plan, today)
    by_day = {due_on: due_reminder(due_on, today, rules, state_council()) for due_on in {one.due_on for one in owed}}
    pairs = [(one, by_day[one.due_on]) for one in owed]
    return [(one, fired) for one, fired in pairs if fired is not None and fired.day > one.period_on]


def recipient_key(person_id: int | None) -> str:
    """How a recipient is written in a unique key: ``person:12`` or ``office``."""
    return "office" if person_id is OFFICE else f"person:{person_id}"


Said = set[tuple[type[Item], tuple[Any, ...], str, date, str]]


def _said(plan_id: int, due: Iterable[tuple[Item, Fired]]) -> Said:
    meant: dict[type[Item], list[tuple[Item, Fired]]] = defaultdict(list)
    for item, fired in due:
        meant[type(item)].append((item, fired))
    return {
        (sort, tuple(key), source, day, recipient)
        for sort, pairs in meant.items()
        for *key, source, day, recipient in _written(plan_id, sort, pairs)
    }


def _written(plan_id: int, sort: type[Item], pairs: Sequence[tuple[Item, Fired]]) -> list[tuple[Any, ...]]:
    """The reminders of a sort that carry one of these reasons."""
    table: Any = TABLES[sort]
    columns = [getattr(table, name) for name in pairs[0][0].identity]
    query = sa.select(*columns, table.source, table.day, table.recipient).join(Message, Message.id == table.message_id)
    reasons = {(fired.rule.id, fired.day) for _, fired in pairs}
    query = query.where(
        Message.plan_id == plan_id,
        table.day.in_({day for _, day in reasons}),
        table.source.in_({f"rule:{rule_id}" for rule_id, _ in reasons}),
    )
    return [tuple(row) for row in db.session.execute(query)]

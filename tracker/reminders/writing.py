"""From what is to be told to rows: one digest a person, its reminders, and a delivery for every channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask import current_app

from tracker import clock
from tracker.accounts.models import Person
from tracker.extensions import db, insert
from tracker.indicators.owed import OwedValue
from tracker.obligations.models import Period
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.reminders.channels import EMAIL, INBOX, switched_on
from tracker.reminders.digest import Ask, Entry, body_of, title_of
from tracker.reminders.models import Delivery, DeliveryState, HandSent, Message, Reminder, ValueReminder
from tracker.reminders.planning import OFFICE, TABLES, Digests, Item, Told, recipient_key
from tracker.tasks.models import Task
from tracker.units.models import Unit

AT_ONCE = 2000
"""Rows of one INSERT."""
NO_EMAIL = "没有登记邮箱，请系统管理员补上"


@dataclass(frozen=True)
class Counts:
    """What a run did; nothing when everything was said before."""

    messages: int = 0
    reminders: int = 0
    deliveries: int = 0
    without_contact: int = 0
    """Items told to the office because their unit has nobody in the post."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def __iter__(self) -> Iterator[int]:
        return iter(asdict(self).values())

    def __bool__(self) -> bool:
        return any(self)


class Names:
    """The names a digest speaks of, read once for a plan."""

    def __init__(self, plan: Plan) -> None:
        tasks = sa.select(Task).where(Task.plan_id == plan.id)
        self.tasks = {task.id: task for task in db.session.scalars(tasks)}
        self.units = {row.id: row.name for row in db.session.execute(sa.select(Unit.id, Unit.name))}
        periods = sa.select(Period.id, Period.name).where(Period.plan_id == plan.id)
        self.periods = {row.id: row.name for row in db.session.execute(periods)}

    def entries(self, told: Iterable[Told], own_unit: int | None) -> list[Entry]:
        """The items as a digest shows them; those of another unit than ``own_unit`` with its name."""
        return [self._entry(one, own_unit) for one in told]

    def _entry(self, told: Told, own_unit: int | None) -> Entry:
        item = told.item
        unit = "" if item.unit_id == own_unit and told.ask is not Ask.CONTACT else self.units[item.unit_id]
        if isinstance(item, OwedValue):
            return Entry(told.ask, unit, "指标", item.title, f"{item.period}指标值", item.due_on, is_value=True)
        task = self.tasks[item.task_id]
        period = self.periods.get(item.period_id, "") if item.period_id and item.kind is Kind.PERIOD else ""
        return Entry(told.ask, unit, task.label, task.text, period + item.kind.label, item.due_on)


def write(plan: Plan, digests: Digests, today: date, run: str, hand: HandSent | None = None) -> Counts:
    """Store the digests of one run. ``run`` begins the unique key: whoever wrote a person's digest first, wrote it.

    Messages, reminders and deliveries are of one transaction: a crash leaves none of them, and the next run all.
    """
    if not digests:
        return Counts()
    people = {p.id: p for p in db.session.scalars(sa.select(Person).where(Person.id.in_(_ids(digests))))}
    names = Names(plan)
    keys = {person_id: f"{run}:{recipient_key(person_id)}" for person_id in sorted(digests, key=recipient_key)}
    at = datetime.combine(today, clock.now().timetz())
    rows = [
        {
            "key": key,
            "created_at": at,
            **_message(plan, names, people.get(person_id or 0), digests[person_id], today, hand),
        }
        for person_id, key in keys.items()
    ]
    written, deliveries = post(rows, people, at)
    mine = {person_id: written[key] for person_id, key in keys.items() if key in written}
    reminders = 0
    for sort, table in TABLES.items():
        rows = [row for person_id, number in mine.items() for row in _rows(sort, number, person_id, digests[person_id])]
        _insert(table, rows)
        reminders += len(rows)
    alone = len(digests[OFFICE]) if OFFICE in mine else 0
    return Counts(len(mine), reminders, deliveries, alone)


def post(rows: Sequence[Mapping[str, Any]], people: Mapping[int, Person], at: datetime) -> tuple[dict[str, int], int]:
    """Put messages into the outbox, with a delivery for every channel. Gives key -> id of those that were not there
    before, and the number of deliveries. ``rows``: columns of Message; ``people``: the recipients by id."""
    written = _new_messages(rows)
    to = {row["key"]: row["recipient_id"] or 0 for row in rows}
    deliveries = [row for key, number in written.items() for row in _deliveries(number, people.get(to[key]), at)]
    _insert(Delivery, deliveries)
    return written, len(deliveries)


def _ids(digests: Digests) -> list[int]:
    return [person_id for person_id in digests if person_id is not None]


def _message(
    plan: Plan, names: Names, person: Person | None, told: Sequence[Told], today: date, hand: HandSent | None
) -> dict[str, Any]:
    units = {one.item.unit_id for one in told if one.ask is not Ask.CONTACT}
    own_unit = units.pop() if len(units) == 1 and not any(one.ask is Ask.CONTACT for one in told) else None
    entries = names.entries(told, own_unit)
    name = person.name if person else plan.office.name
    words, sender = (hand.said, hand.sender) if hand else ("", "")
    return {
        "plan_id": plan.id,
        "day": today,
        "recipient_id": person.id if person else None,
        "unit_id": own_unit,
        "hand_sent_id": hand.id if hand else None,
        "title": title_of(plan.short_title, entries, today, by_hand=hand is not None)[:200],
        "body": body_of(name, plan.short_title, entries, today, words, sender),
    }


def _new_messages(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Key -> id of the messages that were not there before."""
    found: dict[str, int] = {}
    for start in range(0, len(rows), AT_ONCE):
        statement = insert(Message).on_conflict_do_nothing().returning(Message.key, Message.id)
        found |= {key: number for key, number in db.session.execute(statement, list(rows[start : start + AT_ONCE]))}
    return found


def _rows(sort: type[Item], message_id: int, person_id: int | None, told: Iterable[Told]) -> Iterator[dict[str, Any]]:
    recipient = recipient_key(person_id)
    for one in told:
        if isinstance(one.item, sort):
            reason = {"source": one.source, "day": one.day, "recipient": recipient, "message_id": message_id}
            yield one.item.identity | reason


def _deliveries(message_id: int, person: Person | None, at: datetime) -> Iterator[dict[str, Any]]:
    yield _delivery(message_id, INBOX, DeliveryState.SENT, sent_at=at, tries=1)
    for channel in switched_on(current_app.config):
        if channel.name != EMAIL:
            yield _delivery(message_id, channel.name, DeliveryState.PENDING)
        elif person is not None and person.email:
            yield _delivery(message_id, EMAIL, DeliveryState.PENDING, address=person.email)
        elif person is not None:
            yield _delivery(message_id, EMAIL, DeliveryState.FAILED, error=NO_EMAIL)


def _delivery(message_id: int, channel: str, state: DeliveryState, **values: Any) -> dict[str, Any]:
    empty = {"address": "", "tries": 0, "sent_at": None, "error": ""}
    stable_id = f"<{uuid4().hex}@tracker>"
    return {"message_id": message_id, "channel": channel, "state": state, "stable_id": stable_id, **empty, **values}


def _insert(table: type[Reminder] | type[ValueReminder] | type[Delivery], rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        # RETURNING makes of many rows a few statements; without it PostgreSQL is asked row by row
        statement = insert(table).on_conflict_do_nothing().returning(table.id)
        db.session.execute(statement, list(rows[start : start + AT_ONCE]))

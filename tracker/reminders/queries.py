"""Reads of messages and their deliveries: the inbox, what became of each, who gets what next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Person, Post
from tracker.accounts.queries import holding
from tracker.errors import NotFound
from tracker.extensions import Moment, db
from tracker.ledger.course import Happening
from tracker.obligations.models import Obligation
from tracker.permissions import ROLE_NAMES, Actor, Role
from tracker.plans.models import Plan
from tracker.reminders.channels import EMAIL, INBOX, LABELS, switched_on
from tracker.reminders.digest import Entry
from tracker.reminders.models import Delivery, DeliveryState, HandSent, Message, Reminder, ValueReminder
from tracker.reminders.planning import OFFICE, TABLES, planned_run, stored_rules
from tracker.reminders.rules import Rule
from tracker.reminders.writing import Names
from tracker.tasks.models import Task
from tracker.units.models import Unit

PAGE = 200
BY_HAND, BY_RULE = "人工", "自动"
STATE_LABELS = {
    DeliveryState.PENDING: "待发",
    DeliveryState.CLAIMED: "正在发",
    DeliveryState.SENT: "已发",
    DeliveryState.FAILED: "没有发出",
    DeliveryState.UNKNOWN: "结果不明，重发",
}


def inbox_of(actor: Actor) -> sa.ColumnElement[bool]:
    """`inbox.read` as a WHERE: one's own messages; the office also those for units without a contact."""
    own: sa.ColumnElement[bool] = Message.recipient_id == actor.person_id
    if actor.role is not Role.OFFICE:
        return own
    offices = sa.select(Plan.id).where(Plan.office_id == actor.unit_id)
    return own | (Message.recipient_id.is_(None) & Message.plan_id.in_(offices))


def unseen(actor: Actor, plan_id: int = 0) -> sa.ScalarSelect[int]:
    """How many messages the actor has not opened, of all plans; the count in the top bar."""
    waiting = sa.select(sa.func.count()).select_from(Message).where(inbox_of(actor), Message.seen_at.is_(None))
    return waiting.scalar_subquery()


def messages_of(actor: Actor, page: int) -> tuple[list[Message], int]:
    """One page of the inbox, the newest first, and how many there are."""
    query = sa.select(Message).where(inbox_of(actor))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    query = query.options(joinedload(Message.plan)).order_by(Message.created_at.desc(), Message.id.desc())
    return list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), total


def unseen_messages(actor: Actor) -> list[Message]:
    """Everything the actor has not opened."""
    return list(db.session.scalars(sa.select(Message).where(inbox_of(actor), Message.seen_at.is_(None))))


def open_message(message_id: int, actor: Actor) -> Message:
    """A message of the actor's; NotFound for another's."""
    query = sa.select(Message).where(Message.id == message_id, inbox_of(actor))
    message = db.session.scalar(query.options(joinedload(Message.plan), joinedload(Message.recipient)))
    if message is None:
        raise NotFound("没有这条消息，或者它不是发给您的。")
    return message


def items_of(message: Message) -> list[Obligation]:
    """What a message speaks of, the earliest due first."""
    query = (
        sa.select(Obligation)
        .join(Reminder, Reminder.obligation_id == Obligation.id)
        .join(Task, Task.id == Obligation.task_id)
        .where(Reminder.message_id == message.id)
        .options(joinedload(Obligation.task), joinedload(Obligation.unit), joinedload(Obligation.period))
        .order_by(Obligation.due_on, Task.position, Obligation.id)
    )
    return list(db.session.scalars(query))


def last_reminded(plan_id: int) -> dict[int, tuple[date, str]]:
    """Unit id -> the day on which its people were last told, and whether 人工 or 自动 (by hand wins on one day)."""
    told = Message.recipient_id.is_not(None) & (Message.plan_id == plan_id)
    by_hand = Message.hand_sent_id.is_not(None)
    one_unit = sa.select(Message.unit_id, Message.day, by_hand).where(told, Message.unit_id.is_not(None))
    several = (
        sa.select(Obligation.unit_id, Message.day, by_hand)
        .join(Reminder, Reminder.obligation_id == Obligation.id)
        .join(Message, Message.id == Reminder.message_id)
        .where(told, Message.unit_id.is_(None))
    )
    values = sa.select(ValueReminder.unit_id, Message.day, by_hand).join(
        Message, Message.id == ValueReminder.message_id
    )
    values = values.where(told, Message.unit_id.is_(None))
    found: dict[int, tuple[date, bool]] = {}
    asked = (one_unit, several, values)
    rows: list[Any] = [row for query in asked for row in db.session.execute(query.distinct())]
    for unit_id, day, hand in rows:
        told_then = (day, bool(hand))
        found[unit_id] = max(found.get(unit_id, told_then), told_then)
    return {unit_id: (day, BY_HAND if hand else BY_RULE) for unit_id, (day, hand) in found.items()}


def last_urged(obligation_ids: Collection[int]) -> dict[int, date]:
    """Obligation id -> the last day on which somebody was urged about it by hand."""
    query = (
        sa.select(Reminder.obligation_id, sa.func.max(Reminder.day))
        .where(Reminder.obligation_id.in_(obligation_ids), Reminder.source.startswith("hand:"))
        .group_by(Reminder.obligation_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def told_about(task_id: int) -> list[Happening]:
    """The times people were urged about a task, for its course: by whom, how many people, how many have seen it."""
    people = sa.func.count(sa.distinct(Message.id))
    seen = sa.func.count(sa.distinct(sa.case((Message.seen_at.is_not(None), Message.id))))
    query = (
        sa.select(Message.day, sa.func.min(Message.created_at, type_=Moment()), Person.name, Unit.name, people, seen)
        .select_from(Reminder)
        .join(Obligation, Obligation.id == Reminder.obligation_id)
        .join(Message, Message.id == Reminder.message_id)
        .outerjoin(HandSent, HandSent.id == Message.hand_sent_id)
        .outerjoin(Person, Person.id == HandSent.sent_by_id)
        .outerjoin(Unit, Unit.id == HandSent.unit_id)
        .where(Obligation.task_id == task_id)
        .group_by(Message.day, Message.hand_sent_id, Person.name, Unit.name)
    )
    return [
        Happening(
            when=f"{day} {at:%H:%M}",
            who=(f"{name}（{unit}）" if unit else name) or "系统",
            verb="催办" if name else "自动催办",
            words=f"告知{count}人，已看{read}人",
            is_return=False,
        )
        for day, at, name, unit, count, read in db.session.execute(query)
    ]


@dataclass(frozen=True)
class Rehearsed:
    """What one person would get. ``channels``: their names."""

    name: str
    post: str
    entries: Sequence[Entry]
    channels: Sequence[str]

    @property
    def values(self) -> int:
        """How many of the entries are values of indicators."""
        return sum(entry.is_value for entry in self.entries)


def rehearsal(plan: Plan, day: date) -> list[Rehearsed]:
    """Who would get what in a run on ``day``, as things stand now; the most items first. Nothing is written."""
    digests, names = planned_run(plan, day), Names(plan)
    wanted = [person_id for person_id in digests if person_id is not None]
    people = {person.id: person for person in db.session.scalars(sa.select(Person).where(Person.id.in_(wanted)))}
    posts = _post_words(wanted, day)
    found = [
        Rehearsed(
            people[person_id].name if person_id is not None else plan.office.name,
            posts[person_id] if person_id is not None else "无联系人",
            names.entries(told, None),
            _channel_words(people[person_id].email if person_id is not OFFICE else None),
        )
        for person_id, told in digests.items()
    ]
    return sorted(found, key=lambda one: (-len(one.entries), one.post, one.name))


def _post_words(person_ids: Iterable[int], day: date) -> dict[int, str]:
    query = sa.select(Post).where(Post.person_id.in_(list(person_ids)), holding(day)).options(joinedload(Post.unit))
    words: dict[int, list[str]] = defaultdict(list)
    for post in db.session.scalars(query.order_by(Post.id)):
        words[post.person_id].append(f"{post.unit.name if post.unit else ''}{ROLE_NAMES[post.role]}")
    return {person_id: "、".join(words[person_id]) for person_id in person_ids}


def _channel_words(email: str | None) -> list[str]:
    """``email`` None: the office's inbox."""
    on = [channel.name for channel in switched_on(current_app.config) if channel.name != EMAIL or email]
    return [LABELS[name] for name in (INBOX, *on)]


@dataclass(frozen=True)
class Filter:
    """The conditions of the deliveries page; empty: any."""

    channel: str = ""
    state: str = ""
    day: date | None = None
    words: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        if self.channel:
            found.append(Delivery.channel == self.channel)
        if self.state == "unseen":
            found.append((Delivery.channel == INBOX) & Message.seen_at.is_(None))
        elif self.state:
            found.append(Delivery.state == DeliveryState(self.state))
        if self.day:
            found.append(Message.day == self.day)
        if self.words:
            found.append(Person.name.contains(self.words, autoescape=True) | _about(self.words))
        return found


def _about(words: str) -> sa.ColumnElement[bool]:
    return Message.title.contains(words, autoescape=True) | Message.body.contains(words, autoescape=True)


@dataclass(frozen=True)
class Followed:
    """One delivery with the rules behind its message and how many items it carries."""

    delivery: Delivery
    rules: str
    items: int


def deliveries(plan_id: int, chosen: Filter, page: int) -> tuple[list[Followed], int]:
    """One page of what was sent for a plan, the newest first, and how many there are."""
    query = (
        sa.select(Delivery)
        .join(Message, Message.id == Delivery.message_id)
        .outerjoin(Person, Person.id == Message.recipient_id)
        .where(Message.plan_id == plan_id, *chosen.conditions())
    )
    total = db.session.scalar(query.with_only_columns(sa.func.count())) or 0
    message = joinedload(Delivery.message)
    loaded = (
        message.joinedload(Message.recipient),
        message.joinedload(Message.unit),
    )
    query = query.options(*loaded).order_by(Message.day.desc(), Message.id.desc(), Delivery.id)
    found = list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)))
    reasons = _reasons(plan_id, {delivery.message_id for delivery in found})
    return [Followed(one, *reasons.get(one.message_id, ("–", 0))) for one in found], total


def _reasons(plan_id: int, message_ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Message id -> the words of the rules behind it, and how many items it carries."""
    labels = {f"rule:{row.id}": Rule(row.offset_days, repeat=row.repeat_days).label for row in stored_rules(plan_id)}
    ids = list(message_ids)
    both = sa.union_all(*(sa.select(t.message_id, t.source).where(t.message_id.in_(ids)) for t in TABLES.values()))
    reasons = both.subquery().c
    query = sa.select(reasons.message_id, reasons.source, sa.func.count())
    query = query.group_by(reasons.message_id, reasons.source).order_by(reasons.source)
    rows = db.session.execute(query).all()
    labels |= _senders({int(row.source.removeprefix("hand:")) for row in rows if row.source.startswith("hand:")})
    found: dict[int, tuple[list[str], int]] = {}
    for message_id, source, count in rows:
        words, items = found.get(message_id, ([], 0))
        found[message_id] = ([*words, labels.get(source, source)], items + count)
    return {message_id: ("、".join(words), items) for message_id, (words, items) in found.items()}


def _senders(hand_ids: set[int]) -> dict[str, str]:
    """Source -> who sent it by hand; no query when nobody did."""
    if not hand_ids:
        return {}
    query = (
        sa.select(HandSent)
        .where(HandSent.id.in_(hand_ids))
        .options(joinedload(HandSent.sent_by), joinedload(HandSent.unit))
    )
    return {f"hand:{hand.id}": f"{hand.sender}催办" for hand in db.session.scalars(query)}


def state_counts(plan_id: int) -> dict[str, int]:
    """State of a delivery -> how many; ``unseen``: messages nobody has opened."""
    unopened = sa.func.count().filter((Delivery.channel == INBOX) & Message.seen_at.is_(None))
    query = (
        sa.select(Delivery.state, sa.func.count(), unopened)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.plan_id == plan_id)
        .group_by(Delivery.state)
    )
    rows = db.session.execute(query).all()
    return {**{state.value: count for state, count, _ in rows}, "unseen": sum(row[2] for row in rows)}


def told_words(hand: HandSent) -> tuple[list[str], list[str]]:
    """Who a reminder by hand told, and through what; for the sentence that answers it."""
    messages = sa.select(Message).where(Message.hand_sent_id == hand.id).options(joinedload(Message.recipient))
    names = [one.recipient.name if one.recipient else "" for one in db.session.scalars(messages.order_by(Message.id))]
    through = (
        sa.select(Delivery.channel)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.hand_sent_id == hand.id, Delivery.state != DeliveryState.FAILED)
    )
    channels = set(db.session.scalars(through.distinct()))
    return names, [label for name, label in LABELS.items() if name in channels]

"""The outbox: a delivery is claimed, sent, and its end written down. At least once, under one stable Message-ID.

Three steps, each committed by the edge that calls them (jobs/sending.py): `claim`, `send`, `settle`. A process that
dies in between leaves a claim; grown old, it is taken up again as one whose end is not known.
Waiting and claiming go by the real clock; whether messages may leave at all is for the business day to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.extensions import db
from tracker.reminders.channels import Channel
from tracker.reminders.channels.letter import Letter, NotSent
from tracker.reminders.models import Delivery, DeliveryState, Message

OLD = timedelta(minutes=5)
"""A claim this old belongs to a process that is gone."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""After the first, second … failure; then it is given up."""
UNKNOWN_END = "发送时程序中断，不知道对方收到没有，已按同一编号重发"
OFF = "这个渠道已停用"
LOCK = 0x6F757462
"""The advisory lock under which PostgreSQL counts what an address took in a minute; SQLite's write lock is enough."""


@dataclass(frozen=True)
class Outcome:
    """How one try ended; ``why`` is empty when it was sent. ``final``: trying again would not help."""

    why: str = ""
    final: bool = False


def take_up_old_claims(at: datetime) -> int:
    """Let what a dead process had claimed be tried again, marked as one whose end is not known. Returns how many."""
    old = sa.update(Delivery).where(Delivery.state == DeliveryState.CLAIMED, Delivery.claimed_at <= at - OLD)
    found = db.session.execute(old.values(state=DeliveryState.UNKNOWN, next_try_at=None, error=UNKNOWN_END))
    return found.rowcount  # type: ignore[attr-defined]


def claim(channel: Channel, at: datetime) -> Delivery | None:
    """Take the next delivery of a channel for this process alone; None when none is due or its minute is full."""
    if channel.per_minute is not None and not _has_room(channel, at):
        return None
    next_one = sa.select(Delivery.id).where(_is_due(channel, at)).order_by(Delivery.id).limit(1)
    number = db.session.scalar(next_one.with_for_update(skip_locked=True))
    if number is None:
        return None
    claimed = {"state": DeliveryState.CLAIMED, "claimed_at": at, "tries": Delivery.tries + 1}
    taken = db.session.execute(sa.update(Delivery).where(Delivery.id == number, _is_due(channel, at)).values(**claimed))
    return _with_message(number) if taken.rowcount else None  # type: ignore[attr-defined]


def _is_due(channel: Channel, at: datetime) -> sa.ColumnElement[bool]:
    fresh = Delivery.state.in_([DeliveryState.PENDING, DeliveryState.UNKNOWN])
    again = (Delivery.state == DeliveryState.FAILED) & (Delivery.next_try_at <= at)
    return (Delivery.channel == channel.name) & (fresh | again)


def _has_room(channel: Channel, at: datetime) -> bool:
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    lately = (Delivery.channel == channel.name) & (Delivery.claimed_at > at - timedelta(minutes=1))
    count = db.session.scalar(sa.select(sa.func.count()).where(lately)) or 0
    return count < (channel.per_minute or 0)


def _with_message(number: int) -> Delivery:
    message = joinedload(Delivery.message)
    names = (message.joinedload(Message.plan), message.joinedload(Message.recipient))
    return db.session.scalars(
        sa.select(Delivery).where(Delivery.id == number).options(*names).execution_options(populate_existing=True)
    ).one()


def letter_of(delivery: Delivery, base_url: str) -> Letter:
    """What the channel sends. ``base_url``: TRACKER_URL, empty when there is none."""
    message = delivery.message
    return Letter(
        stable_id=delivery.stable_id,
        address=delivery.address,
        title=message.title,
        body=message.body,
        link=f"{base_url}/inbox/{message.id}" if base_url else "",
        plan=message.plan.short_title,
        recipient=message.recipient.name if message.recipient else "",
        day=message.day,
    )


def send(channel: Channel, letter: Letter, settings: Mapping[str, Any]) -> Outcome:
    """Try once; never raises for what the other side did."""
    if not settings.get(channel.setting):
        return Outcome(OFF, final=True)
    try:
        channel.send(letter, settings)
    except NotSent as fault:
        return Outcome(str(fault), fault.final)
    return Outcome()


def settle(delivery: Delivery, outcome: Outcome, at: datetime, sent_at: datetime) -> None:
    """Write down how a try ended. ``at``: the real moment; ``sent_at``: the business moment people read."""
    delivery.error = outcome.why
    if not outcome.why:
        delivery.state, delivery.sent_at, delivery.next_try_at = DeliveryState.SENT, sent_at, None
        return
    gives_up = outcome.final or delivery.tries > len(WAITS)
    delivery.state = DeliveryState.FAILED
    delivery.next_try_at = None if gives_up else at + WAITS[delivery.tries - 1]


def waiting() -> int:
    """Deliveries that are still to be sent or tried again."""
    again = (Delivery.state == DeliveryState.FAILED) & Delivery.next_try_at.is_not(None)
    open_states = [DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.CLAIMED]
    return db.session.scalar(sa.select(sa.func.count()).where(Delivery.state.in_(open_states) | again)) or 0

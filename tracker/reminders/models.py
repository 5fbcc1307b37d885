"""Tables of reminder rules, reminders, the messages that carry them, and each delivery."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.indicators.models import Indicator
from tracker.obligations.models import Obligation
from tracker.plans.models import Plan
from tracker.reminders.rules import Audience
from tracker.units.models import Unit


class DeliveryState(StrEnum):
    """How an attempt through a channel stands; UNKNOWN: its end is not known. FAILED with a next try is tried again."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class ReminderRule(Base):
    """Remind so many calendar days before (negative) or after (positive) the due day; see rules.Rule."""

    __tablename__ = "reminder_rule"
    __table_args__ = (sa.UniqueConstraint("plan_id", "offset_days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    offset_days: Mapped[int]
    repeat_days: Mapped[int | None]
    """After ``offset_days`` again every so many days; None: once."""
    audience: Mapped[Audience] = mapped_column(choice(Audience))
    """How far up it reaches."""
    ended_on: Mapped[date | None]

    plan: Mapped[Plan] = relationship()


class HandSent(Base):
    """A reminder sent by hand (催办): who sent it, from where, with which words."""

    __tablename__ = "hand_sent"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    """The lead that reminds the partners of its own tasks; None: the office."""
    words: Mapped[str] = mapped_column(sa.Text, default="")

    unit: Mapped[Unit | None] = relationship()
    sent_by: Mapped[Person] = relationship()

    @property
    def sender(self) -> str:
        """Who urged, with the unit where it is a lead."""
        return f"{self.sent_by.name}（{self.unit.name}）" if self.unit else self.sent_by.name

    @property
    def said(self) -> str:
        """The words for the recipient; a lead's reminder says what it is for even without any."""
        return self.words or ("请报送，以便牵头单位汇总。" if self.unit else "")


class Message(Base):
    """What one person is told in one run: a digest. Recipient None: the office's inbox (无联系人)."""

    __tablename__ = "message"
    __table_args__ = (sa.UniqueConstraint("key"), sa.Index("ix_message_recipient_seen", "recipient_id", "seen_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120))
    """Made of run kind or hand-sent id, plan, day, recipient or unit: the same run twice makes no second row."""
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    day: Mapped[date]
    recipient_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    """The unit whose things it is about, when the recipient answers for one."""
    hand_sent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hand_sent.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    plan: Mapped[Plan] = relationship()
    recipient: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Reminding:
    """One reason to tell one person on one day about one thing; carried by a message."""

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    """``rule:7``, ``hand:3``, or ``issued``."""
    day: Mapped[date]
    recipient: Mapped[str] = mapped_column(sa.String(40))
    """``person:12``, or ``office`` when the unit has nobody in the post."""
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"))


class Reminder(Reminding, Base):
    """One about an obligation."""

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("obligation_id", "source", "day", "recipient"),
        sa.Index("ix_reminder_message", "message_id"),
    )

    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"))

    obligation: Mapped[Obligation] = relationship()
    message: Mapped[Message] = relationship()


class ValueReminder(Reminding, Base):
    """One about an indicator's value of a period that a unit owes."""

    __tablename__ = "value_reminder"
    __table_args__ = (
        sa.UniqueConstraint(
            "indicator_id", "unit_id", "period_on", "source", "day", "recipient", name="uq_value_reminder_once"
        ),
        sa.Index("ix_value_reminder_message", "message_id"),
    )

    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    period_on: Mapped[date]
    """The last day of the period."""

    indicator: Mapped[Indicator] = relationship()
    unit: Mapped[Unit] = relationship()


class Delivery(Base):
    """A message's way through one channel: each try counted, how it ended, and why it failed."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("message_id", "channel"),
        sa.Index("ix_delivery_state_next", "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"))
    channel: Mapped[str] = mapped_column(sa.String(20))
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    stable_id: Mapped[str] = mapped_column(sa.String(120))
    """The Message-ID, the same at every try, so that a second copy can be told."""
    error: Mapped[str] = mapped_column(sa.Text, default="")

    message: Mapped[Message] = relationship()

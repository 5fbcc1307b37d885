"""Emptying the outbox: the one edge that commits between claiming, sending and writing down."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from tracker import clock
from tracker.extensions import commit, db
from tracker.reminders import outbox
from tracker.reminders.channels import CHANNELS, Channel
from tracker.reminders.models import Delivery
from tracker.reminders.rules import is_open
from tracker.workdays import state_council


def send_pending(*, at_any_hour: bool = False) -> dict[str, int]:
    """Send what is due, in working hours of the business day. Returns how many were sent and failed.

    ``at_any_hour``: somebody at the command line wants it now.
    """
    if not at_any_hour and not is_open(clock.now(), state_council()):
        return {"sent": 0, "failed": 0, "taken_up": 0}
    taken_up = outbox.take_up_old_claims(clock.real_now())
    commit()
    ends = [sent for channel in CHANNELS.values() for sent in _send_all(channel)]
    return {"sent": ends.count(True), "failed": ends.count(False), "taken_up": taken_up}


def _send_all(channel: Channel) -> list[bool]:
    ends: list[bool] = []
    while (end := _send_next(channel, clock.real_now())) is not None:
        ends.append(end)
    return ends


def _send_next(channel: Channel, at: datetime) -> bool | None:
    """Whether the next delivery was sent; None when there is none."""
    delivery = outbox.claim(channel, at)
    letter = outbox.letter_of(delivery, current_app.config["TRACKER_URL"]) if delivery else None
    number = delivery.id if delivery else None
    commit()
    if letter is None:
        return None
    outcome = outbox.send(channel, letter, current_app.config)
    claimed = db.session.get_one(Delivery, number)
    outbox.settle(claimed, outcome, clock.real_now(), clock.now())
    commit()
    return not outcome.why

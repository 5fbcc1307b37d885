"""Reports as units send them, through the actions, for tests of what is read from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.plans import owed_by
from tests.world import FINANCE, HEALTH, XIONGKOU, World
from tracker import clock
from tracker.extensions import commit
from tracker.plans.models import Plan
from tracker.progress.actions import Writing, accept, save_draft, send_back, sign, submit
from tracker.progress.models import Report

WRITERS = {HEALTH: "health", FINANCE: "finance", XIONGKOU: "xiongkou"}
SUBMITTED, SIGNED, ACCEPTED, RETURNED = "submitted", "signed", "accepted", "returned"


def on_day(day: date, happening: Callable[[], None]) -> None:
    """Let something happen on a business day, and commit."""
    before = clock.today()
    clock.fix_day(day)
    happening()
    commit()
    clock.fix_day(before)


def report(
    plan: Plan,
    unit: str,
    no: str,
    day: date,
    progress: str = "",
    percent: int | None = None,
    *,
    period: str = "7月期",
    until: str = SIGNED,
    problems: str = "",
    next_steps: str = "",
) -> Report:
    """A unit's report for the task of this number, written, submitted and signed on one day; accepted or returned too,
    or only submitted.

    Without a text it says 本期无新进展.
    """
    world, sent = World(), []

    def happens() -> None:
        writer, head = world.actor(WRITERS[unit]), world.actor(f"{WRITERS[unit]}-head")
        office = world.actor("office1")
        writing = Writing(progress, problems, next_steps, percent, no_news=not progress)
        written = save_draft(owed_by(plan, unit, no, period), writing, writer)
        submit([written], writer)
        if until != SUBMITTED:
            sign([written], head)
        if until == ACCEPTED:
            accept([written], office)
        if until == RETURNED:
            send_back(written, "缺累计数", office, by_office=True)
        sent.append(written)

    on_day(day, happens)
    return sent[0]

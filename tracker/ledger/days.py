"""How many tasks stood at each colour on past days: worked out once, kept, and forgotten where the past may change.

A past day's lamps do not change with what happens later (tests/ledger/test_past_days.py tries it), but for what an
office enters with an earlier day: who was in a group, what a plan's settings say. Whatever is not known to hold from
its own day on forgets what was kept of the plans it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.extensions import db, insert
from tracker.ledger.facts import facts
from tracker.ledger.models import LampDay
from tracker.ledger.standing import lamp_of
from tracker.obligations.models import Period
from tracker.obligations.queries import period_on, periods
from tracker.obligations.rates import same_day
from tracker.tasks.axes import Colour
from tracker.tasks.models import Task
from tracker.tasks.queries import in_force_on
from tracker.workdays import ONE_DAY

AT_ONCE = 500
"""Tasks worked out together: bounds the memory of a day of a large plan."""
FROM_THEIR_DAY = (
    "report.",
    "occurrence.",
    "evidence.",
    "closing.",
    "extension.",
    "review.",
    "task.",
    "reminder.",
    "slip.",
    "rectification.",
    "remark.",
    "bulletin.",
    "appeal.",
    "ledger.",
)
"""How happenings begin that change no day before their own."""

LAST_PERIODS = 6
"""Periods that stand side by side on a leader's page."""

LampCounts = Mapping[Colour, int]


def compared(opened: Sequence[Period], shown: Period, as_of: date) -> list[tuple[Period, date]]:
    """The last periods up to the one shown, the oldest first, each with its day: the one that lies from its due day as
    ``as_of`` lies from that of the period shown."""
    place = opened.index(shown) + 1
    last = opened[max(0, place - LAST_PERIODS) : place]
    return [(one, same_day(shown.due_on, one.due_on, as_of)) for one in last]


def lamps_on(plan_id: int, days: Sequence[date]) -> dict[date, LampCounts]:
    """Each day, all of them over -> how many of the plan's tasks stood at each colour: as kept, one statement for all,
    and worked out where nothing is kept."""
    if not days:
        return {}
    found = _kept(plan_id, days)
    return {day: found[day] if day in found else worked_out(plan_id, day) for day in days}


def _kept(plan_id: int, days: Iterable[date]) -> dict[date, LampCounts]:
    query = sa.select(LampDay.on, LampDay.counts).where(LampDay.plan_id == plan_id, LampDay.on.in_(list(days)))
    return {on: {Colour(colour): n for colour, n in counts.items()} for on, counts in db.session.execute(query)}


def worked_out(plan_id: int, day: date) -> LampCounts:
    """The same from the facts."""
    query = sa.select(Task.id).where(Task.plan_id == plan_id, in_force_on(day)).order_by(Task.id)
    ids = list(db.session.scalars(query))
    found: Counter[Colour] = Counter()
    for start in range(0, len(ids), AT_ONCE):
        of_tasks = facts(ids[start : start + AT_ONCE], day)
        found.update(lamp_of(one, day).colour for one in of_tasks.values())
    return dict(found)


def keep_days(plan_id: int, today: date) -> int:
    """Work out and keep yesterday, and every day that today's page compares, where it is not kept yet. Returns how
    many; for the job."""
    opened = [period for period in periods(plan_id) if period.opens_on <= today]
    shown = period_on(opened, today)
    days = {day for _, day in compared(opened, shown, today)} if shown else set()
    over = {day for day in days if day < today} | {today - ONE_DAY}
    new = sorted(over - set(_kept(plan_id, over)))
    for day in new:
        _keep(plan_id, day)
    return len(new)


def _keep(plan_id: int, day: date) -> None:
    counts = {colour.value: n for colour, n in worked_out(plan_id, day).items()}
    db.session.execute(insert(LampDay).values(plan_id=plan_id, on=day, counts=counts).on_conflict_do_nothing())


def forget_changed(session: Session, actions: Collection[str], task_ids: Collection[int]) -> None:
    """Before a commit: what was kept of the plans of these tasks, where one of the ``actions`` may change the past."""
    if task_ids and any(not action.startswith(FROM_THEIR_DAY) for action in actions):
        plans = sa.select(Task.plan_id).where(Task.id.in_(list(task_ids)))
        session.execute(sa.delete(LampDay).where(LampDay.plan_id.in_(plans)))


def forget_plan(plan_id: int) -> None:
    """What was kept of a plan, because something came to be owed that nobody recorded."""
    db.session.execute(sa.delete(LampDay).where(LampDay.plan_id == plan_id))


def forget_all() -> None:
    """Everything that was kept."""
    db.session.execute(sa.delete(LampDay))


def differing_days() -> list[tuple[int, date]]:
    """(plan id, day) of every kept day that is not what its facts say. For the check."""
    rows = db.session.scalars(sa.select(LampDay).order_by(LampDay.plan_id, LampDay.on)).all()
    return [(row.plan_id, row.on) for row in rows if row.counts != worked_out(row.plan_id, row.on)]

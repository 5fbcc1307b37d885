"""Slips to several units in one act (成批督办): who is in arrears and can be sent one, and the issue of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.errors import Invalid, Stale
from tracker.extensions import db, lock
from tracker.ledger.concerned import in_arrears
from tracker.ledger.standing import standings
from tracker.obligations.models import Obligation
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.supervision.models import Slip
from tracker.supervision.proposing import new_slip
from tracker.supervision.rules import (
    TASK,
    UNIT,
    UNSETTLED,
    WHY,
    Pace,
    Proposal,
    SlipColour,
    SlipState,
    colours_allowed,
    filled,
)
from tracker.supervision.slips import Writing, issue_slips
from tracker.tasks.models import Task
from tracker.tasks.queries import units_of
from tracker.tasks.roles import Role

AT_ONCE = 2000
"""So many reports are named in a statement; of more, the page sorts out which were asked for."""

FIRST_COLOURS = (SlipColour.BLUE, SlipColour.YELLOW)


@dataclass(frozen=True)
class Wanted:
    """Whom the page was asked about: of a task, of some units, or with some obligations; empty: no condition."""

    task_id: int | None = None
    unit_ids: frozenset[int] = frozenset()
    obligation_ids: frozenset[int] = frozenset()

    def holds(self, waiting: dict[str, object]) -> bool:
        return (not self.unit_ids or waiting["unit_id"] in self.unit_ids) and (
            not self.obligation_ids or waiting["obligation_id"] in self.obligation_ids
        )


@dataclass(frozen=True)
class Candidate:
    """A unit in arrears with a task. ``proposed``: what waits to be issued about it; ``running``: the number of the
    slip that stands against another."""

    task: Task
    unit_id: int
    unit: str
    why: str
    proposed: Slip | None = None
    running: str = ""

    @property
    def key(self) -> str:
        """How the form names it, with how its proposal stood when the page was opened."""
        seen = f"{self.proposed.id}.{self.proposed.version}" if self.proposed else "0.0"
        return f"{self.task.id}.{self.unit_id}.{seen}"

    def colour(self, chosen: SlipColour) -> SlipColour:
        """The chosen one where the ladder lets choose, else the next of the ladder."""
        follows = self.proposed.follows if self.proposed else None
        allowed = colours_allowed(follows.colour if follows else None)
        return chosen if chosen in allowed else allowed[0]


@dataclass(frozen=True)
class Order:
    """What all of them say. ``pattern``: the content, with names in braces."""

    colour: SlipColour
    pace: Pace
    pattern: str
    contact: str

    def writing(self, one: Candidate, slip: Slip) -> Writing:
        """What the slip to this unit says."""
        if not self.pattern.strip():
            raise Invalid("督办内容要写。", "pattern")
        values = {UNIT: one.unit, TASK: one.task.text.rstrip("。"), WHY: one.why}
        content = filled(self.pattern, values)
        return Writing(one.colour(self.colour), self.pace, slip.basis, content, self.contact, slip.version)


def candidates(plan: Plan, wanted: Wanted, today: date) -> list[Candidate]:
    """Every unit in arrears that is asked for, task by task; the number of statements does not grow."""
    scope = _scope(plan, wanted, today)
    found = standings(scope, today, ahead=False)
    slips = _open_slips(plan.id)
    rows = []
    for task in db.session.scalars(sa.select(Task).where(Task.id.in_(scope)).order_by(Task.position)):
        owed: dict[int, list[dict[str, object]]] = {}
        for waiting in found[task.id].waiting:
            if in_arrears(waiting, today) and wanted.holds(waiting):
                owed.setdefault(waiting["unit_id"], []).append(waiting)
        rows += [_candidate(task, unit_id, waitings, slips) for unit_id, waitings in owed.items()]
    return rows


def _scope(plan: Plan, wanted: Wanted, today: date) -> sa.Select[int]:
    """The tasks of which something was due, as far as they are asked for."""
    owed = sa.select(Obligation.task_id).where(Obligation.due_on < today, Obligation.withdrawn_on.is_(None))
    if wanted.unit_ids:
        owed = owed.where(Obligation.unit_id.in_(wanted.unit_ids))
    if 0 < len(wanted.obligation_ids) <= AT_ONCE:
        owed = owed.where(Obligation.id.in_(wanted.obligation_ids))
    query = sa.select(Task.id).where(Task.plan_id == plan.id, Task.withdrawn_on.is_(None), Task.closed_on.is_(None))
    if wanted.task_id is not None:
        query = query.where(Task.id == wanted.task_id)
    return query.where(Task.id.in_(owed))


def _candidate(
    task: Task, unit_id: int, waitings: Sequence[dict[str, object]], slips: dict[tuple[int, int], list[Slip]]
) -> Candidate:
    why = "，".join(dict.fromkeys(str(one["why"]) for one in waitings))
    there = slips.get((task.id, unit_id), [])
    proposed = next((one for one in there if one.state is SlipState.PROPOSED), None)
    running = next(
        (one.name for one in there if one.is_running and (proposed is None or one is not proposed.follows)), ""
    )
    return Candidate(task, unit_id, str(waitings[0]["unit"]), why, proposed, running)


def _open_slips(plan_id: int) -> dict[tuple[int, int], list[Slip]]:
    query = sa.select(Slip).where(Slip.plan_id == plan_id, Slip.state.in_(UNSETTLED))
    found: dict[tuple[int, int], list[Slip]] = {}
    for slip in db.session.scalars(query.options(joinedload(Slip.follows)).order_by(Slip.id)):
        found.setdefault((slip.task_id, slip.unit_id), []).append(slip)
    return found


def chosen_of(rows: Iterable[Candidate], keys: Sequence[str]) -> list[Candidate]:
    """Those that were ticked. Invalid when none is; Stale when one reported, or got a slip, meanwhile."""
    open_to = {one.key: one for one in rows if not one.running}
    if not keys:
        raise Invalid("还没有勾单位。", "matter")
    gone = [key for key in keys if key not in open_to]
    if gone:
        raise Stale(f"有 {len(gone)} 家的情况刚才变了（已报送，或者已有督办单），没有签发。请看新的名单再办。")
    return [open_to[key] for key in dict.fromkeys(keys)]


def issue_batch(plan: Plan, wanted: Wanted, keys: Sequence[str], order: Order, actor: Actor) -> list[Slip]:
    """Issue one slip to each, all or none, each with its own number."""
    lock(plan)  # two acts: one after the other
    today = clock.today()
    chosen = chosen_of(candidates(plan, wanted, today), keys)
    partners = {
        task_id: parts[Role.PARTNER] for task_id, parts in units_of({one.task.id for one in chosen}, today).items()
    }
    pairs = []
    for one in chosen:
        slip = one.proposed or _drawn_up(plan, one, [unit.name for unit in partners.get(one.task.id, [])], today, actor)
        db.session.flush()
        pairs.append((slip, order.writing(one, slip)))
    issue_slips(pairs, actor)
    return [slip for slip, _ in pairs]


def _drawn_up(plan: Plan, one: Candidate, partners: Iterable[str], today: date, actor: Actor) -> Slip:
    slip = new_slip(plan, one.task, Proposal(one.task.id, one.unit_id, SlipColour.BLUE, one.why), partners, today)
    slip.proposed_by_id = actor.person_id
    db.session.add(slip)
    return slip

"""Reads of periods and obligations, and the facts their rules take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.occurrences import EXTRA
from tracker.obligations.rules import AssignmentFact, MembershipFact, PeriodFact
from tracker.tasks.models import Assignment
from tracker.units.models import Membership, Unit
from tracker.units.rules import GROUP_KINDS

LOOK_BACK = timedelta(days=10)


def periods(plan_id: int) -> list[Period]:
    """The plan's periods that have been opened, the earliest first."""
    return list(db.session.scalars(sa.select(Period).where(Period.plan_id == plan_id).order_by(Period.nominal_due_on)))


def period_on(plan_periods: Sequence[Period], day: date) -> Period | None:
    """The period the pages speak of on ``day``, None before the first has opened.

    For LOOK_BACK after a due day it is the period just due, whose gaps are being closed (picture 01: 10月期 on
    26 October, though 11月期 runs since that day); then the one that is running.
    """
    opened = [period for period in plan_periods if period.opens_on <= day]
    just_due = [period for period in opened if period.due_on < day <= period.due_on + LOOK_BACK]
    running = [period for period in opened if day <= period.due_on]
    return next(iter(just_due[-1:] + running[:1] + opened[-1:]), None)


def period_facts(plan_periods: Iterable[Period]) -> list[PeriodFact]:
    return [PeriodFact(p.id, p.opens_on, p.nominal_due_on, p.due_on, p.closed_on) for p in plan_periods]


def assignment_facts(task_ids: Iterable[int]) -> dict[int, list[AssignmentFact]]:
    """Task id -> every part any unit ever had in it."""
    query = (
        sa.select(
            Assignment.task_id, Assignment.unit_id, Unit.kind, Assignment.role, Assignment.from_on, Assignment.until_on
        )
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.task_id.in_(list(task_ids)))
        .order_by(Assignment.id)
    )
    found: dict[int, list[AssignmentFact]] = defaultdict(list)
    for task_id, unit_id, kind, role, from_on, until_on in db.session.execute(query):
        found[task_id].append(AssignmentFact(unit_id, kind in GROUP_KINDS, role, from_on, until_on))
    return found


def membership_facts() -> list[MembershipFact]:
    query = sa.select(Membership.group_id, Membership.member_id, Membership.from_on, Membership.until_on)
    return [MembershipFact(*row) for row in db.session.execute(query)]


def obligations_of(task_ids: Iterable[int]) -> dict[int, list[sa.Row[Any]]]:
    """Task id -> the columns of everything owed or once owed for it, without what was recorded beyond that; plain
    rows, as every night reads them all."""
    found: dict[int, list[sa.Row[Any]]] = defaultdict(list)
    query = sa.select(*Obligation.__table__.columns).where(Obligation.task_id.in_(list(task_ids)))
    query = query.where(Obligation.number < EXTRA)
    for row in db.session.execute(query.order_by(Obligation.id)):
        found[row.task_id].append(row)
    return found

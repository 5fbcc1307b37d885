"""Reads about closings: the evidence they may name or do, what to merge into, what is to be looked at again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker import clock
from tracker.errors import Invalid, NotFound
from tracker.extensions import db, end_of
from tracker.obligations.models import Obligation
from tracker.permissions import UNIT_ROLES, Actor, Subject, decide
from tracker.plans.models import Plan
from tracker.progress.closing_rules import ClosingState
from tracker.progress.inspected import Visit, visits_of
from tracker.progress.models import Closing, ClosingFile, Evidence, LookBack, Report, ReportVersion
from tracker.tasks.models import Task
from tracker.tasks.queries import subjects_of, visible_to

MOST = 100
"""Pieces of evidence that the application offers, the newest."""
PAGE = 200
"""Rows of a page; a longer list is turned over."""
LONGEST_POSITION = 9
"""Digits: a longer number is no position, and would not fit into the column."""


def evidence_of_task(task_id: int, actor: Actor, subject: Subject) -> list[Evidence]:
    """Evidence of the task's reports that this actor may read, the newest first: its own unit's, and of the others what
    they sent, as a draft is its writer's."""
    units = db.session.scalars(sa.select(Obligation.unit_id).where(Obligation.task_id == task_id).distinct())
    readable = [one for one in units if decide(actor, "report.read", replace(subject, unit_id=one))]
    query = (
        sa.select(Evidence)
        .join(Report, Report.id == Evidence.report_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .where(Obligation.task_id == task_id, Obligation.unit_id.in_(readable), Evidence.removed_at.is_(None))
        .where((Obligation.unit_id == actor.unit_id) | _is_sent())
        .options(
            joinedload(Evidence.report).joinedload(Report.obligation).joinedload(Obligation.unit),
            joinedload(Evidence.report).joinedload(Report.obligation).joinedload(Obligation.period),
        )
        .order_by(Evidence.id.desc())
        .limit(MOST)
    )
    return list(db.session.scalars(query))


def _is_sent() -> sa.ColumnElement[bool]:
    """It was there when a version of its report was sent that was not taken back."""
    versions = sa.select(ReportVersion.id).where(
        ReportVersion.report_id == Evidence.report_id,
        ReportVersion.withdrawn_at.is_(None),
        ReportVersion.submitted_at >= Evidence.added_at,
    )
    return versions.exists()


def named_evidence(closing: Closing) -> list[Evidence]:
    """What the application names; until it is decided, without what was taken off its report meanwhile."""
    query = sa.select(Evidence).where(Evidence.id.in_(closing.evidence_ids))
    if closing.decided_at is None:
        query = query.where(Evidence.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Evidence.id)))


def open_closing_file(file_id: int, actor: Actor) -> ClosingFile:
    """A file of an application; NotFound when there is none for this actor."""
    query = (
        sa.select(ClosingFile)
        .join(Closing, Closing.id == ClosingFile.closing_id)
        .join(Closing.task)
        .where(ClosingFile.id == file_id, visible_to(actor, clock.today()))
        .options(joinedload(ClosingFile.closing).joinedload(Closing.task))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这份材料，或者您不能看它。")
    return found


def task_to_merge_into(plan_id: int, written: str) -> Task:
    """The task of the plan that is called by this number, as 14 or 第14项; Invalid when none is, or several."""
    number = written.strip().removeprefix("第").removesuffix("项").strip()
    if not number:
        raise Invalid("并入要写并入哪一项的序号，如 14。", "merged_into")
    called = Task.no == number
    if number.isdecimal() and len(number) <= LONGEST_POSITION:
        called |= Task.no.is_(None) & (Task.position == int(number))
    query = sa.select(Task).where(Task.plan_id == plan_id, called).order_by(Task.position).limit(2)
    found = list(db.session.scalars(query))
    if not found:
        raise Invalid(f"本方案里没有第{number[:20]}项。请照台账里的序号写。", "merged_into")
    if len(found) > 1:
        raise Invalid(f"本方案里不止一项是第{number}项。请先在台账里把序号改成不同的，再并入。", "merged_into")
    return found[0]


@dataclass(frozen=True)
class Closed:
    """A line of the page of closings. ``look_on``: the day from which it is to be looked at again, None: not at all;
    ``is_due``: that day has come. ``visit``: the inspection that the decision rests on."""

    closing: Closing
    looked: LookBack | None
    look_on: date | None
    is_due: bool
    visit: Visit | None


@dataclass(frozen=True)
class ClosingPage:
    """A page of the list. ``total``, ``due``: of the whole list, and of it what is to be looked at again."""

    rows: list[Closed]
    total: int
    due: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def closings_of_plan(plan: Plan, actor: Actor, page: int = 1) -> ClosingPage:
    """The applications of the plan that this viewer may read, what is to be looked at again first, then the newest."""
    today = clock.today()
    is_due = _is_due(plan, today)
    query = (
        sa.select(Closing.id, Closing.task_id, Closing.unit_id, is_due.label("is_due"))
        .join(Closing.task)
        .where(Task.plan_id == plan.id, visible_to(actor, today))
        .order_by(sa.case((is_due, 0), else_=1), sa.case((is_due, Closing.decided_at)), Closing.id.desc())
    )
    found = db.session.execute(query).all()
    if actor.role in UNIT_ROLES:
        subjects = subjects_of({one.task_id for one in found}, today)
        found = [one for one in found if _may_read(one, subjects, actor)]
    rows = _closed(plan, [one.id for one in found[(page - 1) * PAGE : page * PAGE]], actor, today)
    return ClosingPage(rows, len(found), sum(one.is_due for one in found))


def _closed(plan: Plan, ids: Sequence[int], actor: Actor, today: date) -> list[Closed]:
    """These closings, in this order."""
    query = (
        sa.select(Closing, LookBack)
        .outerjoin(LookBack, LookBack.closing_id == Closing.id)
        .where(Closing.id.in_(ids))
        .options(
            joinedload(Closing.task),
            joinedload(Closing.unit),
            joinedload(Closing.applied_by),
            joinedload(Closing.decided_by),
            joinedload(LookBack.looked_by),
            selectinload(Closing.files),
        )
    )
    found, visits = {}, visits_of(ids, actor)
    for closing, looked in db.session.execute(query):
        day = look_on(plan, closing, looked)
        found[closing.id] = Closed(
            closing, looked, day, is_due=day is not None and day <= today, visit=visits.get(closing.id)
        )
    return [found[one] for one in ids]


def readable_closings(ids: Collection[int], actor: Actor) -> list[Closing]:
    """Those of the closings that the viewer may read, the oldest first."""
    query = sa.select(Closing).where(Closing.id.in_(ids)).order_by(Closing.id)
    found = db.session.scalars(query.options(joinedload(Closing.task), joinedload(Closing.unit))).all()
    subjects = subjects_of({one.task_id for one in found}, clock.today())
    return [one for one in found if _may_read(one, subjects, actor)]


def _may_read(closing: Any, subjects: dict[int, Subject], actor: Actor) -> bool:
    return bool(decide(actor, "closing.read", replace(subjects[closing.task_id], unit_id=closing.unit_id)))


def look_on(plan: Plan, closing: Closing, looked: LookBack | None) -> date | None:
    """The day from which the office looks at it again; None when it never will, or did."""
    if closing.state is not ClosingState.CLOSED or closing.decided_at is None or closing.task.withdrawn_on is not None:
        return None
    if not plan.look_back_days or looked is not None:
        return None
    return closing.decided_at.date() + timedelta(days=plan.look_back_days)


def count_to_look_back(plan: Plan, today: date) -> sa.ScalarSelect[int]:
    """How many closed tasks wait to be looked at again."""
    query = sa.select(sa.func.count()).select_from(Closing).join(Closing.task)
    return query.where(Task.plan_id == plan.id, _is_due(plan, today)).scalar_subquery()


def _is_due(plan: Plan, today: date) -> sa.ColumnElement[bool]:
    """The same as `look_on` on or before ``today``, in SQL."""
    return sa.and_(
        Task.withdrawn_on.is_(None),
        Closing.state == ClosingState.CLOSED,
        Closing.id.not_in(sa.select(LookBack.closing_id)),
        Closing.decided_at < end_of(today - timedelta(days=plan.look_back_days)),
        sa.literal(plan.look_back_days) > 0,
    )


def chosen_evidence(ids: Collection[int], offered: Collection[Evidence]) -> list[Evidence]:
    """Those that were ticked, of what was offered."""
    return [one for one in reversed(list(offered)) if one.id in ids]

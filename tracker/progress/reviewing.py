"""Year-end review (年度评估) of tasks without an end date: continue, another limit, or no longer in the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Stale
from tracker.extensions import db
from tracker.obligations.actions import derive
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.progress.models import YearReview
from tracker.progress.review_rules import Review, review_year, years_to_review
from tracker.tasks.actions import change_limit, end_task
from tracker.tasks.limits import TimeLimit
from tracker.tasks.models import Task

LONGEST = 1000
PAGE = 200
"""Rows of a page; a longer list is turned over."""


@dataclass(frozen=True)
class Reviewed:
    """A task of the page of a year: decided, or still to be decided."""

    task: Task
    review: YearReview | None


@dataclass(frozen=True)
class ReviewPage:
    """A page of the list. ``total``, ``open``: of the whole list, and of it what is still to be decided."""

    rows: list[Reviewed]
    total: int
    open: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def reviewed(plan: Plan, year: int, page: int) -> ReviewPage:
    """The tasks of the plan that the review of a year is about: to be decided, then decided, each in the order of the
    document."""
    query = (
        sa.select(Task, YearReview)
        .outerjoin(YearReview, (YearReview.task_id == Task.id) & (YearReview.year == year))
        .where(Task.plan_id == plan.id, YearReview.id.is_not(None) | _is_to_decide(year))
    )
    counted = query.with_only_columns(sa.func.count(), sa.func.count(YearReview.id))
    total, decided = db.session.execute(counted).one()
    shown = query.options(joinedload(YearReview.decided_by)).order_by(YearReview.id.is_not(None), Task.position)
    rows = db.session.execute(shown.limit(PAGE).offset((page - 1) * PAGE))
    return ReviewPage([Reviewed(task, review) for task, review in rows], total, total - decided)


def _is_to_decide(year: int) -> sa.ColumnElement[bool]:
    """Tasks without an end date that run, and were in their plan in that year."""
    came = Task.from_on.is_(None) | (Task.from_on <= date(year, 12, 31))
    return came & Task.limit_due_on.is_(None) & Task.closed_on.is_(None) & Task.withdrawn_on.is_(None)


def years_of(plan: Plan, today: date) -> list[int]:
    """The years of the plan whose review has begun, the latest first; none once the plan has ended."""
    return [] if plan.closed_on is not None else list(reversed(years_to_review(plan.confirmed_on, today)))


def count_to_review(plan: Plan, today: date) -> sa.ScalarSelect[int]:
    """How many tasks of the latest year under review are not decided."""
    year = review_year(today)
    decided = sa.select(YearReview.task_id).where(YearReview.year == year)
    query = sa.select(sa.func.count()).select_from(Task).where(Task.plan_id == plan.id, Task.id.not_in(decided))
    is_open = year in years_of(plan, today)
    return query.where(_is_to_decide(year), sa.true() if is_open else sa.false()).scalar_subquery()


def review_tasks(
    plan: Plan, year: int, task_ids: Iterable[int], outcome: Review, limit: TimeLimit | None, reason: str, actor: Actor
) -> list[YearReview]:
    """Decide about these tasks of the year, each once; ``limit``: of those that are given another one.

    Invalid for nothing chosen, no reason, a year that is not under review; Stale when one was decided meanwhile.
    """
    if year not in years_of(plan, clock.today()):
        raise Invalid(f"{year}年的评估从12月1日起办，现在不能办。", "year")
    reason = reason.strip()
    if not reason:
        raise Invalid("请写理由，会记进任务的经过。", "reason")
    if len(reason) > LONGEST:
        raise Invalid(f"理由请不要超过 {LONGEST} 字。", "reason")
    tasks = _chosen(plan, year, set(task_ids))
    reviews = [_review(task, year, outcome, reason, actor) for task in tasks]
    for task in tasks:
        _carry_out(task, year, outcome, limit, reason, actor)
    derive(plan, clock.today(), [task.id for task in tasks], f"{year}年度评估：{outcome.label}")
    return reviews


def _chosen(plan: Plan, year: int, wanted: set[int]) -> Sequence[Task]:
    """The chosen tasks, held; all of them are still to be decided."""
    if not wanted:
        raise Invalid("没有选任务。请先勾选，再点要办的。", "task")
    query = sa.select(Task).where(Task.id.in_(wanted), Task.plan_id == plan.id, _is_to_decide(year)).order_by(Task.id)
    held = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    chosen = list(db.session.scalars(held))
    decided = sa.select(YearReview.id).where(YearReview.task_id.in_(wanted), YearReview.year == year).limit(1)
    if len(chosen) < len(wanted) or db.session.scalar(decided):
        raise Stale("选中的任务里有的刚才已经定过，或者已经办结、撤销，没有存上。请刷新页面再选。")
    return sorted(chosen, key=lambda task: task.position)


def _review(task: Task, year: int, outcome: Review, reason: str, actor: Actor) -> YearReview:
    review = YearReview(
        task=task,
        year=year,
        outcome=outcome,
        reason=reason,
        decided_at=clock.now(),
        decided_by_id=actor.person_id,
    )
    db.session.add(review)
    db.session.flush()
    label = f"{task.label} {year}年度"
    action = f"review.{outcome.value}"
    record(actor, action, "year_review", review.id, label, task_id=task.id, reason=reason)
    return review


def _carry_out(task: Task, year: int, outcome: Review, limit: TimeLimit | None, reason: str, actor: Actor) -> None:
    why = f"{year}年度评估：{reason}"
    if outcome is Review.CONVERT:
        if limit is None:
            raise Invalid("改时限要写新的完成时限。", "limit")
        change_limit(task, limit, why, actor)
    if outcome is Review.RETIRE:
        end_task(task, why, actor)

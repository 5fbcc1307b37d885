"""Writes on what a local plan has for each task of the plan above."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, NotFound, Stale
from tracker.extensions import db, lock
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.tasks.likeness import Verdict
from tracker.tasks.models import Coverage, Task


def set_implements(plan: Plan, above: Plan | None, actor: Actor) -> Plan:
    """Say which higher plan this one carries out, None for none; what was said of another one's tasks is kept and
    shown when that one is chosen again. Raises Invalid for a plan above itself."""
    step = above
    while step is not None:
        if step.id == plan.id:
            raise Invalid("一份方案不能落实它自己，也不能落实它下面的方案。请选上级的方案。", "implements_id")
        step = db.session.get(Plan, step.implements_id) if step.implements_id else None
    before, plan.implements_id = plan.implements_id, above.id if above else None
    if before != plan.implements_id:
        old, new = {"implements_id": before}, {"implements_id": plan.implements_id}
        record(actor, "plan.implements", "plan", plan.id, plan.title, before=old, after=new)
    db.session.flush()
    return plan


def decide(
    plan: Plan, above_id: int, local_id: int | None, verdict: Verdict, reason: str, version: int | None, actor: Actor
) -> Coverage:
    """Say of a task of the higher plan that a local one answers it or does not, that it does not concern us
    (``local_id`` None), or take back what was said (OPEN).

    ``version``: of what was said before as the clerk saw it, 0 for nothing, None when
    the clerk could not see it (a number that was typed). Raises Stale, Invalid, NotFound.
    """
    lock(plan)
    above, local = _task(above_id, plan.implements_id), _task(local_id, plan.id) if local_id else None
    said = {one.local_task_id: one for one in _said(plan, above)}
    before = said.get(local_id)
    if version is not None and version != (before.version if before else 0):
        raise Stale("这一项刚才被另一位定过，您的选择没有存上。请看过新的对照再定。")
    _refuse_both(verdict, {one.verdict for one in said.values()})
    if verdict is Verdict.NOT_CONCERNED and not reason.strip():
        raise Invalid("本地不涉及要写原因，例如“本县没有这类机构”。", "reason")
    if (local is None) != (verdict is Verdict.NOT_CONCERNED) and verdict is not Verdict.OPEN:
        raise Invalid("没有选本地的哪一项任务。请选一项再定。", "local")
    old = {"verdict": str(before.verdict)} if before else {}
    now = before or Coverage(plan_id=plan.id, above_task_id=above.id, local_task_id=local_id)
    now.verdict, now.reason = verdict, reason.strip()
    now.decided_at, now.decided_by_id = clock.now(), actor.person_id
    db.session.add(now)
    label = f"{above.label}{f'：本地{local.label}' if local else ''}"
    new = {"verdict": str(verdict), "above": above.id, "local": local_id}
    record(actor, "coverage.decide", "plan", plan.id, label, before=old, after=new, reason=now.reason)
    db.session.flush()
    return now


def _task(task_id: int, plan_id: int | None) -> Task:
    task = db.session.get(Task, task_id)
    if task is None or task.plan_id != plan_id or task.withdrawn_on is not None:
        raise NotFound("没有这项任务，或者它已撤销。请刷新页面。")
    return task


def _said(plan: Plan, above: Task) -> list[Coverage]:
    query = sa.select(Coverage).where(Coverage.plan_id == plan.id, Coverage.above_task_id == above.id)
    return list(db.session.scalars(query))


def _refuse_both(verdict: Verdict, there: set[Verdict]) -> None:
    if verdict is Verdict.CONFIRMED and Verdict.NOT_CONCERNED in there:
        raise Invalid("这一项已说明本地不涉及。请先撤销，再对上本地任务。", "verdict")
    if verdict is Verdict.NOT_CONCERNED and Verdict.CONFIRMED in there:
        raise Invalid("这一项已对上本地任务。请先撤销，再说明不涉及。", "verdict")

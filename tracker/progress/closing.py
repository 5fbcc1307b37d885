"""Writes on closings (办结销号): the lead applies, the office decides, and may open the task again."""

from __future__ import annotations

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Stale
from tracker.extensions import db, lock
from tracker.obligations.actions import derive
from tracker.permissions import Actor
from tracker.progress.closing_rules import ClosingState, ClosingVerb, next_closing_state
from tracker.progress.models import Closing
from tracker.progress.queries import closings_of
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task
from tracker.units.models import Unit

NEVER_CLOSE = frozenset({LimitKind.CONTINUOUS, LimitKind.START_THEN_CONTINUOUS, LimitKind.NONE, LimitKind.RECURRING})


def apply_for_closing(task: Task, unit: Unit, result: str, actor: Actor) -> Closing:
    """A lead says the task is done and what was achieved; of two leads at once the second is told of the first."""
    lock(task)
    last = _last(task)
    if last is not None and last.state is ClosingState.APPLIED:
        raise Stale(f"{last.unit.name}已申请销号，等办公室核定。")
    if task.limit_kind in NEVER_CLOSE:
        raise Invalid("持续推进的任务不销号；年底由办公室决定是否继续。", "result")
    if not result.strip():
        raise Invalid("申请销号要写完成情况。", "result")
    state = next_closing_state(last.state if last else None, ClosingVerb.APPLY)
    closing = Closing(
        task=task,
        unit=unit,
        state=state,
        result=result.strip(),
        applied_at=clock.now(),
        applied_by_id=actor.person_id,
    )
    db.session.add(closing)
    _log(closing, ClosingVerb.APPLY, actor, result)
    return closing


def decide_closing(closing: Closing, agreed: bool, reason: str, actor: Actor) -> Closing:
    """The office finds the task done, or not, with a reason; done, it owes no more reports from today on."""
    lock(closing)
    if not agreed and not reason.strip():
        raise Invalid("不同意销号要写理由。", "reason")
    verb = ClosingVerb.CLOSE if agreed else ClosingVerb.REFUSE
    closing.state = next_closing_state(closing.state, verb)
    closing.decided_at, closing.decided_by_id = clock.now(), actor.person_id
    closing.decision_reason = reason.strip()
    if agreed:
        closing.task.closed_on = clock.today()
    _log(closing, verb, actor, reason)
    derive(closing.task.plan, clock.today(), [closing.task_id], "任务已办结，不再应报")
    return closing


def reopen(closing: Closing, reason: str, actor: Actor) -> Closing:
    """The office opens a closed task again: it owes reports once more."""
    if not reason.strip():
        raise Invalid("重启任务要写理由。", "reason")
    lock(closing)
    closing.state = next_closing_state(closing.state, ClosingVerb.REOPEN)
    closing.reopened_at, closing.reopened_by_id = clock.now(), actor.person_id
    closing.reopen_reason = reason.strip()
    _note_pause(closing.task)
    _log(closing, ClosingVerb.REOPEN, actor, reason)
    derive(closing.task.plan, clock.today(), [closing.task_id])
    return closing


def _note_pause(task: Task) -> None:
    """What fell due while the task was closed is not owed when it is opened again."""
    if task.closed_on is not None:
        task.pauses = [*task.pauses, [task.closed_on.isoformat(), clock.today().isoformat()]]
    task.closed_on = None


def _last(task: Task) -> Closing | None:
    return next(iter(reversed(closings_of([task.id]).get(task.id, []))), None)


def _log(closing: Closing, verb: ClosingVerb, actor: Actor, reason: str) -> None:
    db.session.flush()
    label = f"{closing.task.label} {closing.unit.name}"
    after = {"state": closing.state.value}
    action = f"closing.{verb.value}"
    record(actor, action, "closing", closing.id, label, task_id=closing.task_id, after=after, reason=reason)

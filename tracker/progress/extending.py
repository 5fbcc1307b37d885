"""Writes on extensions (延期申请): applied for, agreed to by the head, decided by the office or the leader after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker import clock
from tracker.audit.actions import record
from tracker.desks import Desk
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import db, lock
from tracker.obligations.actions import derive
from tracker.permissions import Actor, Role
from tracker.progress.closing_rules import ClosingState
from tracker.progress.extension_queries import waiting_of_task
from tracker.progress.extension_rules import (
    ExtensionState,
    ExtensionVerb,
    check_new_day,
    next_extension_state,
    verb_of,
)
from tracker.progress.models import Extension
from tracker.progress.queries import closings_of
from tracker.progress.telling import Note, tell
from tracker.tasks.actions import change_limit
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task
from tracker.units.models import Unit

LONGEST = 3000
DATED = (LimitKind.DATE, LimitKind.YEAR)


@dataclass(frozen=True)
class Asked:
    """What the unit writes."""

    new_on: date
    reason: str
    progress: str


def apply_for_extension(task: Task, unit: Unit, asked: Asked, actor: Actor) -> Extension:
    """A lead asks for more time. Of two at once the second is told of the first; Invalid without a reason, the progress
    so far, or a day later than the limit."""
    lock(task)
    _check_running(task)
    waiting = waiting_of_task(task.id)
    if waiting is not None:
        raise Stale(
            f"{waiting.unit.name}已申请延期到 {waiting.new_on}，{waiting.state.label}。一项任务一次只能有一份申请。"
        )
    limit_on = check_new_day(task.limit_due_on if task.limit_kind in DATED else None, asked.new_on, clock.today())
    extension = Extension(
        task=task,
        unit=unit,
        state=ExtensionState.APPLIED,
        limit_on=limit_on,
        new_on=asked.new_on,
        reason=_needed(asked.reason, "申请延期要写原因。", "reason"),
        progress=_needed(asked.progress, "申请延期要写目前进展。", "progress"),
        applied_at=clock.now(),
        applied_by_id=actor.person_id,
    )
    if unit.skips_signing:
        extension.state, extension.agreed_at = ExtensionState.HEAD_AGREED, clock.now()
    db.session.add(extension)
    _log(extension, ExtensionVerb.APPLY, actor, asked.reason)
    return extension


def may_be_extended(task: Task) -> bool:
    """It has a last day and still runs."""
    return task.limit_kind in DATED and task.closed_on is None and task.withdrawn_on is None


def decide_extension(extension: Extension, by: Desk, agreed: bool, words: str, actor: Actor) -> Extension:
    """The desk at which it lies says yes or no; a no needs a reason. The last yes moves the task's limit from today."""
    lock(extension)
    words = _short_enough(words.strip(), "words")
    if not agreed:
        _needed(words, "不同意要写理由。", "words")
    verb = verb_of(by, agreed, extension.task.plan.extension_asks_leader)
    state = next_extension_state(extension.state, verb, by)
    if verb is ExtensionVerb.GRANT:
        _check_movable(extension)
    extension.state = state
    if verb is ExtensionVerb.AGREE:
        extension.agreed_at, extension.agreed_by_id, extension.agreed_words = clock.now(), actor.person_id, words
    elif verb is ExtensionVerb.REPORT_UP:
        extension.passed_at, extension.passed_by_id, extension.passed_words = clock.now(), actor.person_id, words
    else:
        extension.decided_at, extension.decided_by_id, extension.decision = clock.now(), actor.person_id, words
    _log(extension, verb, actor, words)
    if verb is ExtensionVerb.GRANT:
        _move_limit(extension, actor)
    if not extension.is_waiting:
        _tell(extension)
    return extension


def _check_movable(extension: Extension) -> None:
    """The task still runs, and nobody gave it as much time meanwhile."""
    task = extension.task
    lock(task)
    _check_running(task)
    if task.limit_due_on is None or task.limit_due_on >= extension.new_on:
        raise Refused(
            f"{task.label}的完成时限已改为“{task.limit_words}”，不早于申请的 {extension.new_on}。请按不同意办。"
        )


def _move_limit(extension: Extension, actor: Actor) -> None:
    """From today the task is due later; what was reported stays, what is still owed is derived again."""
    task = extension.task
    change_limit(task, task.limit.extended_to(extension.new_on), f"准予{extension.unit.name}延期", actor)
    derive(task.plan, clock.today(), [task.id], f"{task.label}准予延期到{extension.new_on}")


def _check_running(task: Task) -> None:
    if task.withdrawn_on is not None:
        raise Refused(f"{task.label}已于{task.withdrawn_on}撤销，不能再延期。")
    if task.closed_on is not None:
        raise Refused(f"{task.label}已于{task.closed_on}办结，不用再延期。")
    closings = closings_of([task.id]).get(task.id, [])
    if closings and closings[-1].state is ClosingState.APPLIED:
        raise Refused(f"{closings[-1].unit.name}已申请销号，等办公室核定；没有同意销号的，再办延期。")


def _tell(extension: Extension) -> None:
    """The unit's reporters and heads of today hear how it ended, whoever applied and agreed then."""
    task, granted = extension.task, extension.state is ExtensionState.GRANTED
    result = f"准予延期到{extension.new_on}" if granted else "没有同意"
    because = [f"意见：{extension.decision}"] if extension.decision else []
    tell(
        Note(
            plan=task.plan,
            unit_id=extension.unit_id,
            roles=(Role.REPORTER, Role.HEAD),
            key=f"extension:{extension.id}:{extension.state}",
            title=f"【延期】{task.plan.short_title}：{task.label}{result}",
            lines=(
                f"{task.label}　{task.text}",
                f"{extension.unit.name}申请从{extension.limit_on}延到{extension.new_on}，{result}。",
                *because,
                "从今天起按新的时限计算。" if granted else "完成时限没有变。确需延期的，可以补充理由再申请。",
            ),
        )
    )


def _needed(words: str, sentence: str, field: str) -> str:
    if not words.strip():
        raise Invalid(sentence, field)
    return _short_enough(words.strip(), field)


def _short_enough(words: str, field: str) -> str:
    if len(words) > LONGEST:
        raise Invalid(f"请不要超过 {LONGEST} 字。", field)
    return words


def _log(extension: Extension, verb: ExtensionVerb, actor: Actor, reason: str) -> None:
    db.session.flush()
    task = extension.task
    label = f"{task.label} {extension.unit.name}：{extension.limit_on} → {extension.new_on}"
    after = {"extension": extension.state.value}
    action = f"extension.{verb.value}"
    record(actor, action, "extension", extension.id, label, task_id=task.id, after=after, reason=reason)

"""Writes on tasks: assign, sign for, change a part, a limit or the words, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.permissions import Actor
from tracker.tasks.limits import TimeLimit
from tracker.tasks.models import Acknowledgement, Assignment, LimitChange, Task, TextChange
from tracker.tasks.queries import current_assignments
from tracker.tasks.roles import Role
from tracker.units.models import Unit


def assign(task: Task, unit: Unit, role: Role, from_on: date, raw: str = "", reason: str = "") -> Assignment:
    """Give a unit or a group its part; recorded by the action this belongs to."""
    assignment = Assignment(task=task, unit=unit, role=role, from_on=from_on, raw=raw, reason=reason)
    db.session.add(assignment)
    return assignment


def acknowledge(assignments: Sequence[Assignment], unit: Unit, at: datetime, actor: Actor) -> int:
    """The unit signs for what it got (签收), one by one or all at once. Returns how many were signed for now."""
    for assignment in assignments:
        row = Acknowledgement(assignment=assignment, unit_id=unit.id, at=at, person_id=actor.person_id)
        db.session.add(row)
        task = assignment.task
        label = f"{task.label}（{assignment.role.label}）：{unit.name}"
        record(actor, "task.acknowledge", "task", task.id, label, task_id=task.id)
    db.session.flush()
    return len(assignments)


def change_units(task: Task, leads: Sequence[Unit], partners: Sequence[Unit], reason: str, actor: Actor) -> Task:
    """Change who leads and who joins in, from today; what no longer holds ends today, nothing is deleted.

    Invalid without a lead, without a reason, or when a unit is to be both.
    """
    _require(reason, "改分工要写原因。")
    if not leads:
        raise Invalid("至少要有一个牵头单位。", "leads")
    if both := {unit.name for unit in leads} & {unit.name for unit in partners}:
        raise Invalid(f"“{'、'.join(sorted(both))}”不能既牵头又参与，请去掉一处。", "partners")
    today = clock.today()
    before = _names(current_assignments(task, today))
    wanted = {unit.id: (unit, Role.LEAD) for unit in leads} | {unit.id: (unit, Role.PARTNER) for unit in partners}
    for held in current_assignments(task, today):
        if wanted.get(held.unit_id, (None, None))[1] is held.role:
            del wanted[held.unit_id]
        else:
            held.until_on, held.reason = today, reason
    for unit, role in wanted.values():
        assign(task, unit, role, today, reason=reason)
    db.session.flush()
    after = _names(current_assignments(task, today))
    if before == after:
        raise Invalid("分工没有变化，没有保存。", "leads")
    record(
        actor,
        "task.change_units",
        "task",
        task.id,
        task.label,
        task_id=task.id,
        before=before,
        after=after,
        reason=reason,
    )
    return task


def change_limit(task: Task, limit: TimeLimit, reason: str, actor: Actor) -> Task:
    """Change what a task's limit says, from today; the old one stays in the history."""
    _require(reason, "改时限要写原因。")
    before, after = plain_limit(task.limit), plain_limit(limit)
    if before == after:
        raise Invalid("时限没有变化，没有保存。", "limit")
    task.limit = limit
    _keep(LimitChange, "task.change_limit", task, before, after, reason, actor)
    return task


def change_words(task: Task, no: str | None, text: str, reason: str, actor: Actor) -> Task:
    """Change a task's number and words, from today; the old ones stay in the history. Raises Invalid."""
    _require(reason, "改任务内容要写原因。")
    before: dict[str, Any] = {"no": task.no, "text": task.text}
    after: dict[str, Any] = {"no": no, "text": text}
    if before == after:
        raise Invalid("任务内容没有变化，没有保存。", "text")
    task.no, task.text = no, text
    _keep(TextChange, "task.change_words", task, before, after, reason, actor)
    return task


def _keep(
    kind: type[LimitChange] | type[TextChange],
    action: str,
    task: Task,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
    actor: Actor,
) -> None:
    """A dated change, in its table and in the log."""
    change = kind(
        task_id=task.id,
        changed_on=clock.today(),
        before=before,
        after=after,
        reason=reason.strip(),
        person_id=actor.person_id,
    )
    db.session.add(change)
    record(actor, action, "task", task.id, task.label, task_id=task.id, before=before, after=after, reason=reason)
    db.session.flush()


def end_task(task: Task, reason: str, actor: Actor) -> Task:
    """A task is no longer to be done from today on; what was reported of it stays. Raises Invalid."""
    _require(reason, "撤销任务要写原因。")
    if task.withdrawn_on is not None:
        raise Invalid(f"{task.label}已于{task.withdrawn_on}撤销。", "task")
    task.withdrawn_on, task.withdrawn_reason = clock.today(), reason.strip()
    record(actor, "task.end", "task", task.id, task.label, task_id=task.id, reason=reason)
    db.session.flush()
    return task


def plain_limit(limit: TimeLimit) -> dict[str, Any]:
    """A limit as values JSON can keep."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(limit).items()}


def _names(assignments: Sequence[Assignment]) -> dict[str, Any]:
    return {role.value: [one.unit.name for one in assignments if one.role is role] for role in Role}


def _require(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise Invalid(sentence, "reason")

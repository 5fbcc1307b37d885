"""A plan that runs is changed by an adjusted list: in one transaction, through the dated actions on its tasks.

Nothing is deleted: reports stay with their tasks; a task that left the list ends, with the day and the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Refused
from tracker.extensions import db, lock
from tracker.importing.changes import Change, ChangeKind
from tracker.importing.models import ImportDraft, ImportRow
from tracker.importing.plain import load
from tracker.importing.revisions import Revision
from tracker.importing.tasks import Sections, add_tasks, place_of
from tracker.obligations.actions import derive
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.tasks.actions import change_limit, change_units, change_words, end_task
from tracker.tasks.limits import TimeLimit
from tracker.tasks.models import Assignment, Task
from tracker.units.models import Unit

FAR = 1_000_000
"""Past every position: tasks are moved there before they get their new places, as two may not have one."""


def hold(draft: ImportDraft) -> Plan:
    """Hold the plan and its tasks until the transaction ends, and see them as they are now. Refused when it ended."""
    plan = draft.base_plan
    assert plan is not None
    lock(plan)
    if plan.closed_on is not None:
        raise Refused(f"这份方案已于{plan.closed_on}结束，不能再调整。")
    held = sa.select(Task).where(Task.plan_id == plan.id).order_by(Task.id).with_for_update(of=Task, key_share=True)
    ids = [task.id for task in db.session.scalars(held.execution_options(populate_existing=True))]
    parts = sa.select(Assignment).where(Assignment.task_id.in_(ids)).execution_options(populate_existing=True)
    db.session.scalars(parts).all()
    return plan


def adjust(plan: Plan, found: Revision, units: Mapping[str, Unit], actor: Actor) -> Plan:
    """Make the plan what the list says. ``units``: those of the names as written. Every change has been agreed."""
    reason, sections = found.draft.change_reason, Sections.of(plan)
    for change in found.changes:
        _change(change, found, units, reason, actor)
    _move(plan, found)
    _point(found, sections)
    today = clock.today()
    placed = [(at, row) for at, row, change in _in_order(found) if change.kind is ChangeKind.ADDED]
    came = {"from_on": today, "source_document_id": found.draft.source_document_id}
    add_tasks(sections, placed, units, today, {row.id: came for _, row in placed})
    derive(plan, today, reason=reason)
    after = {kind.value: found.counts[kind] for kind in ChangeKind}
    record(actor, "plan.adjust", "plan", plan.id, plan.title, after=after, reason=reason)
    db.session.flush()
    return plan


def _change(change: Change, found: Revision, units: Mapping[str, Unit], reason: str, actor: Actor) -> None:
    task, row = found.task_of(change), found.row_of(change)
    if task is None:
        return
    if row is None:
        end_task(task, reason, actor)
        return
    if change.changes_text or change.changes_number:
        change_words(task, row.no, row.text if change.changes_text else task.text, reason, actor)
    if change.changes_units:
        leads, partners = _units(row, units)
        change_units(task, leads, partners, reason, actor)
    if change.changes_limit:
        change_limit(task, load(TimeLimit, row.limit), reason, actor)


def _units(row: ImportRow, units: Mapping[str, Unit]) -> tuple[list[Unit], list[Unit]]:
    """Leads and partners, each unit once; who leads is no partner besides."""
    leads = list(dict.fromkeys(units[one["name"]] for one in row.leads))
    partners = dict.fromkeys(units[one["name"]] for one in row.partners)
    return leads, [unit for unit in partners if unit not in leads]


def _in_order(found: Revision) -> list[tuple[int, ImportRow, Change]]:
    """The rows with their places in the plan, from 1."""
    rows = [(found.row_of(change), change) for change in found.changes]
    listed = [(row, change) for row, change in rows if row is not None]
    return [(at, row, change) for at, (row, change) in enumerate(listed, start=1)]


def _move(plan: Plan, found: Revision) -> None:
    """Tasks stand in the order of the new list; those that ended, now or before, come after them, as they stood."""
    places = {task.id: at for at, _, change in _in_order(found) if (task := found.task_of(change))}
    free = len(_in_order(found)) + 1
    ended = sa.select(Task.id).where(Task.plan_id == plan.id, Task.id.not_in(places)).order_by(Task.position)
    places |= {task_id: at for at, task_id in enumerate(db.session.scalars(ended), start=free)}
    db.session.execute(
        sa.update(Task).where(Task.plan_id == plan.id).values(position=Task.position + FAR),
        execution_options={"synchronize_session": False},
    )
    table = cast(sa.Table, Task.__table__)
    where = sa.update(table).where(table.c.id == sa.bindparam("task")).values(position=sa.bindparam("place"))
    db.session.connection().execute(where, [{"task": task, "place": at} for task, at in places.items()])
    for task in found.tasks.values():
        db.session.expire(task, ["position"])


def _point(found: Revision, sections: Sections) -> None:
    """Tasks that go on point at their words in the new document, which is kept."""
    for _, row, change in _in_order(found):
        task = found.task_of(change)
        if task is not None:
            task.source_document_id = found.draft.source_document_id
            for name, value in place_of(row, sections).items():
                setattr(task, name, value)
    db.session.flush()

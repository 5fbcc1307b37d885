"""A draft against the plan it adjusts or follows: what changes, and what of it has been agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from tracker import clock
from tracker.extensions import db
from tracker.importing.changes import Change, ChangeKind
from tracker.importing.matching import Line, match
from tracker.importing.models import ImportDraft, ImportPairing, ImportRow, ImportSettlement, Settled
from tracker.importing.names import Name, names
from tracker.importing.plain import load
from tracker.importing.queries import rows, settlements
from tracker.tasks.limits import TimeLimit
from tracker.tasks.models import Task
from tracker.tasks.queries import in_force_on, units_of
from tracker.tasks.roles import Role
from tracker.units.models import Unit


@dataclass(frozen=True)
class Revision:
    """What a draft changes. ``rows`` and ``tasks``: both sides by id."""

    draft: ImportDraft
    changes: list[Change]
    agreed: dict[str, ImportSettlement]
    rows: dict[int, ImportRow]
    tasks: dict[int, Task]

    @cached_property
    def open(self) -> list[Change]:
        """What nobody has agreed to; what stays the same needs no word."""
        return [one for one in self.changes if one.kind is not ChangeKind.SAME and one.key not in self.agreed]

    @cached_property
    def counts(self) -> Counter[ChangeKind]:
        return Counter(one.kind for one in self.changes)

    def row_of(self, change: Change) -> ImportRow | None:
        return self.rows[change.new.key] if change.new else None

    def task_of(self, change: Change) -> Task | None:
        return self.tasks[change.old.key] if change.old else None


def revision(draft: ImportDraft, known: Sequence[Name] | None = None) -> Revision | None:
    """The changes of a draft; None for one that makes a new plan. ``known``: its names, where they were read."""
    if draft.base_plan_id is None:
        return None
    today = clock.today()
    query = sa.select(Task).where(Task.plan_id == draft.base_plan_id, in_force_on(today)).order_by(Task.position)
    tasks, drafted = list(db.session.scalars(query)), rows(draft)
    parts = units_of([task.id for task in tasks], today)
    called = _registered(names(draft) if known is None else known)
    matches = match(
        [_of_task(task, parts.get(task.id, {})) for task in tasks],
        [_of_row(row, called) for row in drafted],
        pairings(draft),
    )
    changes = [Change(one) for one in matches]
    agreed = {key: one for key, one in settlements(draft).items() if one.how is Settled.AGREED}
    return Revision(draft, changes, agreed, {row.id: row for row in drafted}, {task.id: task for task in tasks})


def pairings(draft: ImportDraft) -> dict[int, int | None]:
    """Row -> the task that a clerk said it is, None for none of them; of the plan the draft is about."""
    query = sa.select(ImportPairing.row_id, ImportPairing.task_id).join(ImportRow)
    query = query.where(ImportRow.draft_id == draft.id, ImportPairing.plan_id == draft.base_plan_id)
    return {row.row_id: row.task_id for row in db.session.execute(query)}


def _of_task(task: Task, parts: dict[Role, list[Unit]]) -> Line:
    leads, partners = (tuple(unit.name for unit in parts.get(role, [])) for role in (Role.LEAD, Role.PARTNER))
    return Line(task.id, task.position, task.no, task.text, leads, partners, task.limit.printed)


def _of_row(row: ImportRow, called: dict[str, str]) -> Line:
    leads = tuple(dict.fromkeys(called[unit["name"]] for unit in row.leads))
    partners = tuple(dict.fromkeys(called[unit["name"]] for unit in row.partners))
    rest = tuple(name for name in partners if name not in leads)
    return Line(row.id, row.position, row.no, row.text, leads, rest, load(TimeLimit, row.limit))


def _registered(known: Sequence[Name]) -> dict[str, str]:
    """Name as written -> the name it is registered under; as written while it is not clear, or new."""
    ids = {name.written.name: _unit_id(name) for name in known}
    wanted = sa.select(Unit.id, Unit.name).where(Unit.id.in_({one for one in ids.values() if one is not None}))
    by_id = {row.id: row.name for row in db.session.execute(wanted)}
    return {name: by_id.get(unit_id, name) if unit_id is not None else name for name, unit_id in ids.items()}


def _unit_id(name: Name) -> int | None:
    if name.decision is not None:
        return name.decision.unit_id
    return next(iter(name.unit_ids)) if len(name.unit_ids) == 1 else None

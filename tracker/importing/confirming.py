"""A draft becomes a plan, or the changes of one: in one transaction, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Refused
from tracker.extensions import db
from tracker.importing.actions import first_periods, touch
from tracker.importing.adjusting import adjust, hold
from tracker.importing.kept_indicators import keep_indicators
from tracker.importing.models import DraftState, ImportDraft, Purpose
from tracker.importing.names import Choice, Decision, Name, names, open_names
from tracker.importing.queries import doubts_left, row_count, rows, rows_without_lead
from tracker.importing.revisions import Revision, revision
from tracker.importing.tasks import Sections, add_tasks
from tracker.obligations.actions import HANDED_ON, derive, planned_periods
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.tasks.models import Assignment, Task
from tracker.units.actions import add_alias, add_unit
from tracker.units.models import Unit
from tracker.units.queries import empty_groups, unit_by_id
from tracker.units.rules import plain

after_confirm: list[Callable[[Plan], None]] = []
"""What higher rooms add to a new plan (rules of reminding); filled by registry.py."""


def left_to_decide(
    draft: ImportDraft, found: Sequence[Name], questions: int, changes: Revision | None = None
) -> list[str]:
    """What keeps the draft from being confirmed, each in a few words; empty when nothing does.

    ``questions``: how many doubts are open, those that can be settled together counted as the caller likes.
    ``changes``: of a draft that changes or follows a plan.
    """
    left = [] if row_count(draft) else ["没有任务"]
    if questions:
        left.append(f"{questions} 处存疑")
    if count := len(open_names(found)):
        left.append(f"{count} 个单位没有定")
    if bare := rows_without_lead(draft):
        left.append(f"{'、'.join(bare[:5])}{'等' if len(bare) > 5 else ''}没有牵头单位")
    if draft.first_year is None or draft.last_year is None:
        left.append("没有填年份")
    if changes is not None and changes.open:
        left.append(f"{len(changes.open)} 处改动没有确认")
    return left


def confirm(draft: ImportDraft, actor: Actor) -> Plan:
    """The plan with its sections, tasks, assignments and what is owed; new units and aliases enter the register.

    A draft that adjusts a plan gives that plan, changed; one confirmed before, the plan it became. Raises Refused
    while anything is left to decide. Nothing is kept unless the edge commits: a fault leaves the draft as it was.
    """
    db.session.execute(sa.select(ImportDraft.id).where(ImportDraft.id == draft.id).with_for_update(key_share=True))
    db.session.refresh(draft)
    if draft.plan is not None:
        return draft.plan
    touch(draft)
    base = hold(draft) if draft.purpose is Purpose.ADJUST else None
    found = names(draft)
    changes = revision(draft, found)
    if left := left_to_decide(draft, found, doubts_left(draft), changes):
        raise Refused(f"还不能确认：{'，'.join(left)}。请逐处定完后再确认。")
    units = {name.written.name: _unit(name, actor) for name in found}
    plan = adjust(base, changes, units, actor) if base and changes else _new_plan(draft, changes, units, actor)
    keep_indicators(draft, plan, actor)
    draft.state, draft.plan = DraftState.CONFIRMED, plan
    db.session.flush()
    return plan


def _new_plan(draft: ImportDraft, changes: Revision | None, units: Mapping[str, Unit], actor: Actor) -> Plan:
    """A plan of its own; the one that follows another carries on its tasks, and asks for what is due from now on where
    that has ended."""
    plan, drafted = _plan(draft), rows(draft)
    carried = {one.new.key: one.old.key for one in changes.changes if one.new and one.old} if changes else {}
    more = {row.id: {"carries_on_id": carried.get(row.id)} for row in drafted}
    add_tasks(Sections(plan), list(enumerate(drafted, start=1)), units, begins_on(plan), more)
    derive(plan, clock.today())
    if draft.base_plan is not None and draft.base_plan.closed_on:
        derive(draft.base_plan, clock.today(), reason=HANDED_ON)
    for step in after_confirm:
        step(plan)
    counts = {"tasks": len(drafted), "units": len({unit.id for unit in units.values()})}
    record(actor, "plan.confirm", "plan", plan.id, plan.title, after=counts)
    return plan


def _unit(name: Name, actor: Actor) -> Unit:
    """The unit a name stands for; a new one or a new alias is entered now."""
    if name.decision is None:
        return unit_by_id(next(iter(name.unit_ids)))
    return _decided(name.written.name, name.decision, actor)


def _decided(name: str, decision: Decision, actor: Actor) -> Unit:
    if decision.kind is not None:
        return add_unit(name, decision.kind, actor)
    assert decision.unit_id is not None
    unit = unit_by_id(decision.unit_id)
    if decision.choice is Choice.ALIAS and plain(name) not in {plain(alias.name) for alias in unit.aliases}:
        add_alias(unit, name, None, None, actor)
    return unit


def _plan(draft: ImportDraft) -> Plan:
    today = clock.today()
    first_year = draft.first_year or today.year
    plan = Plan(
        title=draft.title,
        short_title=draft.short_title,
        doc_number=draft.doc_number,
        issuer=draft.issuer,
        issued_on=draft.issued_on,
        first_year=first_year,
        last_year=max(draft.last_year or first_year, first_year),
        office_id=draft.office_id,
        source_document_id=draft.source_document_id,
        predecessor_id=draft.base_plan_id,
        every=draft.every,
        due_day=draft.due_day,
        first_due_on=draft.first_due_on or first_periods(draft, today)[-1].nominal_due_on,
        thresholds={},
        confirmed_on=today,
    )
    db.session.add(plan)
    db.session.flush()
    return plan


def begins_on(plan: Plan) -> date:
    """From when the parts in the tasks hold: confirmation, or the first period if the office picked an earlier one."""
    first = planned_periods(plan, plan.first_due_on + timedelta(days=1))[0]
    return min(plan.confirmed_on, first.opens_on) if first.due_on <= plan.confirmed_on else plan.confirmed_on


def summary(plan: Plan) -> tuple[int, int, list[str]]:
    """How many tasks a plan has, how many units they were given to, and the groups among them without members."""
    tasks = db.session.scalar(sa.select(sa.func.count()).select_from(Task).where(Task.plan_id == plan.id)) or 0
    query = sa.select(Assignment.unit_id).join(Task).where(Task.plan_id == plan.id).distinct()
    given = set(db.session.scalars(query))
    return tasks, len(given), [group.name for group in empty_groups(clock.today()) if group.id in given]

"""A draft becomes a plan: in one transaction, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Refused
from tracker.extensions import db
from tracker.importing.actions import first_periods, touch
from tracker.importing.models import DraftState, ImportDraft, ImportRow
from tracker.importing.names import Choice, Decision, Name, names, open_names
from tracker.importing.plain import load
from tracker.importing.queries import doubts_left, row_count, rows, rows_without_lead
from tracker.obligations.actions import derive, planned_periods
from tracker.permissions import Actor
from tracker.plans.models import Plan, Section
from tracker.tasks.limits import TimeLimit
from tracker.tasks.models import Assignment, Task
from tracker.tasks.roles import Role
from tracker.units.actions import add_alias, add_unit
from tracker.units.models import Unit
from tracker.units.queries import empty_groups, unit_by_id
from tracker.units.rules import plain

after_confirm: list[Callable[[Plan], None]] = []
"""What higher rooms add to a new plan (rules of reminding); filled by registry.py."""


def left_to_decide(draft: ImportDraft, found: Sequence[Name], questions: int) -> list[str]:
    """What keeps the draft from being confirmed, each in a few words; empty when nothing does.

    ``questions``: how many doubts are open, those that can be settled together counted as the caller likes.
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
    return left


def confirm(draft: ImportDraft, actor: Actor) -> Plan:
    """The plan with its sections, tasks, assignments and what is owed; new units and aliases enter the register.

    A draft confirmed before gives the plan it became. Raises Refused while anything is left to decide. Nothing is kept
    unless the edge commits, so a fault on the way leaves the draft as it was.
    """
    db.session.execute(sa.select(ImportDraft.id).where(ImportDraft.id == draft.id).with_for_update())
    db.session.refresh(draft)
    if draft.plan is not None:
        return draft.plan
    touch(draft)
    found = names(draft)
    if left := left_to_decide(draft, found, doubts_left(draft)):
        raise Refused(f"还不能确认：{'，'.join(left)}。请逐处定完后再确认。")
    units = {name.written.name: _unit(name, actor) for name in found}
    plan = _plan(draft)
    _tasks(plan, rows(draft), units, begins_on(plan))
    derive(plan, clock.today())
    for step in after_confirm:
        step(plan)
    draft.state, draft.plan = DraftState.CONFIRMED, plan
    counts = {"tasks": len(rows(draft)), "units": len({unit.id for unit in units.values()})}
    record(actor, "plan.confirm", "plan", plan.id, plan.title, after=counts)
    db.session.flush()
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


def _tasks(plan: Plan, drafted: Sequence[ImportRow], units: dict[str, Unit], begin: date) -> None:
    """The tasks and who has which part in them, in two statements however many they are."""
    sections: dict[tuple[str, ...], Section] = {}
    places = [_section(plan, tuple(row.section), sections) for row in drafted]
    new = [_task(plan, row, n, place) for n, (row, place) in enumerate(zip(drafted, places, strict=True), start=1)]
    if not new:
        return
    db.session.execute(sa.insert(Task), new)
    ids = db.session.scalars(sa.select(Task.id).where(Task.plan_id == plan.id).order_by(Task.position))
    parts = [part for number, row in zip(ids, drafted, strict=True) for part in _parts(number, row, units, begin)]
    db.session.execute(sa.insert(Assignment), parts)


def _task(plan: Plan, row: ImportRow, position: int, section: Section | None) -> dict[str, Any]:
    place, limit = (row.spans.get("text") or [row.source])[0], load(TimeLimit, row.limit)
    return {
        "plan_id": plan.id,
        "section_id": section.id if section else None,
        "position": position,
        "no": row.no,
        "text": row.text,
        "source_block": place["block"],
        "source_start": place["start"],
        "source_end": place["end"],
        "source_where": row.source["where"][:100],
        "version": 1,
        **Task.limit_columns(limit),
    }


def _section(plan: Plan, path: tuple[str, ...], known: dict[tuple[str, ...], Section]) -> Section | None:
    """The heading a task stands under, with the headings above it; each is made once."""
    if not path:
        return None
    if path not in known:
        parent = _section(plan, path[:-1], known)
        section = Section(plan_id=plan.id, parent_id=parent.id if parent else None, position=len(known) + 1)
        section.title = path[-1][:300]
        db.session.add(section)
        db.session.flush()
        known[path] = section
    return known[path]


def _parts(task_id: int, row: ImportRow, units: dict[str, Unit], begin: date) -> Iterator[dict[str, Any]]:
    """One part for each unit: two names of one unit are one, and who leads is no partner besides."""
    given: set[int] = set()
    for role, named in ((Role.LEAD, row.leads), (Role.PARTNER, row.partners)):
        for one in named:
            unit_id = units[one["name"]].id
            if unit_id not in given:
                given.add(unit_id)
                yield {"task_id": task_id, "unit_id": unit_id, "role": role, "raw": one["raw"][:100], "from_on": begin}


def summary(plan: Plan) -> tuple[int, int, list[str]]:
    """How many tasks a plan has, how many units they were given to, and the groups among them without members."""
    tasks = db.session.scalar(sa.select(sa.func.count()).select_from(Task).where(Task.plan_id == plan.id)) or 0
    query = sa.select(Assignment.unit_id).join(Task).where(Task.plan_id == plan.id).distinct()
    given = set(db.session.scalars(query))
    return tasks, len(given), [group.name for group in empty_groups(clock.today()) if group.id in given]

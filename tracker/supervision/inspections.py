"""Writes on inspections 督导检查: drafted, edited with their findings, issued to the units or given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, NotFound, Refused, Stale
from tracker.extensions import db, lock
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.supervision.inspection_models import InspectedUnit, Inspection, Rectification
from tracker.supervision.inspection_rules import (
    InspectionState,
    InspectionVerb,
    RectificationState,
    RectificationVerb,
    next_inspection_state,
    next_rectification_state,
)
from tracker.supervision.numbers import take_number
from tracker.supervision.reminding import tell_of_findings
from tracker.supervision.rules import doc_number
from tracker.supervision.setting import setting_of
from tracker.supervision.taking_part import Parts, parts_of
from tracker.tasks.models import Task

LONGEST = 3000
NOTICE = "整改"
"""The kind of paper in the number of a notice: 潜健整改〔2021〕5号."""


@dataclass(frozen=True)
class Visit:
    """What the office wrote of a visit. ``seen_version``: how the row stood when the form was opened."""

    title: str
    first_on: date
    last_on: date
    inspectors: str
    basis: str
    summary: str
    contact: str
    unit_ids: Sequence[int]
    task_ids: Sequence[int]
    seen_version: int


@dataclass(frozen=True)
class Finding:
    """One finding as it was written. ``item_id`` None: a new one."""

    item_id: int | None
    unit_id: int | None
    task_id: int | None
    finding: str
    asked: str
    due_on: date


def draft_inspection(plan: Plan, title: str, first_on: date, actor: Actor) -> Inspection:
    """Begin the record of a visit that began on ``first_on``."""
    inspection = Inspection(
        plan_id=plan.id,
        office_id=plan.office_id,
        state=InspectionState.DRAFT,
        title=_title(title),
        first_on=_past(first_on, "first_on"),
        last_on=first_on,
        drafted_at=clock.now(),
        edited_at=clock.now(),
        drafted_by_id=actor.person_id,
    )
    db.session.add(inspection)
    _log(inspection, "inspection.draft", actor)
    return inspection


def edit_inspection(
    inspection: Inspection, visit: Visit, finding: Finding | None, actor: Actor, unwanted: int | None = None
) -> Inspection:
    """Keep what was written of a visit, and one finding with it; ``unwanted`` is taken out. Stale when somebody else
    wrote meanwhile. A finding whose task or part changed since can be kept, and mended before it is issued."""
    _take(inspection, visit.seen_version)
    _only_draft(inspection)
    if visit.last_on < visit.first_on:
        raise Invalid("结束的那天不能早于开始的那天。", "last_on")
    for name in ("basis", "summary"):
        if len(getattr(visit, name)) > LONGEST:
            raise Invalid(f"请不要超过 {LONGEST} 字。", name)
    asked = [item.task_id for item in inspection.findings]
    parts = parts_of(inspection.plan_id, [*asked, finding.task_id if finding else None], clock.today())
    inspection.title, inspection.contact = _title(visit.title), visit.contact.strip()
    inspection.first_on, inspection.last_on = _past(visit.first_on, "first_on"), _past(visit.last_on, "last_on")
    inspection.inspectors = visit.inspectors.strip()
    inspection.basis, inspection.summary = visit.basis.strip(), visit.summary.strip()
    inspection.edited_at = clock.now()
    if unwanted is not None:
        take_out(inspection, unwanted, actor)
    before = {one.unit_id for one in inspection.visited}
    _visit_units(inspection, visit.unit_ids, parts)
    _look_at_tasks(inspection, visit.task_ids)
    if finding is not None and (unwanted is None or finding.item_id != unwanted):
        _fits(_write_finding(inspection, finding, parts), inspection, parts)
    unticked = before - {one.unit_id for one in inspection.visited}
    for item in inspection.findings:
        if item.unit_id in unticked:
            _fits(item, inspection, parts)
    _log(inspection, "inspection.edit", actor)
    return inspection


def take_out(inspection: Inspection, item_id: int, actor: Actor) -> Inspection:
    """Take a finding out of the draft; its row stays."""
    item = _finding_of(inspection, item_id)
    item.state = next_rectification_state(item.state, RectificationVerb.DROP)
    _log(inspection, "inspection.take_out", actor, f"{item.unit.name}：{item.finding[:60]}")
    return inspection


def issue_inspection(inspection: Inspection, seen_version: int, actor: Actor) -> Inspection:
    """Issue it: findings are numbered from 1, every unit with findings gets a notice with a number and is told.

    Invalid where no unit was visited or a limit has passed already.
    """
    _take(inspection, seen_version)
    state = next_inspection_state(inspection.state, InspectionVerb.ISSUE)
    if not inspection.visited:
        raise Invalid("还没有勾被检查的单位。", "unit")
    today = clock.today()
    parts = parts_of(inspection.plan_id, [item.task_id for item in inspection.findings], today)
    for number, item in enumerate(inspection.findings, start=1):
        _fits(item, inspection, parts)
        if item.due_on < today:
            raise Invalid(f"第 {number} 条的整改时限（{item.due_on}）已经过了，请改期再下达。", "limits")
        item.number, item.first_due_on = number, item.due_on
        item.state = next_rectification_state(item.state, RectificationVerb.ISSUE)
    inspection.state, inspection.issued_at, inspection.issued_by_id = state, clock.now(), actor.person_id
    db.session.flush()
    _number_notices(inspection, today)
    _log(inspection, "inspection.issue", actor)
    tell_of_findings(inspection, today)
    return inspection


def _number_notices(inspection: Inspection, today: date) -> None:
    prefix, found = setting_of(inspection.plan_id).prefix, {item.unit_id for item in inspection.findings}
    for one in inspection.visited:
        if one.unit_id in found:
            number = take_number(inspection.office_id, f"{prefix}{NOTICE}", today.year)
            one.doc_number = doc_number(prefix, today.year, number, NOTICE)


def drop_inspection(inspection: Inspection, reason: str, seen_version: int, actor: Actor) -> Inspection:
    """Give up a draft, with a reason."""
    _take(inspection, seen_version)
    state = next_inspection_state(inspection.state, InspectionVerb.DROP)
    if not reason.strip():
        raise Invalid("作废要写原因。", "reason")
    inspection.state, inspection.drop_reason = state, reason.strip()
    inspection.dropped_at, inspection.dropped_by_id = clock.now(), actor.person_id
    _log(inspection, "inspection.drop", actor, reason.strip())
    return inspection


def _visit_units(inspection: Inspection, unit_ids: Sequence[int], parts: Parts) -> None:
    there = {one.unit_id: one for one in inspection.visited}
    unknown = set(unit_ids) - set(parts.names) - set(there)
    if unknown:
        raise Invalid("勾选的单位里有没有参与这份方案的，请重新勾选。", "unit")
    ordered = [number for number in (*parts.names, *there) if number in set(unit_ids)]
    inspection.visited = [there.get(number) or InspectedUnit(unit_id=number) for number in dict.fromkeys(ordered)]


def _look_at_tasks(inspection: Inspection, task_ids: Sequence[int]) -> None:
    query = sa.select(Task).where(Task.plan_id == inspection.plan_id, Task.id.in_(task_ids)).order_by(Task.position)
    inspection.tasks = list(db.session.scalars(query)) if task_ids else []


def _write_finding(inspection: Inspection, finding: Finding, parts: Parts) -> Rectification:
    for name, sentence in (("finding", "发现的问题要写。"), ("asked", "整改要求要写。")):
        words = getattr(finding, name)
        if not words.strip():
            raise Invalid(sentence, name)
        if len(words) > LONGEST:
            raise Invalid(f"请不要超过 {LONGEST} 字。", name)
    if finding.unit_id is None:
        raise Invalid("请选这个问题由哪个单位整改。", "owner")
    if finding.task_id is not None and finding.task_id not in parts.involved:
        raise Invalid("没有这项任务，请重新选。", "task")
    values = {name: getattr(finding, name) for name in ("unit_id", "task_id", "due_on")}
    values |= {"finding": finding.finding.strip(), "asked": finding.asked.strip(), "first_due_on": finding.due_on}
    if finding.item_id is None:
        item = Rectification(state=RectificationState.DRAFT, **values)
        inspection.items.append(item)
        return item
    item = _finding_of(inspection, finding.item_id)
    for name, value in values.items():
        setattr(item, name, value)
    return item


def _finding_of(inspection: Inspection, item_id: int) -> Rectification:
    found = next((one for one in inspection.findings if one.id == item_id), None)
    if found is None:
        raise NotFound("这条问题已不在草稿里。请刷新页面。")
    return found


def _fits(item: Rectification, inspection: Inspection, parts: Parts) -> None:
    """A finding is about a unit that was visited, and about a task in which that unit has a part."""
    name = parts.names.get(item.unit_id, "这个单位")
    if item.unit_id not in {one.unit_id for one in inspection.visited}:
        raise Invalid(f"“{item.finding[:15]}”由{name}整改，但没有勾为被检查单位。请在右边勾上。", "unit")
    if item.task_id is not None and item.unit_id not in parts.involved.get(item.task_id, frozenset()):
        raise Invalid(f"{name}没有参与所选的任务，“{item.finding[:15]}”请换一项或者不选任务。", "task")


def _title(title: str) -> str:
    if not title.strip():
        raise Invalid("检查的名称要填，如“三季度督导检查”。", "title")
    return title.strip()


def _past(day: date, field: str) -> date:
    if day > clock.today():
        raise Invalid(f"检查日期不能晚于今天（{clock.today()}）。", field)
    return day


def _take(inspection: Inspection, seen_version: int) -> None:
    """Hold the row, and be sure that it is the one that was looked at."""
    lock(inspection)
    if inspection.version != seen_version:
        raise Stale("这次检查刚才被别人改过，您的改动没有存上。请对照后再存。")


def _only_draft(inspection: Inspection) -> None:
    if inspection.state is not InspectionState.DRAFT:
        raise Refused(f"这次检查{inspection.state.label}，内容已固定，不能再改。")


def _log(inspection: Inspection, action: str, actor: Actor, reason: str = "") -> None:
    db.session.flush()
    after = {"状态": inspection.state.label, "问题": len(inspection.findings)}
    record(actor, action, "inspection", inspection.id, inspection.title, after=after, reason=reason)

"""What the page of one task shows, put together by the viewer's rights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.audit.models import AuditEvent
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.ledger.course import Course, Topic, course, tellers
from tracker.ledger.facts import TaskFacts, facts, texts
from tracker.ledger.grid import Column, Line, columns, lines
from tracker.ledger.keeping import kept_on
from tracker.ledger.models import Standing
from tracker.ledger.more_time import MoreTime
from tracker.ledger.occurrences import Span, held_ids, page_of
from tracker.ledger.queries import subjects_for
from tracker.ledger.reading import readable
from tracker.ledger.standing import TaskStanding, from_facts, lamp_facts
from tracker.obligations.actions import planned_periods
from tracker.obligations.models import Obligation
from tracker.obligations.rules import Kind
from tracker.permissions import UNIT_ROLES, Actor, Subject, decide
from tracker.progress.models import Closing, Evidence, Extension, Report
from tracker.progress.queries import report_of
from tracker.tasks.axes import pace_on
from tracker.tasks.models import Acknowledgement, Assignment, Task
from tracker.tasks.queries import held_on, in_force_on, visible_to
from tracker.tasks.roles import Role


@dataclass(frozen=True)
class Earlier:
    """The task of an earlier plan that this one goes on with, as the viewer may read it, and the last of its course."""

    task: Task
    course: Course


@dataclass(frozen=True)
class TaskPage:
    """Everything on the page of a task as of a day, but what stands in its own row."""

    standing: TaskStanding
    figures: list[dict[str, Any]]
    behind: list[dict[str, Any]]
    """Partners in arrears: they do not turn the lamp."""
    leads: list[Assignment]
    partners: list[Assignment]
    columns: list[Column]
    lines: list[Line]
    points: list[dict[str, Any]]
    course: Course
    around: tuple[Task | None, Task | None]
    closing: Closing | None
    more_time: MoreTime | None
    subject: Subject
    earlier: Earlier | None
    duties: list[Span]
    """Of a recurring duty: its spans with what took place, the latest first."""


def task_page(
    task: Task, actor: Actor, as_of: date, today: date, topic: Topic | None, course_page: int = 1
) -> TaskPage:
    """The page of ``task`` as it stood on ``as_of``; the course of things is whole, rights are today's."""
    beside = _beside(task, actor, today)
    found = facts([task.id], as_of)
    one = found[task.id]
    kept = kept_on(as_of, beside.get(task.position, NOBODY)[1]) if as_of == today else None
    standing = kept or from_facts(found, as_of)[task.id]
    subject = subjects_for(task.plan, actor, [task.id], today)[task.id]
    parts, signed_on = _parts(task)
    held = held_on(parts, as_of)
    shown = columns(one, planned_periods(task.plan, date(task.plan.last_year, 12, 31)), as_of)
    groups = {part.unit_id: part.unit.name for part in held if part.unit.is_group}
    from_above = [told for tell in tellers for told in tell(task.id, actor, subject)]
    figures = readable(standing.figures, actor, subject)
    own = _own_alone(actor, subject)
    return TaskPage(
        standing=standing,
        figures=figures,
        behind=[
            waited
            for waited in standing.waiting
            if waited["role"] == Role.PARTNER and waited["desk"] != "办公室" and own in (None, waited["unit_id"])
        ],
        leads=[part for part in held if part.role is Role.LEAD],
        partners=[part for part in held if part.role is Role.PARTNER],
        columns=shown,
        lines=lines(_of(one, own), shown, groups, signed_on, as_of),
        points=_points(one, shown, as_of) if len(figures) == len(standing.figures) else [],
        course=course(task.id, _readable_events(task, actor, subject), topic, course_page, from_above),
        around=(beside.get(task.position - 1, NOBODY)[0], beside.get(task.position + 1, NOBODY)[0]),
        closing=one.latest_closing,
        more_time=None if one.closed_on else one.more_time,
        subject=subject,
        earlier=_earlier(task, actor, today),
        duties=_duties(_of(one, own), actor, subject, as_of),
    )


def _duties(found: TaskFacts, actor: Actor, subject: Subject, as_of: date) -> list[Span]:
    """One statement more, where anything took place."""
    units = {one.unit_id for one in found.owed}
    readable = {unit for unit in units if decide(actor, "report.read", replace(subject, unit_id=unit))}
    return page_of(found, readable, texts(held_ids(found, as_of)), as_of)


def _earlier(task: Task, actor: Actor, today: date) -> Earlier | None:
    """None too when the viewer had no part in it."""
    if task.carries_on_id is None:
        return None
    query = sa.select(Task).where(Task.id == task.carries_on_id, visible_to(actor, today))
    before = db.session.scalar(query.options(joinedload(Task.plan)))
    if before is None:
        return None
    subject = subjects_for(before.plan, actor, [before.id], today)[before.id]
    return Earlier(before, course(before.id, _readable_events(before, actor, subject), None))


def _own_alone(actor: Actor, subject: Subject) -> int | None:
    """The unit whose obligations alone are shown: of a member of a group; None: all (domain.md, Who may)."""
    takes_part = actor.unit_id in subject.lead_ids | subject.partner_ids
    return None if actor.role not in UNIT_ROLES or takes_part else actor.unit_id


def _of(found: TaskFacts, unit_id: int | None) -> TaskFacts:
    return found if unit_id is None else replace(found, owed=tuple(one for one in found.owed if one.unit_id == unit_id))


def chosen_report(task: Task, obligation_id: int, actor: Actor, subject: Subject) -> tuple[Obligation, Report | None]:
    """What a cell of the grid leads to, if the viewer may read it; NotFound else."""
    query = sa.select(Obligation).where(Obligation.id == obligation_id, Obligation.task_id == task.id)
    obligation = db.session.scalar(query.options(joinedload(Obligation.unit), joinedload(Obligation.period)))
    if obligation is None or not decide(actor, "report.read", replace(subject, unit_id=obligation.unit_id)):
        raise NotFound("没有这份填报，或者您不能看它。请回到任务页。")
    return obligation, report_of(obligation.id)


OF_REPORTS = ("report", "evidence", "closing", "extension")
"""What happened to these is told only to who may read what the unit reports."""


def _readable_events(task: Task, actor: Actor, subject: Subject) -> sa.ColumnElement[bool]:
    """Which AuditEvents of the task the viewer may read; only a unit's rights depend on whose report it is."""
    if actor.role not in UNIT_ROLES:
        return sa.true()
    of_task = Obligation.task_id == task.id
    owing = sa.select(Obligation.unit_id).where(of_task)
    applying = [sa.select(kind.unit_id).where(kind.task_id == task.id) for kind in (Closing, Extension)]
    units = [
        unit_id
        for unit_id in db.session.scalars(sa.union(owing, *applying))
        if decide(actor, "report.read", replace(subject, unit_id=unit_id))
    ]
    reports = sa.select(Report.id).join(Obligation).where(of_task, Obligation.unit_id.in_(units))
    evidence = sa.select(Evidence.id).where(Evidence.report_id.in_(reports))
    closings = sa.select(Closing.id).where(Closing.task_id == task.id, Closing.unit_id.in_(units))
    extensions = sa.select(Extension.id).where(Extension.task_id == task.id, Extension.unit_id.in_(units))
    read = zip(OF_REPORTS, (reports, evidence, closings, extensions), strict=True)
    return AuditEvent.subject_type.not_in(OF_REPORTS) | sa.or_(
        *((AuditEvent.subject_type == kind) & AuditEvent.subject_id.in_(ids) for kind, ids in read)
    )


def _parts(task: Task) -> tuple[list[Assignment], dict[int, date]]:
    """The task's assignments of all times; unit id -> the day it signed for the task (签收)."""
    query = (
        sa.select(Assignment, Acknowledgement.unit_id, Acknowledgement.at)
        .outerjoin(Acknowledgement, Acknowledgement.assignment_id == Assignment.id)
        .where(Assignment.task_id == task.id)
        .options(joinedload(Assignment.unit))
        .order_by(Assignment.id, Acknowledgement.id.desc())
    )
    rows = db.session.execute(query).all()
    return list(dict.fromkeys(part for part, _, _ in rows)), {unit_id: at.date() for _, unit_id, at in rows if unit_id}


NOBODY = None, None


def _beside(task: Task, actor: Actor, today: date) -> dict[int, tuple[Task | None, Standing | None]]:
    """Position -> the task and its kept standing: of this row of the document, and of those before and after it as far
    as the viewer may see them; none beside a task that ended."""
    is_own = Task.id == task.id
    near = Task.position.between(task.position - 1, task.position + 1) & in_force_on(today)
    query = (
        sa.select(Task, Standing)
        .outerjoin(Standing, Standing.task_id == Task.id)
        .where(Task.plan_id == task.plan_id, is_own if task.withdrawn_on else is_own | near, visible_to(actor, today))
    )
    return {row.position: (row, kept) for row, kept in db.session.execute(query)}


def _points(found: TaskFacts, shown: list[Column], as_of: date) -> list[dict[str, Any]]:
    """Percent and 序时 by period, for the line; none for a task without an end."""
    given = lamp_facts(found, as_of)
    if given.limit.due_on is None:
        return []
    percents: dict[date, list[int]] = {}
    for one in found.owed:
        figure = one.figure_on(as_of)
        if one.kind is Kind.PERIOD and one.role is Role.LEAD and figure is not None and figure.days.percent is not None:
            percents.setdefault(one.key_on, []).append(figure.days.percent)
    return [
        {
            "label": column.label.removesuffix("期"),
            "percent": min(percents.get(column.nominal_due_on, []), default=None),
            "pace": pace_on(given, column.due_on),
        }
        for column in shown
    ]

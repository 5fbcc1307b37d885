"""What the page of one task shows, put together by the viewer's rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.audit.models import AuditEvent
from tracker.audit.queries import events_of_task
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.ledger.course import Happening, Topic, course, tellers
from tracker.ledger.facts import TaskFacts, facts
from tracker.ledger.grid import Column, Line, columns, lines
from tracker.ledger.queries import subjects_for
from tracker.ledger.reading import readable
from tracker.ledger.standing import TaskStanding, from_facts, lamp_facts
from tracker.obligations.actions import planned_periods
from tracker.obligations.models import Obligation
from tracker.obligations.rules import Kind
from tracker.permissions import UNIT_ROLES, Actor, Subject, decide
from tracker.progress.models import Closing, Evidence, Report
from tracker.progress.queries import closings_of, report_of
from tracker.tasks.axes import pace_on
from tracker.tasks.models import Acknowledgement, Assignment, Task
from tracker.tasks.queries import current_assignments, visible_to
from tracker.tasks.roles import Role


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
    happenings: list[Happening]
    topics: Counter[Topic]
    around: tuple[Task | None, Task | None]
    closing: Closing | None
    subject: Subject


def task_page(task: Task, actor: Actor, as_of: date, today: date, topic: Topic | None) -> TaskPage:
    """The page of ``task`` as it stood on ``as_of``; the course of things is whole, rights are today's."""
    found = facts([task.id], as_of)
    one, standing = found[task.id], from_facts(found, as_of)[task.id]
    subject = subjects_for(task.plan, actor, [task.id], today)[task.id]
    held = current_assignments(task, as_of)
    shown = columns(one, planned_periods(task.plan, date(task.plan.last_year, 12, 31)), as_of)
    groups = {part.unit_id: part.unit.name for part in held if part.unit.is_group}
    from_above = [told for tell in tellers for told in tell(task.id, actor, subject)]
    happenings, topics = course(task.id, events_of_task(task.id), topic, _reader(task, actor, subject), from_above)
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
        lines=lines(_of(one, own), shown, groups, _signed_on(task), as_of),
        points=_points(one, shown, as_of) if len(figures) == len(standing.figures) else [],
        happenings=happenings,
        topics=topics,
        around=_around(task, actor, today),
        closing=next(reversed(closings_of([task.id]).get(task.id, [])), None),
        subject=subject,
    )


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


def _reader(task: Task, actor: Actor, subject: Subject) -> Callable[[AuditEvent], bool]:
    """Whether the viewer may read what an event tells: of a report, its evidence or a closing only who may read what
    its unit reports."""
    owed = sa.select(sa.literal("report"), Report.id, Obligation.unit_id).join(Obligation)
    files = sa.select(sa.literal("evidence"), Evidence.id, Obligation.unit_id).join(Evidence.report)
    files = files.join(Report.obligation)
    applied = sa.select(sa.literal("closing"), Closing.id, Closing.unit_id).where(Closing.task_id == task.id)
    of_task = Obligation.task_id == task.id
    rows = db.session.execute(sa.union_all(owed.where(of_task), files.where(of_task), applied))
    units = {(kind, number): unit_id for kind, number, unit_id in rows}

    def may_read(event: AuditEvent) -> bool:
        if event.subject_type not in {"report", "evidence", "closing"}:
            return True
        unit_id = units.get((event.subject_type, event.subject_id or 0))
        return bool(decide(actor, "report.read", replace(subject, unit_id=unit_id)))

    return may_read


def _signed_on(task: Task) -> dict[int, date]:
    query = (
        sa.select(Acknowledgement.unit_id, Acknowledgement.at)
        .join(Assignment)
        .where(Assignment.task_id == task.id)
        .order_by(Acknowledgement.id.desc())
    )
    return {unit_id: at.date() for unit_id, at in db.session.execute(query)}


def _around(task: Task, actor: Actor, today: date) -> tuple[Task | None, Task | None]:
    """The rows before and after in the document, as far as the viewer may see them."""
    beside = Task.position.in_([task.position - 1, task.position + 1])
    query = sa.select(Task).where(Task.plan_id == task.plan_id, beside, visible_to(actor, today))
    rows = {row.position: row for row in db.session.scalars(query)}
    return rows.get(task.position - 1), rows.get(task.position + 1)


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

"""What a bulletin is made from, out of the ledger as of a day: a fixed number of statements, however many tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import sqlalchemy as sa

from tracker.extensions import db
from tracker.ledger.concerned import concerned
from tracker.ledger.facts import TaskFacts, facts
from tracker.ledger.rules import Owed
from tracker.ledger.standing import from_facts
from tracker.obligations.models import Period
from tracker.obligations.rates import RateFact
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan, Section
from tracker.progress.rules import ReportState, first_signed_on, received_spans, state_on
from tracker.supervision.bulletin_rules import ReportFact, Taken, TaskFact
from tracker.tasks.models import Task
from tracker.units.models import Unit


def take(plan: Plan, period: Period, as_of: date) -> Taken:
    """The plan's tasks and the reports of the period, as the ledger has them on the day."""
    alive = (Task.plan_id == plan.id) & (Task.withdrawn_on.is_(None) | (Task.withdrawn_on > as_of))
    found = facts(sa.select(Task.id).where(alive), as_of)
    standings = from_facts(found, as_of, ahead=False)
    sections = _top_sections(plan.id)
    columns = (Task.id, Task.no, Task.position, Task.section_id)
    rows = db.session.execute(sa.select(*columns).where(alive).order_by(Task.position)).all()
    tasks: list[TaskFact] = []
    reports: list[ReportFact] = []
    for row in rows:
        one, standing, no = found[row.id], standings[row.id], row.no or str(row.position)
        names = tuple(lead["unit"] for lead in concerned(standing))
        tasks.append(TaskFact(no, sections.get(row.section_id or 0, ""), standing.colour, names, _leads(one)))
        reports += _reports(no, one, period, as_of)
    return Taken(
        plan=plan.short_title,
        period=period.name,
        period_id=period.id,
        due_on=period.due_on,
        as_of=as_of,
        units=_units({report.unit_id for report in reports}.union(*(task.led_by for task in tasks))),
        tasks=tasks,
        reports=reports,
    )


def _leads(found: TaskFacts) -> frozenset[int]:
    """The leads of the day that owe something for the task, groups unfolded."""
    return frozenset(one.unit_id for one in found.owed if one.unit_id in found.leads)


def _reports(no: str, found: TaskFacts, period: Period, as_of: date) -> Iterator[ReportFact]:
    for one in found.owed:
        if one.period_id == period.id and one.kind is Kind.PERIOD:
            is_returned = state_on(one.versions, one.due_on, as_of).state is ReportState.RETURNED
            yield ReportFact(one.unit_id, no, _rate(one, period.id), is_returned)


def _rate(one: Owed, period_id: int) -> RateFact:
    versions = one.versions
    return RateFact(
        unit_id=one.unit_id,
        period_id=period_id,
        due_on=one.due_on,
        first_signed_on=first_signed_on(versions),
        received_spans=received_spans(versions),
        submitted_on=tuple(version.submitted_on for version in versions if version.submitted_on),
        withdrawn_on=tuple(version.withdrawn_on for version in versions if version.withdrawn_on),
        returned_on=tuple(version.returned_on for version in versions if version.returned_on),
    )


def _top_sections(plan_id: int) -> dict[int, str]:
    """Section id -> the title of the chapter that it stands in."""
    query = sa.select(Section.id, Section.parent_id, Section.title).where(Section.plan_id == plan_id)
    rows = {row.id: row for row in db.session.execute(query)}

    def top(number: int) -> str:
        while rows[number].parent_id in rows:
            number = rows[number].parent_id
        return str(rows[number].title)

    return {number: top(number) for number in rows}


def _units(ids: Iterable[int]) -> dict[int, str]:
    """Id -> name, in the order of names."""
    query = sa.select(Unit.id, Unit.name).order_by(Unit.sort_key, Unit.id)
    wanted = set(ids)
    return {row.id: row.name for row in db.session.execute(query) if row.id in wanted}

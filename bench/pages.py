"""The pages beside the floor: a bare Flask page of the same rows, read with SQLAlchemy, in a plain table."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask, render_template_string

from bench.figure import Figure, side_by_side
from bench.worlds import application, demo_plan, large_plan, signed_in
from tracker.extensions import db
from tracker.ledger.models import Standing
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.progress.models import Report
from tracker.tasks.models import Assignment, Task
from tracker.units.models import Unit
from tracker.web.access import public

TABLE = """<!doctype html><meta charset="utf-8"><title>floor</title>
<table>{% for row in rows %}<tr>{% for cell in row %}
<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""
AIM = 2.0


def bare_ledger(plan_id: int, limit: int) -> str:
    """The rows of the list: task, lamp, units, progress."""
    tasks = (
        sa.select(Task, Standing)
        .join(Standing, Standing.task_id == Task.id)
        .where(Task.plan_id == plan_id)
        .order_by(Task.position)
        .limit(limit)
    )
    found = db.session.execute(tasks).all()
    parts = sa.select(Assignment.task_id, Unit.name).join(Unit).where(Assignment.task_id.in_([t.id for t, _ in found]))
    units: dict[int, list[str]] = {}
    for task_id, name in db.session.execute(parts):
        units.setdefault(task_id, []).append(name)
    rows = [
        (t.no, s.word, t.text, "、".join(units.get(t.id, [])), t.limit_raw, s.percent, s.pace, s.figures, s.reported_on)
        for t, s in found
    ]
    return render_template_string(TABLE, rows=rows)


def bare_unit(plan_id: int, unit_id: int) -> str:
    """The rows of a unit's page: what it owes this period, with what was written."""
    period = db.session.scalars(
        sa.select(Period).where(Period.plan_id == plan_id).order_by(Period.nominal_due_on.desc())
    ).all()[1]
    query = (
        sa.select(Task, Standing, Report)
        .select_from(Obligation)
        .join(Task, Task.id == Obligation.task_id)
        .join(Standing, Standing.task_id == Task.id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(Obligation.unit_id == unit_id, Obligation.period_id == period.id, Obligation.kind == Kind.PERIOD)
    )
    rows = [
        (t.no, s.word, t.text, r.progress, r.problems, r.next_steps, r.percent, r.self_state, r.state)
        for t, s, r in db.session.execute(query)
        if r is not None
    ]
    return render_template_string(TABLE, rows=rows)


def bare_task(task_id: int) -> str:
    """A task with everything owed for it."""
    query = (
        sa.select(Task, Unit.name, Obligation, Report)
        .join(Obligation, Obligation.task_id == Task.id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(Task.id == task_id)
    )
    rows = [(t.text, name, o.due_on, r.progress if r else "") for t, name, o, r in db.session.execute(query)]
    return render_template_string(TABLE, rows=rows)


def _floor(app: Flask, name: str, page: Callable[[], str]) -> None:
    app.add_url_rule(f"/floor/{name}", f"floor_{name}", public(page))


def _measured(app: Flask, login: str, name: str, address: str, floor: str) -> Figure:
    client = signed_in(app, login)

    def get(url: str) -> None:
        answer = client.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url}: {answer.status_code}")

    ours, bare = side_by_side(lambda: get(address), lambda: get(f"/floor/{floor}"), rounds=9)
    return Figure(name, ours, bare, AIM)


def measure() -> list[Figure]:
    with application() as app:
        plan = demo_plan()
        health = db.session.scalars(sa.select(Unit.id).where(Unit.name == "市卫生健康委")).one()
        task = db.session.scalars(sa.select(Task.id).where(Task.plan_id == plan.id, Task.no == "14")).one()
        number = plan.id
        _floor(app, "ledger", lambda: bare_ledger(number, 61))
        _floor(app, "unit", lambda: bare_unit(number, health))
        _floor(app, "task", lambda: bare_task(task))
        figures = [
            _measured(app, "office1", "list of 61 rows", f"/plans/{number}/ledger", "ledger"),
            _measured(app, "health", "unit page of 57 rows", f"/plans/{number}/report", "unit"),
            _measured(app, "office1", "task page", f"/tasks/{task}", "task"),
        ]
    with application() as app:
        large: Plan = large_plan()
        wide = large.id
        _floor(app, "large", lambda: bare_ledger(wide, 200))
        return [*figures, _measured(app, "office1", "list of 200 of 5,000 rows", f"/plans/{wide}/ledger", "large")]

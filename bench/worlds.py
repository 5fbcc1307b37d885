"""Databases to measure on: the demo's 61 items, and a made-up plan of 5,000 tasks for 60 units."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from tracker import clock
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import Person
from tracker.accounts.queries import actor_of
from tracker.app import create_app
from tracker.cli._story import bring_in_plan, tell
from tracker.cli.demo import load_people
from tracker.extensions import commit, db
from tracker.ledger.keeping import refresh
from tracker.obligations.actions import derive
from tracker.permissions import Actor
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Assignment, Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit
from tracker.units.rules import GROUP_KINDS

BEGIN = date(2021, 7, 1)
TEXT = "组织开展健康进万家活动，加强全人群健康知识普及，推广文明健康生活习惯（第{no}项）。"


@contextmanager
def application() -> Iterator[Flask]:
    """The application on an empty, migrated SQLite database with the demo's people and units."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("TRACKER_DATABASE_URL", None)
        app = create_app({"TRACKER_DATA": folder, "SECRET_KEY": "bench", "WTF_CSRF_ENABLED": False, "TESTING": True})
        Path(folder).mkdir(exist_ok=True)
        with app.app_context():
            clock.fix_day(BEGIN)
            upgrade()
            load_people(set())
            commit()
            yield app
            db.session.remove()
            db.engine.dispose()


def office_actor() -> Actor:
    """The demo's first person of the office."""
    person = db.session.scalars(sa.select(Person).where(Person.login == "office1")).one()
    return actor_of(person, person.posts[0])


def demo_plan() -> Plan:
    """The 61 items with the invented reports of July to October 2021."""
    plan = bring_in_plan()
    tell(plan)
    return plan


def large_plan(tasks: int = 5000) -> Plan:
    """A plan of ``tasks`` continuous and dated items, a lead and two partners each out of 60 units, one period."""
    office = db.session.scalars(sa.select(Unit).where(Unit.name == "健康潜江工作领导小组办公室")).one()
    units = list(db.session.scalars(sa.select(Unit.id).where(Unit.kind.not_in(GROUP_KINDS)).limit(60)))
    plan = Plan(
        title="五千项任务清单",
        short_title="五千项",
        first_year=2021,
        last_year=2021,
        office=office,
        every=Every.MONTH,
        due_day=25,
        first_due_on=date(2021, 7, 25),
        thresholds={},
        confirmed_on=BEGIN,
    )
    db.session.add(plan)
    db.session.flush()
    dated = {"limit_kind": LimitKind.YEAR, "limit_due_on": date(2021, 12, 31), "limit_raw": "2021年"}
    ongoing = {"limit_kind": LimitKind.CONTINUOUS, "limit_due_on": None, "limit_raw": "持续推进"}
    shared = {"plan_id": plan.id, "leader_name": "", "source_where": "", "withdrawn_reason": "", "version": 1}
    db.session.execute(
        sa.insert(Task),
        [
            {
                **shared,
                **(dated if no % 5 == 0 else ongoing),
                "limit_continues": bool(no % 5),
                "position": no,
                "no": str(no),
                "text": TEXT.format(no=no),
            }
            for no in range(1, tasks + 1)
        ],
    )
    ids = list(db.session.scalars(sa.select(Task.id).where(Task.plan_id == plan.id).order_by(Task.position)))
    db.session.execute(
        sa.insert(Assignment),
        [
            {
                "task_id": task_id,
                "unit_id": units[(task_id + turn * 7) % len(units)],
                "role": Role.LEAD if turn == 0 else Role.PARTNER,
                "raw": "",
                "from_on": BEGIN,
                "reason": "",
            }
            for task_id in ids
            for turn in range(3)
        ],
    )
    derive(plan, BEGIN)
    refresh(ids, BEGIN)
    commit()
    return plan


def signed_in(app: Flask, login: str) -> FlaskClient:
    """A client signed in as one of the demo's people."""
    client = app.test_client()
    answer = client.post("/login", data={"login": login, "password": DEMO_PASSWORD})
    if answer.status_code != 303:
        raise RuntimeError(answer.get_data(as_text=True))
    return client

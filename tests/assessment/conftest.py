"""A July that is over: who was on time, late, missing, returned, urged; by hand in `test_facts.py`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from tests.beginnings import beginning
from tests.ledger.reports import ACCEPTED, RETURNED, on_day, report
from tests.plans import make_plan, owed_by
from tests.world import FINANCE, HEALTH, World
from tracker import clock
from tracker.assessment.models import Scheme, ScoreRun
from tracker.assessment.presets import load_presets
from tracker.assessment.runs import make_run
from tracker.assessment.schemes import save_scheme
from tracker.config import bundled
from tracker.extensions import commit, db
from tracker.obligations.models import Period
from tracker.plans.models import Plan
from tracker.reminders.actions import remind_by_hand

DUE_ON = date(2021, 7, 26)
SETTLED = date(2021, 8, 2)
"""After 31 July, the day to which the facts of July are read: five days after the due day."""

RULES: list[dict[str, Any]] = [
    {"kind": "report.late", "points": "-0.1", "per": 1, "cap": "5"},
    {"kind": "report.missing", "points": "-1"},
    {"kind": "report.returned", "points": "-1"},
    {"kind": "report.urged", "points": "-0.2"},
    {"kind": "report.on_time", "points": "0.5", "role": "lead"},
]
CONTENT: dict[str, Any] = {
    "base": "90",
    "ceiling": "100",
    "settle_days": 5,
    "min_obligations": 2,
    "appeal_days": 3,
    "rating_share": 0,
    "rules": RULES,
}


@beginning
def july(world: World, at: Callable[[date], None]) -> Plan:
    """市卫生健康委 owes 6: 1, 2, 3 and 6 on time, 4 late by 2 days, 5 returned and not sent again; 市财政局 owes 2:
    1 late by 1 day after it was urged, 6 missing; 市教育局 owes 1 and the two towns 2 each: nothing came."""
    plan = make_plan()
    report(plan, HEALTH, "1", date(2021, 7, 20), "入库46人", 40, until=ACCEPTED)
    report(plan, HEALTH, "2", date(2021, 7, 26))
    report(plan, HEALTH, "3", date(2021, 7, 20))
    report(plan, HEALTH, "4", date(2021, 7, 28))
    report(plan, HEALTH, "5", date(2021, 7, 22), until=RETURNED)
    report(plan, HEALTH, "6", date(2021, 7, 20))
    on_day(DUE_ON, lambda: urge(plan))
    report(plan, FINANCE, "1", date(2021, 7, 27))
    at(SETTLED)
    return plan


def urge(plan: Plan) -> None:
    remind_by_hand(plan, {owed_by(plan, FINANCE, "1").id}, set(), "", World().actor("office1"))


def content(**changed: Any) -> dict[str, Any]:
    """The scheme of the tests with other values."""
    return {**CONTENT, **changed}


def presets() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((bundled("seed") / "schemes.json").read_text(encoding="utf-8"))
    return found


def make_scheme(name: str = "月考核", **changed: Any) -> Scheme:
    """A scheme of the office's own, begun with a preset."""
    load_presets(presets())
    preset = db.session.scalars(sa.select(Scheme).where(Scheme.preset == "deductions")).one()
    made = save_scheme(preset, name, content(**changed), None, World().actor("office1"))
    commit()
    return made


def period(plan: Plan, name: str = "7月期") -> Period:
    return db.session.scalars(sa.select(Period).where(Period.plan_id == plan.id, Period.name == name)).one()


def make_july_run(plan: Plan, **changed: Any) -> ScoreRun:
    """A draft of July by the scheme of the tests."""
    july = period(plan)
    run = make_run(make_scheme(f"月考核{clock.now()}", **changed).latest, july, july, World().actor("office1"))
    commit()
    return run

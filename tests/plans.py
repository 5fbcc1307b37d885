"""A small confirmed plan for tests: a few tasks of each kind of limit on the units of the world."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tests.world import EDUCATION, FINANCE, HEALTH, OFFICE, TODAY, TOWNS
from tracker.extensions import commit, db
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation, Period
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.tasks.actions import assign
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit

YEAR = TimeLimit(LimitKind.YEAR, due_on=date(2021, 12, 31), raw="2021")
CONTINUOUS = TimeLimit(LimitKind.CONTINUOUS, continues=True, raw="持续推进")
STARTING = TimeLimit(
    LimitKind.START_THEN_CONTINUOUS, start_on=date(2021, 1, 1), continues=True, raw="2021年实施,持续推进"
)

TASKS = [
    ("1", "建立健康科普专家库、资源库和传播机制。", YEAR, [HEALTH], [FINANCE]),
    ("2", "组织开展健康进万家活动,加强全人群健康知识普及。", CONTINUOUS, [HEALTH], [TOWNS]),
    ("3", "发挥学校、机关、企事业单位示范带动作用。", CONTINUOUS, [EDUCATION, HEALTH], []),
    ("4", "开展中西医协同攻关,推广中西医结合诊疗。", STARTING, [HEALTH], []),
    ("5", "加强正面宣传、舆论监督、科学引导和典型报道。", CONTINUOUS, [TOWNS], [HEALTH]),
    ("6", "落实投入政策,保障攻坚行动实施。", YEAR, [FINANCE], [HEALTH]),
]


def make_plan(first_due_on: date = date(2021, 7, 25)) -> Plan:
    """The plan, confirmed on 2021-07-01, reported monthly on the 25th, with its first period open."""
    units = {unit.name: unit for unit in db.session.scalars(sa.select(Unit))}
    plan = Plan(
        title="潜江市“323”攻坚行动重点任务清单",
        short_title="潜江“323”攻坚行动 2021年度",
        issuer="健康潜江工作领导小组办公室",
        issued_on=date(2021, 6, 29),
        first_year=2021,
        last_year=2021,
        office=units[OFFICE],
        every=Every.MONTH,
        due_day=25,
        first_due_on=first_due_on,
        thresholds={},
        confirmed_on=TODAY,
    )
    db.session.add(plan)
    for position, (no, text, limit, leads, partners) in enumerate(TASKS, start=1):
        task = Task(plan=plan, position=position, no=no, text=text)
        task.limit = limit
        db.session.add(task)
        for role, names in ((Role.LEAD, leads), (Role.PARTNER, partners)):
            for name in names:
                assign(task, units[name], role, TODAY, raw=name)
    db.session.flush()
    derive(plan, TODAY)
    commit()
    return plan


def owed_by(plan: Plan, unit: str, no: str, period: str = "7月期") -> Obligation:
    """The period report that a unit owes for the task of this number."""
    query = (
        sa.select(Obligation)
        .join(Task, Task.id == Obligation.task_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(Task.plan_id == plan.id, Task.no == no, Unit.name == unit, Period.name == period)
    )
    return db.session.scalars(query).one()

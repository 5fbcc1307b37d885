"""The small plan two days after its first due day, with four reports: what the tests of supervision begin with.

Owed in July, 13 in all, by task: 1 卫健委 财政局; 2 卫健委 熊口 龙湾; 3 教育局 卫健委; 4 卫健委; 5 熊口 龙湾 卫健委;
6 财政局 卫健委.
Sent: 1 and 2 by 卫健委, 2 by 熊口, all in time; 6 by 财政局, returned.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tests.beginnings import beginning
from tests.ledger.reports import ACCEPTED, RETURNED, report
from tests.plans import make_plan
from tests.supervision.inspecting import SignIn, finding, inspection, save
from tests.world import FINANCE, HEALTH, XIONGKOU, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.ledger.keeping import refresh_due
from tracker.plans.models import Plan
from tracker.supervision.rules import Ladder
from tracker.supervision.setting import Setting, change_setting
from tracker.tasks.axes import Colour
from tracker.tasks.models import Task

DAY = date(2021, 7, 28)


@beginning
def plan(world: World) -> Plan:
    return pressed_plan(world)


def pressed_plan(world: World) -> Plan:
    """The plan, slips proposed from a yellow lamp on, numbered 潜健督."""
    plan = make_plan()
    report(plan, HEALTH, "1", date(2021, 7, 22), "专家库入库46人。", 60, until=ACCEPTED)
    report(plan, HEALTH, "2", date(2021, 7, 23), "直播2场。")
    report(plan, XIONGKOU, "2", date(2021, 7, 24), "发放资料。", until=ACCEPTED)
    report(plan, FINANCE, "6", date(2021, 7, 24), "资金已到位。", 80, until=RETURNED)
    clock.fix_day(DAY)
    refresh_due(DAY)
    change_setting(plan, Setting("潜健", Ladder(Colour.YELLOW)), world.actor("office1"))
    commit()
    return plan


def task(plan: Plan, no: str) -> Task:
    return db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == no)).one()


@beginning
def drafted(plan: Plan, world: World, sign_in: SignIn) -> Plan:
    """A draft with two findings: of 卫健委 about task 4, of 财政局 about no task."""
    office = sign_in("office1")
    begun = office.post(f"/plans/{plan.id}/inspections", data={"title": "医疗机构专项检查", "first_on": "2021-07-26"})
    assert begun.status_code == 303
    health, finance = world.unit(HEALTH).id, world.unit(FINANCE).id
    both = {"unit": [health, finance]}
    save(office, **both, **finding(health, "名册没有更新。", task=task(plan, "4").id))
    save(office, **both, **finding(finance, "凭证不全。"))
    return plan


@beginning
def issued(drafted: Plan, sign_in: SignIn) -> Plan:
    found = inspection()
    answer = sign_in("office1").post(f"/inspections/{found.id}/issue", data={"seen_version": found.version})
    assert answer.status_code == 303
    return drafted

"""撤并: what a unit had to do goes on under another name, what it did stays its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.plans import make_plan, owed_by
from tests.world import EDUCATION, FINANCE, HEALTH, LONGWAN, SCIENCE, XIONGKOU, World
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.plans.models import Plan
from tracker.progress.models import Report
from tracker.tasks.models import Task
from tracker.tasks.queries import current_assignments
from tracker.units.queries import register, unit_by_name
from tracker.units.rules import resolve

SignIn = Callable[[str], FlaskClient]
TODAY = date(2021, 7, 20)
REASON = "潜编发〔2021〕9号"


@pytest.fixture
def plan(world: World, at: Callable[[date], None]) -> Plan:
    at(TODAY)
    return make_plan()


def wind_up(client: FlaskClient, world: World, unit: str, into: str | None, reason: str = REASON) -> int:
    data = {"successor": world.unit(into).id if into else "", "reason": reason}
    return client.post(f"/units/{world.unit(unit).id}/end", data=data).status_code


def parts(no: str) -> list[tuple[str, str]]:
    db.session.expire_all()
    task = db.session.scalars(sa.select(Task).where(Task.no == no)).one()
    return [(one.unit.name, one.role.label) for one in current_assignments(task, TODAY)]


def owed(unit: str) -> set[str | None]:
    """Numbers of the tasks for which the unit owes a report of July."""
    query = sa.select(Task.no).join(Obligation, Obligation.task_id == Task.id).where(Obligation.withdrawn_on.is_(None))
    found = unit_by_name(unit)
    assert found is not None
    return set(db.session.scalars(query.where(Obligation.unit_id == found.id, Obligation.period_id.is_not(None))))


def test_its_parts_go_to_the_successor_in_the_higher_role(world: World, sign_in: SignIn, plan: Plan) -> None:
    assert wind_up(sign_in("office1"), world, HEALTH, FINANCE) == 303
    assert parts("1") == [(FINANCE, "牵头")]  # 市财政局 was its partner
    assert parts("6") == [(FINANCE, "牵头")]  # 市财政局 led it, 市卫生健康委 was its partner
    assert parts("3") == [(EDUCATION, "牵头"), (FINANCE, "牵头")]
    assert owed(HEALTH) == set()
    assert owed(FINANCE) == {"1", "2", "3", "4", "5", "6"}


def test_what_it_reported_stays_its_own(world: World, sign_in: SignIn, plan: Plan) -> None:
    health = sign_in("health")
    data = {"progress": "入库46人。", "seen_version": 0}
    assert health.post(f"/obligations/{owed_by(plan, HEALTH, '1').id}/draft", data=data).status_code == 303
    health.post(f"/plans/{plan.id}/report/submit")
    assert wind_up(sign_in("office1"), world, HEALTH, FINANCE) == 303
    report = db.session.scalars(sa.select(Report)).one()
    assert (report.obligation.unit.name, report.progress) == (HEALTH, "入库46人。")


def test_its_name_means_the_successor_from_that_day(world: World, sign_in: SignIn, plan: Plan) -> None:
    wind_up(sign_in("office1"), world, HEALTH, FINANCE)
    assert resolve(HEALTH, register(), date(2021, 7, 19)) == {world.unit(HEALTH).id}
    assert resolve(HEALTH, register(), TODAY) == {world.unit(FINANCE).id}


def test_a_town_leaves_its_group(world: World, sign_in: SignIn, plan: Plan) -> None:
    assert wind_up(sign_in("office1"), world, LONGWAN, XIONGKOU) == 303
    assert owed(LONGWAN) == set()
    assert owed(XIONGKOU) == {"2", "5"}


def test_without_a_successor_only_who_leads_nothing_alone(world: World, sign_in: SignIn, plan: Plan) -> None:
    office = sign_in("office1")
    assert wind_up(office, world, HEALTH, None) == 422
    assert parts("1")[0] == (HEALTH, "牵头")
    assert wind_up(office, world, SCIENCE, None) == 303
    assert wind_up(office, world, SCIENCE, FINANCE) == 422  # once


@pytest.mark.parametrize(("into", "reason"), [(FINANCE, ""), (HEALTH, REASON)])
def test_it_needs_a_reason_and_another_unit(world: World, sign_in: SignIn, plan: Plan, into: str, reason: str) -> None:
    assert wind_up(sign_in("office1"), world, HEALTH, into, reason) == 422
    assert parts("1")[0] == (HEALTH, "牵头")

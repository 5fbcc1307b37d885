"""A closing that was verified at an inspection leads to it, and the inspection's page lists what it verified."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.supervision.conftest import task
from tests.supervision.inspecting import SignIn, inspection, words
from tests.world import FINANCE, HEALTH, World
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db
from tracker.plans.models import Plan
from tracker.progress.closing import apply_for_closing
from tracker.progress.closing_rules import ClosingState
from tracker.progress.models import Closing
from tracker.supervision.inspection_models import InspectedUnit
from tracker.supervision.inspections import draft_inspection


def applied(plan: Plan, world: World, no: str = "1") -> Closing:
    found = apply_for_closing(task(plan, no), world.unit(HEALTH), "专家库已建成。", world.actor("health"))
    commit()
    return found


def decide(client: FlaskClient, closing: Closing, status: int = 303, **written: object) -> str:
    data = {"outcome": "closed", "checked": "on_site", **written}
    answer = client.post(f"/closings/{closing.id}/decide", data=data)
    assert answer.status_code == status, words(answer)
    return words(answer)


def offered(client: FlaskClient, plan: Plan) -> list[str]:
    page = words(client.get(f"/plans/{plan.id}/verify?only=closing"))
    chosen = re.search(r'<select id="inspection".*?</select>', page, re.DOTALL)
    return re.findall(r'value="(\d+)"', chosen[0]) if chosen else []


def test_the_inspections_of_the_unit_or_the_task_are_offered(issued: Plan, world: World, sign_in: SignIn) -> None:
    office, found = sign_in("office1"), inspection()
    draft_inspection(issued, "还没有下达的检查", found.first_on, world.actor("office1"))
    applied(issued, world)
    assert offered(office, issued) == [str(found.id)]
    for one in found.visited:
        one.unit_id = world.unit(FINANCE).id if one.unit_id == world.unit(HEALTH).id else world.unit("市科技局").id
    commit()
    assert offered(office, issued) == []
    found.tasks.append(task(issued, "1"))
    commit()
    assert offered(office, issued) == [str(found.id)]


def test_a_closing_leads_to_the_inspection_and_the_inspection_to_it(
    issued: Plan, world: World, sign_in: SignIn
) -> None:
    office, found, closing = sign_in("office1"), inspection(), applied(issued, world)
    assert "核查有检查记录的，选那次检查" in decide(office, closing, 422)
    kept = decide(office, closing, 422, checked="materials", inspection=found.id, reason="同意")
    assert "核定方式请选“现场核查”" in kept and re.search(rf'value="{found.id}" selected', kept)
    assert "请另选一次" in decide(office, closing, 422, inspection=987654)
    decide(office, closing, inspection=found.id)
    db.session.expire_all()
    assert closing.state is ClosingState.CLOSED
    page = words(office.get(f"/inspections/{found.id}"))
    assert "按这次检查核定的销号" in page and f"/tasks/{closing.task_id}" in page
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "closing.close")).one()
    assert event.reason == "现场核查；医疗机构专项检查"


@pytest.mark.parametrize(("login", "leads"), [("office1", True), ("health", True), ("finance", False)])
def test_who_was_not_visited_reads_its_name_alone(
    issued: Plan, world: World, sign_in: SignIn, login: str, leads: bool
) -> None:
    found = inspection()
    not_visited = sa.delete(InspectedUnit).where(InspectedUnit.unit_id == world.unit(FINANCE).id)
    db.session.execute(not_visited)
    commit()
    decide(sign_in("office1"), applied(issued, world), inspection=found.id)
    page = words(sign_in(login).get(f"/plans/{issued.id}/closings"))  # 财政局 is a partner of the task
    assert "现场核查：" in page and found.title in page
    assert (f"/inspections/{found.id}" in page) is leads


def test_words_do_where_there_is_no_inspection(plan: Plan, world: World, sign_in: SignIn) -> None:
    office, closing = sign_in("office1"), applied(plan, world)
    assert offered(office, plan) == []
    decide(office, closing, checked_words="7月27日到现场看过。")
    assert "7月27日到现场看过" in words(office.get(f"/plans/{plan.id}/closings"))

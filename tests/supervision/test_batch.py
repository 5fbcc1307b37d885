"""One slip to each unit in arrears, in one act: numbers without gaps, all or none, nobody twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.supervision.conftest import DAY, task
from tests.world import EDUCATION, HEALTH, World
from tracker import clock
from tracker.errors import Invalid
from tracker.extensions import commit, db
from tracker.ledger.standing import TaskStanding, standings
from tracker.plans.models import Plan
from tracker.reminders.models import Message
from tracker.supervision import batch, slips
from tracker.supervision.batch import Candidate, Order
from tracker.supervision.models import Slip
from tracker.supervision.proposing import propose_slips
from tracker.supervision.rules import Pace, SlipState, filled

SignIn = Callable[[str], FlaskClient]
WRITTEN = {"colour": "yellow", "pace": "urgent", "pattern": "{单位}：{任务}，{原因}。", "contact": "王审核"}


def keys(page: str) -> list[str]:
    """The ticks that the page offers."""
    return re.findall(r'name="matter" value="([\d.]+)" data-tick', page)


def candidate(slip: Slip) -> Candidate:
    return Candidate(slip.task, slip.unit_id, slip.unit.name, "欠报", slip)


def issued() -> list[tuple[str | None, str, str]]:
    query = sa.select(Slip).where(Slip.state == SlipState.ISSUED).order_by(Slip.id)
    return [(one.doc_number, one.unit.name, one.content) for one in db.session.scalars(query)]


def test_each_unit_in_arrears_of_a_task_gets_one(plan: Plan, sign_in: SignIn) -> None:
    office, five = sign_in("office1"), task(plan, "5")
    there = f"/plans/{plan.id}/slips/batch?task={five.id}"
    matters = keys(office.get(there).get_data(as_text=True))
    assert len(matters) == 3  # 熊口, 龙湾 through their group, and 卫健委
    asked = office.post(there, data={**WRITTEN, "matter": matters}).get_data(as_text=True)
    assert "签发 3 张督办单？" in asked and all(name in asked for name in ("熊口镇", "龙湾镇", HEALTH))
    assert issued() == []
    assert office.post(there, data={**WRITTEN, "matter": matters, "confirmed": "1"}).status_code == 303
    assert [number for number, _, _ in issued()] == [f"潜健督〔2021〕{n}号" for n in (1, 2, 3)]
    words = {unit: content for _, unit, content in issued()}
    assert words["熊口镇"] == "熊口镇：加强正面宣传、舆论监督、科学引导和典型报道，7月期未报。"
    page = office.get(there).get_data(as_text=True)
    assert keys(page) == [] and "潜健督〔2021〕1号" in page


def test_what_was_proposed_is_issued_with_them_and_a_person_hears_once(plan: Plan, sign_in: SignIn) -> None:
    propose_slips(plan, DAY, None)
    commit()
    office, there = sign_in("office1"), f"/plans/{plan.id}/slips/batch"
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Slip).where(Slip.state == SlipState.PROPOSED))
    matters = keys(office.get(there).get_data(as_text=True))
    assert office.post(there, data={**WRITTEN, "matter": matters, "confirmed": "1"}).status_code == 303
    assert len(issued()) == len(matters) >= (before or 0)
    left = db.session.scalar(sa.select(sa.func.count()).select_from(Slip).where(Slip.state == SlipState.PROPOSED))
    assert left == 0
    told = [one for one in db.session.scalars(sa.select(Message)) if one.recipient and one.recipient.name == "张填报"]
    assert len(told) == 1 and "张督办单待答复" in told[0].title


def test_where_one_is_refused_none_is_issued_and_no_number_is_lost(plan: Plan, sign_in: SignIn) -> None:
    office, three = sign_in("office1"), task(plan, "3")
    there = f"/plans/{plan.id}/slips/batch?task={three.id}"
    matters = keys(office.get(there).get_data(as_text=True))
    for status, changed in (
        (422, {"pattern": "{市}请办理"}),
        (422, {"pattern": " "}),
        (422, {"pattern": "字" * 3001}),
        (409, {"matter": [*matters, "1.1.0.0"]}),
        (422, {"matter": []}),
    ):
        answer = office.post(there, data={**WRITTEN, "matter": matters, "confirmed": "1", **changed})
        assert answer.status_code == status, changed
    assert issued() == []
    assert office.post(there, data={**WRITTEN, "matter": matters, "confirmed": "1"}).status_code == 303
    assert [number for number, _, _ in issued()] == ["潜健督〔2021〕1号", "潜健督〔2021〕2号"]
    assert {unit for _, unit, _ in issued()} == {EDUCATION, HEALTH}
    again = office.post(there, data={**WRITTEN, "matter": matters, "confirmed": "1"})
    assert again.status_code == 409 and "情况刚才变了" in again.get_data(as_text=True)


def test_the_ticks_of_other_lists_lead_here(plan: Plan, sign_in: SignIn) -> None:
    office, three = sign_in("office1"), task(plan, "3")
    unit = next(one.unit_id for one in three.assignments if one.unit.name == EDUCATION)
    answer = office.post(f"/plans/{plan.id}/slips/batch/choose", data={"unit": unit})
    page = answer.get_data(as_text=True)
    assert len(keys(page)) == 1 and EDUCATION in page and f'name="unit" value="{unit}"' in page
    there = f"/plans/{plan.id}/slips/batch"
    asked = office.post(there, data={**WRITTEN, "unit": unit, "matter": keys(page)}).get_data(as_text=True)
    assert "签发 1 张督办单？" in asked and len(keys(asked)) == 1
    assert sign_in("health").post(f"{there}/choose", data={"unit": unit}).status_code == 403
    nobody = office.post(f"{there}/choose")
    assert nobody.status_code == 422 and "还没有勾单位" in nobody.get_data(as_text=True)


def test_only_the_tasks_of_those_who_are_asked_for_are_worked_out(
    plan: Plan, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scopes: list[sa.Select[int]] = []

    def note(scope: sa.Select[int], day: date, *, ahead: bool) -> dict[int, TaskStanding]:
        scopes.append(scope)
        return standings(scope, day, ahead=ahead)

    monkeypatch.setattr(batch, "standings", note)
    rows = batch.candidates(plan, batch.Wanted(unit_ids=frozenset({world.unit(EDUCATION).id})), DAY)
    assert [one.unit for one in rows] == [EDUCATION]
    assert db.session.scalars(scopes[0]).all() == [task(plan, "3").id]


def test_who_was_left_out_stays_so_when_the_list_changed_meanwhile(plan: Plan, sign_in: SignIn) -> None:
    office, there = sign_in("office1"), f"/plans/{plan.id}/slips/batch?task={task(plan, '5').id}"
    left_out, *matters = keys(office.get(there).get_data(as_text=True))
    page = office.post(there, data={**WRITTEN, "matter": [*matters, "1.1.0.0"], "confirmed": "1"})
    assert page.status_code == 409
    ticked = re.findall(r'name="matter" value="([\d.]+)" data-tick[^>]* checked', page.get_data(as_text=True))
    assert sorted(ticked) == sorted(matters) and left_out not in ticked


def test_the_slips_before_are_held_first_in_one_order(
    plan: Plan, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, there = sign_in("office1"), f"/plans/{plan.id}/slips/batch"
    matters = keys(office.get(there).get_data(as_text=True))
    assert office.post(there, data={**WRITTEN, "matter": matters, "confirmed": "1"}).status_code == 303
    late = date(2021, 8, 20)
    clock.fix_day(late)
    propose_slips(plan, late, None)
    commit()
    following = list(db.session.scalars(sa.select(Slip).where(Slip.state == SlipState.PROPOSED).order_by(Slip.id)))
    following = [one for one in following if one.follows]
    assert len(following) > 1
    held: list[int] = []
    monkeypatch.setattr(slips, "lock", lambda row: held.append(row.id))
    pairs = [
        (one, Order(one.colour, Pace.NORMAL, "{任务}", "").writing(candidate(one), one)) for one in following[::-1]
    ]
    slips.issue_slips(pairs, World().actor("office1"))
    before = sorted(one.follows.id for one in following if one.follows)
    assert held[: len(before)] == before and set(held[len(before) :]) == {one.id for one in following}


@pytest.mark.parametrize("pattern", ["{市}", "{}", "{单位 }"])
def test_a_name_that_a_pattern_cannot_have_is_told(pattern: str) -> None:
    with pytest.raises(Invalid, match="能用的是"):
        filled(pattern, {"单位": "a", "任务": "b", "原因": "c"})

"""Items and notices issued by mistake are taken back: what stays, what counts no more, who hears of it, who may."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.supervision.conftest import task
from tests.supervision.inspecting import SignIn, act, inspection, item, words
from tests.world import HEALTH, World
from tracker import clock
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db
from tracker.plans.models import Plan
from tracker.reminders.models import Message
from tracker.supervision.inspection_rules import RectificationState
from tracker.supervision.models import Slip
from tracker.supervision.rectification_facts import UNDONE, rectification_facts
from tracker.supervision.reminding import remind_of_slips
from tracker.supervision.rules import SlipState
from tracker.tasks.scored import Span

WHY = "这条查的是另一家单位。"


def withdraw(client: FlaskClient, status: int = 303, **data: object) -> str:
    return act(client, "withdraw", status, **{"withdraw_reason": WHY, **data})


def told(title: str) -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Message).where(Message.title.contains(title)).order_by(Message.id)))


def test_a_withdrawn_item_owes_nothing_counts_nowhere_and_stays_in_its_course(issued: Plan, sign_in: SignIn) -> None:
    clock.fix_day(date(2021, 8, 6))
    office, unit, base = sign_in("office1"), sign_in("health"), f"/plans/{issued.id}"
    assert "逾期" in words(office.get(f"{base}/rectifications?late=1"))
    assert "撤回要写原因" in withdraw(office, 422, withdraw_reason=" ")
    withdraw(office)
    assert item().state is RectificationState.WITHDRAWN
    now, then = (
        words(office.get(f"{base}/rectifications")),
        words(office.get(f"{base}/rectifications?as_of=2021-08-05")),
    )
    assert "名册没有更新" not in now and "已销号 0/1" in now
    assert "名册没有更新" in words(office.get(f"{base}/rectifications?state=withdrawn"))
    assert "名册没有更新" in then and "已销号 0/2" in then and "整改逾期1天" in then
    whole = words(office.get(f"/inspections/{item().inspection_id}"))
    assert "另有 1 条已撤回" in whole and f"王审核撤回问题1：{WHY}" in whole
    assert "要整改的事项" not in words(unit.get(f"{base}/"))
    page = words(unit.get(f"/rectifications/{item().id}"))
    assert "已于 2021-08-06 撤回" in page and WHY in page and "report-form" not in page
    history = words(unit.get(f"/tasks/{item().task_id}?course=rectification"))
    assert "检查发现问题" in history and "撤回整改事项" in history and WHY in history
    assert "不能报整改情况" in act(unit, "report", 403, words="已更新。")
    assert "不能撤回" in withdraw(office, 403)


def test_the_unit_alone_is_told_of_it_once_and_reminded_no_more(issued: Plan, sign_in: SignIn) -> None:
    withdraw(sign_in("office1"))
    messages = told("问题1已撤回")
    assert {one.recipient.name for one in messages if one.recipient} == {"张填报", "赵主任"} and len(messages) == 2
    assert "名册没有更新" in messages[0].body and WHY in messages[0].body
    mine = next(one for one in messages if one.recipient and one.recipient.name == "张填报")
    page = words(sign_in("health").get(f"/inbox/{mine.id}"))
    assert f"/inspections/{item().inspection_id}" in page
    reminded = remind_of_slips(date(2021, 8, 3))
    commit()
    assert (reminded.messages, reminded.items) == (1, 1)  # of the other unit's item
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "rectification.withdraw")).one()
    assert (event.before["状态"], event.after["状态"], event.reason) == ("待整改", "已撤回", WHY)


def test_it_scores_nobody_whichever_day_is_read(issued: Plan, sign_in: SignIn) -> None:
    span = Span(issued.id, date(2021, 7, 27), date(2021, 8, 25), date(2021, 8, 30))
    assert [one.kind for one in rectification_facts(span)] == [UNDONE, UNDONE]
    clock.fix_day(date(2021, 9, 6))
    withdraw(sign_in("office1"))
    assert [one.unit_id for one in rectification_facts(span)] == [item(2).unit_id]


def test_a_notice_is_withdrawn_with_all_that_is_left_of_it(issued: Plan, world: World, sign_in: SignIn) -> None:
    office, found = sign_in("office1"), inspection()
    mine = next(one for one in found.visited if one.unit_id == world.unit(HEALTH).id)
    there, seen = f"/notices/{mine.id}/withdraw", f"{item().id}:{item().version}"
    page = words(office.get(f"/inspections/{found.id}"))
    assert "撤回这份通知书（1 条）" in page and seen in page
    assert "撤回这份通知书" not in words(sign_in("health").get(f"/inspections/{found.id}"))
    for login, status in (("health", 403), ("leader", 403), ("stranger", 403)):
        assert sign_in(login).post(there, data={"item": seen, "withdraw_reason": WHY}).status_code == status
    wrong = office.post(there, data={"item": seen, "withdraw_reason": ""})
    assert wrong.status_code == 422 and "撤回要写原因" in words(wrong)
    assert office.post(there, data={"withdraw_reason": WHY}).status_code == 409
    act(sign_in("health"), "report", words="已更新。")
    late = office.post(there, data={"item": seen, "withdraw_reason": WHY})
    assert late.status_code == 409 and WHY in words(late)  # the unit reported meanwhile: nothing is taken back unread
    assert item().state is RectificationState.REPORTED
    seen = f"{item().id}:{item().version}"
    assert office.post(there, data={"item": seen, "withdraw_reason": WHY}).status_code == 303
    assert (item().state, item(2).state) == (RectificationState.WITHDRAWN, RectificationState.OPEN)
    after = words(office.get(f"/inspections/{found.id}"))
    assert "<b>已撤回</b>" in after and mine.doc_number and mine.doc_number in after
    assert "整改待核" not in words(office.get(f"/plans/{issued.id}/"))


def test_what_is_settled_is_not_withdrawn(issued: Plan, sign_in: SignIn) -> None:
    act(sign_in("health"), "report", words="已更新。")
    office = sign_in("office1")
    act(office, "settle")
    assert "发错了，撤回这条" not in words(office.get(f"/rectifications/{item().id}"))
    assert "不能撤回" in withdraw(office, 403)


def test_a_slip_that_was_only_proposed_for_it_is_dropped_with_it(issued: Plan, sign_in: SignIn) -> None:
    clock.fix_day(date(2021, 8, 9))
    office = sign_in("office1")
    act(office, "slip", task=task(issued, "4").id)
    withdraw(office)
    slip = db.session.scalars(sa.select(Slip)).one()
    assert (slip.state, slip.decision) == (SlipState.DROPPED, "整改事项已撤回")


@pytest.mark.parametrize("again", ["", "2021-08-20"])
def test_the_unit_hears_at_once_that_its_report_was_sent_back(issued: Plan, sign_in: SignIn, again: str) -> None:
    act(sign_in("health"), "report", words="已更新。")
    act(sign_in("office1"), "reopen", reason="没有名册", due_again_on=again)
    messages = told("问题1退回重改")
    assert {one.recipient.name for one in messages if one.recipient} == {"张填报", "赵主任"}
    assert "没有名册" in messages[0].body and ("8月20日（" if again else "8月4日（") in messages[0].body
    mine = next(one for one in messages if one.recipient and one.recipient.name == "张填报")
    assert f"/rectifications/{item().id}" in words(sign_in("health").get(f"/inbox/{mine.id}"))
    act(sign_in("health"), "report", words="名册见附件。")
    act(sign_in("office1"), "reopen", reason="还缺两页")
    assert len(told("问题1退回重改")) == 4

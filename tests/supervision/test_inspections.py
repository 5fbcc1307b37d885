"""An inspection from its draft to its issue, through the pages; its notices, who reads what, and what is refused."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import sqlalchemy as sa
from docx import Document

from tests.statements import count_statements
from tests.supervision.conftest import task
from tests.supervision.inspecting import SignIn, finding, in_post, inspection, save, words
from tests.world import FINANCE, HEALTH, OFFICE, SCIENCE, XIONGKOU, World
from tracker import clock
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db
from tracker.permissions import Role
from tracker.plans.models import Plan
from tracker.reminders.models import Message
from tracker.supervision.inspection_models import InspectedUnit
from tracker.supervision.inspection_rules import InspectionState


def test_a_draft_is_the_office_s_alone_until_it_is_issued(drafted: Plan, sign_in: SignIn) -> None:
    found = inspection()
    for login, status in (("health", 404), ("leader", 404), ("office1", 200)):
        assert sign_in(login).get(f"/inspections/{found.id}").status_code == status
    assert "名册没有更新" not in words(sign_in("health").get(f"/plans/{drafted.id}/rectifications"))
    page = words(sign_in("office1").get(f"/inspections/{found.id}?issue=1"))
    assert "下达（2 条）" in page and "最早 2021-08-04 到期" in page


def test_what_is_wrong_in_a_draft_comes_back_with_what_was_typed(drafted: Plan, world: World, sign_in: SignIn) -> None:
    office, health = sign_in("office1"), world.unit(HEALTH).id
    both = {"unit": [health, world.unit(FINANCE).id]}
    for sentence, written in (
        ("整改要求要写", {**both, **finding(health, "新问题", asked="")}),
        ("由哪个单位整改", {**both, **finding(health, "新问题", owner="")}),
        ("没有勾为被检查单位", {"unit": [health], **finding(health, "新问题")}),
        ("没有参与所选的任务", {**both, **finding(world.unit(FINANCE).id, "新问题", task=task(drafted, "4").id)}),
        ("没有参与这份方案", {"unit": [health, world.unit(SCIENCE).id], **finding(health, "新问题")}),
        ("不能早于开始的那天", {**both, "last_on": "2021-07-25", **finding(health, "新问题")}),
        ("不能晚于今天", {**both, "last_on": "2021-07-29", **finding(health, "新问题")}),
    ):
        page = save(office, 422, **written)
        assert sentence in page and "新问题" in page
    assert len(inspection().findings) == 2


def test_the_later_of_two_who_edit_a_draft_is_told(drafted: Plan, world: World, sign_in: SignIn) -> None:
    both = {"unit": [world.unit(HEALTH).id, world.unit(FINANCE).id]}
    page = save(sign_in("office2"), 409, **both, seen_version=1, title="改了名称")
    assert "刚才被别人改过" in page and "改了名称" in page


def test_findings_are_numbered_without_gaps_whatever_was_taken_out(
    drafted: Plan, world: World, sign_in: SignIn
) -> None:
    office, health = sign_in("office1"), world.unit(HEALTH).id
    both = {"unit": [health, world.unit(FINANCE).id]}
    save(office, **both, **finding(health, "第三条。"))
    save(office, **both, take_out=inspection().findings[0].id)
    edited = inspection().findings[1]
    save(office, **both, **finding(health, "第三条，改过。", item=edited.id))
    found = inspection()
    office.post(f"/inspections/{found.id}/issue", data={"seen_version": found.version})
    assert [(one.number, one.finding) for one in inspection().findings] == [(1, "凭证不全。"), (2, "第三条，改过。")]
    assert len(inspection().items) == 3


def test_an_issue_tells_the_units_and_numbers_their_notices(issued: Plan, sign_in: SignIn) -> None:
    numbers = {one.unit.name: one.doc_number for one in inspection().visited}
    assert set(numbers.values()) == {"潜健整改〔2021〕1号", "潜健整改〔2021〕2号"}
    told = {one.recipient.name: one for one in db.session.scalars(sa.select(Message)) if one.recipient}
    assert set(told) == {"张填报", "赵主任", "钱填报", "孙局长"}
    assert "名册没有更新" in told["张填报"].body and "凭证不全" not in told["张填报"].body
    home = words(sign_in("health").get(f"/plans/{issued.id}/"))
    assert "要整改的事项" in home and "名册没有更新" in home
    own = words(sign_in("xiongkou").get(f"/plans/{issued.id}/rectifications"))
    assert "督导检查查到本单位的问题" in own and "名册没有更新" not in own
    assert "名册没有更新" in words(sign_in("health").get(f"/plans/{issued.id}/rectifications"))
    assert "不能再改" in save(sign_in("office1"), 403)


def test_an_issue_with_a_limit_that_has_passed_is_refused(drafted: Plan, sign_in: SignIn) -> None:
    clock.fix_day(date(2021, 8, 5))
    found = inspection()
    answer = sign_in("office1").post(f"/inspections/{found.id}/issue", data={"seen_version": found.version})
    assert answer.status_code == 422 and "已经过了" in words(answer)
    assert len(re.findall(r'name="unit" value="\d+" checked', words(answer))) == 2  # the ticks are still there
    assert inspection().state is InspectionState.DRAFT


def test_a_draft_is_given_up_with_a_reason(drafted: Plan, sign_in: SignIn) -> None:
    office, found = sign_in("office1"), inspection()
    there = f"/inspections/{found.id}/drop"
    assert "作废要写原因" in words(office.post(there, data={"seen_version": found.version}))
    office.post(there, data={"seen_version": found.version, "reason": "并入下次检查"})
    assert inspection().state is InspectionState.DROPPED
    assert "医疗机构专项检查" not in words(office.get(f"/plans/{drafted.id}/inspections"))


def test_a_unit_reads_its_own_findings_and_its_own_notice(issued: Plan, sign_in: SignIn) -> None:
    found, unit = inspection(), sign_in("finance")
    page = words(unit.get(f"/inspections/{found.id}"))
    assert "凭证不全" in page and "名册没有更新" not in page and HEALTH not in page
    notices = {one.unit.name: f"/notices/{one.id}.docx" for one in found.visited}
    assert unit.get(notices[HEALTH]).status_code == 404
    document = Document(BytesIO(unit.get(notices[FINANCE]).data))
    said = [one.text for one in document.paragraphs] + [c.text for r in document.tables[0].rows for c in r.cells]
    assert "潜健整改〔2021〕2号" in said or "潜健整改〔2021〕1号" in said
    assert "市财政局：" in said and "凭证不全。" in said and not any("名册" in one for one in said)
    assert sign_in("stranger").get(f"/inspections/{found.id}").status_code == 404


def test_pages_make_a_fixed_number_of_statements(issued: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    base = f"/plans/{issued.id}"
    for address in (f"{base}/inspections", f"{base}/rectifications", f"/inspections/{inspection().id}"):
        office.get(address)
        db.session.remove()
        with count_statements() as sent:
            assert office.get(address).status_code == 200
        assert len(sent) <= 14, sent


def test_a_reporter_of_the_office_s_own_unit_reads_what_any_visited_unit_reads(
    issued: Plan, world: World, sign_in: SignIn
) -> None:
    found = inspection()
    found.summary = "总体一般。"
    found.visited.append(InspectedUnit(unit_id=world.unit(OFFICE).id))
    commit()
    notices = [f"/notices/{one.id}.docx" for one in inspection().visited if one.doc_number]
    clerk = in_post(sign_in("stranger"), world, "stranger", Role.REPORTER, OFFICE)
    assert [clerk.get(one).status_code for one in notices] == [404, 404]
    page = words(clerk.get(f"/inspections/{found.id}"))
    assert "总体一般" not in page and HEALTH not in page
    assert HEALTH not in words(clerk.get(f"/plans/{issued.id}/inspections"))
    leader = in_post(sign_in("leader"), world, "leader", Role.LEADER, FINANCE)
    assert [leader.get(one).status_code for one in notices] == [200, 200]
    assert "总体一般" in words(leader.get(f"/inspections/{found.id}"))


def test_a_draft_whose_task_ended_meanwhile_can_be_kept_and_mended(
    drafted: Plan, world: World, sign_in: SignIn
) -> None:
    task(drafted, "4").withdrawn_on = date(2021, 7, 28)
    commit()
    office, both = sign_in("office1"), {"unit": [world.unit(HEALTH).id, world.unit(FINANCE).id]}
    save(office, **both, summary="总体一般。", edit=inspection().findings[0].id)
    there = f"/inspections/{inspection().id}/issue"
    refused = office.post(there, data={"seen_version": inspection().version})
    assert refused.status_code == 422 and "“名册没有更新。”请换一项或者不选任务" in words(refused)
    save(office, unit=both["unit"][1], take_out=inspection().findings[0].id)
    taken_out = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "inspection.take_out")).one()
    assert taken_out.reason == f"{HEALTH}：名册没有更新。"
    assert office.post(there, data={"seen_version": inspection().version}).status_code == 303
    assert [one.finding for one in inspection().findings] == ["凭证不全。"]


def test_the_later_of_two_who_give_up_a_draft_keeps_the_reason(drafted: Plan, sign_in: SignIn) -> None:
    written = {"seen_version": 1, "reason": "并入下次检查"}
    answer = sign_in("office2").post(f"/inspections/{inspection().id}/drop", data=written)
    assert answer.status_code == 409 and "刚才被别人改过" in words(answer) and "并入下次检查" in words(answer)


def test_a_draft_offers_the_tasks_of_the_visited_units_alone(drafted: Plan, world: World, sign_in: SignIn) -> None:
    office, found = sign_in("office1"), inspection()

    def offered() -> set[str]:
        page = words(office.get(f"/inspections/{found.id}"))
        return set(re.findall(r'name="looked_at" value="(\d+)"', page))

    ids = {no: str(task(drafted, no).id) for no in "123456"}
    assert offered() == set(ids.values())  # 卫健委 has a part in each
    for one in found.findings:
        save(office, unit=[one.unit_id for one in found.visited], take_out=one.id)
    save(office, unit=[world.unit(XIONGKOU).id])
    assert offered() == {ids["2"], ids["5"]}  # through its group
    save(office, unit=[])
    page = words(office.get(f"/inspections/{found.id}"))
    assert offered() == set() and "勾好单位存一次" in page and "熊口镇" in page

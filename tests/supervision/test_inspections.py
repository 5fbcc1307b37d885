"""An inspection from its draft to the last item that is settled, through the pages; who may, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.beginnings import beginning
from tests.progress.test_evidence import PDF
from tests.statements import count_statements
from tests.supervision.conftest import task
from tests.world import FINANCE, HEALTH, OFFICE, SCIENCE, XIONGKOU, World
from tracker import clock
from tracker.accounts.actions import give_post
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db
from tracker.permissions import Role
from tracker.plans.models import Plan
from tracker.reminders.models import Message
from tracker.supervision.inspection_models import InspectedUnit, Inspection, Rectification, RectificationReminder
from tracker.supervision.inspection_rules import InspectionState, RectificationState
from tracker.supervision.models import Slip, SlipReminder
from tracker.supervision.reminding import remind_of_slips

SignIn = Callable[[str], FlaskClient]
VISIT = {"title": "医疗机构专项检查", "first_on": "2021-07-26", "last_on": "2021-07-27", "inspectors": "王审核"}


def words(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined]


def inspection() -> Inspection:
    db.session.expire_all()
    return db.session.scalars(sa.select(Inspection).order_by(Inspection.id.desc())).all()[0]


def item(number: int = 1) -> Rectification:
    db.session.expire_all()
    return db.session.scalars(sa.select(Rectification).where(Rectification.number == number)).one()


def save(client: FlaskClient, status: int = 303, **written: object) -> str:
    found = inspection()
    answer = client.post(f"/inspections/{found.id}", data={**VISIT, "seen_version": found.version, **written})
    assert answer.status_code == status, words(answer)
    return words(answer)


def finding(unit_id: int, text: str, **more: object) -> dict[str, object]:
    return {"finding": text, "asked": "限期补齐。", "owner": unit_id, "due_on": "2021-08-04", **more}


def act(client: FlaskClient, step: str, status: int = 303, number: int = 1, **data: object) -> str:
    one = item(number)
    answer = client.post(f"/rectifications/{one.id}/{step}", data={"seen_version": one.version, **data})
    assert answer.status_code == status, words(answer)
    return words(answer)


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


def test_an_item_is_reported_sent_back_reported_again_and_settled(issued: Plan, sign_in: SignIn) -> None:
    unit, office = sign_in("health"), sign_in("office1")
    assert "整改情况还没有写" in act(unit, "report", 422, words=" ")
    act(unit, "report", words="已更新。", file=(BytesIO(PDF), "名册.pdf"))
    assert "整改待核" in words(office.get(f"/plans/{issued.id}/"))
    assert "退回要写原因" in act(office, "reopen", 422, reason="")
    assert "不能早于今天" in act(office, "reopen", 422, reason="不全", due_again_on="2021-07-01")
    act(office, "reopen", reason="没有名册", due_again_on="2021-08-20")
    assert "没有名册" in words(unit.get(f"/rectifications/{item().id}"))
    reopened = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "rectification.reopen")).one()
    assert (reopened.before["整改时限"], reopened.after["整改时限"]) == ("2021-08-04", "2021-08-20")
    clock.fix_day(date(2021, 8, 10))
    unit, office = sign_in("health"), sign_in("office1")
    act(unit, "report", words="名册见附件。")
    act(office, "settle", reason="属实")
    one = item()
    assert (one.state, one.first_due_on, one.due_on) == (
        RectificationState.SETTLED,
        date(2021, 8, 4),
        date(2021, 8, 20),
    )
    assert [report.words for report in one.reports] == ["已更新。", "名册见附件。"]
    file = one.reports[0].files[0]
    assert unit.get(f"/rectification-files/{file.id}").data == PDF
    assert sign_in("finance").get(f"/rectification-files/{file.id}").status_code == 404
    history = words(unit.get(f"/tasks/{one.task_id}?course=rectification"))
    assert all(part in history for part in ("检查发现问题", "报整改情况", "没有名册", f"/rectifications/{one.id}"))


def test_the_list_says_of_an_earlier_day_what_it_said_then(issued: Plan, sign_in: SignIn) -> None:
    act(sign_in("health"), "report", words="已更新。")
    clock.fix_day(date(2021, 8, 6))
    office = sign_in("office1")
    act(office, "settle", reason="")
    base = f"/plans/{issued.id}/rectifications"
    now, then = words(office.get(base)), words(office.get(f"{base}?as_of=2021-08-05"))
    assert "已销号 1/2" in now and "整改逾期2天" in now
    assert "已销号 0/2" in then and "已报，待核" in then and "整改逾期1天" in then
    assert "没有整改事项" in words(office.get(f"{base}?as_of=2021-07-27"))


def test_the_list_is_narrowed_and_its_workbook_has_the_same_rows(issued: Plan, world: World, sign_in: SignIn) -> None:
    clock.fix_day(date(2021, 8, 5))
    act(sign_in("health"), "report", words="已更新。")
    office, base = sign_in("office1"), f"/plans/{issued.id}/rectifications"

    def shown(query: str) -> tuple[int, int]:
        book = load_workbook(BytesIO(office.get(f"{base}.xlsx?{query}").data)).active
        assert book is not None
        return words(office.get(f"{base}?{query}")).count("data-row"), book.max_row - 2

    unit = world.unit(FINANCE).id
    for query, count in (
        ("", 2),
        ("late=1", 1),
        ("state=reported", 1),
        (f"unit={unit}", 1),
        ("q=名册", 1),
        ("q=無", 0),
    ):
        assert shown(query) == (count, count), query


@pytest.mark.parametrize(
    ("login", "own", "report", "settle"),
    [("health", 200, 303, 403), ("health-head", 200, 303, 403), ("finance", 404, 404, 403), ("leader", 200, 403, 403)],
)
def test_who_reads_and_reports_an_item(
    issued: Plan, sign_in: SignIn, login: str, own: int, report: int, settle: int
) -> None:
    client, one = sign_in(login), item()
    assert client.get(f"/rectifications/{one.id}").status_code == own
    assert client.post(f"/rectifications/{one.id}/settle", data={"seen_version": one.version}).status_code == settle
    data = {"seen_version": one.version, "words": "已改。"}
    assert client.post(f"/rectifications/{one.id}/report", data=data).status_code == report


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


def test_what_is_overdue_becomes_a_slip_and_stays_owed(issued: Plan, sign_in: SignIn) -> None:
    office, at = sign_in("office1"), task(issued, "4").id
    assert "逾期以后才能转督办单" in act(office, "slip", 403, task=at)
    clock.fix_day(date(2021, 8, 9))
    office = sign_in("office1")
    act(office, "slip", task=at)
    slip = db.session.scalars(sa.select(Slip)).one()
    assert "整改逾期5天" in slip.reason and slip.unit.name == HEALTH
    assert "一事一单" in act(office, "slip", 403, task=at)
    page = words(office.get(f"/rectifications/{item().id}"))
    assert "已转督办单" in page and f"/slips/{slip.id}" in page
    act(sign_in("health"), "report", words="已更新。")


def test_one_chain_reminds_of_slips_and_items_in_one_message(issued: Plan, world: World, sign_in: SignIn) -> None:
    office, at = sign_in("office1"), task(issued, "1").id
    office.post(f"/tasks/{at}/slips", data={"unit": world.unit(HEALTH).id})
    slip = db.session.scalars(sa.select(Slip)).one()
    written = {"colour": "blue", "pace": "normal", "content": "请办理。", "seen_version": slip.version}
    assert office.post(f"/slips/{slip.id}/issue", data=written).status_code == 303  # due on 4 August, as the items are
    clock.fix_day(date(2021, 8, 3))
    told = remind_of_slips(date(2021, 8, 3))
    assert (told.messages, told.slips, told.items) == (2, 1, 2)
    assert remind_of_slips(date(2021, 8, 3)).messages == 0
    commit()
    sent = db.session.scalars(
        sa.select(Message).where(Message.day == date(2021, 8, 3), Message.title.contains("督办单"))
    )
    assert [("督办单" in one.title, "整改事项" in one.title, "名册没有更新" in one.body) for one in sent] == [
        (True,) * 3
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SlipReminder)) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RectificationReminder)) == 6


def test_pages_make_a_fixed_number_of_statements(issued: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    base = f"/plans/{issued.id}"
    for address in (f"{base}/inspections", f"{base}/rectifications", f"/inspections/{inspection().id}"):
        office.get(address)
        db.session.remove()
        with count_statements() as sent:
            assert office.get(address).status_code == 200
        assert len(sent) <= 14, sent


def in_post(client: FlaskClient, world: World, login: str, role: Role, unit: str) -> FlaskClient:
    """The person now acts for another post of his."""
    post = give_post(world.person(login), role, world.unit(unit), date(2021, 1, 1), None)
    commit()
    assert client.post(f"/posts/{post.id}").status_code == 303
    return client


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


def test_who_reported_of_an_item_does_not_settle_it(issued: Plan, world: World, sign_in: SignIn) -> None:
    act(sign_in("health"), "report", words="已更新。")
    both = in_post(sign_in("health"), world, "health", Role.OFFICE, OFFICE)
    assert "请另一位审核" in act(both, "settle", 403)
    assert "请另一位审核" in words(both.get(f"/rectifications/{item().id}"))
    act(sign_in("office1"), "settle")


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


def act_on_slip(client: FlaskClient, step: str, **data: object) -> None:
    db.session.expire_all()
    slip = db.session.scalars(sa.select(Slip).order_by(Slip.id.desc()).limit(1)).one()
    answer = client.post(f"/slips/{slip.id}/{step}", data={"seen_version": slip.version, **data})
    assert answer.status_code == 303, words(answer)


def test_a_second_slip_about_an_item_changes_no_day_before_it(issued: Plan, sign_in: SignIn) -> None:
    at, written = task(issued, "4").id, {"colour": "blue", "pace": "normal", "content": "请办理。"}
    for day, number in ((date(2021, 8, 9), 1), (date(2021, 8, 19), 2)):
        clock.fix_day(day)
        office = sign_in("office1")
        act(office, "slip", task=at)
        act_on_slip(office, "issue", **written)
        if number == 1:
            act_on_slip(sign_in("health"), "answer", answer="已办。")
            act_on_slip(office, "settle", reason="")
    office = sign_in("office1")

    def named(day: str) -> list[object]:
        book = load_workbook(BytesIO(office.get(f"/plans/{issued.id}/rectifications.xlsx?as_of={day}").data)).active
        assert book is not None
        return [cell.value for row in book.iter_rows() for cell in row if "健督" in str(cell.value)]

    assert named("2021-08-08") == []
    assert named("2021-08-12") == ["潜健督〔2021〕1号"]
    assert named("2021-08-19") == ["潜健督〔2021〕2号"]
    page = words(office.get(f"/rectifications/{item().id}"))
    assert "潜健督〔2021〕1号" in page and "潜健督〔2021〕2号" in page


def test_the_later_of_two_keeps_the_words_before_his_eyes(issued: Plan, sign_in: SignIn) -> None:
    seen = item().version
    act(sign_in("health"), "report", words="已更新。")
    later = act(sign_in("health-head"), "report", 409, words="名册已换成新的。", seen_version=seen)
    assert "刚才被别人办过" in later and "名册已换成新的。" in later
    seen = item().version
    act(sign_in("office1"), "reopen", reason="没有名册")
    later = act(sign_in("office2"), "settle", 409, reason="看过，属实。", seen_version=seen)
    assert "刚才被别人办过" in later and "看过，属实。" in later


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

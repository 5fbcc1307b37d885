"""The verifier's page: the queue, what is shown, and what the office decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.plans import make_plan, owed_by
from tests.progress.test_unit_page import TEXT, SignIn, sign, state_of, submit, write
from tests.statements import count_statements
from tests.world import HEALTH, World
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db
from tracker.obligations.actions import derive
from tracker.plans.models import Plan
from tracker.progress.models import Closing, Report, ReportVersion
from tracker.progress.rules import ReportState


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    at(date(2021, 7, 20))
    return make_plan()


def signed(sign_in: SignIn, plan: Plan, nos: tuple[str, ...] = ("1",), **values: object) -> list[int]:
    """Reports of the health commission that wait for the office; gives their ids."""
    client, owed = sign_in("health"), [owed_by(plan, HEALTH, no) for no in nos]
    for one in owed:
        assert write(client, one, **values) == 200
    submit(client, plan)
    sign(sign_in("health-head"), plan, owed)
    return list(db.session.scalars(sa.select(Report.id).where(Report.state == ReportState.SIGNED).order_by(Report.id)))


def accept(client: FlaskClient, report_id: int, number: int = 1, **values: object) -> str:
    answer = client.post(f"/reports/{report_id}/accept", data={"number": number, **values}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def report_state(report_id: int) -> ReportState | None:
    db.session.expire_all()
    return db.session.scalar(sa.select(Report.state).where(Report.id == report_id))


def test_a_report_stands_in_the_queue_with_its_new_figures_marked(sign_in: SignIn, plan: Plan) -> None:
    signed(sign_in, plan)
    page = sign_in("office1").get(f"/plans/{plan.id}/verify").get_data(as_text=True)
    assert '<b class="new-figure">46</b>' in page
    assert "接受并看下一份" in page
    assert "赵主任签字" in page


def test_the_verifier_reads_the_same_advice_as_the_writer_and_it_blocks_nothing(
    sign_in: SignIn, plan: Plan, at: Callable[[date], None]
) -> None:
    (first,) = signed(sign_in, plan, percent="40")
    accept(sign_in("office1"), first)
    at(date(2021, 8, 20))
    derive(plan, date(2021, 8, 20))
    commit()
    health, owed = sign_in("health"), owed_by(plan, HEALTH, "1", "8月期")
    assert write(health, owed, percent="35") == 200
    submit(health, plan)
    sign(sign_in("health-head"), plan, [owed])
    office = sign_in("office1")
    page = office.get(f"/plans/{plan.id}/verify?only=advised").get_data(as_text=True)
    assert "与上期相同</td>" in page
    assert (
        "进展情况与上期一字不差，请写本期的。完成比例从上期的40%降到35%，请核对，或写明原因。仅供参考，不影响接受。"
        in page
    )
    (second,) = db.session.scalars(sa.select(Report.id).where(Report.obligation_id == owed.id))
    accept(office, second)
    assert report_state(second) is ReportState.ACCEPTED


def test_the_members_of_a_group_are_folded_and_those_in_arrears_named(sign_in: SignIn, plan: Plan) -> None:
    signed(sign_in, plan, ("2",))
    page = sign_in("office1").get(f"/plans/{plan.id}/verify").get_data(as_text=True)
    assert "0/2 已报" in page
    assert "未报：熊口镇、龙湾镇" in page or "未报：龙湾镇、熊口镇" in page


def test_accepting_leads_to_the_next_and_freezes(sign_in: SignIn, plan: Plan) -> None:
    first, second = signed(sign_in, plan, ("1", "2"))
    page = accept(sign_in("office1"), first, after=f"r{second}")
    assert "第1项 市卫生健康委已接受" in page
    assert (report_state(first), report_state(second)) == (ReportState.ACCEPTED, ReportState.SIGNED)


def test_a_return_needs_a_reason_and_tells_the_writer(sign_in: SignIn, plan: Plan) -> None:
    (report,) = signed(sign_in, plan)
    office = sign_in("office1")
    assert office.post(f"/reports/{report}/send-back", data={"number": 1}).status_code == 422
    office.post(f"/reports/{report}/send-back", data={"number": 1, "usual": "缺数据", "reason": "请补人数"})
    page = sign_in("health").get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert "办公室退回：</b>缺数据：请补人数" in page


def test_the_second_of_two_verifiers_is_told_who_was_first(sign_in: SignIn, plan: Plan) -> None:
    (report,) = signed(sign_in, plan)
    accept(sign_in("office1"), report)
    assert "已由王审核接受" in accept(sign_in("office2"), report)
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.action == "report.accept")) == 1


def test_a_newer_version_is_not_accepted_unseen(sign_in: SignIn, plan: Plan) -> None:
    (report,) = signed(sign_in, plan)
    assert "刚有变动" in accept(sign_in("office1"), report, number=7)
    assert report_state(report) is ReportState.SIGNED


def test_an_acceptance_is_undone_on_its_day_and_the_log_keeps_both(
    sign_in: SignIn, plan: Plan, at: Callable[[date], None]
) -> None:
    (report,) = signed(sign_in, plan)
    office = sign_in("office1")
    accept(office, report)
    assert sign_in("office2").post(f"/reports/{report}/undo").status_code == 403
    assert office.post(f"/reports/{report}/undo").status_code == 303
    assert report_state(report) is ReportState.SIGNED
    actions = list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)))
    assert actions[-2:] == ["report.accept", "report.undo"]
    accept(office, report)
    at(date(2021, 7, 21))
    assert office.post(f"/reports/{report}/undo").status_code == 403


def test_a_return_is_not_undone_once_the_writer_has_begun(sign_in: SignIn, plan: Plan) -> None:
    (report,) = signed(sign_in, plan)
    office = sign_in("office1")
    office.post(f"/reports/{report}/send-back", data={"number": 1, "usual": "缺数据"})
    owed, version = owed_by(plan, HEALTH, "1"), db.session.get(Report, report)
    assert version is not None
    db.session.refresh(version)
    assert write(sign_in("health"), owed, seen=version.version, progress="补了。") == 200
    assert office.post(f"/reports/{report}/undo").status_code == 403
    assert report_state(report) is ReportState.RETURNED


def test_nobody_verifies_own_work(sign_in: SignIn, plan: Plan, world: World) -> None:
    (report,) = signed(sign_in, plan)
    version = db.session.scalars(sa.select(ReportVersion)).one()
    version.signed_by_id = world.person("office1").id
    commit()
    office = sign_in("office1")
    assert "本件由您签字，请另一位审核" in office.get(f"/plans/{plan.id}/verify").get_data(as_text=True)
    assert office.post(f"/reports/{report}/accept", data={"number": 1}).status_code == 403
    accept(sign_in("office2"), report)
    assert report_state(report) is ReportState.ACCEPTED


def test_reports_without_news_are_accepted_together_after_a_look(sign_in: SignIn, plan: Plan) -> None:
    reports = signed(sign_in, plan, ("1", "2"), progress="", no_news="1")
    office = sign_in("office1")
    page = office.get(f"/plans/{plan.id}/verify/no-news").get_data(as_text=True)
    assert page.count('name="report_id"') == 2
    office.post(f"/plans/{plan.id}/verify/no-news", data={"report_id": reports})
    assert [report_state(one) for one in reports] == [ReportState.ACCEPTED] * 2


def test_what_is_put_aside_comes_last(sign_in: SignIn, plan: Plan) -> None:
    first, second = signed(sign_in, plan, ("1", "2"))
    office = sign_in("office1")
    office.post(f"/plans/{plan.id}/verify/aside", data={"item": f"r{first}", "after": f"r{second}"})
    page = office.get(f"/plans/{plan.id}/verify").get_data(as_text=True)
    assert page.index(f"item=r{second}") < page.index(f"item=r{first}")


def test_the_queue_makes_a_fixed_number_of_statements(sign_in: SignIn, plan: Plan) -> None:
    signed(sign_in, plan, ("1",))
    office, address, counts = sign_in("office1"), f"/plans/{plan.id}/verify", []
    for nos in ((), ("2", "3", "4")):
        if nos:
            signed(sign_in, plan, nos)
        db.session.remove()
        with count_statements() as sent:
            assert office.get(address).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1], counts


def test_a_task_is_closed_and_opened_again(sign_in: SignIn, plan: Plan) -> None:
    owed = owed_by(plan, HEALTH, "1")
    task = owed.task_id
    health, office = sign_in("health"), sign_in("office1")
    assert health.post(f"/tasks/{task}/closing", data={"result": ""}).status_code == 422
    assert health.post(f"/tasks/{task}/closing", data={"result": "专家库已建成。"}).status_code == 303
    assert health.post(f"/tasks/{task}/closing", data={"result": "再报一次。"}).status_code == 409
    page = office.get(f"/plans/{plan.id}/verify").get_data(as_text=True)
    assert "申请销号" in page
    assert "专家库已建成。" in page
    closing = db.session.scalars(sa.select(Closing)).one()
    assert office.post(f"/closings/{closing.id}/decide", data={"outcome": "refused"}).status_code == 422
    assert office.post(f"/closings/{closing.id}/decide", data={"outcome": "closed"}).status_code == 303
    db.session.expire_all()
    assert closing.task.closed_on == date(2021, 7, 20)
    assert office.post(f"/closings/{closing.id}/decide", data={"outcome": "closed"}).status_code == 403
    unsaid = office.post(f"/closings/{closing.id}/reopen", data={"reason": " "})
    assert unsaid.status_code == 422
    assert f"/closings/{closing.id}/reopen" in unsaid.get_data(as_text=True)  # the form, with the sentence at its field
    assert '<div class="error" id="reason-error">重新打开要写原因' in unsaid.get_data(as_text=True)
    assert office.post(f"/closings/{closing.id}/reopen", data={"reason": "还差名册"}).status_code == 303
    db.session.expire_all()
    assert closing.task.closed_on is None


def test_a_partner_cannot_apply_for_closing(sign_in: SignIn, plan: Plan) -> None:
    task = owed_by(plan, HEALTH, "1").task_id
    assert sign_in("finance").post(f"/tasks/{task}/closing", data={"result": "完成"}).status_code == 403


def test_an_accepted_start_ends_the_offer_to_report_it(sign_in: SignIn, plan: Plan, at: Callable[[date], None]) -> None:
    (report,) = signed(sign_in, plan, ("4",), milestone="start")
    accept(sign_in("office1"), report)
    at(date(2021, 8, 20))
    derive(plan, date(2021, 8, 20))
    commit()
    page = sign_in("health").get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert "本项已启动，本期一并作启动报告" not in page
    assert TEXT in page


def test_what_was_signed_is_seen_in_the_course(sign_in: SignIn, plan: Plan) -> None:
    signed(sign_in, plan)
    assert state_of(owed_by(plan, HEALTH, "1")) is ReportState.SIGNED
    page = sign_in("office2").get(f"/plans/{plan.id}/verify").get_data(as_text=True)
    assert "填报人送签（第1稿）" in page

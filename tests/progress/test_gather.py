"""The lead's desk: partners' reports, words taken over with their authors, and reminders of the lead's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.ledger.reports import RETURNED, SIGNED, SUBMITTED, report
from tests.plans import make_plan, owed_by
from tests.progress.test_evidence import PDF
from tests.progress.test_unit_page import SignIn, sign, submit, write
from tests.statements import count_statements
from tests.world import EDUCATION, FINANCE, HEALTH, TOWNS, XIONGKOU, World
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db, file_store
from tracker.obligations.actions import derive
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.beside import beside
from tracker.progress.evidence import add_evidence
from tracker.progress.models import Passage, Report
from tracker.progress.queries import last_version
from tracker.reminders.models import HandSent, Message
from tracker.tasks.actions import assign
from tracker.tasks.models import Task
from tracker.tasks.roles import Role

DAY = date(2021, 7, 20)
WORDS = "安排资金20万元。"


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    """第1项: 市卫生健康委 leads, 市财政局 joins in; 第2项: the towns join in."""
    at(DAY)
    return make_plan()


def desk(plan: Plan, no: str = "1", unit: str = HEALTH) -> str:
    return f"/obligations/{owed_by(plan, unit, no).id}"


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def version_of(sent: Report) -> int:
    version = last_version(sent)
    assert version is not None
    return version.id


def own_text(plan: Plan, no: str = "1") -> str:
    db.session.expire_all()
    query = sa.select(Report.progress).where(Report.obligation_id == owed_by(plan, HEALTH, no).id)
    return db.session.scalar(query) or ""


def test_the_lead_reads_what_each_partner_reported_and_who_has_not(sign_in: SignIn, plan: Plan) -> None:
    health = sign_in("health")
    page = read(health, f"/plans/{plan.id}/report")
    assert "参与0/1" in page
    assert "0/2 已报" in read(health, desk(plan, "2") + "/partners")
    report(plan, FINANCE, "1", DAY, WORDS, problems="预算未批。", next_steps="下月再报。")
    assert "参与1/1" in read(health, f"/plans/{plan.id}/report")
    page = read(health, desk(plan) + "/partners")
    for words in (WORDS, "预算未批。", "下月再报。", "参与 1/1 已报", "全部并入（1 家）"):
        assert words in page
    report(plan, XIONGKOU, "2", DAY, "走访12户。")
    page = read(health, desk(plan, "2") + "/partners")
    assert "各区镇街道 1/2 已报" in page
    assert "未报：</span>龙湾镇" in page or "未报：龙湾镇" in page


def test_a_partners_draft_is_its_writers_and_its_state_is_told(sign_in: SignIn, plan: Plan) -> None:
    write(sign_in("finance"), owed_by(plan, FINANCE, "1"), progress="还没写完的话")
    page = read(sign_in("health"), desk(plan) + "/partners")
    assert "还没写完的话" not in page
    assert "草稿" in page
    assert "等单位填报人" in page


def test_after_a_return_the_files_of_the_redraft_are_its_writers(plan: Plan, world: World) -> None:
    owed, writer = owed_by(plan, FINANCE, "1"), world.actor("finance")

    def put(name: str) -> None:
        add_evidence(owed, name, BytesIO(PDF + name.encode()), file_store(), 2**20, writer)

    sent = actions.save_draft(owed, actions.Writing("已拨款", seen_version=0), writer)
    put("拨款.pdf")
    actions.submit([sent], writer)
    actions.send_back(sent, "缺数据", world.actor("finance-head"), by_office=False)
    put("草稿.pdf")
    db.session.expire_all()
    other = next(one for one in beside(owed_by(plan, HEALTH, "1")) if one.unit == FINANCE)
    assert [one.filename for one in other.files] == ["拨款.pdf"]


def test_the_desk_makes_a_fixed_number_of_statements(sign_in: SignIn, plan: Plan) -> None:
    health, counts = sign_in("health"), []
    report(plan, XIONGKOU, "2", DAY, "走访12户。")
    health.post(desk(plan, "2") + "/merge", data={"version": version_of(db.session.scalars(sa.select(Report)).one())})
    for more in (False, True):
        if more:
            task = owed_by(plan, HEALTH, "2").task
            assign(task, World().unit(FINANCE), Role.PARTNER, date(2021, 7, 1), raw=FINANCE)
            derive(plan, DAY)
            commit()
            report(plan, FINANCE, "2", DAY, WORDS)
        address = desk(plan, "2") + "/partners"
        db.session.remove()
        with count_statements() as sent:
            assert health.get(address).status_code == 200
        counts.append(len(sent))
        plan = db.session.scalars(sa.select(Plan)).one()
    assert counts[0] == counts[1], counts


def test_words_are_taken_over_with_their_author_and_shown_to_the_verifier(sign_in: SignIn, plan: Plan) -> None:
    sent = report(plan, FINANCE, "1", DAY, WORDS, problems="预算未批。")
    health, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    write(health, owed, progress="入库46人。")
    page = health.post(desk(plan) + "/merge", data={"version": version_of(sent)}, follow_redirects=True)
    assert "已并入 1 家的文字" in page.get_data(as_text=True)
    assert own_text(plan) == f"入库46人。\n市财政局：{WORDS}"
    assert db.session.scalar(sa.select(sa.func.count(Passage.id))) == 2
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "report.merge")).one()
    assert event.subject == "第1项 市卫生健康委：并入市财政局（第1稿）"
    submit(health, plan)
    sign(sign_in("health-head"), plan, [owed])
    page = read(sign_in("office1"), f"/plans/{plan.id}/verify?unit={owed.unit_id}")
    assert '<span class="by">市财政局第1稿 原话</span>' in page
    assert "张填报并入市财政局第1稿" in page
    task = read(sign_in("leader"), f"/tasks/{owed.task_id}?report={owed.id}")
    assert "市财政局第1稿 原话" in task
    assert "其中并入：" in task


def test_what_was_changed_afterwards_is_said_with_the_words_as_they_were(sign_in: SignIn, plan: Plan) -> None:
    sent = report(plan, FINANCE, "1", DAY, WORDS, problems="预算未批。")
    health, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    health.post(desk(plan) + "/merge", data={"version": version_of(sent)})
    assert write(health, owed, seen=1, progress="市财政局：安排资金30万元。", problems="") == 200
    assert "有改动" in read(health, desk(plan) + "/partners")
    submit(health, plan)
    sign(sign_in("health-head"), plan, [owed])
    page = read(sign_in("office1"), f"/plans/{plan.id}/verify?unit={owed.unit_id}")
    assert '<span class="by is-amber">市财政局第1稿 有改动</span>' in page
    assert f"市财政局第1稿的原话：市财政局：{WORDS}" in page
    assert "曾并入、本稿没有保留：市财政局第1稿" in page


def test_taking_over_twice_is_once_and_a_newer_version_takes_the_place_of_the_older(
    sign_in: SignIn, plan: Plan
) -> None:
    sent = report(plan, FINANCE, "1", DAY, WORDS)
    health = sign_in("health")
    for _ in range(2):
        health.post(desk(plan) + "/merge", data={"version": version_of(sent)})
    assert own_text(plan) == f"市财政局：{WORDS}"
    assert db.session.scalar(sa.select(sa.func.count(Passage.id))) == 1
    finance, theirs = sign_in("finance"), owed_by(plan, FINANCE, "1")
    sign_in("office1").post(f"/reports/{sent.id}/send-back", data={"number": 1, "reason": "请核对"})
    page = health.post(desk(plan) + "/merge", data={"version": version_of(sent)})
    assert page.status_code == 422, "a returned text is no signed word"
    db.session.expire_all()
    assert write(finance, theirs, seen=sent.version, progress="安排资金30万元。") == 200
    submit(finance, plan)
    sign(sign_in("finance-head"), plan, [theirs])
    assert "换成第2稿" in read(health, desk(plan) + "/partners")
    db.session.expire_all()
    health.post(desk(plan) + "/merge", data={"version": version_of(sent)})
    assert own_text(plan) == "市财政局：安排资金30万元。"


@pytest.mark.parametrize("until", [SUBMITTED, RETURNED])
def test_what_its_head_has_not_signed_or_somebody_returned_is_read_and_not_taken(
    sign_in: SignIn, plan: Plan, until: str
) -> None:
    sent = report(plan, FINANCE, "1", DAY, WORDS, until=until)
    health = sign_in("health")
    page = read(health, desk(plan) + "/partners")
    assert WORDS in page
    assert "全部并入" not in page
    assert health.post(desk(plan) + "/merge", data={"version": version_of(sent)}).status_code == 422
    assert own_text(plan) == ""


def test_what_has_left_the_desk_takes_nothing_in(sign_in: SignIn, plan: Plan) -> None:
    sent = report(plan, FINANCE, "1", DAY, WORDS)
    report(plan, HEALTH, "1", DAY, "入库46人。", until=SIGNED)
    answer = sign_in("health").post(desk(plan) + "/merge", data={"version": version_of(sent)})
    assert answer.status_code == 409
    assert own_text(plan) == "入库46人。"


def test_words_of_another_task_are_not_taken(sign_in: SignIn, plan: Plan) -> None:
    sent = report(plan, XIONGKOU, "2", DAY, "走访12户。")
    assert sign_in("health").post(desk(plan) + "/merge", data={"version": version_of(sent)}).status_code == 422


@pytest.mark.parametrize(
    ("login", "unit", "no"),
    [
        ("finance", HEALTH, "1"),
        ("finance", FINANCE, "1"),
        ("xiongkou", XIONGKOU, "5"),
        ("stranger", HEALTH, "1"),
        ("office1", HEALTH, "1"),
        ("leader", HEALTH, "1"),
    ],
)
def test_the_desk_is_the_leads_alone(sign_in: SignIn, plan: Plan, login: str, unit: str, no: str) -> None:
    """Not the partner's, and not that of a member of a leading group, who reads its own."""
    client, address = sign_in(login), desk(plan, no, unit)
    assert client.get(f"{address}/partners").status_code == 403
    assert client.post(f"{address}/merge", data={"version": 1}).status_code == 403
    assert client.post(f"{address}/urge", data={"unit": 1}).status_code == 403


def test_the_head_reads_the_desk_and_takes_nothing_over(sign_in: SignIn, plan: Plan) -> None:
    sent = report(plan, FINANCE, "1", DAY, WORDS)
    head = sign_in("health-head")
    page = read(head, desk(plan) + "/partners")
    assert WORDS in page
    assert "并入" not in page.split('class="partner"')[1].split("</section>")[0]
    assert head.post(desk(plan) + "/merge", data={"version": version_of(sent)}).status_code == 403


def test_joint_leads_have_each_a_desk_and_read_each_other(sign_in: SignIn, plan: Plan, world: World) -> None:
    task = db.session.scalars(sa.select(Task).where(Task.no == "1")).one()
    assign(task, world.unit(EDUCATION), Role.LEAD, date(2021, 7, 1), raw=EDUCATION)
    derive(plan, DAY)
    commit()
    page = read(sign_in("health"), desk(plan) + "/partners")
    assert "共同牵头单位" in page
    assert "参与 0/1 已报" in page
    answer = sign_in("health").post(desk(plan) + "/urge", data={"unit": world.unit(EDUCATION).id})
    assert answer.status_code == 422, "a joint lead is not one's own to urge"


def test_the_lead_reminds_its_partner_once_a_day_of_all_it_owes_it(
    sign_in: SignIn, plan: Plan, world: World, at: Callable[[date], None]
) -> None:
    task = db.session.scalars(sa.select(Task).where(Task.no == "2")).one()
    assign(task, world.unit(FINANCE), Role.PARTNER, date(2021, 7, 1), raw=FINANCE)
    derive(plan, DAY)
    commit()
    health, unit = sign_in("health"), world.unit(FINANCE).id
    page = health.post(desk(plan) + "/urge", data={"unit": unit, "words": "请今天报。"}, follow_redirects=True)
    assert "已催办 1 人：钱填报" in page.get_data(as_text=True)
    told = db.session.scalars(sa.select(Message)).one()
    assert "张填报（市卫生健康委）留言：请今天报。" in told.body
    assert "第1项" in told.body
    assert "第2项" in told.body
    assert "第6项" not in told.body, "what it leads itself is not this lead's"
    page = health.post(desk(plan, "2") + "/urge", data={"unit": unit}, follow_redirects=True)
    assert "今天都已经催办过" in page.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count(HandSent.id))) == 1
    assert "07-20 已催办" in page.get_data(as_text=True)
    assert "张填报（市卫生健康委）催办" in read(sign_in("office1"), f"/plans/{plan.id}/deliveries")
    at(date(2021, 7, 21))
    health.post(desk(plan, "2") + "/urge", data={"unit": unit})
    assert db.session.scalar(sa.select(sa.func.count(HandSent.id))) == 2


@pytest.mark.parametrize("unit", [HEALTH, EDUCATION, TOWNS])
def test_only_partners_of_the_task_are_reminded(sign_in: SignIn, plan: Plan, world: World, unit: str) -> None:
    data = {"unit": world.unit(unit).id}
    assert sign_in("health").post(desk(plan) + "/urge", data=data).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(HandSent.id))) == 0


def test_who_has_reported_is_not_reminded(sign_in: SignIn, plan: Plan, world: World) -> None:
    report(plan, FINANCE, "1", DAY, WORDS)
    answer = sign_in("health").post(desk(plan) + "/urge", data={"unit": world.unit(FINANCE).id})
    assert answer.status_code == 422

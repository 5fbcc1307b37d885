"""The unit page: what it shows, how it saves, sends, takes back and signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.plans import make_plan, owed_by
from tests.statements import count_statements
from tests.world import HEALTH, XIONGKOU, World
from tracker.extensions import commit, db
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.plans.models import Plan
from tracker.progress.models import Report, ReportVersion
from tracker.progress.rules import ReportState

SignIn = Callable[[str], FlaskClient]
FETCH = {"X-Requested-With": "fetch"}
TEXT = "专家库入库46人，资源库上传科普作品128件。"


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    at(date(2021, 7, 20))
    return make_plan()


def write(client: FlaskClient, owed: Obligation, seen: int = 0, **values: object) -> int:
    """Save one row as the page's script does; gives the status."""
    data = {"progress": TEXT, "seen_version": seen, **values}
    return client.post(f"/obligations/{owed.id}/draft", data=data, headers=FETCH).status_code


def submit(client: FlaskClient, plan: Plan) -> None:
    assert client.post(f"/plans/{plan.id}/report/submit").status_code == 303


def state_of(owed: Obligation) -> ReportState | None:
    db.session.expire_all()
    return db.session.scalar(sa.select(Report.state).where(Report.obligation_id == owed.id))


def sign(client: FlaskClient, plan: Plan, owed: list[Obligation]) -> None:
    db.session.expire_all()
    query = sa.select(Report).where(Report.obligation_id.in_([one.id for one in owed]))
    seen = [f"{report.id}-{report.version}" for report in db.session.scalars(query)]
    assert client.post(f"/plans/{plan.id}/report/sign", data={"seen": seen}).status_code == 303


def test_a_unit_sees_everything_it_owes_this_period(sign_in: SignIn, plan: Plan) -> None:
    page = sign_in("health").get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert "7月期填报" in page
    assert "还有 4 个工作日" in page
    assert page.count("data-draft=") == 6
    assert "<span data-missing-count>6</span> 项均无新进展" in page


def test_the_page_makes_at_most_12_statements_whatever_its_length(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("health")
    for no in ("1", "2", "3"):
        write(client, owed_by(plan, HEALTH, no))
    address = f"/plans/{plan.id}/report"
    db.session.remove()
    with count_statements() as sent:
        assert client.get(address).status_code == 200
    assert len(sent) <= 12, sent


def test_a_row_is_saved_and_says_its_version_and_time(sign_in: SignIn, plan: Plan) -> None:
    owed = owed_by(plan, HEALTH, "1")
    answer = sign_in("health").post(
        f"/obligations/{owed.id}/draft", data={"progress": TEXT, "percent": "45%"}, headers=FETCH
    )
    assert answer.status_code == 200
    said = answer.get_json()
    assert said["version"] == 1
    assert "已填" in said["status"]
    assert "送负责人签字（1 项）" in said["foot"]
    report = db.session.scalars(sa.select(Report)).one()
    assert (report.progress, report.percent) == (TEXT, 45)


def test_without_script_saving_leads_back_to_the_page(sign_in: SignIn, plan: Plan) -> None:
    owed = owed_by(plan, HEALTH, "1")
    answer = sign_in("health").post(f"/obligations/{owed.id}/draft", data={"progress": TEXT, "seen_version": "0"})
    assert answer.status_code == 303
    assert f"/plans/{plan.id}/report" in answer.location


@pytest.mark.parametrize("percent", ["128", "-1", "abc", "9" * 50, "4.5"])
def test_a_percent_that_is_none_is_refused_and_what_was_typed_stays(sign_in: SignIn, plan: Plan, percent: str) -> None:
    owed = owed_by(plan, HEALTH, "1")
    data = {"progress": TEXT, "percent": percent, "seen_version": "0"}
    client = sign_in("health")
    by_script = client.post(f"/obligations/{owed.id}/draft", data=data, headers=FETCH)
    assert (by_script.status_code, by_script.get_json()["field"]) == (422, "percent")
    plain = client.post(f"/obligations/{owed.id}/draft", data=data)
    page = plain.get_data(as_text=True)
    assert plain.status_code == 422
    assert "请填 0 到 100 的数" in page
    assert TEXT in page
    assert state_of(owed) is None


def test_a_partner_gives_no_percent(sign_in: SignIn, plan: Plan) -> None:
    assert write(sign_in("health"), owed_by(plan, HEALTH, "5"), percent="50") == 422


def test_a_row_changed_by_somebody_else_is_not_overwritten(sign_in: SignIn, plan: Plan, world: World) -> None:
    owed = owed_by(plan, HEALTH, "1")
    client = sign_in("health")
    write(client, owed)
    report = db.session.scalars(sa.select(Report)).one()
    report.progress, report.saved_by_id = "另一位写的。", world.person("finance").id
    commit()
    answer = client.post(
        f"/obligations/{owed.id}/draft", data={"progress": "我写的。", "seen_version": "1"}, headers=FETCH
    )
    assert answer.status_code == 409
    said = answer.get_json()
    assert said["theirs"]["progress"] == "另一位写的。"
    assert "钱填报改过" in said["message"]
    plain = client.post(f"/obligations/{owed.id}/draft", data={"progress": "我写的。", "seen_version": "1"})
    page = plain.get_data(as_text=True)
    assert plain.status_code == 409
    assert "另一位写的。" in page
    assert "我写的。" in page
    assert write(client, owed, seen=said["version"]) == 200


def test_no_news_for_the_rest_leaves_what_was_written(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("health")
    write(client, owed_by(plan, HEALTH, "1"))
    assert client.post(f"/plans/{plan.id}/report/no-news").status_code == 303
    db.session.expire_all()
    reports = list(db.session.scalars(sa.select(Report)))
    assert sorted(report.no_news for report in reports) == [False] + [True] * 5
    assert "还有 0 项" not in client.get(f"/plans/{plan.id}/report").get_data(as_text=True)


def test_a_part_may_go_first_and_be_taken_back(sign_in: SignIn, plan: Plan) -> None:
    client, owed, other = sign_in("health"), owed_by(plan, HEALTH, "1"), owed_by(plan, HEALTH, "2")
    write(client, owed)
    submit(client, plan)
    assert (state_of(owed), state_of(other)) == (ReportState.SUBMITTED, None)
    assert write(client, owed, seen=2) == 409, "what is with the head cannot be changed"
    client.post(f"/plans/{plan.id}/report/withdraw")
    assert state_of(owed) is ReportState.DRAFT


def test_submitting_twice_makes_one_version(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("health")
    write(client, owed_by(plan, HEALTH, "1"))
    submit(client, plan)
    submit(client, plan)
    assert db.session.scalar(sa.select(sa.func.count(ReportVersion.id))) == 1


def test_the_head_signs_what_was_on_the_page_once(sign_in: SignIn, plan: Plan) -> None:
    client, head, owed = sign_in("health"), sign_in("health-head"), owed_by(plan, HEALTH, "1")
    write(client, owed)
    submit(client, plan)
    page = head.get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert "签字送审 1 项" in page
    assert "data-draft=" not in page
    sign(head, plan, [owed])
    assert state_of(owed) is ReportState.SIGNED
    assert "没有可撤回的" in client.post(f"/plans/{plan.id}/report/withdraw", follow_redirects=True).get_data(
        as_text=True
    )
    assert state_of(owed) is ReportState.SIGNED


def test_what_changed_since_the_head_looked_is_not_signed(sign_in: SignIn, plan: Plan) -> None:
    client, head, owed = sign_in("health"), sign_in("health-head"), owed_by(plan, HEALTH, "1")
    write(client, owed)
    submit(client, plan)
    report = db.session.scalars(sa.select(Report)).one()
    seen = f"{report.id}-{report.version}"
    client.post(f"/plans/{plan.id}/report/withdraw")
    write(client, owed, seen=report.version + 1, progress="改过了。")
    submit(client, plan)
    page = head.post(f"/plans/{plan.id}/report/sign", data={"seen": [seen]}, follow_redirects=True).get_data(
        as_text=True
    )
    assert "1 项没有签" in page
    assert state_of(owed) is ReportState.SUBMITTED


def test_a_returned_report_goes_again_only_when_it_was_changed(sign_in: SignIn, plan: Plan) -> None:
    client, head, owed = sign_in("health"), sign_in("health-head"), owed_by(plan, HEALTH, "1")
    write(client, owed)
    submit(client, plan)
    report = db.session.scalars(sa.select(Report)).one()
    assert head.post(f"/reports/{report.id}/return", data={"reason": ""}).status_code == 422
    assert head.post(f"/reports/{report.id}/return", data={"reason": "请补人数。"}).status_code == 303
    page = client.get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert page.index("请补人数。") < page.index("组织开展健康进万家活动"), "returned ones stand on top"
    submit(client, plan)
    assert state_of(owed) is ReportState.RETURNED
    db.session.expire_all()
    assert write(client, owed, seen=report.version, progress="入库46人。") == 200
    submit(client, plan)
    assert state_of(owed) is ReportState.SUBMITTED


def test_a_unit_that_skips_signing_sends_straight_to_the_office(sign_in: SignIn, plan: Plan, world: World) -> None:
    world.unit(XIONGKOU).skips_signing = True
    commit()
    client, owed = sign_in("xiongkou"), owed_by(plan, XIONGKOU, "5")
    assert "送办公室审核" in client.get(f"/plans/{plan.id}/report").get_data(as_text=True)
    write(client, owed)
    submit(client, plan)
    assert state_of(owed) is ReportState.SIGNED


def test_last_periods_text_and_what_is_still_owed_are_on_the_page(
    sign_in: SignIn, plan: Plan, at: Callable[[date], None]
) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    write(client, owed, percent="40")
    submit(client, plan)
    sign(sign_in("health-head"), plan, [owed])
    at(date(2021, 8, 20))
    derive(plan, date(2021, 8, 20))
    commit()
    page = client.get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert "8月期填报" in page
    assert f"上期：</span>{TEXT}" in page or f"上期：{TEXT}" in page
    assert "7月期还有 5 项没有报" in page
    now = owed_by(plan, HEALTH, "1", "8月期")
    client.post(f"/obligations/{now.id}/draft", data={"no_news": "1", "seen_version": "0"}, headers=FETCH)
    report = db.session.scalars(sa.select(Report).where(Report.obligation_id == now.id)).one()
    assert (report.no_news, report.percent) == (True, 40)


def test_the_writer_is_told_what_to_look_at_again_and_may_send_it_all_the_same(
    sign_in: SignIn, plan: Plan, at: Callable[[date], None]
) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    write(client, owed, percent="40")
    submit(client, plan)
    sign(sign_in("health-head"), plan, [owed])
    at(date(2021, 8, 20))
    derive(plan, date(2021, 8, 20))
    commit()
    now = owed_by(plan, HEALTH, "1", "8月期")
    data = {"progress": TEXT, "percent": "35", "seen_version": 0}
    said = client.post(f"/obligations/{now.id}/draft", data=data, headers=FETCH).get_json()
    assert "进展情况与上期一字不差" in said["advice"]
    assert "完成比例从上期的40%降到35%" in said["advice"]
    assert "有提示" in said["status"]
    page = client.get(f"/plans/{plan.id}/report?show=advised").get_data(as_text=True)
    assert "有提示 <span>1</span> 项，不影响送签" in page
    assert page.count("data-draft=") == 1
    submit(client, plan)
    assert state_of(now) is ReportState.SUBMITTED
    head = sign_in("health-head").get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert "提示仅供参考，不影响签字。" in head


def test_a_lead_may_say_that_a_task_has_started(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("health")
    assert write(client, owed_by(plan, HEALTH, "4"), milestone="start") == 200
    assert write(client, owed_by(plan, HEALTH, "5"), milestone="start") == 422
    assert write(client, owed_by(plan, HEALTH, "2"), milestone="nonsense") == 422


def test_a_unit_signs_for_its_tasks_one_by_one_and_all_at_once(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("health")
    page = client.get(f"/plans/{plan.id}/acknowledge").get_data(as_text=True)
    assert page.count('name="assignment_id"') == 6
    first = page.split('name="assignment_id" value="')[1].split('"')[0]
    client.post(f"/plans/{plan.id}/acknowledge", data={"assignment_id": first})
    assert "未签收 5 项" in client.get(f"/plans/{plan.id}/acknowledge").get_data(as_text=True)
    client.post(f"/plans/{plan.id}/acknowledge", data={"all": "1"})
    assert "都已签收" in client.get(f"/plans/{plan.id}/acknowledge").get_data(as_text=True)


@pytest.mark.parametrize(
    "show", ["advised", "returned", "missing", "news", "no_news", "lead", "partner", "todo", "done", "nonsense"]
)
def test_every_filter_answers(sign_in: SignIn, plan: Plan, show: str) -> None:
    assert sign_in("health").get(f"/plans/{plan.id}/report?show={show}").status_code == 200


def test_a_period_that_is_not_there_is_not_found(sign_in: SignIn, plan: Plan) -> None:
    assert sign_in("health").get(f"/plans/{plan.id}/report?period=999").status_code == 404

"""The pages of messages and reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.plans import make_plan
from tests.statements import count_statements
from tests.world import World
from tracker import clock
from tracker.extensions import commit, db
from tracker.jobs.models import JobRun
from tracker.jobs.runner import run
from tracker.jobs.table import HEARTBEAT, JOBS
from tracker.plans.models import Plan
from tracker.reminders.actions import remind
from tracker.reminders.models import Delivery, Message
from tracker.reminders.planning import rules_of
from tracker.reminders.rules import PRESET

SignIn = Callable[[str], FlaskClient]
EVE = date(2021, 7, 23)


@beginning
def plan(app: Flask, world: World, at: Callable[[date], None]) -> Plan:
    made = make_plan()
    at(EVE)
    remind(EVE)
    commit()
    return made


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def message_of(login: str) -> int:
    from tracker.accounts.models import Person

    return db.session.scalars(sa.select(Message.id).join(Person).where(Person.login == login)).one()


def test_a_message_is_seen_when_its_page_says_so_and_not_by_being_fetched(plan: Plan, sign_in: SignIn) -> None:
    health, number = sign_in("health"), message_of("health")
    assert "未看 1 条" in text(health, "/inbox")
    page = text(health, f"/inbox/{number}")
    assert "未看 1 条" in text(health, "/inbox")
    assert f'hx-post="/inbox/{number}/seen" hx-trigger="load"' in page
    assert health.post(f"/inbox/{number}/seen", headers={"HX-Request": "true"}).status_code == 204
    assert "未看 0 条" in text(health, "/inbox")
    assert "hx-trigger" not in text(health, f"/inbox/{number}")


def test_a_message_leads_to_the_tasks_it_speaks_of(plan: Plan, sign_in: SignIn) -> None:
    page = text(sign_in("health"), f"/inbox/{message_of('health')}")
    assert page.count('href="/tasks/') == 6


def test_the_ledger_s_list_of_arrears_can_be_sent(plan: Plan, sign_in: SignIn, at: Callable[[date], None]) -> None:
    at(date(2021, 7, 28))
    assert f'action="/plans/{plan.id}/remind"' in text(sign_in("office1"), f"/plans/{plan.id}/ledger/arrears")


def test_everything_can_be_marked_as_seen_at_once(plan: Plan, sign_in: SignIn) -> None:
    health = sign_in("health")
    health.post("/inbox/seen")
    assert "未看 0 条" in text(health, "/inbox")
    assert "未看 1 条" in text(sign_in("finance"), "/inbox")


@pytest.mark.parametrize("login", ["finance", "health-head", "office1", "leader", "auditor"])
def test_a_message_is_read_by_its_recipient_alone(plan: Plan, sign_in: SignIn, login: str) -> None:
    number = message_of("health")
    client = sign_in(login)
    text(client, f"/inbox/{number}", status=404)
    assert client.post(f"/inbox/{number}/seen").status_code == 404
    assert db.session.get_one(Message, number).seen_at is None


def test_the_office_finds_units_without_a_contact_in_its_inbox(plan: Plan, sign_in: SignIn) -> None:
    assert "未看 1 条" in text(sign_in("office2"), "/inbox")


def test_the_top_bar_counts_what_is_not_seen(plan: Plan, sign_in: SignIn) -> None:
    assert "消息" in text(sign_in("health"), "/password")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("deliveries", ["张填报", "到期前3天", "站内消息", "已发", "未看", "办公室（无联系人）"]),
        ("reminders/tomorrow", ["2021-07-26（周一） 8:30", "张填报", "市卫生健康委填报人", "明天是休息日"]),
        ("reminders/rules", ["到期前 0 天是到期当天", "填报人、单位负责人、分管领导"]),
    ],
)
def test_the_office_reads_the_pages_of_its_plan_and_others_do_not(
    plan: Plan, sign_in: SignIn, address: str, words: list[str]
) -> None:
    page = text(sign_in("office1"), f"/plans/{plan.id}/{address}")
    assert [word for word in words if word not in page] == []
    for login in ("health", "leader", "system"):
        text(sign_in(login), f"/plans/{plan.id}/{address}", status=403)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=sent", 4),
        ("state=failed", 0),
        ("state=unseen", 4),
        ("channel=inbox&day=2021-07-23", 4),
        ("day=2021-07-24", 0),
        ("find=张填报", 1),
        ("find=%25", 0),
        ("state=nonsense&channel=nonsense&day=nonsense&page=nonsense", 4),
    ],
)
def test_deliveries_are_filtered_by_the_address(plan: Plan, sign_in: SignIn, query: str, found: int) -> None:
    assert text(sign_in("office1"), f"/plans/{plan.id}/deliveries?{query}").count("<tr data-row>") == found


def test_a_long_list_of_deliveries_takes_as_many_statements_as_a_short_one(plan: Plan, sign_in: SignIn) -> None:
    office, address = sign_in("office1"), f"/plans/{plan.id}/deliveries"
    with count_statements() as short:
        text(office, address)
    add_messages(plan, 250)
    with count_statements() as long:
        assert "第 1 页，共 2 页，254 项" in text(office, address)
    assert len(long) <= len(short)
    assert "第 2 页，共 2 页" in text(office, f"{address}?page=2")


def add_messages(plan: Plan, count: int) -> None:
    for number in range(count):
        one = Message(key=f"t:{number}", plan_id=plan.id, day=EVE, title="t", body="b", created_at=clock.now())
        db.session.add(one)
        db.session.flush()
        db.session.add(Delivery(message_id=one.id, channel="inbox", state="sent", stable_id=f"<{number}@t>"))
    commit()


def rows(*typed: tuple[str, str, str, str]) -> dict[str, list[str]]:
    return {
        name: list(column)
        for name, column in zip(("when", "days", "reach", "repeat"), zip(*typed, strict=True), strict=True)
    }


def test_the_office_changes_the_rules(plan: Plan, sign_in: SignIn) -> None:
    typed = rows(("before", "2", "head", ""), ("after", "5", "leader", "10"), ("after", "", "reporter", ""))
    assert sign_in("office1").post(f"/plans/{plan.id}/reminders/rules", data=typed).status_code == 303
    assert [(r.offset, r.reach.value, r.repeat) for r in rules_of(plan.id)] == [(-2, "head", None), (5, "leader", 10)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("after", "三", "head", ""), "“三”不是天数"),
        (("before", "3", "head", "7"), "只有逾期以后才能重复"),
        (("after", "999", "head", ""), "天数请填 0 到 365"),
        (("after", "3", "mayor", ""), "请选告知谁"),
    ],
)
def test_rules_that_make_no_sense_come_back_with_the_reason_and_as_typed(
    plan: Plan, sign_in: SignIn, typed: tuple[str, str, str, str], says: str
) -> None:
    answer = sign_in("office1").post(f"/plans/{plan.id}/reminders/rules", data=rows(typed))
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert f'value="{typed[1]}"' in answer.get_data(as_text=True)
    assert len(rules_of(plan.id)) == len(PRESET)


def test_the_pages_say_when_the_scheduler_stands_still(plan: Plan, sign_in: SignIn, world: World) -> None:
    office, address = sign_in("office1"), f"/plans/{plan.id}/deliveries"
    assert "定时任务还没有启动" in text(office, address)
    run(JOBS[HEARTBEAT])
    assert "定时任务" not in text(office, address)
    db.session.get_one(JobRun, HEARTBEAT).started_at = clock.real_now() - timedelta(minutes=6)
    commit()
    assert "起停了，催办不会自动发出" in text(office, address)
    assert "起停了" in text(sign_in("system"), "/jobs")

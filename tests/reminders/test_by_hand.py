"""催办 by hand from a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.plans import make_plan, owed_by
from tests.world import EDUCATION, FINANCE, HEALTH, World
from tracker import clock
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db
from tracker.plans.models import Plan
from tracker.reminders.actions import remind
from tracker.reminders.models import HandSent, Message, Reminder
from tracker.reminders.queries import last_reminded

SignIn = Callable[[str], FlaskClient]
TUESDAY = date(2021, 7, 27)


@pytest.fixture
def plan(app: Flask, world: World, at: Callable[[date], None], monkeypatch: pytest.MonkeyPatch) -> Plan:
    made = make_plan()
    at(TUESDAY)
    clock_at(monkeypatch, datetime(2021, 7, 27, 10, 0, tzinfo=clock.SHANGHAI))
    return made


def clock_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: moment.date())


def urge(client: FlaskClient, plan: Plan, **fields: object) -> str:
    answer = client.post(f"/plans/{plan.id}/remind", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["HX-Retarget"] == "#messages"
    return answer.get_data(as_text=True)


def test_a_unit_is_urged_about_all_it_owes_and_the_office_reads_who_was_told(
    plan: Plan, sign_in: SignIn, world: World
) -> None:
    said = urge(sign_in("office1"), plan, unit=world.unit(FINANCE).id, words="请今天报上来。")
    assert "已催办 1 人：钱填报，通过站内消息。" in said
    told = db.session.scalars(sa.select(Message)).one()
    assert told.title == "【催办】潜江“323”攻坚行动 2021年度：2项已逾期"
    assert "王审核留言：请今天报上来。" in told.body
    assert db.session.scalars(sa.select(HandSent)).one().sent_by.name == "王审核"
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "reminder.send")).one()
    assert event.after == {"发出": 1, "事项": 2, "留言": "请今天报上来。"}


def test_single_items_of_several_units_go_out_as_one_digest_a_person(plan: Plan, sign_in: SignIn) -> None:
    chosen = [owed_by(plan, HEALTH, "1").id, owed_by(plan, HEALTH, "2").id, owed_by(plan, FINANCE, "1").id]
    said = urge(sign_in("office1"), plan, obligation=chosen)
    assert "已催办 2 人：张填报、钱填报" in said
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 3


def test_a_unit_without_a_contact_is_said_and_put_into_the_office_s_inbox(
    plan: Plan, sign_in: SignIn, world: World
) -> None:
    office = sign_in("office1")
    assert "1 项的单位没有联系人" in urge(office, plan, unit=world.unit(EDUCATION).id)
    assert "市教育局" in office.get(f"/inbox/{db.session.scalars(sa.select(Message.id)).one()}").get_data(as_text=True)


def test_the_same_item_is_urged_once_a_day(plan: Plan, sign_in: SignIn, world: World) -> None:
    office, unit = sign_in("office1"), world.unit(FINANCE).id
    urge(office, plan, unit=unit)
    assert "今天都已经催办过" in urge(office, plan, unit=unit)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(HandSent)) == 1


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (datetime(2021, 7, 31, 10, 0), "催办将在8月2日（周一） 8:30 发出（今天是休息日）。"),
        (datetime(2021, 8, 1, 10, 0), "催办将在明天 8:30 发出（今天是休息日）。"),
        (datetime(2021, 7, 27, 20, 0), "催办将在明天 8:30 发出（现在不是工作时间）。"),
        (datetime(2021, 7, 27, 7, 0), "催办将在今天 8:30 发出（现在不是工作时间）。"),
    ],
)
def test_out_of_hours_the_answer_says_when_it_will_leave(
    app: Flask, plan: Plan, sign_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch, moment: datetime, says: str
) -> None:
    app.config["SMTP_HOST"] = "127.0.0.1"
    clock_at(monkeypatch, moment.replace(tzinfo=clock.SHANGHAI))
    assert says in urge(sign_in("office1"), plan, unit=world.unit(FINANCE).id)


def test_without_script_the_office_comes_back_to_the_list_and_reads_it_there(
    plan: Plan, sign_in: SignIn, world: World
) -> None:
    office = sign_in("office1")
    answer = office.post(f"/plans/{plan.id}/remind", data={"unit": world.unit(FINANCE).id})
    assert answer.status_code == 303
    assert "已催办 1 人" in office.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize(
    "fields", [{}, {"unit": "x"}, {"obligation": "999999999999999999"}, {"unit": "1", "words": "长" * 501}]
)
def test_nothing_chosen_or_too_many_words_is_said(plan: Plan, sign_in: SignIn, fields: dict[str, str]) -> None:
    assert sign_in("office1").post(f"/plans/{plan.id}/remind", data=fields).status_code == 422


@pytest.mark.parametrize("login", ["health", "health-head", "leader", "system"])
def test_only_the_office_urges(plan: Plan, sign_in: SignIn, login: str) -> None:
    assert sign_in(login).post(f"/plans/{plan.id}/remind", data={"unit": 1}).status_code == 403


def test_lists_say_when_a_unit_was_last_told_and_how(plan: Plan, sign_in: SignIn, world: World) -> None:
    remind(TUESDAY)
    commit()
    health, finance, education = (world.unit(name).id for name in (HEALTH, FINANCE, EDUCATION))
    assert last_reminded(plan.id)[health] == (TUESDAY, "自动")
    urge(sign_in("office1"), plan, unit=finance)
    found = last_reminded(plan.id)
    assert (found[health], found[finance]) == ((TUESDAY, "自动"), (TUESDAY, "人工"))
    assert education not in found  # nobody was told: it has no contact

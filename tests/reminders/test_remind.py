"""A run of the reminders: who is told what, once."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.beginnings import beginning
from tests.plans import make_plan
from tests.world import EDUCATION, FINANCE, HEALTH, LONGWAN, World
from tracker import clock
from tracker.accounts.actions import give_post
from tracker.extensions import commit, db
from tracker.obligations.models import Obligation
from tracker.permissions import Role
from tracker.plans.models import Plan
from tracker.progress.models import Report
from tracker.progress.rules import ReportState
from tracker.reminders.actions import remind, set_rules
from tracker.reminders.models import Delivery, DeliveryState, Message, Reminder
from tracker.reminders.queries import rehearsal
from tracker.reminders.rules import Audience, Rule
from tracker.units.models import Unit

DUE = date(2021, 7, 26)  # the 25th is a Sunday
EVE = date(2021, 7, 23)  # three days before
AFTER, THIRD, SEVENTH = date(2021, 7, 27), date(2021, 7, 29), date(2021, 8, 2)
SATURDAY, MONDAY = date(2021, 7, 31), date(2021, 8, 2)


@beginning
def plan(app: Flask, world: World) -> Plan:
    return make_plan()


def run(day: date) -> int:
    counts = remind(day)
    commit()
    return counts.messages


def told() -> dict[str, Message]:
    """Name of the recipient -> the message; the office's is 办公室."""
    return {one.recipient.name if one.recipient else "办公室": one for one in db.session.scalars(sa.select(Message))}


def put_report(plan: Plan, unit: str, state: ReportState, world: World) -> None:
    """Every period report of a unit in this state."""
    owed = sa.select(Obligation).join(Unit, Unit.id == Obligation.unit_id).where(Unit.name == unit)
    for obligation in db.session.scalars(owed):
        writer = world.person("health")
        db.session.add(Report(obligation_id=obligation.id, state=state, saved_at=clock.now(), saved_by_id=writer.id))
    commit()


def test_before_the_due_day_the_reporters_hear_of_it_and_the_office_of_units_without_one(plan: Plan) -> None:
    run(EVE)
    assert set(told()) == {"张填报", "钱填报", "周填报", "办公室"}


def test_a_digest_names_the_items_with_their_due_day_and_what_to_do(plan: Plan) -> None:
    run(EVE)
    body = told()["张填报"].body
    assert body.startswith("张填报，您好：")
    assert "等您填报（6项）" in body
    assert "第1项 建立健康科普专家库、资源库和传播机制。　7月期进展填报，7月26日（周一）到期，还有3天" in body
    assert "龙湾镇　第2项" in told()["办公室"].body
    assert "无联系人" in told()["办公室"].body


def test_everybody_gets_one_digest_a_run(plan: Plan) -> None:
    run(EVE)
    recipients = list(db.session.scalars(sa.select(Message.recipient_id)))
    assert len(recipients) == len(set(recipients)) == 4


def test_the_same_day_again_changes_nothing(plan: Plan) -> None:
    assert run(EVE) == 4
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Reminder))
    assert run(EVE) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == before


def test_the_day_after_nothing_is_said_again_until_the_next_offset(plan: Plan) -> None:
    run(date(2021, 7, 19))  # seven days before
    assert run(date(2021, 7, 20)) == 0
    assert run(EVE) == 4


@pytest.mark.parametrize(
    ("day", "heads", "leader"),
    [(DUE, False, False), (AFTER, False, False), (THIRD, True, False), (SEVENTH, True, True)],
)
def test_a_reminder_climbs_to_the_head_and_then_to_the_leader(
    plan: Plan, world: World, day: date, heads: bool, leader: bool
) -> None:
    plan.leader_id = world.person("leader").id
    run(day)
    assert ("赵主任" in told(), "冯市长" in told()) == (heads, leader)


def test_the_leader_of_a_task_is_told_instead_of_the_plan_s(plan: Plan, world: World) -> None:
    plan.leader_id = world.person("leader").id
    deputy = world.person("system")
    task = db.session.scalars(sa.select(Obligation)).first().task  # type: ignore[union-attr]
    task.leader_id = deputy.id
    run(SEVENTH)
    items = {name: message_tasks(message) for name, message in told().items()}
    assert items["陈系统"] == {task.id}
    assert task.id not in items["冯市长"]


def message_tasks(message: Message) -> set[int]:
    query = sa.select(Obligation.task_id).join(Reminder, Reminder.obligation_id == Obligation.id)
    return set(db.session.scalars(query.where(Reminder.message_id == message.id)))


def test_without_a_leader_nobody_is_told_in_the_leader_s_stead(plan: Plan) -> None:
    run(SEVENTH)
    assert "冯市长" not in told()


@pytest.mark.parametrize("state", [ReportState.SIGNED, ReportState.ACCEPTED])
def test_what_was_received_is_not_asked_for(plan: Plan, world: World, state: ReportState) -> None:
    put_report(plan, FINANCE, state, world)
    run(EVE)
    assert "钱填报" not in told()


def test_what_waits_for_a_signature_is_asked_of_the_head(plan: Plan, world: World) -> None:
    put_report(plan, FINANCE, ReportState.SUBMITTED, world)
    run(EVE)
    assert "钱填报" not in told()
    assert "等您签字" in told()["孙局长"].body


def test_a_returned_report_is_asked_for_again(plan: Plan, world: World) -> None:
    put_report(plan, FINANCE, ReportState.RETURNED, world)
    run(EVE)
    assert "钱填报" in told()


def test_on_a_day_off_nothing_goes_out_and_it_moves_to_the_next_working_day(plan: Plan, world: World) -> None:
    set_rules(plan, [Rule(5)], world.actor("office1"))  # 26 July + 5 is a Saturday
    assert run(date(2021, 7, 30)) == 0
    assert run(SATURDAY) == 0
    assert run(MONDAY) == 4


def test_recipients_are_those_who_hold_the_post_on_the_day_of_the_run(plan: Plan, world: World) -> None:
    run(date(2021, 7, 19))
    give_post(world.person("stranger"), Role.REPORTER, world.unit(EDUCATION), date(2021, 7, 20), None)
    world.person("finance").ended_on = date(2021, 7, 20)
    before = set(told())
    run(EVE)
    assert "郑填报" not in before
    assert "郑填报" in told()
    last = db.session.scalars(sa.select(Message.day).where(Message.recipient_id == world.person("finance").id)).all()
    assert last == [date(2021, 7, 19)]


def test_a_person_in_two_posts_gets_one_digest_with_the_names_of_the_units(plan: Plan, world: World) -> None:
    give_post(world.person("health"), Role.REPORTER, world.unit(LONGWAN), date(2021, 7, 1), None)
    run(EVE)
    body = told()["张填报"].body
    assert "市卫生健康委　第1项" in body
    assert "龙湾镇　第2项" in body


def test_a_closed_task_or_period_is_left_alone(plan: Plan, world: World) -> None:
    one = db.session.scalars(sa.select(Obligation)).first()
    assert one is not None and one.period is not None
    one.period.closed_on = DUE
    commit()
    assert run(SEVENTH) == 0


def test_the_office_s_rules_hold_from_then_on(plan: Plan, world: World) -> None:
    set_rules(plan, [Rule(-3, Audience.HEAD)], world.actor("office1"))
    run(EVE)
    assert "赵主任" in told()
    assert run(AFTER) == 0


def test_a_rule_that_is_taken_out_and_put_back_is_the_same_rule(plan: Plan, world: World) -> None:
    office = world.actor("office1")
    set_rules(plan, [Rule(-3)], office)
    run(EVE)
    set_rules(plan, [], office)
    assert run(AFTER) == 0
    set_rules(plan, [Rule(-3, Audience.HEAD)], office)
    run(EVE)
    assert db.session.scalar(sa.select(sa.func.count(sa.distinct(Reminder.source)))) == 1


def test_every_message_has_a_delivery_for_each_channel_that_is_on(app: Flask, plan: Plan, world: World) -> None:
    app.config.update(SMTP_HOST="127.0.0.1", WEBHOOK_URL="http://127.0.0.1:9")
    world.person("finance").email = ""
    run(EVE)
    ways = {name: {d.channel: (d.state, d.error) for d in deliveries_of(message)} for name, message in told().items()}
    sent, pending = (DeliveryState.SENT, ""), (DeliveryState.PENDING, "")
    assert ways["张填报"] == {"inbox": sent, "email": pending, "webhook": pending}
    assert ways["办公室"] == {"inbox": sent, "webhook": pending}
    assert ways["钱填报"]["email"] == (DeliveryState.FAILED, "没有登记邮箱，请系统管理员补上")


def deliveries_of(message: Message) -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).where(Delivery.message_id == message.id)))


def test_the_rehearsal_is_what_the_run_then_sends(plan: Plan) -> None:
    rehearsed = {one.name: len(one.entries) for one in rehearsal(plan, THIRD)}
    run(THIRD)
    sent = sa.select(sa.func.count()).select_from(Reminder).group_by(Reminder.message_id)
    assert sorted(rehearsed.values()) == sorted(db.session.scalars(sent))
    assert rehearsal(plan, THIRD) == []
    assert HEALTH in {one.post[: len(HEALTH)] for one in rehearsal(plan, SEVENTH)}

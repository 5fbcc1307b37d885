"""More time for a task, through the pages: from desk to desk, what changes when it is granted, and what never does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.ledger.reports import ACCEPTED, report
from tests.plans import make_plan, owed_by
from tests.progress.test_unit_page import SignIn
from tests.world import FINANCE, HEALTH, TOWNS, World
from tracker.accounts.actions import give_post
from tracker.accounts.models import Post
from tracker.assessment.kinds import KINDS, gather
from tracker.extensions import commit, db
from tracker.ledger.facts import TaskFacts, facts
from tracker.ledger.keeping import differing, refresh_due
from tracker.ledger.standing import TaskStanding, standings
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.obligations.queries import periods
from tracker.obligations.rates import ClosingFact, Share, closing_rate
from tracker.obligations.rules import Kind
from tracker.permissions import Role
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress.extension_rules import ExtensionState
from tracker.progress.models import Extension
from tracker.progress.unit_rows import Row, sheet
from tracker.reminders.models import Message
from tracker.tasks.models import Task
from tracker.tasks.scored import Span

Moving = Callable[[date], None]
ASKED = {"new_on": "2022-03-31", "reason": "设备两次流标", "progress": "完成六成"}


@beginning
def plan(world: World, at: Moving) -> Plan:
    at(date(2021, 7, 20))
    return make_plan()


def task(plan: Plan, no: str = "1") -> Task:
    return db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == no)).one()


def asked(sign_in: SignIn, plan: Plan, **changes: str) -> Extension:
    """An application of the health commission about task 1."""
    answer = sign_in("health").post(f"/tasks/{task(plan).id}/extension", data=ASKED | changes)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return db.session.scalars(sa.select(Extension).order_by(Extension.id.desc())).first()  # type: ignore[return-value]


def step(client: FlaskClient, extension: Extension, what: str, agreed: str = "1", words: str = "") -> int:
    address = f"/extensions/{extension.id}/{what}"
    status = client.post(address, data={"agreed": agreed, "words": words}).status_code
    db.session.expire_all()
    return status


def granted(sign_in: SignIn, plan: Plan, at: Moving, day: date) -> Extension:
    """Asked for and granted on one day, after the periods up to then were opened."""
    at(day)
    derive(plan, day)
    commit()
    extension = asked(sign_in, plan)
    assert step(sign_in("health-head"), extension, "agree") == 303
    assert step(sign_in("office1"), extension, "decide") == 303
    return extension


def on(plan: Plan, day: date) -> tuple[TaskFacts, TaskStanding]:
    found = task(plan).id
    return facts([found], day)[found], standings([found], day)[found]


def completions(plan: Plan) -> list[tuple[date, bool]]:
    """The last days of the completion reports of task 1, and whether they are still owed."""
    query = sa.select(Obligation.key_on, Obligation.withdrawn_on).order_by(Obligation.id)
    rows = db.session.execute(query.where(Obligation.task_id == task(plan).id, Obligation.kind == Kind.COMPLETION))
    return [(row.key_on, row.withdrawn_on is None) for row in rows]


def test_it_goes_to_the_head_and_the_office_and_moves_the_limit_from_that_day(
    sign_in: SignIn, plan: Plan, at: Moving
) -> None:
    sent = report(plan, HEALTH, "1", date(2021, 7, 22), "入库46人", 40, until=ACCEPTED)
    plan.every = Every.HALF_YEAR
    extension = granted(sign_in, plan, at, date(2021, 12, 10))
    assert (extension.state, extension.limit_on, extension.days_late) == (ExtensionState.GRANTED, date(2021, 12, 31), 0)
    assert (task(plan).limit_due_on, task(plan).limit_words) == (date(2022, 3, 31), "2021（延至2022-03-31）")
    before, after = on(plan, date(2021, 12, 9)), on(plan, date(2021, 12, 10))
    assert (before[0].limit.due_on, before[1].limit_raw, before[1].limit_note) == (date(2021, 12, 31), "2021", "")
    assert after[1].limit_raw == "2021（延至2022-03-31）"
    assert after[1].limit_note == "原定2021-12-31，准延至2022-03-31"
    assert completions(plan) == [(date(2022, 3, 31), True)]  # in the plan's half years a report of its own
    assert db.session.get_one(Obligation, sent.obligation_id).withdrawn_on is None
    assert differing(date(2021, 12, 10)) == []


def test_while_it_waits_nothing_changes_in_the_lamp_but_every_page_says_whose_desk(
    sign_in: SignIn, plan: Plan, at: Moving, world: World
) -> None:
    at(date(2022, 1, 5))
    derive(plan, date(2022, 1, 5))
    refresh_due(date(2022, 1, 5))
    commit()
    extension = asked(sign_in, plan)
    found, standing = on(plan, date(2022, 1, 5))
    assert extension.days_late == 5
    assert found.limit.due_on == date(2021, 12, 31)
    assert (standing.colour, standing.limit_raw) == ("red", "2021（延期申请中）")
    assert standing.limit_note == "延期申请中：市卫生健康委申请延到2022-03-31，等单位负责人签字，逾期5天后才申请"
    assert [(one["unit"], one["desk"]) for one in standing.waiting if one["obligation_id"] is None] == [
        (HEALTH, "单位负责人")
    ]
    assert on(plan, date(2022, 1, 4))[1].limit_raw == "2021"
    office = sign_in("office1")
    assert "延期申请中：市卫生健康委申请延到2022-03-31" in office.get(f"/tasks/{task(plan).id}").get_data(as_text=True)
    assert "2021（延期申请中）" in office.get(f"/plans/{plan.id}/ledger").get_data(as_text=True)
    assert "等您同意 1 件" in sign_in("health-head").get(f"/plans/{plan.id}/").get_data(as_text=True)
    page = sign_in("health").get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert "延期申请中，待单位负责人同意" in page
    assert step(sign_in("health-head"), extension, "agree") == 303
    queue = office.get(f"/plans/{plan.id}/verify?only=extension").get_data(as_text=True)
    assert "设备两次流标" in queue
    assert "逾期 5 天后才申请" in queue
    assert "延期申请</a> <b>1</b>" in office.get(f"/plans/{plan.id}/").get_data(as_text=True)


def test_a_late_grant_leaves_the_red_days_red_and_the_closing_rate_of_each_day(
    sign_in: SignIn, plan: Plan, at: Moving
) -> None:
    granted(sign_in, plan, at, date(2022, 1, 10))

    def rate(day: date) -> Share:
        found = [one for one in facts(sa.select(Task.id), day).values() if one.limit.due_on]
        return closing_rate([ClosingFact(one.limit.due_on, one.closed_on) for one in found if one.limit.due_on], day)

    time = [on(plan, day)[1].axes[0]["sentence"] for day in (date(2022, 1, 9), date(2022, 1, 10))]
    assert time == ["2021年底到期，逾期9天", "2022年3月底到期"]
    # tasks 1 and 6 were due; from the grant on only 6 is, until 1 falls due again
    assert [rate(day).of for day in (date(2022, 1, 9), date(2022, 1, 10), date(2022, 4, 1))] == [2, 1, 2]


def test_one_at_a_time_with_a_reason_and_a_later_day(sign_in: SignIn, plan: Plan) -> None:
    health, address = sign_in("health"), f"/tasks/{task(plan).id}/extension"
    for wrong in (
        {"new_on": "2021-12-31"},
        {"new_on": "2021-02-30"},
        {"new_on": ""},
        {"reason": " "},
        {"progress": ""},
    ):
        answer = health.post(address, data=ASKED | wrong)
        assert answer.status_code == 422
        assert "设备两次流标" in answer.get_data(as_text=True) or "reason" in wrong
    asked(sign_in, plan)
    again = health.post(address, data=ASKED)
    assert again.status_code == 409
    assert "一项任务一次只能有一份申请" in again.get_data(as_text=True)
    assert sign_in("finance").post(address, data=ASKED).status_code == 403
    assert sign_in("health-head").post(address, data=ASKED).status_code == 403
    assert health.post(f"/tasks/{task(plan, '2').id}/extension", data=ASKED).status_code == 422


def test_no_desk_is_passed_over_and_nobody_agrees_to_his_own(sign_in: SignIn, plan: Plan, world: World) -> None:
    give_post(world.person("health"), Role.HEAD, world.unit(HEALTH), date(2021, 1, 1), None)
    commit()
    extension = asked(sign_in, plan)
    office, head = sign_in("office1"), sign_in("health-head")
    assert step(office, extension, "decide") == 403
    assert step(sign_in("finance-head"), extension, "agree") == 403
    own = sign_in("health")
    posts = [post.id for post in world.person("health").posts]
    assert own.post(f"/posts/{posts[-1]}").status_code == 303
    assert step(own, extension, "agree") == 403
    assert step(head, extension, "agree", "0") == 422
    assert step(head, extension, "agree", "0", "再想想办法") == 303
    assert extension.state is ExtensionState.REFUSED
    assert step(head, extension, "agree") == 403
    asked(sign_in, plan)


def test_where_the_plan_asks_it_the_leader_in_charge_has_the_last_word(
    sign_in: SignIn, plan: Plan, world: World
) -> None:
    plan.extension_asks_leader = True
    commit()
    extension, leader = asked(sign_in, plan), sign_in("leader")
    step(sign_in("health-head"), extension, "agree")
    assert step(leader, extension, "grant") == 403
    assert step(sign_in("office1"), extension, "decide", words="情况属实") == 303
    assert (extension.state, task(plan).limit_due_on) == (ExtensionState.OFFICE_AGREED, date(2021, 12, 31))
    assert "等您批准的延期" in leader.get(f"/plans/{plan.id}/").get_data(as_text=True)
    assert step(leader, extension, "grant") == 303
    assert task(plan).limit_due_on == date(2022, 3, 31)


def test_the_units_reporter_and_head_hear_how_it_ended(sign_in: SignIn, plan: Plan, world: World) -> None:
    extension = asked(sign_in, plan)
    step(sign_in("health-head"), extension, "agree")
    step(sign_in("office1"), extension, "decide", "0", "还有两个月")
    told = {(one.recipient.login, one.title) for one in db.session.scalars(sa.select(Message)) if one.recipient}
    title = "【延期】潜江“323”攻坚行动 2021年度：第1项没有同意"
    assert told == {("health", title), ("health-head", title)}
    assert task(plan).limit_due_on == date(2021, 12, 31)


def test_the_result_goes_to_the_posts_of_that_day_and_to_the_office_when_nobody_holds_them(
    sign_in: SignIn, plan: Plan, world: World
) -> None:
    extension = asked(sign_in, plan)
    assert step(sign_in("health-head"), extension, "agree") == 303
    held = sa.update(Post).where(Post.unit_id == world.unit(HEALTH).id)
    db.session.execute(held.values(until_on=date(2021, 7, 20)))
    commit()
    assert step(sign_in("office1"), extension, "decide", "0", "时间够") == 303
    told = list(db.session.scalars(sa.select(Message)))
    assert [(one.recipient_id, HEALTH in one.body) for one in told] == [(None, True)]


def test_a_unit_that_owes_through_a_group_may_not_ask_and_is_led_to_no_application(
    sign_in: SignIn, plan: Plan, world: World
) -> None:
    health, finance = world.unit(HEALTH).id, world.unit(FINANCE).id
    now = periods(plan.id)[0]

    def row(unit_id: int) -> Row:
        rows = sheet(plan, unit_id, [now], now, date(2021, 7, 20)).rows
        return next(one for one in rows if one.obligation.task_id == task(plan).id)

    assert (row(health).may_close, row(health).may_extend) == (True, True)
    row(health).obligation.via_group_id = world.unit(TOWNS).id
    assert (row(health).may_close, row(health).may_extend) == (False, False)
    asked(sign_in, plan)
    assert row(finance).extension is not None
    row(finance).obligation.via_group_id = world.unit(TOWNS).id
    assert row(finance).extension is None


def test_it_gives_facts_to_score(sign_in: SignIn, plan: Plan, at: Moving) -> None:
    granted(sign_in, plan, at, date(2022, 1, 10))
    span = Span(plan.id, date(2021, 12, 26), date(2022, 1, 25), date(2022, 2, 1))
    found = {one.kind: (one.unit_id, one.on, one.size) for one in gather(span) if one.kind.startswith("extension.")}
    unit = owed_by(plan, HEALTH, "1").unit_id
    assert found == {
        "extension.late": (unit, date(2022, 1, 10), 10),
        "extension.granted": (unit, date(2022, 1, 10), 90),
    }
    assert KINDS["extension.late"].title == "逾期才申请延期"
    assert [one for one in gather(span._replace(as_of=date(2022, 1, 9))) if one.kind.startswith("extension.")] == []


def test_a_partner_reads_why_and_a_stranger_finds_nothing(sign_in: SignIn, plan: Plan) -> None:
    extension = asked(sign_in, plan)
    assert "设备两次流标" in sign_in("finance").get(f"/extensions/{extension.id}").get_data(as_text=True)
    assert sign_in("xiongkou").get(f"/extensions/{extension.id}").status_code == 404
    listed = sign_in("xiongkou").get(f"/plans/{plan.id}/extensions")
    assert "设备两次流标" not in listed.get_data(as_text=True)
    assert FINANCE not in sign_in("leader").get(f"/plans/{plan.id}/extensions").get_data(as_text=True)

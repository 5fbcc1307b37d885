"""Values of indicators that are missing, in the chain of reminding: whom, when, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.plans import make_plan
from tests.statements import count_statements
from tests.world import HEALTH, LONGWAN, TOWNS, XIONGKOU, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.indicators.actions import Link, define, end
from tracker.indicators.definitions import Definition, Direction, Formula
from tracker.indicators.models import Indicator
from tracker.indicators.owed import owed_values
from tracker.indicators.queries import board
from tracker.indicators.value_queries import waiting
from tracker.indicators.values import Entry, enter, send_back, verify
from tracker.obligations.models import Obligation
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.reminders.actions import remind, set_rules
from tracker.reminders.models import Message, Reminder, ValueReminder
from tracker.reminders.planning import planned_run
from tracker.reminders.queries import Filter as Chosen
from tracker.reminders.queries import deliveries, last_reminded, rehearsal
from tracker.reminders.rules import Audience, Rule
from tracker.units.models import Unit

At = Callable[[date], None]
SignIn = Callable[[str], FlaskClient]
THIRD, FOURTH = date(2021, 9, 30), date(2021, 12, 31)
DUE = date(2021, 10, 30)  # a Saturday: what is meant for it leaves on the Friday before
FIRST, EVE, AFTER = date(2021, 10, 15), date(2021, 10, 29), date(2021, 11, 8)
"""Fifteen days before the due day, the last working day before it, the first on which the leader hears."""


def definition(name: str = "规范管理率", formula: Formula = Formula.AVERAGE) -> Definition:
    return Definition(name, "%", "", "", None, None, "", Direction.UP, formula, Every.QUARTER, ())


@pytest.fixture
def plan(world: World, at: At) -> Plan:
    """A plan without open reports, with a quarterly indicator of the townships, one of which has no reporter."""
    at(date(2021, 7, 1))
    plan = make_plan()
    for one in db.session.scalars(sa.select(Obligation)):
        one.withdrawn_on = date(2021, 7, 2)
    define(plan, Link(definition(), [], [world.unit(TOWNS).id]), world.actor("office1"))
    commit()
    return plan


def run(day: date, at: At) -> int:
    at(day)
    counts = remind(day)
    commit()
    return counts.messages


def told() -> dict[str, str]:
    """Name of the recipient -> the text of the last message; the office's is 办公室."""
    rows = db.session.scalars(sa.select(Message).order_by(Message.id))
    return {one.recipient.name if one.recipient else "办公室": one.body for one in rows}


def owing(plan: Plan, day: date) -> list[tuple[str, date]]:
    return sorted((db.session.get_one(Unit, one.unit_id).name, one.period_on) for one in owed_values(plan, day))


def send(plan: Plan, world: World, period_on: date = THIRD, unit: str = XIONGKOU) -> None:
    row = board(plan, world.actor("office1"), clock.today())[0]
    last = row.last((world.unit(unit).id, period_on))
    entry = Entry(row, period_on, Decimal(last.number + 60 if last else 60), "", last.number if last else 0)
    enter(world.unit(unit), [entry], world.actor("xiongkou"))
    commit()


def test_the_unit_is_told_with_the_indicator_the_period_and_the_day_and_the_office_of_who_has_nobody(
    plan: Plan, at: At
) -> None:
    assert run(date(2021, 10, 14), at) == 0
    assert run(FIRST, at) == 2
    assert set(told()) == {"周填报", "办公室"}
    assert "等您填报：指标值（1项）" in told()["周填报"]
    assert "1. 指标 规范管理率　2021年三季度指标值，10月30日（周六）到期，还有15天" in told()["周填报"]
    assert "龙湾镇　指标 规范管理率" in told()["办公室"]


def test_the_same_run_again_adds_nothing_and_a_later_one_says_it_again(plan: Plan, at: At) -> None:
    def rows() -> list[int]:
        tables = (Message, ValueReminder, Reminder)
        return [db.session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in tables]

    run(FIRST, at)
    assert rows() == [2, 2, 0]
    assert run(FIRST, at) == 0
    assert run(date(2021, 10, 18), at) == 0
    assert rows() == [2, 2, 0]
    assert run(EVE, at) == 2
    assert rows() == [4, 4, 0]


def test_overdue_it_climbs_to_the_head_and_the_plan_s_leader(plan: Plan, world: World, at: At) -> None:
    plan.leader_id = world.person("leader").id
    commit()
    run(date(2021, 11, 2), at)
    assert set(told()) == {"周填报", "吴镇长", "办公室"}
    run(AFTER, at)
    assert set(told()) == {"周填报", "吴镇长", "冯市长", "办公室"}
    assert "请您督促：指标值（2项）" in told()["冯市长"]
    assert "熊口镇　指标 规范管理率　2021年三季度指标值，10月30日（周六）到期，已逾期9天" in told()["冯市长"]


def test_what_was_sent_is_not_asked_for_what_came_back_is_and_what_is_in_force_is_not(
    plan: Plan, world: World, at: At
) -> None:
    at(FIRST)
    assert owing(plan, FIRST) == [(XIONGKOU, THIRD), (LONGWAN, THIRD)]
    send(plan, world)
    assert owing(plan, FIRST) == [(LONGWAN, THIRD)]
    send(plan, world)
    send_back(waiting(plan.id)[0], "数不对", world.actor("office1"))
    commit()
    assert owing(plan, FIRST) == [(XIONGKOU, THIRD), (LONGWAN, THIRD)]
    send(plan, world)
    verify(waiting(plan.id), world.actor("office1"))
    send(plan, world)
    send_back(waiting(plan.id)[0], "不用改", world.actor("office1"))
    commit()
    assert owing(plan, FIRST) == [(LONGWAN, THIRD)]


def test_of_the_latest_figure_one_unit_is_enough(plan: Plan, world: World, at: At) -> None:
    end(db.session.scalars(sa.select(Indicator)).one(), "换一个", world.actor("office1"))
    define(plan, Link(definition("覆盖率", Formula.LATEST), [], [world.unit(TOWNS).id]), world.actor("office1"))
    commit()
    at(FIRST)
    assert len(owing(plan, FIRST)) == 2
    send(plan, world)
    assert owing(plan, FIRST) == []


def test_nobody_owes_what_ended_before_he_was_named_nor_of_what_is_followed_no_more(
    plan: Plan, world: World, at: At
) -> None:
    at(date(2021, 11, 1))
    define(plan, Link(definition("后来的"), [], [world.unit(HEALTH).id]), world.actor("office1"))
    first = db.session.scalars(sa.select(Indicator).order_by(Indicator.id)).first()
    assert first is not None
    first.from_on = date(2021, 1, 1)
    commit()
    later = date(2022, 1, 20)
    assert owing(plan, later) == [(unit, day) for unit in (HEALTH, XIONGKOU, LONGWAN) for day in (THIRD, FOURTH)][1:]
    end(first, "文件删去", world.actor("office1"))
    commit()
    assert owing(plan, later) == [(HEALTH, FOURTH)]


def test_before_a_period_has_ended_nobody_is_told_however_early_the_rules_begin(
    plan: Plan, world: World, at: At
) -> None:
    set_rules(plan, [Rule(-60, Audience.REPORTER)], world.actor("office1"))
    commit()
    assert run(date(2021, 9, 1), at) == 0
    assert run(date(2021, 9, 30), at) == 0
    set_rules(plan, [Rule(-29, Audience.REPORTER)], world.actor("office1"))
    commit()
    assert run(date(2021, 10, 8), at) == 2


def test_reports_and_values_are_one_message_and_the_rehearsal_knows_it(plan: Plan, world: World, at: At) -> None:
    owed = db.session.scalars(sa.select(Obligation).where(Obligation.unit_id == world.unit(XIONGKOU).id)).first()
    assert owed is not None
    owed.withdrawn_on, owed.due_on = None, DUE
    commit()
    at(EVE)
    assert [(one.name, len(one.entries), one.values) for one in rehearsal(plan, EVE)] == [
        ("周填报", 2, 1),
        ("健康潜江工作领导小组办公室", 1, 1),
    ]
    run(EVE, at)
    assert ("等您填报（1项）" in told()["周填报"], "等您填报：指标值（1项）" in told()["周填报"]) == (True, True)
    assert planned_run(plan, EVE) == {}
    assert {one.items for one in deliveries(plan.id, Chosen(), 1)[0]} == {1, 2}
    assert last_reminded(plan.id)[world.unit(XIONGKOU).id] == (EVE, "自动")


def test_the_message_leads_to_the_sheet_and_the_office_to_the_indicator(plan: Plan, at: At, sign_in: SignIn) -> None:
    run(EVE, at)
    numbers = {one.recipient_id: one.id for one in db.session.scalars(sa.select(Message))}
    mine = next(number for person, number in numbers.items() if person is not None)
    one = db.session.scalars(sa.select(Indicator)).one()
    page = sign_in("xiongkou").get(f"/inbox/{mine}").get_data(as_text=True)
    assert f'href="/plans/{plan.id}/indicators/fill?year=2021#box-{one.id}-20210930"' in page
    page = sign_in("office1").get(f"/inbox/{numbers[None]}").get_data(as_text=True)
    assert (f'href="/indicators/{one.id}"' in page, "去填指标值" in page) == (True, False)
    at(date(2021, 10, 31))
    tomorrow = sign_in("office1").get(f"/plans/{plan.id}/reminders/tomorrow").get_data(as_text=True)
    assert "2021年三季度指标值" in tomorrow


def test_many_indicators_cost_a_run_no_more_statements(plan: Plan, world: World, at: At) -> None:
    with count_statements() as one:
        assert len(planned_run(plan, EVE)) == 2
    for n in range(12):
        define(plan, Link(definition(f"指标{n}"), [], [world.unit(TOWNS).id]), world.actor("office1"))
    commit()
    with count_statements() as many:
        assert sum(len(told) for told in planned_run(plan, EVE).values()) == 26
    assert len(many) == len(one)

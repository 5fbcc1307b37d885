"""Figures counted by the database are the ones that the rules work out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask

from tests.dashboard.conftest import DAY_AFTER, DUE_ON
from tests.obligations.test_derive import follower
from tests.plans import make_plan
from tests.world import EDUCATION, FINANCE, HEALTH, LONGWAN, XIONGKOU, World
from tracker import clock
from tracker.dashboard import queries
from tracker.extensions import commit, db
from tracker.ledger.facts import facts
from tracker.ledger.standing import of_plan
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation, Period
from tracker.obligations.queries import periods
from tracker.obligations.rates import RateFact, rates_of_period
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.progress.closing import apply_for_closing, decide_closing, reopen
from tracker.progress.facts import rate_fact, report_standing, version_of
from tracker.progress.queries import reports_of
from tracker.progress.rules import ReportState, Version
from tracker.tasks.axes import ReportStanding
from tracker.tasks.models import Assignment, Task


def _owed(plan: Plan) -> list[tuple[Obligation, list[Version]]]:
    period = periods(plan.id)[0]
    query = sa.select(Obligation).where(Obligation.period_id == period.id, Obligation.kind == Kind.PERIOD)
    found = list(db.session.scalars(query))
    reports = reports_of([one.id for one in found])
    return [(one, [version_of(v) for v in reports[one.id].versions] if one.id in reports else []) for one in found]


def _facts(plan: Plan) -> list[RateFact]:
    return [rate_fact(one.unit_id, one.period_id or 0, one.due_on, versions) for one, versions in _owed(plan)]


def test_each_unit_is_counted_by_the_state_of_its_reports(july: Plan) -> None:
    counts = {unit.name: found for unit, found in queries.counts_by_unit(periods(july.id)[0], DAY_AFTER).items()}
    assert set(counts) == {HEALTH, FINANCE, EDUCATION, XIONGKOU, LONGWAN}
    health = counts[HEALTH]
    assert (health.due, health.received, health.unsent, health.returned, health.signed) == (6, 2, 3, 1, 1)
    assert (counts[FINANCE].due, counts[FINANCE].submitted, counts[FINANCE].received) == (2, 1, 0)
    assert (counts[EDUCATION].of(ReportState.SIGNED), counts[XIONGKOU].unsent) == (1, 2)


def test_the_rate_of_a_period_is_the_rule_s_on_every_day(july: Plan) -> None:
    period, facts = periods(july.id)[0], _facts(july)
    for day in (DAY_AFTER - timedelta(days=n) for n in range(12)):
        assert queries.shares({period.id: day}, DAY_AFTER)[period.id] == rates_of_period(facts, period.id, day).reported


def test_gaps_are_what_is_past_and_not_received(july: Plan) -> None:
    period = periods(july.id)[0]
    assert queries.gaps(july.id, period, DUE_ON) == []  # the day itself is not over
    found = {
        (gap.fact.task_id, gap.fact.unit_id): gap.fact.standing for gap in queries.gaps(july.id, period, DAY_AFTER)
    }
    standings = {(one.task_id, one.unit_id): report_standing(v, one.due_on, DAY_AFTER) for one, v in _owed(july)}
    assert found == {key: value for key, value in standings.items() if value is not ReportStanding.RECEIVED}
    assert ReportStanding.UNSIGNED in found.values()


def test_gaps_of_a_period_that_the_office_closed_are_left_out(july: Plan) -> None:
    period = periods(july.id)[0]
    period.closed_on = DAY_AFTER
    commit()
    assert queries.gaps(july.id, period, DAY_AFTER) == []


def test_gaps_in_two_periods_running_have_turns_one_after_the_other(july: Plan, world: World) -> None:
    clock.fix_day(date(2021, 8, 26))
    derive(july, clock.today())
    commit()
    august: Period = periods(july.id)[1]
    town = world.unit(XIONGKOU).id
    found = [gap for gap in queries.gaps(july.id, august, clock.today(), town)]
    assert [(gap.fact.label, gap.turn) for gap in found] == [("7月期", 1), ("7月期", 1), ("8月期", 2), ("8月期", 2)]


def test_what_was_withdrawn_is_counted_until_it_was(july: Plan, world: World) -> None:
    period, unit = periods(july.id)[0], world.unit(LONGWAN)
    query = sa.update(Obligation).where(Obligation.unit_id == unit.id)
    db.session.execute(query.values(withdrawn_on=DAY_AFTER))
    commit()
    assert LONGWAN not in {found.name for found in queries.counts_by_unit(period, DAY_AFTER)}
    assert LONGWAN in {found.name for found in queries.counts_by_unit(period, DUE_ON)}


def test_the_queue_says_what_waits_for_the_office(july: Plan, world: World) -> None:
    found = queries.queue(july, world.actor("office1"), DAY_AFTER)
    assert (found.to_verify, found.closings, found.empty_groups, found.without_contact) == (2, 0, 0, 0)
    assert found.oldest_signed_at is not None
    assert found.oldest_signed_at.date() == date(2021, 7, 20)
    task_id = db.session.scalars(sa.select(Assignment.task_id)).first()
    nobody = world.unit("市直各部门").id
    db.session.add(Assignment(task_id=task_id, unit_id=nobody, role="partner", from_on=date(2021, 7, 1)))
    commit()
    assert queries.queue(july, world.actor("office1"), DAY_AFTER).empty_groups == 1


def test_a_plan_that_is_followed_and_has_not_ended_waits_for_its_end(july: Plan, world: World) -> None:
    office = world.actor("office1")
    assert queries.queue(july, office, DAY_AFTER).to_end_id is None
    follows = follower(july, DAY_AFTER)
    commit()
    assert [queries.queue(one, office, DAY_AFTER).to_end_id for one in (july, follows)] == [july.id, july.id]
    july.closed_on = DAY_AFTER
    commit()
    assert [queries.queue(one, office, DAY_AFTER).to_end_id for one in (july, follows)] == [None, None]


def test_what_was_returned_to_a_unit_has_its_reason(july: Plan, world: World) -> None:
    (found,) = queries.returned_to(world.unit(HEALTH).id, july.id)
    assert (found.label, found.period, found.reason, found.by_office) == ("第3项", "7月期", "缺累计数", True)
    assert queries.returned_to(world.unit(FINANCE).id, july.id) == []


def test_a_head_is_told_how_many_to_sign(july: Plan, world: World) -> None:
    assert [queries.reports_to_sign(world.unit(name).id, july.id) for name in (FINANCE, HEALTH)] == [1, 0]


def test_kept_answers_are_used_until_the_day_they_turn(july: Plan, app: Flask) -> None:
    assert queries.kept_counts(july.id, date(2021, 7, 21)) is not None
    assert queries.kept_counts(july.id, DAY_AFTER) is None


def test_a_task_opened_again_owed_nothing_while_it_was_closed_neither_at_home_nor_in_the_ledger(
    world: World, at: Callable[[date], None]
) -> None:
    at(date(2021, 7, 5))
    plan = make_plan()
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "1")).one()
    at(date(2021, 7, 12))
    closing = apply_for_closing(task, world.unit(HEALTH), "已完成。", world.actor("health"))
    decide_closing(closing, True, "", world.actor("office1"))
    commit()
    at(date(2021, 7, 22))
    reopen(closing, "又出现问题", world.actor("office1"))
    commit()
    period, every = periods(plan.id)[0], of_plan(plan)
    for day, is_owed in ((11, True), (12, False), (21, False), (22, True)):
        as_of = date(2021, 7, day)
        found = facts(every, as_of)
        assert bool(found[task.id].owed) == is_owed, day
        in_ledger = sum(one.kind is Kind.PERIOD for one_task in found.values() for one in one_task.owed)
        assert sum(counts.due for counts in queries.counts_by_unit(period, as_of).values()) == in_ledger, day

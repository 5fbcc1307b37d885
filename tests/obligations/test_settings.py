"""A plan that runs is reported at another rhythm: what has opened stays, the next period goes on where it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from tests.plans import make_plan
from tests.world import World
from tracker import clock
from tracker.extensions import commit, db
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.obligations.queries import periods
from tracker.obligations.settings import change_settings, settings_of
from tracker.plans.cadence import Every
from tracker.plans.models import Plan

Days = list[tuple[str, date, date]]


def change(world: World, plan: Plan, every: Every, due_day: int, on: date) -> None:
    clock.fix_day(on)
    derive(plan, on)
    change_settings(plan, replace(settings_of(plan), every=every, due_day=due_day), world.actor("office1"))
    commit()


def opened(plan: Plan, until: date) -> Days:
    clock.fix_day(until)
    derive(plan, until)
    return [(period.name, period.opens_on, period.due_on) for period in periods(plan.id)]


def test_monthly_reports_become_quarterly_after_the_period_that_is_open(world: World) -> None:
    plan = make_plan()
    change(world, plan, Every.QUARTER, 20, date(2021, 8, 2))
    assert opened(plan, date(2022, 1, 4)) == [
        ("7月期", date(2021, 6, 26), date(2021, 7, 26)),
        ("8月期", date(2021, 7, 26), date(2021, 8, 25)),
        ("第三季度", date(2021, 8, 26), date(2021, 9, 22)),  # the 20th and 21st are the Mid-Autumn holiday
        ("第四季度", date(2021, 9, 21), date(2021, 12, 20)),
        ("第一季度", date(2021, 12, 21), date(2022, 3, 21)),
    ]


def test_another_due_day_neither_repeats_a_month_nor_leaves_days_out(world: World) -> None:
    plan = make_plan()
    change(world, plan, Every.MONTH, 31, date(2021, 7, 20))
    assert opened(plan, date(2021, 9, 1)) == [
        ("7月期", date(2021, 6, 26), date(2021, 7, 26)),
        ("8月期", date(2021, 7, 26), date(2021, 8, 31)),
        ("9月期", date(2021, 9, 1), date(2021, 9, 30)),
    ]


def test_a_plan_that_has_not_begun_begins_in_the_month_it_was_to_begin(world: World) -> None:
    plan = make_plan(first_due_on=date(2021, 9, 25))
    change(world, plan, Every.MONTH, 10, date(2021, 7, 2))
    assert plan.first_due_on == date(2021, 9, 10)


def test_what_is_owed_for_the_open_period_is_left_alone(world: World) -> None:
    plan = make_plan()
    before = db.session.execute(sa.select(Obligation.id, Obligation.due_on, Obligation.withdrawn_on)).all()
    change(world, plan, Every.HALF_YEAR, 25, date(2021, 7, 5))
    after = db.session.execute(sa.select(Obligation.id, Obligation.due_on, Obligation.withdrawn_on)).all()
    assert before == after and before

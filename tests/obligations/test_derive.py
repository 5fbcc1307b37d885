"""Deriving stores what is owed, once."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tests.plans import make_plan, owed_by
from tests.world import FINANCE, HEALTH, XIONGKOU, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.obligations.actions import HANDED_ON, Derived, derive
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.obligations.settings import close_plan
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress.actions import Writing, save_draft, submit
from tracker.tasks.actions import change_limit, change_units
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.models import Task


def test_the_first_period_is_owed_by_every_lead_partner_and_member(world: World) -> None:
    plan = make_plan()
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Obligation))
    # 1: 2, 2: 1 + 2 towns, 3: 2, 4: 1, 5: 2 towns + 1, 6: 2; the completions are marks in the December report
    assert count == 2 + 3 + 2 + 1 + 3 + 2
    assert owed_by(plan, XIONGKOU, "2").via_group_id is not None


def test_deriving_again_changes_nothing(world: World) -> None:
    plan = make_plan()
    assert derive(plan, date(2021, 7, 1)) == Derived()


def test_a_new_period_opens_the_day_after_the_last_nominal_due_day(world: World) -> None:
    plan = make_plan()
    assert derive(plan, date(2021, 7, 25)).periods == 0
    assert derive(plan, date(2021, 7, 26)).periods == 1
    names = db.session.scalars(sa.select(Period.name).order_by(Period.nominal_due_on)).all()
    assert names == ["7月期", "8月期"]


def test_a_unit_that_leaves_a_task_owes_no_more_but_keeps_what_it_reported(world: World) -> None:
    plan = make_plan()
    kept, dropped = owed_by(plan, FINANCE, "1"), owed_by(plan, FINANCE, "6")
    report = save_draft(kept, Writing(progress="已拨付"), world.actor("finance"))
    submit([report], world.actor("finance"))
    health, office = world.unit(HEALTH), world.actor("office1")
    for obligation in (kept, dropped):
        task = db.session.get_one(Task, obligation.task_id)
        change_units(task, [health], [], "财政局不再参与", office)
    derive(plan, date(2021, 7, 1))
    commit()
    db.session.expire_all()
    assert kept.withdrawn_on is None
    assert dropped.withdrawn_on == date(2021, 7, 1)


def test_a_plan_that_ended_asks_for_no_more_occurrences_than_those_of_the_quarter_that_ran(world: World) -> None:
    plan = make_plan()
    recurring = TimeLimit(LimitKind.RECURRING, every=Every.QUARTER, times=2, raw="每季度2次")
    task = owed_by(plan, HEALTH, "4").task
    change_limit(task, recurring, "改为定期开展", world.actor("office1"))
    assert derive(plan, date(2021, 7, 1)).added == 4
    clock.fix_day(date(2021, 8, 15))
    close_plan(plan, "任务已完成", world.actor("office1"))
    query = sa.select(Obligation.key_on).where(Obligation.kind == Kind.OCCURRENCE, Obligation.withdrawn_on.is_(None))
    assert db.session.scalars(query).all() == [date(2021, 9, 30)] * 2
    assert derive(plan, date(2022, 1, 10)) == Derived()


def follower(plan: Plan, confirmed_on: date) -> Plan:
    """A plan that follows, without tasks: what it asks for is not the matter here."""
    columns = ("title", "short_title", "office_id", "every", "due_day", "first_due_on")
    same = {name: getattr(plan, name) for name in columns}
    follows = Plan(**same, first_year=2022, last_year=2022, confirmed_on=confirmed_on, predecessor_id=plan.id)
    db.session.add(follows)
    db.session.flush()
    return follows


def still_owed() -> list[str]:
    query = sa.select(Period.name).join(Obligation, Obligation.period_id == Period.id).distinct().order_by(Period.name)
    return list(db.session.scalars(query.where(Obligation.withdrawn_on.is_(None))))


def test_what_is_due_after_a_plan_ended_and_another_follows_is_asked_there_and_not_twice(world: World) -> None:
    plan, office = make_plan(), world.actor("office1")
    clock.fix_day(date(2021, 7, 27))
    derive(plan, clock.today())
    close_plan(plan, "任务已完成", office)
    assert still_owed() == ["7月期", "8月期"]  # nobody else asks for August
    follower(plan, date(2021, 8, 2))
    derive(plan, date(2021, 8, 2))
    assert still_owed() == ["7月期"]
    assert derive(plan, date(2021, 9, 1)) == Derived()


def test_a_plan_that_ends_when_another_follows_already_hands_over_at_once(world: World) -> None:
    plan, office = make_plan(), world.actor("office1")
    follower(plan, date(2021, 7, 20))
    clock.fix_day(date(2021, 7, 26))
    derive(plan, clock.today())
    assert still_owed() == ["7月期", "8月期"]  # both ask until the office ends the first
    close_plan(plan, "任务已完成", office)
    assert still_owed() == ["7月期"]
    reasons = db.session.scalars(sa.select(Obligation.withdrawn_reason).where(Obligation.withdrawn_on.is_not(None)))
    assert set(reasons) == {HANDED_ON}


def test_what_fell_due_while_a_task_was_closed_is_not_owed_when_it_is_opened_again(world: World) -> None:
    plan = make_plan()
    july = owed_by(plan, HEALTH, "1")
    july.task.closed_on = date(2021, 7, 20)
    derive(plan, date(2021, 7, 20))
    july.task.closed_on, july.task.pauses = None, [["2021-07-20", "2021-08-02"]]
    derive(plan, date(2021, 8, 2))
    commit()
    db.session.expire_all()
    assert july.withdrawn_on == date(2021, 7, 20)
    assert owed_by(plan, HEALTH, "1", "8月期").withdrawn_on is None
    assert derive(plan, date(2021, 8, 3)) == Derived()

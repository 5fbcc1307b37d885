"""A day that is over keeps its answer, whatever happens later; the counts kept of past days are what the facts say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.ledger.reports import ACCEPTED, RETURNED, SIGNED, SUBMITTED, report
from tests.plans import CONTINUOUS, make_plan
from tests.statements import count_statements
from tests.world import FINANCE, HEALTH, LONGWAN, TOWNS, XIONGKOU, World
from tracker import clock
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import commit, db
from tracker.jobs.table import derive_all, keep_past_days
from tracker.ledger.days import differing_days, keep_days, lamps_on, worked_out
from tracker.ledger.keeping import refresh_due
from tracker.ledger.models import LampDay, Standing
from tracker.ledger.standing import TaskStanding, of_plan, standings, stored
from tracker.obligations.actions import derive
from tracker.obligations.members import join, leave
from tracker.obligations.queries import periods
from tracker.plans.models import Plan
from tracker.progress.closing import apply_for_closing, decide_closing, reopen
from tracker.progress.extending import Asked, apply_for_extension
from tracker.progress.models import Closing
from tracker.tasks.actions import change_limit, change_units
from tracker.tasks.axes import Colour
from tracker.tasks.limits import read_limit
from tracker.tasks.models import Task
from tracker.units.models import Membership

NUMBERS = "123456"
UNITS = (HEALTH, FINANCE, XIONGKOU)


def task(plan: Plan, no: str) -> Task:
    return db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == no)).one()


def answers(plan: Plan, day: date) -> dict[int, TaskStanding]:
    return {task_id: replace(one, next_change_on=None) for task_id, one in standings(of_plan(plan), day).items()}


def _report(until: str) -> Callable[[Plan, str], None]:
    def happens(plan: Plan, no: str) -> None:
        unit = UNITS[int(no) % 3] if no in "12" else HEALTH
        period = periods(plan.id)[-1].name
        report(plan, unit, no, clock.today(), "已开展。", 10 * int(no), period=period, until=until)

    return happens


def _close(plan: Plan, no: str) -> None:
    lead = World().unit(FINANCE if no == "6" else HEALTH)
    applied = apply_for_closing(task(plan, no), lead, "已建成", World().actor("finance" if no == "6" else "health"))
    decide_closing(applied, True, "", World().actor("office1"))


def _reopen(plan: Plan, no: str) -> None:
    closing = db.session.scalars(sa.select(Closing).where(Closing.task_id == task(plan, no).id)).first()
    if closing is None:
        raise Refused("There is nothing to open again.")
    reopen(closing, "发现漏项", World().actor("office1"))


def _limit(plan: Plan, no: str) -> None:
    limit = CONTINUOUS if no in "16" else read_limit("2021年9月底", 2021)[0]
    change_limit(task(plan, no), limit, "上级调整", World().actor("office1"))
    derive(plan, clock.today(), [task(plan, no).id])


def _units(plan: Plan, no: str) -> None:
    """Who led becomes a partner, so that what is owed changes its role too."""
    world = World()
    leads, partners = ([FINANCE], [HEALTH]) if no in "1345" else ([HEALTH], [FINANCE])
    named = [[world.unit(name) for name in names] for names in (leads, partners)]
    change_units(task(plan, no), named[0], named[1], "机构调整", world.actor("office1"))
    derive(plan, clock.today(), [task(plan, no).id])


def _town(plan: Plan, no: str) -> None:
    """龙湾镇 leaves the towns today, or comes back."""
    world, today = World(), clock.today()
    group, town = world.unit(TOWNS), world.unit(LONGWAN)
    query = sa.select(Membership).where(Membership.member_id == town.id, Membership.until_on.is_(None))
    held = db.session.scalars(query).first()
    if held is None:
        join(group, town, today, "恢复建制", world.actor("office1"), today)
    else:
        leave(held, today, "区划调整", world.actor("office1"), today)


HAPPENINGS: dict[str, Callable[[Plan, str], None]] = {
    **{until: _report(until) for until in (SUBMITTED, SIGNED, ACCEPTED, RETURNED)},
    "closed": _close,
    "opened again": _reopen,
    "another limit": _limit,
    "other units": _units,
    "a town": _town,
}
HAPPENING = st.tuples(st.sampled_from(sorted(HAPPENINGS)), st.sampled_from(NUMBERS), st.integers(0, 9))


def _try(happening: str, plan: Plan, no: str) -> None:
    try:
        HAPPENINGS[happening](plan, no)
    except (Invalid, Refused, Stale, sa.exc.NoResultFound):
        db.session.rollback()
    else:
        commit()


@settings(max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(HAPPENING, min_size=4, max_size=12))
def test_the_status_of_a_day_that_is_over_never_changes(world: World, course: list[tuple[str, str, int]]) -> None:
    """Reports, returns, closings, other limits, other units, another member of a group: whatever comes after."""
    clock.fix_day(date(2021, 7, 1))
    db.session.execute(sa.delete(Membership).where(Membership.from_on > clock.today()))  # of the course tried before
    db.session.execute(sa.update(Membership).values(until_on=None))
    plan, known = make_plan(), {}
    for happening, no, days in course:
        _try(happening, plan, no)
        for _ in range(days):
            known[clock.today()] = answers(plan, clock.today())
            clock.fix_day(clock.today() + timedelta(days=1))
            derive(plan, clock.today())
            keep_days(plan.id, clock.today())
            commit()
    for day, answer in known.items():
        assert answers(plan, day) == answer, day
    assert [day for plan_id, day in differing_days() if plan_id == plan.id] == []


def july(day: int) -> date:
    return date(2021, 7, day)


def test_today_asked_as_a_day_is_today_as_kept(world: World, at: Callable[[date], None]) -> None:
    plan = make_plan()
    report(plan, HEALTH, "1", july(22), "已入库。", 60)
    at(july(27))
    refresh_due(july(27))
    commit()
    rows = db.session.scalars(sa.select(Standing))
    kept = {row.task_id: replace(stored(row), next_change_on=None) for row in rows}
    assert kept == answers(plan, july(27))


def test_days_that_are_kept_cost_one_statement_and_others_are_worked_out(app: Flask, world: World) -> None:
    plan = make_plan()
    number = plan.id
    clock.fix_day(july(28))
    derive(plan, july(28))
    days = [july(26), july(27)]
    expected = {day: worked_out(number, day) for day in days}
    assert expected[july(27)] == {Colour.YELLOW: 6}
    assert lamps_on(number, days) == expected
    assert (keep_days(number, july(28)), keep_days(number, july(28))) == (1, 0)  # yesterday, once
    assert keep_days(number, july(27)) == 1
    commit()
    with count_statements() as statements:
        assert lamps_on(number, days) == expected
    assert len(statements) == 1


def test_what_an_office_enters_with_an_earlier_day_is_not_told_from_memory(world: World) -> None:
    plan = make_plan()
    clock.fix_day(july(28))
    keep_days(plan.id, july(28))
    commit()
    report(plan, HEALTH, "1", july(28), "已入库。", 60)  # of its own day
    asked = Asked(date(2022, 6, 30), "设备晚到", "已入库46人")
    apply_for_extension(task(plan, "1"), world.unit(HEALTH), asked, world.actor("health"))  # of its own day too
    commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LampDay)) == 1
    group = world.unit(TOWNS)
    join(group, world.unit(FINANCE), july(2), "补登记", world.actor("office1"), july(28))
    commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LampDay)) == 0


def test_the_check_finds_a_day_that_is_not_what_its_facts_say(world: World) -> None:
    plan = make_plan()
    keep_days(plan.id, july(28))
    assert differing_days() == []
    db.session.execute(sa.update(LampDay).values(counts={"red": 6}))
    assert differing_days() == [(plan.id, july(27))]


def test_what_the_night_adds_late_makes_it_forget_the_days_that_were_kept(world: World) -> None:
    plan = make_plan()
    clock.fix_day(july(28))
    assert keep_past_days(july(28))["days"] == 1
    assert derive_all(july(28))["added"] > 0
    assert db.session.scalar(sa.select(sa.func.count()).where(LampDay.plan_id == plan.id)) == 0

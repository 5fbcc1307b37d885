"""Where tasks stand: the lamp from rows, as of any day, and today's answer kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.ledger.reports import ACCEPTED, RETURNED, SUBMITTED, on_day, report
from tests.plans import CONTINUOUS, make_plan
from tests.statements import count_statements
from tests.world import EDUCATION, FINANCE, HEALTH, XIONGKOU, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.ledger.keeping import differing, kept_lamps, refresh_due
from tracker.ledger.models import Standing
from tracker.ledger.rules import PeriodState
from tracker.ledger.standing import TaskStanding, of_plan, standings, stored
from tracker.obligations.actions import derive
from tracker.plans.models import Plan
from tracker.progress.closing import apply_for_closing, decide_closing, reopen
from tracker.tasks.actions import change_limit, change_units
from tracker.tasks.axes import Colour
from tracker.tasks.limits import read_limit
from tracker.tasks.models import Task

At = Callable[[date], None]


def july(day: int) -> date:
    return date(2021, 7, day)


def august(day: int) -> date:
    return date(2021, 8, day)


def task(plan: Plan, no: str) -> Task:
    return db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == no)).one()


def on(plan: Plan, day: date) -> dict[str, TaskStanding]:
    """Number of the task -> where it stood on the day."""
    found = standings(of_plan(plan), day)
    numbers = {one.id: one.no for one in db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id))}
    return {numbers[task_id] or "": one for task_id, one in found.items()}


def test_before_the_first_due_day_nothing_is_late(world: World) -> None:
    plan = make_plan()
    found = on(plan, july(20))
    assert {no: one.colour for no, one in found.items()} == dict.fromkeys("123456", Colour.GREEN)
    assert all(one.waiting == [] for one in found.values())


def test_a_lead_that_did_not_report_turns_the_lamp_and_is_awaited(world: World) -> None:
    plan = make_plan()
    report(plan, HEALTH, "1", july(22), "专家库入库46人。", 58)
    found = on(plan, july(27))
    assert (found["1"].colour, found["1"].word) == (Colour.GREEN, "正常")
    assert (found["2"].colour, found["2"].word) == (Colour.YELLOW, "7月期未报")
    assert [(one["unit"], one["why"]) for one in found["1"].waiting] == [
        (HEALTH, "7月期等办公室审核"),
        (FINANCE, "7月期未报"),
    ]
    assert found["2"].figures[0]["missing"] == "7月期未报"


def test_joint_leads_stand_side_by_side_with_the_one_that_is_missing(world: World) -> None:
    plan = make_plan()
    report(plan, HEALTH, "3", july(22), "开课率100%。")
    found = on(plan, july(27))["3"]
    assert (found.word, found.period_word, found.period_state) == ("1家未报", "1家未报", PeriodState.MISSING)
    assert {one["unit"]: (one["progress"], one["missing"]) for one in found.figures} == {
        HEALTH: ("开课率100%。", ""),
        EDUCATION: ("", "7月期未报"),
    }


def test_a_report_that_lacks_only_the_signature_is_not_called_missing(world: World) -> None:
    plan = make_plan()
    report(plan, HEALTH, "1", july(22), "专家库入库46人。", until=SUBMITTED)
    assert on(plan, july(27))["1"].period_word == "本期待签"
    report(plan, HEALTH, "3", july(22), "开课率100%。", until=SUBMITTED)
    assert on(plan, july(27))["3"].period_word == "1家未报"


def test_a_signed_report_is_pending_until_it_is_accepted(world: World) -> None:
    plan = make_plan()
    report(plan, HEALTH, "1", july(22), "已入库。", 60)
    assert (on(plan, july(23))["1"].is_pending, on(plan, july(23))["1"].period_state) == (True, PeriodState.PENDING)
    report(plan, FINANCE, "6", july(22), "已到位。", 60, until=ACCEPTED)
    assert (on(plan, july(23))["6"].is_pending, on(plan, july(23))["6"].period_state) == (False, PeriodState.ACCEPTED)


def test_a_partners_text_is_not_the_tasks_own_and_does_not_turn_its_lamp(world: World) -> None:
    plan = make_plan()
    report(plan, FINANCE, "1", july(22), "资金已拨付。")
    found = on(plan, july(23))["1"]
    assert found.figures[0]["unit"] == HEALTH
    assert found.figures[0]["progress"] == ""
    assert found.percent is None


def test_a_returned_report_counts_as_missing_and_says_so(world: World) -> None:
    plan = make_plan()
    report(plan, HEALTH, "1", july(22), "已入库。", 60, until=RETURNED)
    found = on(plan, july(27))["1"]
    assert found.word == "7月期未报"
    assert found.waiting[0]["why"] == "7月期已退回，等重报"


def test_what_was_true_yesterday_stays_after_everything_changed_today(world: World, at: At) -> None:
    """Report, return, new limit, new lead and closing of today leave the answers of earlier days as they were."""
    plan = make_plan()
    at(july(27))
    report(plan, HEALTH, "1", july(22), "已入库。", 60)
    before = {day: on(plan, day) for day in (july(5), july(22), july(25), july(27))}
    at(july(28))
    office = world.actor("office1")
    change_limit(task(plan, "6"), CONTINUOUS, "上级文件调整", office)
    change_units(task(plan, "2"), [world.unit(FINANCE)], [], "机构调整", office)
    derive(plan, july(28))
    report(plan, HEALTH, "3", july(28), "开课率100%。", until=ACCEPTED)
    closing = apply_for_closing(task(plan, "1"), world.unit(HEALTH), "已建成", world.actor("health"))
    decide_closing(closing, True, "", office)
    commit()
    assert {day: on(plan, day) for day in before} == before
    now = on(plan, july(28))
    assert now["1"].colour is Colour.CLOSED
    assert now["6"].pace is None
    assert before[july(27)]["6"].pace == 58


def test_a_task_opened_again_was_closed_in_between(world: World, at: At) -> None:
    plan = make_plan()
    closing = apply_for_closing(task(plan, "1"), world.unit(HEALTH), "已建成", world.actor("health"))
    at(july(10))
    decide_closing(closing, True, "", world.actor("office1"))
    commit()
    at(july(15))
    reopen(closing, "发现漏项", world.actor("office1"))
    commit()
    colours = [on(plan, july(day))["1"].colour for day in (5, 10, 14, 15)]
    assert colours == [Colour.GREEN, Colour.CLOSED, Colour.CLOSED, Colour.GREEN]


def test_what_was_not_owed_while_a_task_was_closed_is_not_asked_of_those_days(world: World, at: At) -> None:
    """Closed before its August period opened, opened again before that was due: in between it owed nothing."""
    plan = make_plan()
    closing = apply_for_closing(task(plan, "1"), world.unit(HEALTH), "已建成", world.actor("health"))
    at(july(10))
    decide_closing(closing, True, "", world.actor("office1"))
    commit()
    at(july(28))
    derive(plan, july(28))
    commit()
    then = on(plan, july(28))["1"]
    at(august(2))
    reopen(closing, "发现漏项", world.actor("office1"))
    commit()
    assert replace(on(plan, july(28))["1"], next_change_on=None) == replace(then, next_change_on=None)
    assert on(plan, august(26))["1"].word == "8月期未报"


def test_an_application_for_closing_waits_for_the_office(world: World) -> None:
    plan = make_plan()
    apply_for_closing(task(plan, "1"), world.unit(HEALTH), "已建成", world.actor("health"))
    commit()
    assert on(plan, july(1))["1"].waiting[-1]["why"] == "申请销号，等办公室核定"


def test_the_limit_as_read_is_the_one_of_the_day(world: World, at: At) -> None:
    plan = make_plan()
    at(august(2))
    limit, _ = read_limit("2021年9月底", 2021)
    change_limit(task(plan, "1"), limit, "提前", world.actor("office1"))
    commit()
    assert [on(plan, august(day))["1"].axes[0]["sentence"] for day in (1, 2)] == ["2021年底到期", "2021年9月底到期"]


def test_statements_do_not_grow_with_the_tasks(world: World) -> None:
    plan = make_plan()
    report(plan, HEALTH, "1", july(22), "已入库。", 60)
    ids = list(db.session.scalars(sa.select(Task.id)))
    with count_statements() as one:
        standings(ids[:1], july(27))
    with count_statements() as all_of_them:
        standings(ids, july(27))
    assert len(one) == len(all_of_them) == 5


def test_the_stored_answer_is_the_computed_one_after_every_happening(app: Flask, world: World, at: At) -> None:
    plan = make_plan()
    at(july(22))
    refresh_due(july(22))
    commit()
    for happening in (
        lambda: report(plan, HEALTH, "1", july(22), "已入库。", 60),
        lambda: report(plan, HEALTH, "2", july(22), until=ACCEPTED),
        lambda: report(plan, XIONGKOU, "2", july(22), "已开展。", until=RETURNED),
        lambda: change_limit(task(plan, "6"), CONTINUOUS, "调整", world.actor("office1")),
        lambda: change_units(task(plan, "5"), [world.unit(HEALTH)], [], "调整", world.actor("office1")),
    ):
        happening()
        commit()
        assert differing(july(22)) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Standing)) == 6


def test_a_task_that_changed_is_worked_out_again_before_the_commit(world: World) -> None:
    plan = make_plan()
    first = db.session.get_one(Standing, task(plan, "1").id)
    assert first.percent is None
    db.session.expunge(first)
    report(plan, HEALTH, "1", july(1), "已入库。", 60)
    assert db.session.get_one(Standing, task(plan, "1").id).percent == 60


def test_the_check_finds_an_answer_that_is_wrong(world: World) -> None:
    plan = make_plan()
    db.session.execute(sa.update(Standing).where(Standing.task_id == task(plan, "1").id).values(word="落后9点"))
    db.session.commit()
    assert differing(july(1)) == [(task(plan, "1").id, "word")]


@pytest.mark.parametrize("start", [july(24), july(26), august(3)])
def test_between_today_and_the_next_change_the_answer_holds(world: World, start: date) -> None:
    """Every day of a year: what is kept with its next_change_on is what that day's facts say."""
    plan = make_plan()
    report(plan, HEALTH, "1", july(22), "已入库。", 60)
    report(plan, FINANCE, "6", july(24), "已到位。", 80, until=ACCEPTED)
    kept = on(plan, start)
    for day in (start + timedelta(days=n) for n in range(1, 45)):
        now = on(plan, day)
        for no, one in kept.items():
            if one.next_change_on is None or day < one.next_change_on:
                assert _answer(now[no]) == _answer(one), (no, day)
        kept = {no: now[no] if one.next_change_on == day else one for no, one in kept.items()}


def _answer(one: TaskStanding) -> dict[str, object]:
    return {name: value for name, value in vars(one).items() if name != "next_change_on"}


def test_the_job_works_out_what_the_day_has_changed(world: World, at: At) -> None:
    plan = make_plan()
    commit()
    at(july(27))
    assert refresh_due(july(27)) == 6
    commit()
    assert db.session.get_one(Standing, task(plan, "2").id).word == "7月期未报"
    assert refresh_due(july(27)) == 0
    assert differing(clock.today()) == []


def test_a_row_gives_back_what_was_computed(world: World) -> None:
    plan = make_plan()
    on_day(july(1), lambda: None)
    row = db.session.get_one(Standing, task(plan, "1").id)
    assert stored(row) == standings([row.task_id], july(1))[row.task_id]


def test_lamps_handed_down_are_todays_kept_or_not(world: World) -> None:
    plan = make_plan()
    report(plan, HEALTH, "1", july(22), "已入库。", 60)
    ids = list(db.session.scalars(sa.select(Task.id)))
    for day in (july(22), july(27), date(2022, 2, 1)):
        worked_out = {task_id: (one.colour, one.word, one.sentence) for task_id, one in standings(ids, day).items()}
        found = {task_id: (one.colour, one.word, one.sentence) for task_id, one in kept_lamps(ids, day).items()}
        assert found == worked_out

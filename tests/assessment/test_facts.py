"""The facts of a July, by hand, and of items with an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from tests.assessment.conftest import SETTLED, period
from tests.ledger.reports import ACCEPTED, on_day, report
from tests.plans import make_plan, owed_by
from tests.statements import count_statements
from tests.world import EDUCATION, FINANCE, HEALTH, LONGWAN, XIONGKOU, World
from tracker.assessment.kinds import KINDS, FactKind, gather, title_of
from tracker.assessment.rules import Scheme
from tracker.assessment.runs import span_of
from tracker.extensions import commit, db
from tracker.ledger.standing import standings
from tracker.obligations.actions import derive
from tracker.plans.models import Plan
from tracker.progress.closing import apply_for_closing, decide_closing, reopen
from tracker.progress.closing_rules import ClosingState
from tracker.progress.models import Closing
from tracker.reminders.lead_actions import urge_partners
from tracker.tasks.actions import end_task
from tracker.tasks.axes import Colour
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.tasks.scored import Fact, Span

At = Callable[[date], None]


def july_span(plan: Plan) -> Span:
    return span_of(period(plan), period(plan), Scheme(settle_days=5))


def of(world: World, facts: list[Fact], unit: str) -> Counter[tuple[str, str]]:
    number = world.unit(unit).id
    return Counter((one.kind, one.role.value) for one in facts if one.unit_id == number and one.role)


def test_what_july_says_of_each_unit(july: Plan, world: World) -> None:
    facts = gather(july_span(july))
    assert of(world, facts, HEALTH) == {
        ("report.on_time", "lead"): 3,
        ("report.late", "lead"): 1,
        ("report.on_time", "partner"): 1,
        ("report.missing", "partner"): 1,
        ("report.returned", "partner"): 1,
        ("workload", "lead"): 1,
        ("workload", "partner"): 1,
    }
    assert of(world, facts, FINANCE) == {
        ("report.late", "partner"): 1,
        ("report.urged", "partner"): 1,
        ("report.missing", "lead"): 1,
        ("workload", "lead"): 1,
        ("workload", "partner"): 1,
    }
    assert of(world, facts, EDUCATION) == {("report.missing", "lead"): 1, ("workload", "lead"): 1}
    for town in (XIONGKOU, LONGWAN):
        assert of(world, facts, town) == {
            ("report.missing", "partner"): 1,
            ("report.missing", "lead"): 1,
            ("workload", "lead"): 1,
            ("workload", "partner"): 1,
        }
    late = next(one for one in facts if one.kind == "report.late" and one.role is Role.LEAD)
    assert (late.on, late.size, late.words) == (date(2021, 7, 28), 2, "7月期，迟2天")
    assert late.obligation_id == owed_by(july, HEALTH, "4").id


def test_the_facts_are_those_of_the_day_they_are_read_for(july: Plan, at: Callable[[date], None]) -> None:
    before = gather(july_span(july))
    report(july, FINANCE, "6", date(2021, 8, 9))
    at(date(2022, 7, 1))
    assert gather(july_span(july)) == before


def test_a_span_begins_after_the_last_due_day_and_ends_with_the_nominal_one(july: Plan) -> None:
    assert july_span(july)[1:] == (date(2021, 6, 26), date(2021, 7, 25), date(2021, 7, 31))


def test_a_late_partner_costs_the_partner_alone_and_its_lead_s_reminder_costs_nobody(world: World, at: At) -> None:
    plan = make_plan()
    report(plan, HEALTH, "1", date(2021, 7, 20), "入库46人", 80, until=ACCEPTED)
    at(date(2021, 7, 28))
    urge_partners(owed_by(plan, HEALTH, "1"), {world.unit(FINANCE).id}, "", world.actor("health"))
    commit()
    at(SETTLED)
    task = owed_by(plan, HEALTH, "1").task_id
    found = {(one.unit_id, one.kind) for one in gather(july_span(plan)) if one.task_id == task}
    assert found == {(world.unit(HEALTH).id, "report.on_time"), (world.unit(FINANCE).id, "report.missing")}
    stood = standings([task], SETTLED)[task]
    assert stood.colour is Colour.GREEN
    assert [(one["unit"], one["role"]) for one in stood.waiting] == [(FINANCE, Role.PARTNER)]


def closing(plan: Plan, applied_on: date, decided_on: date | None, agreed: bool = True) -> None:
    """市卫生健康委 applies for closing task 1 (limit 2021-12-31; 市财政局 joins in)."""
    world = World()
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "1")).one()
    unit, actor = world.unit(HEALTH), world.actor("health")
    on_day(applied_on, lambda: apply_for_closing(task, unit, "做完了", actor) and None)
    if decided_on is not None:
        found = db.session.scalars(sa.select(Closing).order_by(Closing.id.desc())).first()
        assert found is not None
        on_day(decided_on, lambda: decide_closing(found, agreed, "材料不齐", world.actor("office1")) and None)


def december(plan: Plan, at: Callable[[date], None]) -> Span:
    """From August to the period that ends on 25 January, read on 1 February."""
    for month in range(8, 13):
        at(date(2021, month, 1))
        derive(plan, date(2021, month, 1))
    at(date(2022, 1, 10))
    derive(plan, date(2022, 1, 10))
    commit()
    return Span(plan.id, date(2021, 7, 26), date(2022, 1, 25), date(2022, 2, 1))


ITEM_CASES = [
    # not applied for: undone for the lead and the partner
    (None, None, True, {("item.undone", 0)}),
    # granted before the limit: in time, and early by 31 + 30 + 16 = 77 days before 31 December
    (date(2021, 10, 15), date(2021, 10, 20), True, {("item.in_time", 0), ("item.early", 77)}),
    # applied for on the last day, granted in January: in time, and not early
    (date(2021, 12, 31), date(2022, 1, 5), True, {("item.in_time", 0)}),
    # applied for four days after the limit
    (date(2022, 1, 4), date(2022, 1, 5), True, {("item.late", 4)}),
    # waiting for the office: nothing is said yet
    (date(2021, 12, 20), None, True, set()),
    # refused: undone
    (date(2021, 12, 20), date(2021, 12, 22), False, {("item.undone", 0)}),
    # granted after the day of the reading: still waiting on it
    (date(2021, 12, 20), date(2022, 2, 2), True, set()),
]


@pytest.mark.parametrize(("applied_on", "decided_on", "agreed", "expected"), ITEM_CASES)
def test_an_item_is_judged_by_the_day_it_was_applied_for(
    world: World,
    at: Callable[[date], None],
    applied_on: date | None,
    decided_on: date | None,
    agreed: bool,
    expected: set[tuple[str, int]],
) -> None:
    plan = make_plan()
    span = december(plan, at)
    if applied_on is not None:
        closing(plan, applied_on, decided_on, agreed)
    task_id = db.session.scalars(sa.select(Task.id).where(Task.plan_id == plan.id, Task.no == "1")).one()
    facts = [one for one in gather(span) if one.kind.startswith("item.") and one.task_id == task_id]
    assert {(one.kind, one.size) for one in facts} == expected
    who = {(world.unit(HEALTH).id, Role.LEAD), (world.unit(FINANCE).id, Role.PARTNER)}
    assert {(one.unit_id, one.role) for one in facts} == (who if expected else set())


def test_an_item_that_was_opened_again_is_undone(world: World, at: Callable[[date], None]) -> None:
    plan = make_plan()
    span = december(plan, at)
    closing(plan, date(2021, 10, 15), date(2021, 10, 20))
    found = db.session.scalars(sa.select(Closing).where(Closing.state == ClosingState.CLOSED)).one()
    on_day(date(2021, 11, 3), lambda: reopen(found, "未达标", world.actor("office1")) and None)
    assert "item.undone" in {one.kind for one in gather(span)}
    assert "item.in_time" not in {one.kind for one in gather(span)}


def test_a_task_ended_later_keeps_the_facts_of_the_days_on_which_it_was_in_force(july: Plan, world: World) -> None:
    span = july_span(july)
    before = set(gather(span))
    for task in db.session.scalars(sa.select(Task).where(Task.plan_id == july.id)):
        end_task(task, "转为日常工作", world.actor("office1"))
    derive(july, SETTLED)
    assert set(gather(span)) == before


@pytest.mark.parametrize(("ended_on", "is_undone"), [(date(2021, 12, 31), False), (date(2022, 1, 4), True)])
def test_a_task_ended_by_its_limit_is_not_undone(
    world: World, at: Callable[[date], None], ended_on: date, is_undone: bool
) -> None:
    plan = make_plan()
    span = december(plan, at)
    (task,) = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "1"))
    on_day(ended_on, lambda: end_task(task, "不再开展", world.actor("office1")) and None)
    facts = {one.kind for one in gather(span) if one.task_id == task.id and one.kind.startswith("item.")}
    assert facts == ({"item.undone"} if is_undone else set())


def test_a_room_adds_a_kind_with_one_line(july: Plan, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slip = Fact("slip.yellow", world.unit(FINANCE).id, date(2021, 7, 30), words="X督〔2021〕5号")
    monkeypatch.setitem(KINDS, "slip.yellow", FactKind("黄色督办", lambda span: [slip]))
    assert slip in gather(july_span(july))
    assert title_of("slip.yellow") == "黄色督办"
    assert title_of("gone") == "gone"


def test_the_statements_do_not_grow_with_the_plan(july: Plan) -> None:
    span = july_span(july)
    with count_statements() as sent:
        gather(span)
    assert len(sent) <= 8, sent

"""Indicators through the pages: who sees which, their definitions, list, form and workbooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests.indicators.figures import LATER, At, SignIn, definition, key, report, the_row
from tests.plans import owed_by
from tests.statements import count_statements
from tests.world import EDUCATION, FINANCE, HEALTH, SCIENCE, TOWNS, XIONGKOU, World
from tracker.audit.models import AuditEvent
from tracker.errors import Invalid, NotFound, Stale
from tracker.extensions import commit, db
from tracker.indicators.actions import Link, define, end, redefine, take_over
from tracker.indicators.definitions import Definition
from tracker.indicators.queries import board, indicators_of_tasks, open_indicator
from tracker.indicators.value_queries import waiting
from tracker.indicators.values import send_back, verify
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.tasks.actions import change_units, end_task
from tracker.tasks.models import Task


def test_a_unit_without_a_part_sees_none_and_a_member_sees_its_own(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(LATER)
    report(world, plan, "龙湾镇", "stranger", "57.5")
    verify(waiting(plan.id), world.actor("office1"))
    commit()
    row = the_row(plan, world)
    with pytest.raises(NotFound):
        open_indicator(row.indicator.id, world.actor("finance"), LATER)
    town = sign_in("xiongkou").get(f"/indicators/{row.indicator.id}").get_data(as_text=True)
    assert ("57.5%（1/2）" in town, "龙湾镇" in town) == (True, False)
    assert sign_in("finance").get(f"/indicators/{row.indicator.id}").status_code == 404


def test_a_task_shows_the_indicators_that_measure_it(world: World, plan: Plan, sign_in: SignIn) -> None:
    row = the_row(plan, world, date(2021, 7, 1))
    task = row.tasks[0]
    assert indicators_of_tasks([task.id], date(2021, 7, 1)) == {task.id: [row.indicator.id]}
    page = sign_in("office1").get(f"/tasks/{task.id}").get_data(as_text=True)
    assert f"/indicators/{row.indicator.id}" in page


def test_a_lead_that_gives_no_figure_for_a_task_with_an_indicator_is_told(
    world: World, plan: Plan, sign_in: SignIn
) -> None:
    owed = owed_by(plan, XIONGKOU, the_row(plan, world, date(2021, 7, 1)).tasks[0].no or "")
    for words, is_told in (("正在推进。", True), ("已完成46%。", False)):
        actions.save_draft(owed, actions.Writing(words), world.actor("xiongkou"))
        commit()
        page = sign_in("xiongkou").get(f"/plans/{plan.id}/report").get_data(as_text=True)
        assert ("任务有指标，进展情况里没有数字。" in page) is is_told


def test_the_list_is_filtered_by_its_address_and_asks_a_fixed_number_of_statements(
    world: World, plan: Plan, sign_in: SignIn
) -> None:
    office = sign_in("office1")
    with count_statements() as few:
        office.get(f"/plans/{plan.id}/indicators")
    for n in range(8):
        define(plan, Link(definition(f"指标{n}"), [], [world.unit(HEALTH).id]), world.actor("office1"))
    commit()
    with count_statements() as many:
        page = office.get(f"/plans/{plan.id}/indicators?q=指标7").get_data(as_text=True)
    assert len(many) == len(few)
    assert ("指标7" in page, "指标6" in page) == (True, False)


def test_the_form_keeps_what_was_typed_and_says_what_it_takes(world: World, plan: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    sent = {"name": "吸烟率", "measure": "%", "direction": "down", "formula": "latest", "every": "year"}
    sent |= {"units": "市卫健局", "target_year": "2025", "target": "20%以内"}
    answer = office.post(f"/plans/{plan.id}/indicators/new", data=sent)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "名册里没有“市卫健局”" in page, 'value="20%以内"' in page) == (422, True, True)
    answer = office.post(f"/plans/{plan.id}/indicators/new", data=sent | {"units": HEALTH, "tasks": "3、序5"})
    assert answer.status_code == 303
    made = board(plan, world.actor("office1"), date(2021, 7, 1))[-1]
    assert [unit.name for unit in made.members] == [HEALTH]
    assert [task.no for task in made.tasks] == ["3", "5"]
    assert "20%以内" in office.get(answer.location).get_data(as_text=True)


def test_an_earlier_definition_holds_on_its_days_and_the_later_editor_is_told(world: World, plan: Plan, at: At) -> None:
    at(date(2021, 9, 1))
    office, row = world.actor("office1"), the_row(plan, world, date(2021, 9, 1))
    seen = row.indicator.version
    link = Link(definition("规范管理率（新口径）"), [], [world.unit(EDUCATION).id])
    redefine(row.indicator, link, "口径调整", seen, office)
    commit()
    with pytest.raises(Stale):
        redefine(row.indicator, link, "", seen, office)
    before, now = the_row(plan, world, date(2021, 8, 31)), the_row(plan, world, date(2021, 9, 1))
    assert (before.definition.name, now.definition.name) == ("规范管理率", "规范管理率（新口径）")
    assert ([unit.name for unit in before.named], [unit.name for unit in now.named]) == ([TOWNS], [EDUCATION])
    with pytest.raises(Invalid, match="已有同名"):
        define(plan, Link(definition("规范管理率（新口径）")), office)


def test_ending_keeps_the_values_and_needs_a_reason(world: World, plan: Plan, sign_in: SignIn) -> None:
    office, row = sign_in("office1"), the_row(plan, world, date(2021, 7, 1))
    assert office.post(f"/indicators/{row.indicator.id}/end", data={"reason": ""}).status_code == 422
    assert office.post(f"/indicators/{row.indicator.id}/end", data={"reason": "文件删去"}).status_code == 303
    assert board(plan, world.actor("office1"), date(2021, 7, 1)) == []
    assert "文件删去" in office.get(f"/indicators/{row.indicator.id}").get_data(as_text=True)


def test_the_workbooks_hold_definitions_and_every_version(world: World, plan: Plan, sign_in: SignIn, at: At) -> None:
    at(LATER)
    report(world, plan, XIONGKOU, "xiongkou", "62.125")
    verify(waiting(plan.id), world.actor("office1"))
    commit()
    office = sign_in("office1")
    first = load_workbook(BytesIO(office.get(f"/plans/{plan.id}/indicators.xlsx").data)).worksheets[0]
    cells = [str(cell.value) for line in first.iter_rows() for cell in line]
    assert {"规范管理率", "≥60%", "62.125%（1/2家）", "50%"} <= set(cells)
    a3 = load_workbook(BytesIO(office.get(f"/plans/{plan.id}/ledger.xlsx?paper=A3").data)).worksheets[0]
    assert "规范管理率 2021年≥60%、2025年≥70%" in [cell.value for line in a3.iter_rows() for cell in line]
    second = load_workbook(BytesIO(office.get(f"/plans/{plan.id}/indicator-values.xlsx").data)).worksheets[0]
    assert 62.125 in [cell.value for line in second.iter_rows() for cell in line]


def test_what_is_done_is_in_the_log_with_its_words(world: World, plan: Plan, at: At) -> None:
    at(LATER)
    report(world, plan, XIONGKOU, "xiongkou", "62")
    verify(waiting(plan.id), world.actor("office1"))
    commit()
    actions = set(db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.action.startswith("indicator"))))
    assert actions == {"indicator.define", "indicator.enter", "indicator.verify"}


def test_rights_are_todays_whatever_day_is_looked_at(world: World, plan: Plan, sign_in: SignIn, at: At) -> None:
    at(LATER)
    report(world, plan, XIONGKOU, "xiongkou", "62")
    tasks = list(db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "4")))
    row = the_row(plan, world)
    link = Link(definition(), [task.id for task in tasks], [world.unit(TOWNS).id])
    redefine(row.indicator, link, "", row.indicator.version, world.actor("office1"))
    commit()
    at(date(2022, 2, 1))
    change_units(tasks[0], [world.unit(FINANCE)], [], "换牵头", world.actor("office1"))
    commit()
    past, row_id = LATER.isoformat(), row.indicator.id
    former, now = sign_in("health"), sign_in("finance")
    assert former.get(f"/indicators/{row_id}?as_of={past}").status_code == 404
    cells = load_workbook(BytesIO(former.get(f"/plans/{plan.id}/indicator-values.xlsx?as_of={past}").data))
    assert XIONGKOU not in [cell.value for line in cells.worksheets[0].iter_rows() for cell in line]
    assert "62%" in now.get(f"/indicators/{row_id}?as_of={past}").get_data(as_text=True)


def test_a_withdrawn_task_is_left_out_of_the_form(world: World, plan: Plan, sign_in: SignIn, at: At) -> None:
    at(LATER)
    row = the_row(plan, world)
    end_task(row.tasks[0], "文件删去", world.actor("office1"))
    commit()
    assert sign_in("office1").get(f"/indicators/{row.indicator.id}/edit").status_code == 200
    assert the_row(plan, world).tasks == []


def test_a_unit_that_is_named_takes_part_in_the_plan(world: World, plan: Plan, sign_in: SignIn, at: At) -> None:
    at(LATER)
    stranger, row = sign_in("stranger"), the_row(plan, world)
    assert stranger.get(f"/plans/{plan.id}/indicators/fill").status_code == 404
    sent = {"units": SCIENCE, "indicator": row.indicator.id}
    assert sign_in("office1").post(f"/plans/{plan.id}/indicators/units", data=sent).status_code == 303
    for page in ("report", "ledger", "indicators"):
        assert stranger.get(f"/plans/{plan.id}/{page}").status_code == 200
    typed = {f"value-{key(row)}": "61", f"seen-{key(row)}": "0", "year": "2021"}
    assert stranger.post(f"/plans/{plan.id}/indicators/fill", data=typed).status_code == 303
    assert [one.unit.name for one in waiting(plan.id)] == [SCIENCE]


@pytest.mark.parametrize("other", [replace(definition(), every=Every.QUARTER), replace(definition(), measure="‰")])
def test_what_was_reported_keeps_its_meaning(world: World, plan: Plan, at: At, other: Definition) -> None:
    at(LATER)
    office, row, changed = world.actor("office1"), the_row(plan, world), Link(other)
    redefine(row.indicator, changed, "", row.indicator.version, office)
    db.session.rollback()
    report(world, plan, XIONGKOU, "xiongkou", "62")
    with pytest.raises(Invalid, match="另加一个"):
        redefine(row.indicator, changed, "", row.indicator.version, office)


def test_the_name_of_an_ended_indicator_may_be_taken_again(world: World, plan: Plan) -> None:
    office, row = world.actor("office1"), the_row(plan, world, date(2021, 7, 1))
    assert take_over(plan, [Link(definition())], office) == 0
    end(row.indicator, "口径变了", office)
    define(plan, Link(definition()), office)
    with pytest.raises(Invalid, match="已有同名"):
        define(plan, Link(definition()), office)


def test_who_was_overtaken_in_the_form_is_told_what_stands_there_and_may_save(
    world: World, plan: Plan, sign_in: SignIn
) -> None:
    office, row = sign_in("office1"), the_row(plan, world, date(2021, 7, 1))
    address, seen = f"/indicators/{row.indicator.id}/edit", row.indicator.version
    redefine(row.indicator, Link(definition("新名称")), "", seen, world.actor("office2"))
    commit()
    sent = {"name": "规范管理率", "measure": "%", "direction": "up", "formula": "sum", "every": "year"}
    sent["seen"] = str(seen)
    page = (told := office.post(address, data=sent)).get_data(as_text=True)
    assert (told.status_code, "名称现为“新名称”" in page, "汇总办法现为“平均”" in page) == (409, True, True)
    assert f'name="seen" value="{seen + 1}"' in page
    assert office.post(address, data=sent | {"seen": str(seen + 1)}).status_code == 303


def test_a_workbook_of_an_earlier_day_says_nothing_of_later_decisions(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(LATER)
    first = report(world, plan, XIONGKOU, "xiongkou", "62")
    at(date(2022, 2, 10))
    send_back(first, "分母不对", world.actor("office1"))
    commit()
    address = f"/plans/{plan.id}/indicator-values.xlsx"
    for asked, is_there in (("", True), (f"?as_of={LATER}", False)):
        sheet = load_workbook(BytesIO(sign_in("office2").get(address + asked).data)).worksheets[0]
        cells = [cell.value for line in sheet.iter_rows() for cell in line]
        assert ("分母不对" in cells, "王审核" in cells) == (is_there, is_there)

"""A unit enters, the office verifies, the whole is rolled up; who may see what; what is refused loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.beginnings import beginning
from tests.plans import make_plan, owed_by
from tests.statements import count_statements
from tests.world import EDUCATION, FINANCE, HEALTH, SCIENCE, TOWNS, XIONGKOU, World
from tracker.audit.models import AuditEvent
from tracker.errors import Invalid, NotFound, Stale
from tracker.extensions import commit, db
from tracker.indicators import entry_views, value_queries
from tracker.indicators.actions import Link, define, end, redefine, take_over
from tracker.indicators.definitions import Definition, Direction, Formula
from tracker.indicators.models import IndicatorValue
from tracker.indicators.queries import Row, board, indicators_of_tasks, open_indicator
from tracker.indicators.value_queries import waiting
from tracker.indicators.values import Entry, enter, send_back, verify
from tracker.indicators.written import target_of
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.tasks.actions import change_units, end_task
from tracker.tasks.models import Task

At = Callable[[date], None]
SignIn = Callable[[str], FlaskClient]
Y2020, Y2021 = date(2020, 12, 31), date(2021, 12, 31)
LATER = date(2022, 1, 20)


def definition(name: str = "规范管理率", formula: Formula = Formula.AVERAGE) -> Definition:
    targets = (target_of("≥60%", 2021), target_of("≥70%", 2025))
    return Definition(name, "%", "", "预期性", Decimal(50), 2020, "50%", Direction.UP, formula, Every.YEAR, targets)


@beginning
def plan(world: World) -> Plan:
    """A plan with one indicator of the townships, on task 5 (led by the townships, the health commission joins in)."""
    plan = make_plan()
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "5")).one()
    define(plan, Link(definition(), [task.id], [world.unit(TOWNS).id]), world.actor("office1"))
    commit()
    return plan


def the_row(plan: Plan, world: World, as_of: date = LATER, login: str = "office1") -> Row:
    return board(plan, world.actor(login), as_of)[0]


def report(world: World, plan: Plan, unit: str, login: str, value: str) -> IndicatorValue:
    row = the_row(plan, world)
    last = row.last((world.unit(unit).id, Y2021))
    entry = Entry(row, Y2021, Decimal(value), "年报", last.number if last else 0)
    made = enter(world.unit(unit), [entry], world.actor(login))
    commit()
    return made[0]


def key(row: Row, day: date = Y2021) -> str:
    return f"{row.indicator.id}-{day:%Y%m%d}"


def test_a_unit_enters_the_office_verifies_and_the_whole_follows(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(LATER)
    row, town = the_row(plan, world), sign_in("xiongkou")
    sent = {f"value-{key(row)}": "62.5%", f"evidence-{key(row)}": "年报表3", "year": "2021"}
    assert town.post(f"/plans/{plan.id}/indicators/fill", data=sent).status_code == 303
    assert the_row(plan, world).wholes == {}
    office = sign_in("office1")
    queue = office.get(f"/plans/{plan.id}/indicators/verify").get_data(as_text=True)
    assert "62.5%" in queue
    value = waiting(plan.id)[0]
    office.post(f"/plans/{plan.id}/indicators/verify", data={"value": value.id})
    whole = the_row(plan, world).wholes[Y2021]
    assert (whole.value, whole.reported, whole.owing, whole.is_complete) == (Decimal("62.5"), 1, 2, False)
    report(world, plan, "龙湾镇", "stranger", "57.5")
    verify(waiting(plan.id), world.actor("office1"))
    commit()
    assert the_row(plan, world).wholes[Y2021].value == Decimal(60)
    assert the_row(plan, world).lamp.word == "达标"
    page = office.get(f"/indicators/{row.indicator.id}").get_data(as_text=True)
    assert "62.5%" in page
    assert 'class="line-actual"' in page


def test_a_wrong_figure_is_told_at_its_place_and_nothing_is_lost(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(LATER)
    row, town = the_row(plan, world), sign_in("xiongkou")
    sent = {
        f"value-{key(row)}": "约六成",
        f"value-{key(row, Y2020)}": "58",
        f"evidence-{key(row)}": "口径待核",
        "year": "2021",
    }
    answer = town.post(f"/plans/{plan.id}/indicators/fill", data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "“约六成”不是数" in page
    assert 'value="约六成"' in page
    assert 'value="口径待核"' in page
    assert db.session.scalar(sa.select(sa.func.count(IndicatorValue.id))) == 0


def test_a_returned_figure_goes_back_with_the_reason_and_comes_again_as_a_new_version(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(LATER)
    first = report(world, plan, XIONGKOU, "xiongkou", "62")
    office = sign_in("office1")
    refused = office.post(f"/indicator-values/{first.id}/return", data={"reason": " "})
    assert (refused.status_code, "退回要写理由" in refused.get_data(as_text=True)) == (422, True)
    office.post(f"/indicator-values/{first.id}/return", data={"reason": "分母不对"})
    page = sign_in("xiongkou").get(f"/plans/{plan.id}/indicators/fill").get_data(as_text=True)
    assert "分母不对" in page
    second = report(world, plan, XIONGKOU, "xiongkou", "61")
    assert (second.number, second.state.label) == (2, "待核定")
    versions = the_row(plan, world).versions[world.unit(XIONGKOU).id, Y2021]
    assert [one.state.label for one in versions] == ["已退回", "待核定"]


def test_a_correction_counts_only_once_it_is_verified(world: World, plan: Plan, at: At) -> None:
    at(LATER)
    report(world, plan, XIONGKOU, "xiongkou", "62")
    verify(waiting(plan.id), world.actor("office1"))
    report(world, plan, XIONGKOU, "xiongkou", "66")
    assert the_row(plan, world).wholes[Y2021].value == Decimal(62)
    at(date(2022, 2, 10))
    verify(waiting(plan.id), world.actor("office1"))
    commit()
    assert the_row(plan, world, date(2022, 2, 10)).wholes[Y2021].value == Decimal(66)
    assert the_row(plan, world, LATER).wholes[Y2021].value == Decimal(62)  # as of an earlier day nothing changed


def test_who_wrote_a_figure_does_not_verify_it_and_it_is_decided_once(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(LATER)
    value = report(world, plan, XIONGKOU, "office1", "62")
    mine = sign_in("office1")
    assert "本件由您填写" in mine.get(f"/plans/{plan.id}/indicators/verify").get_data(as_text=True)
    assert mine.post(f"/indicator-values/{value.id}/return", data={"reason": "x"}).status_code == 403
    mine.post(f"/plans/{plan.id}/indicators/verify", data={"value": value.id})
    assert len(waiting(plan.id)) == 1
    verify(waiting(plan.id), world.actor("office2"))
    with pytest.raises(Stale, match="已核定"):
        send_back(value, "晚了", world.actor("office2"))


def test_the_later_of_two_clerks_is_told(world: World, plan: Plan, sign_in: SignIn, at: At) -> None:
    at(LATER)
    row, town = the_row(plan, world), sign_in("xiongkou")
    report(world, plan, XIONGKOU, "xiongkou", "61")
    sent = {f"value-{key(row)}": "63", f"seen-{key(row)}": "0", "year": "2021"}
    answer = town.post(f"/plans/{plan.id}/indicators/fill", data=sent)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "填了61%" in page, 'value="63"' in page) == (422, True, True)


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


@pytest.mark.parametrize("year", ["02021555", "2", "20215", "2500"])
def test_a_year_that_is_none_is_refused(world: World, plan: Plan, sign_in: SignIn, year: str) -> None:
    sent = {"name": "吸烟率", "measure": "%", "direction": "down", "formula": "latest", "every": "year"}
    sent |= {"target_year": year, "target": "20%以内"}
    answer = sign_in("office1").post(f"/plans/{plan.id}/indicators/new", data=sent)
    assert (answer.status_code, "四位年份" in answer.get_data(as_text=True)) == (422, True)


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


def test_boxes_left_alone_stop_nobody_and_who_was_told_may_save(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(LATER)
    row, town = the_row(plan, world), sign_in("xiongkou")
    address = f"/plans/{plan.id}/indicators/fill"
    report(world, plan, XIONGKOU, "xiongkou", "61")  # a colleague, after the page was loaded
    sent = {f"{name}-{key(row, day)}": "" for name in ("value", "evidence") for day in (Y2020, Y2021)}
    sent |= {f"seen-{key(row, day)}": "0" for day in (Y2020, Y2021)}
    assert town.post(address, data=sent | {"year": "2020", f"value-{key(row, Y2020)}": "58"}).status_code == 303
    assert town.post(address, data=sent | {"year": "2021"}).status_code == 303
    assert len(waiting(plan.id)) == 2
    told = town.post(address, data=sent | {"year": "2021", f"value-{key(row)}": "63"})
    assert (told.status_code, f'name="seen-{key(row)}" value="1"' in told.get_data(as_text=True)) == (422, True)
    sent |= {"year": "2021", f"value-{key(row)}": "63", f"seen-{key(row)}": "1"}
    assert town.post(address, data=sent).status_code == 303
    assert [one.value for one in waiting(plan.id) if one.period_on == Y2021] == [Decimal(63)]


def test_a_returned_figure_that_was_right_is_sent_again(world: World, plan: Plan, sign_in: SignIn, at: At) -> None:
    at(LATER)
    first, town = report(world, plan, XIONGKOU, "xiongkou", "62"), sign_in("xiongkou")
    send_back(first, "请核实", world.actor("office1"))
    commit()
    box = key(the_row(plan, world))
    sent = {f"value-{box}": "62", f"evidence-{box}": "年报", f"seen-{box}": "1", "year": "2021"}
    town.post(f"/plans/{plan.id}/indicators/fill", data=sent)
    assert waiting(plan.id) == []
    town.post(f"/plans/{plan.id}/indicators/fill", data=sent | {f"again-{box}": "1"})
    assert [(one.number, one.value) for one in waiting(plan.id)] == [(2, Decimal(62))]


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


def test_the_queue_asks_a_fixed_number_of_statements_and_comes_in_pages(
    world: World, plan: Plan, sign_in: SignIn, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(LATER)
    office, address = sign_in("office2"), f"/plans/{plan.id}/indicators/verify"
    report(world, plan, XIONGKOU, "xiongkou", "62")
    with count_statements() as few:
        office.get(address)
    report(world, plan, "龙湾镇", "stranger", "57.5")
    row = the_row(plan, world)
    enter(world.unit(XIONGKOU), [Entry(row, Y2020, Decimal(58), "", 0)], world.actor("xiongkou"))
    commit()
    with count_statements() as many:
        assert "57.5%" in office.get(address).get_data(as_text=True)
    assert len(many) == len(few)
    monkeypatch.setattr(entry_views, "PAGE", 2)
    monkeypatch.setattr(value_queries, "PAGE", 2)
    first, second = (office.get(f"{address}?page={page}").get_data(as_text=True) for page in (1, 2))
    assert ("58%" in first, "58%" in second, "第 2 页，共 2 页" in second) == (False, True, True)

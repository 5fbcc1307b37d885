"""Values through the pages: entered by units, told where they are wrong, verified, returned and corrected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tests.indicators.figures import LATER, Y2020, Y2021, At, SignIn, key, report, the_row
from tests.statements import count_statements
from tests.world import XIONGKOU, World
from tracker.errors import Stale
from tracker.extensions import commit, db
from tracker.indicators import entry_views, value_queries
from tracker.indicators.models import IndicatorValue
from tracker.indicators.value_queries import waiting
from tracker.indicators.values import Entry, enter, send_back, verify
from tracker.plans.models import Plan


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


@pytest.mark.parametrize("year", ["02021555", "2", "20215", "2500"])
def test_a_year_that_is_none_is_refused(world: World, plan: Plan, sign_in: SignIn, year: str) -> None:
    sent = {"name": "吸烟率", "measure": "%", "direction": "down", "formula": "latest", "every": "year"}
    sent |= {"target_year": year, "target": "20%以内"}
    answer = sign_in("office1").post(f"/plans/{plan.id}/indicators/new", data=sent)
    assert (answer.status_code, "四位年份" in answer.get_data(as_text=True)) == (422, True)


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

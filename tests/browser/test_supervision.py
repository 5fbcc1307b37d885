"""Slips, bulletins and an inspection in a real browser, as clerks of the office and of a unit go through them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Enter
from tests.progress.test_evidence import PDF
from tests.supervision.conftest import pressed_plan
from tests.world import HEALTH, World

pytestmark = pytest.mark.browser


@pytest.fixture
def site(guarded: Flask, serve: Callable[[Flask], str]) -> str:
    """The small plan two days after its first due day, served."""
    with guarded.app_context():
        pressed_plan(World())
    return serve(guarded)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def told(page: Page, words: str) -> None:
    expect(page.locator("#messages")).to_contain_text(words)


def test_a_slip_is_proposed_issued_answered_and_settled(enter: Enter) -> None:
    office, unit = enter("office1"), enter("health", PHONE)
    office.click("nav >> text=督办")
    press(office, "按今天的台账拟")
    office.locator("#proposals tr", has_text="中西医协同").locator("text=看、签发").click()
    office.fill("textarea[name=content]", "请于一周内启动协同门诊。")
    press(office, "签发")
    told(office, "潜健督〔2021〕1号已签发")
    unit.goto("/plans/1/")
    unit.click("text=潜健督〔2021〕1号")
    unit.fill("textarea[name=answer]", "已启动协同门诊。")
    unit.set_input_files("input[name=file]", {"name": "方案.pdf", "mimeType": "application/pdf", "buffer": PDF})
    press(unit, "送办公室")
    told(unit, "等办公室核定")
    office.reload()
    expect(office.locator(".report-text")).to_contain_text("已启动协同门诊")
    press(office, "同意销号")
    told(office, "已销号")


def test_one_slip_to_each_of_a_group_in_arrears(enter: Enter, violations: Callable[[Page], list[str]]) -> None:
    office = enter("office1")
    office.goto("/tasks/5")
    office.click("text=给欠报的 3 家各发一张")
    expect(office.locator("#matters [data-tick]:checked")).to_have_count(3)
    assert violations(office) == []
    office.locator("#matters tr", has_text=HEALTH).locator("[data-tick]").uncheck()
    press(office, "看名单，去签发")
    expect(office.locator("#issue li")).to_have_count(2)
    assert violations(office) == []
    press(office, "签发 2 张")
    told(office, "潜健督〔2021〕1号、潜健督〔2021〕2号")


def test_a_bulletin_is_drafted_edited_and_published(enter: Enter) -> None:
    office = enter("office1")
    office.goto("/plans/1/bulletins")
    press(office, "按台账拟一份通报")
    office.fill("input[name=title]", "关于7月期进展的通报")
    press(office, "先存下，看样子")
    expect(office.locator(".paper-title")).to_have_text("关于7月期进展的通报")
    press(office, "印发")
    told(office, "已印发")
    leader = enter("leader")
    leader.goto("/plans/1/bulletins")
    leader.click("text=关于7月期进展的通报")
    expect(leader.locator(".paper-issue")).to_contain_text("2021年第1期")


def test_an_inspection_is_written_issued_reported_and_settled(
    enter: Enter, violations: Callable[[Page], list[str]]
) -> None:
    office, unit = enter("office1"), enter("health", PHONE)
    office.goto("/plans/1/slips")
    office.click(".room-tabs >> text=检查")
    office.fill("input[name=title]", "医疗机构检查")
    press(office, "记一次检查")
    office.locator(".tick-list label", has_text=HEALTH).click()
    office.fill("textarea[name=finding]", "专家库没有更新。")
    office.fill("textarea[name=asked]", "更新名册并报送。")
    press(office, "存这一条，再加")
    expect(office.locator("#finding-form .error")).to_contain_text("由哪个单位整改")
    office.select_option("select[name=owner]", label=HEALTH)
    press(office, "存这一条，再加")
    assert violations(office) == []
    press(office, "存好，去下达")
    press(office, "下达（1 条）")
    told(office, "已下达")
    unit.goto("/plans/1/")
    unit.click("text=专家库没有更新")
    assert violations(unit) == []
    assert unit.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    unit.fill("textarea[name=words]", "名册已更新。")
    press(unit, "报送办公室")
    told(unit, "等办公室核定")
    office.click("#findings >> text=专家库没有更新")
    press(office, "没有改到位，退回")
    expect(office.locator(".error")).to_contain_text("退回要写原因")
    office.fill("textarea[name=reason]", "没有附名册")
    press(office, "没有改到位，退回")
    unit.reload()
    told(unit, "没有附名册")
    unit.fill("textarea[name=words]", "名册见附件。")
    press(unit, "报送办公室")
    office.reload()
    press(office, "同意销号")
    told(office, "已同意销号")

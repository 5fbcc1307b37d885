"""The comparisons of an import in a browser: text with table, and an amended list with the plan that runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.importing.amended import AMENDED, amended
from tests.importing.drafts import FORMS, decide_all, seed
from tests.world import PASSWORD, World
from tracker.extensions import commit, db
from tracker.importing.actions import receive
from tracker.importing.confirming import confirm
from tracker.tasks.models import Task

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def sign_in(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/login?next={path}")
    page.fill("[name=login]", "office1")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{path}")


@pytest.fixture
def at_compare(app: Flask, world: World, serve: Callable[[Flask], str], page: Page) -> Page:
    """office1 before the city's document, whose text and table differ."""
    draft = receive(seed(FORMS[0]), FORMS[0], world.actor("office1"))
    path = f"/imports/{draft.id}/compare"
    commit()
    sign_in(page, serve(app), path)
    return page


@pytest.fixture
def at_changes(app: Flask, world: World, at: Callable[[date], None], serve: Callable[[Flask], str], page: Page) -> Page:
    """office1 before the review of an amended list, a month after the plan began."""
    office = world.actor("office1")
    first = receive(seed(FORMS[1]), FORMS[1], office)
    decide_all(first, office)
    confirm(first, office)
    commit()
    at(date(2021, 8, 10))
    draft = receive(amended(), AMENDED, office)
    decide_all(draft, office)
    path = f"/imports/{draft.id}"
    commit()
    sign_in(page, serve(app), path)
    return page


def test_a_difference_leads_to_both_sides_of_the_document_and_becomes_a_row(
    at_compare: Page, faults: list[str]
) -> None:
    page = at_compare
    expect(page.locator(".compare-told")).to_contain_text("市商务局、市税务局、市信访局")
    row = page.locator("[data-row]", has_text="发挥卷烟消费税")
    row.locator("td").first.click()
    expect(page.locator("[data-source] .found.is-here", has_text="发挥卷烟消费税")).to_be_in_viewport()
    row.locator("button[value=row_added]").click()
    expect(page.locator("#work h2")).to_have_text("还有 57 处不一致")
    expect(page.locator("#review-tabs [aria-current]")).to_contain_text("57")
    page.click("a.chip:has-text('已处理')")
    expect(page.locator("[data-row]")).to_contain_text("加了一行")
    page.get_by_role("button", name="撤回").click()
    expect(page.locator("#work h2")).to_have_text("还有 58 处不一致")


def test_an_amended_list_is_agreed_to_and_changes_the_plan(at_changes: Page, faults: list[str]) -> None:
    page = at_changes
    page.check("input[name=purpose][value=adjust]")
    page.fill("#reason", "按通知调整")
    page.get_by_role("button", name="定用途").click()
    page.wait_for_url("**/changes")
    expect(page.locator(".foot-line")).to_contain_text("6 处改动没有确认")
    lead = page.locator("[data-row]", has_text="建立环境与健康的调查")
    expect(lead.locator("del")).to_have_text("市生态环境局")
    expect(lead.locator("ins")).to_have_text("市水利和湖泊局")
    lead.get_by_role("button", name="确认").click()
    expect(page.locator(".foot-line")).to_contain_text("5 处改动没有确认")
    page.get_by_role("button", name="5 处都确认").click()
    expect(page.locator(".foot-line")).to_contain_text("都定好了")
    page.click(".foot-line .btn-primary")
    expect(page.locator(".message-green")).to_contain_text("方案已照新的清单调整")
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Task)) == 63


def test_the_pages_have_no_violations_and_fit_a_phone(
    at_changes: Page, violations: Callable[[Page], list[str]]
) -> None:
    page = at_changes
    assert violations(page) == []
    page.check("input[name=purpose][value=adjust]")
    page.fill("#reason", "按通知调整")
    page.get_by_role("button", name="定用途").click()
    page.wait_for_url("**/changes")
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("shown", ["duty", "unit", "paired", "settled"])
def test_the_comparison_has_no_violations_and_fits_a_phone(
    at_compare: Page, violations: Callable[[Page], list[str]], shown: str
) -> None:
    page = at_compare
    page.goto(f"{page.url.partition('?')[0]}?show={shown}")
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

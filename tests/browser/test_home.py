"""The home pages in a browser: no fault for axe, nothing wider than the screen, one primary button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, WIDE
from tests.conftest import make_app
from tests.databases import SQLiteTemplates
from tests.plans import make_plan
from tests.world import PASSWORD, TODAY
from tracker import clock
from tracker.extensions import commit, db
from tracker.ledger.keeping import refresh_due
from tracker.obligations.actions import derive

pytestmark = pytest.mark.browser

DAY = date(2021, 8, 26)
"""Nobody reported for July or August: red items, units in arrears, something to sign for."""


@pytest.fixture
def home_app(sqlite_templates: SQLiteTemplates, tmp_path: Path) -> Iterator[Flask]:
    with sqlite_templates.copy() as address:
        app = make_app(address, tmp_path / "data")
        with app.app_context():
            clock.fix_day(TODAY)
            plan = make_plan()
            clock.fix_day(DAY)
            derive(plan, DAY)
            refresh_due(DAY)
            commit()
            db.session.remove()
        yield app


@pytest.fixture
def enter(page: Page, faults: list[str], serve: Callable[[Flask], str], home_app: Flask) -> Callable[[str], Page]:
    """Sign in and stand on the home page."""
    address = serve(home_app)

    def as_person(login: str) -> Page:
        page.goto(address + "/login")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/plans/*/")
        return page

    return as_person


@pytest.mark.parametrize("login", ["office1", "leader", "health", "health-head"])
def test_axe_finds_nothing_wrong(
    enter: Callable[[str], Page], violations: Callable[[Page], list[str]], login: str
) -> None:
    page = enter(login)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert violations(page) == []


@pytest.mark.parametrize("login", ["office1", "leader", "health", "health-head"])
def test_nothing_is_wider_than_the_screen(enter: Callable[[str], Page], login: str) -> None:
    page = enter(login)
    for size in (WIDE, DESK, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.locator(".btn-primary:visible").count() <= 1


def test_ticking_a_unit_offers_to_urge_it(enter: Callable[[str], Page]) -> None:
    page = enter("office1")
    expect(page.get_by_text("已选 1 家")).to_be_hidden()
    page.locator("#units [data-tick]").first.check()
    expect(page.get_by_text("已选 1 家")).to_be_visible()
    page.locator("[data-batch=units]").get_by_role("button", name="催办").click()
    expect(page.locator("#messages .message").first).to_be_visible()


def test_a_leader_with_a_phone_sees_who_owes(enter: Callable[[str], Page]) -> None:
    page = enter("leader")
    page.set_viewport_size(PHONE)
    expect(page.locator(".late-units li").first).to_be_visible()
    expect(page.locator(".unit-grid").first).to_be_hidden()

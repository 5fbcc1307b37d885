"""The ledger in a real browser: rows on a small screen, keys, the phone, and the paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import PHONE, SHORT
from tests.conftest import make_app
from tests.databases import SQLiteTemplates
from tests.ledger.reports import report
from tests.plans import CONTINUOUS, YEAR, make_plan
from tests.world import FINANCE, HEALTH, PASSWORD, TODAY, TOWNS, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.ledger.keeping import refresh_due
from tracker.obligations.actions import derive
from tracker.plans.models import Plan
from tracker.tasks.actions import assign
from tracker.tasks.models import Task
from tracker.tasks.roles import Role

pytestmark = pytest.mark.browser

DAY = date(2021, 7, 27)
PROGRESS = (
    "本期筛查8,412人，累计41,236人，完成年度目标82.5%；阳性1,027人已转介，22个区镇街道基线调查全部入户，数据清洗完成。"
)
HEADS = ("重点任务", "目前进展", "下一步措施", "填报单位")


def _sixty_one(plan: Plan, world: World) -> None:
    """As many rows as the document has, with texts as long."""
    for position in range(7, 62):
        text = (
            f"第{position}件事：建立健全工作机制，加大筛查和干预力度，公共卫生服务项目加大疾病筛查力度，加大财政保障。"
        )
        task = Task(plan=plan, position=position, no=str(position), text=text)
        task.limit = YEAR if position % 5 == 0 else CONTINUOUS
        db.session.add(task)
        assign(task, world.unit(HEALTH), Role.LEAD, TODAY)
        for name in (FINANCE, TOWNS) if position % 4 == 0 else ():
            assign(task, world.unit(name), Role.PARTNER, TODAY)
    db.session.flush()
    derive(plan, TODAY)
    commit()
    for no in ("1", "2", "7", "10", "15"):
        report(plan, HEALTH, no, date(2021, 7, 22), PROGRESS, 40, problems="4个区镇街道名单未交齐。")
    clock.fix_day(DAY)
    refresh_due(DAY)
    commit()


@pytest.fixture
def ledger(
    sqlite_templates: SQLiteTemplates, tmp_path: Path, serve: Callable[[Flask], str], page: Page
) -> Iterator[str]:
    """The address of a ledger of 61 rows, opened by somebody of the office."""
    with sqlite_templates.copy() as address:
        app = make_app(address, tmp_path / "data")
        clock.fix_day(TODAY)
        with app.app_context():
            plan = make_plan()
            _sixty_one(plan, World())
            path = f"/plans/{plan.id}/ledger"
            db.session.remove()
        site = serve(app)
        page.goto(f"{site}/login")
        page.fill("[name=login]", "office1")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit], form button[type=submit]")
        yield site + path
        with app.app_context():
            db.engine.dispose()


def test_twenty_rows_stand_inside_a_short_window(ledger: str, page: Page, faults: list[str]) -> None:
    page.set_viewport_size(SHORT)
    page.goto(ledger)
    inside = "rows => rows.filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
    assert page.eval_on_selector_all("tr[data-row]", inside) >= 20
    assert page.locator("tr[data-row]").first.bounding_box()["y"] <= 110  # type: ignore[index]


def test_keys_choose_tick_and_open_a_row_and_walk_on(ledger: str, page: Page, faults: list[str]) -> None:
    page.goto(ledger)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row][aria-current=true] td.num").first).to_have_text("2")
    page.keyboard.press(" ")
    expect(page.locator("[data-batch] b")).to_have_text("已选 1 项")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/tasks/\d+"))
    page.wait_for_load_state()
    expect(page.locator("h1")).to_contain_text("健康进万家")
    page.keyboard.press("j")
    expect(page.locator("h1")).to_contain_text("示范带动")
    page.wait_for_load_state()
    page.keyboard.press("Escape")
    page.wait_for_url(ledger)


def test_a_filter_is_in_the_address(ledger: str, page: Page, faults: list[str]) -> None:
    page.goto(ledger)
    page.select_option("#filter-lead", label="市财政局")
    page.wait_for_url(re.compile(r"lead=\d+"))
    expect(page.locator("tr[data-row]")).to_have_count(1)


@pytest.mark.parametrize("tail", ["", "/arrears?lamp=yellow"])
def test_nothing_is_wider_than_a_phone(ledger: str, page: Page, tail: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(ledger + tail)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_task_fits_a_phone_and_has_no_faults_for_axe(
    ledger: str, page: Page, violations: Callable[[Page], list[str]]
) -> None:
    page.goto(ledger)
    assert violations(page) == []
    page.locator("a[data-open]").first.click()
    page.wait_for_url(re.compile(r"/tasks/\d+"))
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


RADICALS = str.maketrans("⻚⻓⻅⻋⻔⻛⻝⻢⻥⻩⻬⻮⻰⻄⻘⻆⻉⻙⻦戶‒", "页长见车门风食马鱼黄齐齿龙西青角贝韦鸟户–")
"""A PDF's text names some characters by their look-alikes among the radicals; NFKC undoes the others."""


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).translate(RADICALS))


def test_the_paper_repeats_its_head_on_every_page_and_cuts_no_text(ledger: str, page: Page) -> None:
    page.goto(f"{ledger}?print=1")
    cells = page.eval_on_selector_all(".ledger-paper tbody td", "cells => cells.map(cell => cell.innerText)")
    pdf = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    texts = [_squeezed(sheet.extract_text()) for sheet in pdf.pages]
    assert len(texts) > 1
    for text, sheet in zip(texts, pdf.pages, strict=True):
        assert float(sheet.mediabox.width) > float(sheet.mediabox.height)
        assert [head for head in HEADS if head not in text] == []
    whole = "".join(texts)
    assert [cell for cell in cells if _squeezed(cell) not in whole] == []
    assert all(whole.count(_squeezed(cell)) >= cells.count(cell) for cell in set(cells) if len(cell) > 20)
    assert "制表" in texts[-1]
    assert "加大财政保障" in texts[-1], "the signatures stay with the last row"

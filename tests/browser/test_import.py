"""The review page in a browser: decide by keyboard, take the names, edit in place, confirm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from tests.importing.drafts import SEED
from tests.world import PASSWORD, UNITS
from tracker.extensions import commit, db
from tracker.tasks.models import Task
from tracker.units.actions import add_unit
from tracker.units.rules import UnitKind

KNOWN = (
    "市委宣传部",
    "市广播电视台",
    "市科协",
    "市委组织部",
    "市总工会",
    "市市场监管局",
    "市民政局",
    "市生态环境局",
    "市水利和湖泊局",
    "市住建局",
    "市文化和旅游局",
    "市委政法委",
    "市委文明办",
    "市公安局",
    "团市委",
    "市残联",
    "市妇联",
    "市医保局",
    "市应急管理局",
    "市银保监办",
    "市发改委",
    "市人社局",
    "市农业农村局",
    "市委编办",
    "市红十字会",
    "市计生协会",
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def at_review(app: Flask, serve: Callable[[Flask], str], page: Page) -> Page:
    """office1 at the review of the .docx, in a register that lacks a few units."""
    for name in KNOWN:
        if name not in UNITS:
            add_unit(name, UnitKind.DEPARTMENT, None)
    commit()
    address = serve(app)
    page.goto(f"{address}/login?next=/imports")
    page.fill("[name=login]", "office1")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/imports")
    page.set_input_files("#file", SEED / "潜江323通知.docx")
    page.click("button[value=file]")
    page.wait_for_url("**/imports/*")
    return page


def test_a_clerk_decides_by_keyboard_takes_the_names_and_confirms(at_review: Page, faults: list[str]) -> None:
    page = at_review
    expect(page.locator(".foot-line")).to_contain_text("还有 7 处存疑，5 个单位没有定")
    expect(page.locator(".foot-line .btn-foot")).to_be_disabled()
    first = page.locator("[data-question].is-current")
    expect(first).to_contain_text("第4项")
    page.keyboard.press("2")
    expect(first.locator(".choice input[value='1']")).to_be_checked()
    page.keyboard.press("1")
    page.keyboard.press("j")
    expect(page.locator("[data-question].is-current")).to_contain_text("全文")
    page.keyboard.press("k")
    for left in range(6, -1, -1):
        page.keyboard.press("Enter")
        foot = f"还有 {left} 处存疑" if left else "还有 5 个单位没有定"
        expect(page.locator(".foot-line")).to_contain_text(foot)
    expect(page.locator(".found.is-doubt[data-doubt-id]")).to_have_count(0)
    page.click("text=5 个都按上面所选确认")
    expect(page.locator(".foot-line")).to_contain_text("都定好了")
    expect(page.locator(".btn-primary")).to_have_count(1)
    page.click(".foot-line .btn-primary")
    page.wait_for_url("**/plans/*/")
    expect(page.locator(".message-green")).to_contain_text("61 项任务已生成")
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Task)) == 61


def test_a_chosen_row_is_framed_in_the_document_and_edited_in_place(at_review: Page, faults: list[str]) -> None:
    page = at_review
    row = page.locator("[data-lines] tbody tr").nth(30)
    row.locator("td").first.click()
    number = row.get_attribute("data-of")
    expect(page.locator(f"[data-source] tr[data-of='{number}']")).to_be_in_viewport()
    row.locator("td").nth(2).dblclick()
    form = page.locator(f"#row-{number}.row-edit")
    form.locator("[name=limit]").fill("第三季度")
    form.get_by_role("button", name="存").click()
    expect(page.locator(f"#row-{number}")).to_contain_text("第三季度")
    expect(page.locator(f"#row-{number}")).to_contain_text("2021-09-30")


def test_the_pages_of_an_import_have_no_violations(
    at_review: Page, violations: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    assert violations(at_review) == []
    assert at_review.locator(".btn-primary").count() == 1
    at_review.goto(at_review.url.rsplit("/", 1)[0])
    assert violations(at_review) == []

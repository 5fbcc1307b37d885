"""What a clerk does by hand with a file that was not read right, or holds more than one plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from tests.importing.documents import as_docx
from tests.importing.test_columns import ISSUED, ODD
from tests.importing.test_rows import CASES
from tests.world import PASSWORD
from tracker.extensions import db
from tracker.tasks.models import Task

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Clerk:
    """office1 at the import page, counting what is clicked beyond the names of units."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.clicks = page, address, 0
        page.goto(f"{address}/login?next=/imports")
        page.fill("[name=login]", "office1")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/imports")

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()

    def upload(self, name: str, content: bytes) -> None:
        self.page.goto(f"{self.address}/imports")
        self.clicks += 1
        self.page.set_input_files("#file", {"name": name, "mimeType": "", "buffer": content})
        self.click("button[value=file]")
        self.page.wait_for_url("**/imports/*")


@pytest.fixture
def clerk(app: Flask, serve: Callable[[Flask], str], page: Page) -> Clerk:
    return Clerk(page, serve(app))


def test_a_word_file_becomes_a_plan_in_fewer_than_ten_clicks(clerk: Clerk, faults: list[str]) -> None:
    page, foot = clerk.page, clerk.page.locator(".foot-line")
    clerk.upload("信丰.docx", as_docx((CASES / "xinfeng.txt").read_text(encoding="utf-8")))
    clerk.click("[data-question].is-current [data-take]")
    expect(page.locator("[data-question]")).to_have_count(0)
    page.click("text=个都按上面所选确认")
    expect(foot).to_contain_text("都定好了")
    clerk.click(".foot-line .btn-primary")
    page.wait_for_url("**/plans/*/")
    expect(page.locator(".message-green")).to_contain_text("26 项任务已生成")
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Task)) == 26
    assert clerk.clicks < 10


def test_one_of_five_plans_is_taken_and_confirmed(clerk: Clerk, faults: list[str]) -> None:
    page = clerk.page
    clerk.upload("蓟州.txt", (CASES / "jizhou.txt").read_bytes())
    clerk.click(".parts > summary")
    clerk.click(".parts button:has-text('中医药')")
    expect(page.locator(".foot-line")).to_contain_text("确认，生成 22 项任务")
    while page.locator("[data-question]").count():
        left = page.locator("[data-question]").count()
        clerk.click("[data-question].is-current [data-take]")
        expect(page.locator("[data-question]")).to_have_count(left - 1)
    page.click("text=个都按上面所选确认")
    clerk.click(".foot-line .btn-primary")
    page.wait_for_url("**/plans/*/")
    expect(page.locator(".message-green")).to_contain_text("22 项任务已生成")


def test_odd_heads_are_named_by_hand_and_the_next_file_is_read_at_once(
    clerk: Clerk, violations: Callable[[Page], list[str]], faults: list[str]
) -> None:
    page = clerk.page
    clerk.upload("一.html", (ODD + ISSUED).encode())
    expect(page.locator("[data-row]")).to_have_count(0)
    assert violations(page) == []
    for number, meaning in enumerate(("number", "text", "lead", "partner", "limit")):
        page.select_option(f"[name=column-{number}]", meaning)
    clerk.click("text=照此重读")
    expect(page.locator("[data-row]")).to_have_count(2)
    clerk.upload("二.html", (ODD.replace("社区", "家庭") + ISSUED).encode())
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator(".message-accent")).to_contain_text("上次的列对应")


def test_a_field_frames_its_words_and_words_lead_to_their_field(clerk: Clerk, faults: list[str]) -> None:
    page = clerk.page
    clerk.upload("信丰.docx", as_docx((CASES / "xinfeng.txt").read_text(encoding="utf-8")))
    row = page.locator("[data-row]").nth(10)
    row.locator("td[data-field=lead]").click()
    framed = page.locator("[data-source] .is-here")
    expect(framed.first).to_be_in_viewport()
    expect(framed).to_have_text([row.locator("td[data-field=lead]").inner_text().strip()])
    page.locator(".paper .found.is-partner").first.click()
    expect(page.locator("td.is-field")).to_have_attribute("data-field", "partner")


def test_chosen_words_become_a_row(clerk: Clerk, faults: list[str]) -> None:
    page = clerk.page
    clerk.upload("一.html", (ODD + "<p>另外，开展职业健康检查。</p>").encode())
    for number, meaning in enumerate(("number", "text", "lead", "partner", "limit")):
        page.select_option(f"[name=column-{number}]", meaning)
    clerk.click("text=照此重读")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.locator("[data-source] p[data-at]:has-text('职业健康')").click(click_count=3)
    clerk.click("[data-add-chosen]")
    expect(page.locator("#new-text")).to_have_value("另外，开展职业健康检查。")
    page.fill("#new-leads", "市卫生健康委")
    clerk.click("text=加这一行")
    expect(page.locator("[data-row]")).to_have_count(3)
    expect(page.locator(".paper .found.is-task").last).to_have_text("另外，开展职业健康检查。")

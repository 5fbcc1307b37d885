"""The unit page and the verifier's in a real browser: autosave, no signal, two people on a row, pasting, keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import log_in
from tests.ledger.reports import report
from tests.plans import make_plan, owed_by
from tests.progress.test_evidence import PDF
from tests.world import FINANCE, HEALTH, World
from tracker import clock
from tracker.extensions import commit, db, file_store
from tracker.plans.models import Plan
from tracker.progress.models import Evidence, Report

Visit = Callable[..., Page]
Rows = Callable[[], AbstractContextManager[object]]
TEXT = "专家库入库46人，资源库上传科普作品128件。"

PASTE = """async (row) => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 40, height: 30});
  canvas.getContext("2d").fillRect(0, 0, 40, 30);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const data = new DataTransfer();
  data.items.add(new File([blob], "截图.png", {type: "image/png"}));
  row.querySelector("textarea").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def served(guarded: Flask, serve: Callable[[Flask], str]) -> tuple[Flask, str]:
    """The application on a fresh copy of the world, with its address."""
    return guarded, serve(guarded)


@pytest.fixture
def rows(served: tuple[Flask, str]) -> Rows:
    """A context in which the test reads and writes rows itself."""
    return served[0].app_context


@pytest.fixture
def visit(browser: Browser, served: tuple[Flask, str]) -> Iterator[Visit]:
    """Open a page as somebody: ``visit("health", "/plans/1/report", width=1366, height=768)``."""
    contexts = []

    def as_person(login: str, path: str, width: int = 1366, height: int = 900, **kind: bool) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=served[1], **kind)
        contexts.append(context)
        page = context.new_page()
        log_in(page, login)
        page.goto(path)
        return page

    yield as_person
    for context in contexts:
        context.close()


@pytest.fixture
def address(rows: Rows) -> str:
    """The unit page of a plan on 20 July 2021."""
    clock.fix_day(date(2021, 7, 20))
    with rows():
        return f"/plans/{make_plan().id}/report"


def press(page: Page, key: str) -> None:
    """Press a key once the page listens."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def written(rows: Rows) -> list[str]:
    with rows():
        return list(db.session.scalars(sa.select(Report.progress).order_by(Report.id)))


def test_what_is_typed_saves_itself_and_is_there_again(visit: Visit, rows: Rows, address: str) -> None:
    page = visit("health", address)
    page.locator("textarea[name=progress]").first.fill(TEXT)
    expect(page.locator("[data-saved]")).to_contain_text("已存")
    assert written(rows) == [TEXT]
    expect(page.locator("#tally")).to_contain_text("送负责人签字（1 项）")
    page.reload()
    assert TEXT in [box.input_value() for box in page.locator("textarea[name=progress]").all()]


def test_without_signal_it_is_kept_here_and_sent_when_the_signal_is_back(
    visit: Visit, rows: Rows, address: str
) -> None:
    page = visit("health", address)
    page.context.set_offline(True)
    page.locator("textarea[name=progress]").first.fill(TEXT)
    expect(page.locator("[data-saved]")).to_contain_text("没有信号，已存在本机")
    assert written(rows) == []
    page.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("✓ 已存", timeout=15000)
    assert written(rows) == [TEXT]


def test_what_was_kept_is_sent_after_a_new_start_of_the_page(visit: Visit, rows: Rows, address: str) -> None:
    page = visit("health", address)
    page.route("**/draft", lambda route: route.abort())
    page.locator("textarea[name=progress]").first.fill(TEXT)
    expect(page.locator("[data-saved]")).to_contain_text("没有信号")
    page.unroute("**/draft")
    page.reload()
    expect(page.locator("[data-saved]")).to_contain_text("✓ 已存")
    assert written(rows) == [TEXT]


def test_what_is_typed_on_the_leads_desk_is_saved_before_words_are_taken_over(
    visit: Visit, rows: Rows, address: str
) -> None:
    with rows():
        plan = db.session.scalars(sa.select(Plan)).one()
        report(plan, FINANCE, "1", date(2021, 7, 20), "安排资金20万元。")
        led = owed_by(plan, HEALTH, "1").id
    page = visit("health", f"/obligations/{led}/partners")
    page.locator("textarea[name=progress]").fill(TEXT)
    page.get_by_role("button", name="全部并入（1 家）").click()
    expect(page.locator("#messages")).to_contain_text("已并入 1 家的文字")
    assert written(rows)[-1] == f"{TEXT}\n市财政局：安排资金20万元。"


def test_advice_is_told_while_one_types_and_goes_with_its_cause(visit: Visit, address: str) -> None:
    page = visit("health", address)
    boxes, told = page.locator("textarea[name=progress]"), page.locator("[data-advised]")
    page.locator("input[type=file]").first.wait_for(state="attached")
    for row in page.locator("[data-upload] input[type=file]").all()[:2]:
        row.set_input_files({"name": "纪要.pdf", "mimeType": "application/pdf", "buffer": PDF})
        expect(page.locator(".evidence a")).not_to_have_count(0)
    expect(told).to_contain_text("有提示 1 项")
    boxes.first.fill(TEXT)
    expect(told).to_contain_text("有提示 2 项")


def test_two_people_on_a_row_choose_what_stays(visit: Visit, rows: Rows, address: str) -> None:
    page = visit("health", address)
    box = page.locator("textarea[name=progress]").first
    box.fill("我写的。")
    expect(page.locator("[data-saved]")).to_contain_text("已存")
    with rows():
        report = db.session.scalars(sa.select(Report)).one()
        report.progress, report.saved_by_id = "对方写的。", World().person("finance").id
        commit()
    box.fill("我又写的。")
    note = page.locator("[data-note] .message").first
    expect(note).to_contain_text("被钱填报改过")
    note.get_by_text("两段合并").click()
    expect(page.locator("[data-note] .message")).to_have_count(0)
    assert written(rows) == ["对方写的。\n我又写的。"]


def test_a_picture_is_pasted_into_the_open_row(visit: Visit, rows: Rows, address: str) -> None:
    page = visit("health", address)
    row = page.locator("tr[data-draft]").first
    row.locator("textarea[name=progress]").click()
    row.evaluate(PASTE)
    expect(row.locator(".evidence .file:not(.file-uploading) .name")).to_have_text("截图.png")
    with rows():
        assert db.session.scalars(sa.select(Evidence.label)).all() == ["PNG"]
    row.locator("textarea[name=progress]").fill(TEXT)
    expect(page.locator("[data-saved]")).to_contain_text("✓ 已存")


def test_a_phone_s_photograph_is_sent_smaller_and_upright_with_the_day_it_was_taken(
    visit: Visit, served: tuple[Flask, str], rows: Rows, address: str, tmp_path: Path
) -> None:
    big = photograph(tmp_path / "现场.jpg")
    page = visit("health", address, width=390, height=800, is_mobile=True, has_touch=True)
    page.get_by_text("写进展").first.click()
    page.get_by_label("拍照").set_input_files(big)
    sent = page.locator(".evidence .file:not(.file-uploading) .name").last
    expect(sent).to_have_text("现场.jpg", timeout=30_000)
    with rows():
        kept = db.session.scalars(sa.select(Evidence)).one()
        assert kept.size < big.stat().st_size
        assert kept.shows_on == date(2021, 7, 18)
        with file_store().open(kept.sha256) as file, Image.open(file) as sent:
            assert sent.size == (1365, 2048)
            assert sent.getexif()[ExifTags.Base.Orientation] == 1


def photograph(path: Path) -> Path:
    """2400 × 1600 pixels, more than a megabyte, taken with the telephone upright on 18 July 2021."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2021:07:18 09:30:00"
    Image.effect_noise((2400, 1600), 60).convert("RGB").save(path, "JPEG", quality=90, exif=exif)
    assert path.stat().st_size > 2**20
    return path


def test_a_refused_file_says_why_in_its_row(visit: Visit, address: str) -> None:
    page = visit("health", address)
    row = page.locator("tr[data-draft]").first
    row.locator("textarea[name=progress]").click()
    file = {"name": "扫描件.exe", "mimeType": "application/pdf", "buffer": b"MZ" + bytes(100)}
    row.locator("input[type=file]").set_input_files(file)
    expect(row.locator("[data-note]")).to_contain_text("没有收下“扫描件.exe”")


def test_the_whole_page_is_done_with_the_keyboard_and_sent(visit: Visit, rows: Rows, address: str) -> None:
    page = visit("health", address)
    page.locator("textarea[name=progress]").first.click()
    for _ in range(6):
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Control+ArrowDown")
    expect(page.locator("#tally")).to_contain_text("送负责人签字（6 项）")
    page.get_by_role("button", name="送负责人签字").click()
    expect(page.locator("#messages")).to_contain_text("6 项已送单位负责人签字")
    head = visit("health-head", address)
    head.get_by_role("button", name="签字送审 6 项").click()
    head.get_by_role("dialog").get_by_role("button", name="签字送审 6 项").click()
    expect(head.locator("#messages")).to_contain_text("6 项已签字")
    office = visit("office1", address.replace("report", "verify"))
    press(office, "a")
    expect(office.locator("#messages")).to_contain_text("已接受")
    press(office, "r")
    press(office, "1")
    office.keyboard.type("请补人数")
    office.keyboard.press("Enter")
    expect(office.locator("#messages")).to_contain_text("已退回填报人")
    press(office, "z")
    expect(office.locator("#messages")).to_contain_text("审核已撤销")


def test_a_phone_writes_one_item_and_goes_to_the_next(visit: Visit, rows: Rows, address: str) -> None:
    page = visit("health", address, width=360, height=740)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="写进展").first.click()
    page.wait_for_url("**/obligations/*")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    first = page.url
    page.fill("textarea[name=progress]", TEXT)
    page.get_by_role("button", name="存好，下一项").click()
    page.wait_for_url(lambda url: url != first and "/obligations/" in url)
    assert written(rows) == [TEXT]

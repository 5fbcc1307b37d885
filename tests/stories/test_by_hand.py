"""The main job as people do it, in a browser and from an empty plan: import, sign for, report, sign, return, report
again, accept, remind by mail, export. One test, one story; each step is a function named after what is done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, served
from tests.conftest import make_app
from tests.standins import Mailbox, mail_server
from tracker import clock
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.cli.demo import LEFT_OUT
from tracker.config import bundled

pytestmark = pytest.mark.timeout(300)

DOCUMENT = bundled("seed") / "潜江323通知.docx"
REPORTED_ON, OVERDUE_ON = date(2021, 7, 20), date(2021, 7, 27)
"""The first period is due on Monday 26 July, the 25th being a Sunday."""
WRITTEN = ("专家库入库46人，资源库上传科普作品128件。", "义诊11场，覆盖6个区镇街道，3240人次。", "查食堂112家。")
FULLER = "专家库入库46人，名单附后，资源库上传科普作品128件。"
REASON = "请附专家库名单"

OTHERS_ALONE = "3 5 6 7 9 21 28 30 33 35 40 48 50 52 53 54 57"
NOT_CALM = {
    **dict.fromkeys(OTHERS_ALONE.split(), "▲ 7月期未报"),
    "4": "▲ 3家未报",
    "8": "▲ 3家未报",
    "29": "▲ 22家未报",
    "55": "▲ 2家未报",
    "58": "▲ 23家未报",
    "61": "▲ 22家未报",
}
"""The lamps one day after the due day, read off the document: 市卫生健康委 alone has reported. It leads neither 4
(three leads), 29 and 61 (the 22 towns), nor OTHERS_ALONE; with others it leads 8 (of four), 55 (of three) and 58 (with
the towns and 市委编办). The other 38 it leads alone."""

Window = Callable[[str], Page]


def tracker(folder: Path, *words: str, **settings: str) -> str:
    """What a command prints, run as it is typed, on the data in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "SMTP_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tracker", *words],
        env={**kept, "TRACKER_DATA": str(folder), **settings},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Data of the empty demo: people and units, 1 July 2021."""
    tracker(tmp_path, "init", "--no-people")
    tracker(tmp_path, "demo", "load", "--empty")
    return tmp_path


@pytest.fixture
def site(folder: Path) -> Iterator[str]:
    app: Flask = make_app(f"sqlite:///{folder / 'tracker.db'}", folder, WTF_CSRF_ENABLED=True)
    with served(app) as address:
        yield address


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Window]:
    """The browser window of somebody, signed in; it must have nothing to complain of when the story ends."""
    windows: dict[str, Page] = {}
    faults: list[str] = []

    def of(login: str) -> Page:
        if login not in windows:
            page = browser.new_page(base_url=site, viewport=DESK, locale="zh-CN")
            page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto("/login")
            page.get_by_label("登录名").fill(login)
            page.get_by_label("密码").fill(DEMO_PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_url(lambda url: "/login" not in url)
            windows[login] = page
        return windows[login]

    yield of
    for page in windows.values():
        page.context.close()
    assert faults == []


def photo(folder: Path) -> Path:
    """A real JPEG, as a camera of a phone makes it."""
    file = folder / "义诊现场.jpg"
    Image.effect_noise((640, 480), 60).convert("RGB").save(file, "JPEG")
    return file


def messages(page: Page) -> Any:
    return expect(page.locator("#messages"))


def import_the_document(page: Page) -> str:
    """Upload, settle every doubt and every name by clicks, confirm; gives the plan's address."""
    page.goto("/imports")
    page.set_input_files("#file", DOCUMENT)
    page.click("button[value=file]")
    foot = page.locator("#foot-line")
    expect(foot).to_contain_text("还有 7 处存疑，3 个单位没有定")
    for left in range(6, -1, -1):
        page.locator("[data-question].is-current [data-take]").click()
        expect(foot).to_contain_text(f"还有 {left} 处存疑" if left else "还有 3 个单位没有定")
    for name in LEFT_OUT:
        page.get_by_role("button", name=f"确认：{name}").click()
        expect(page.get_by_role("button", name=f"确认：{name}")).to_have_count(0)
    expect(foot).to_contain_text("都定好了")
    page.get_by_role("button", name="确认，生成 61 项任务").click()
    page.wait_for_url(re.compile(r"/plans/\d+/$"))
    messages(page).to_contain_text("61 项任务已生成")
    return page.url.removesuffix("/")


def sign_for_the_tasks(page: Page, plan: str) -> None:
    page.goto(f"{plan}/acknowledge")
    page.get_by_role("button", name="全部签收（57 项）").click()
    messages(page).to_contain_text("已签收 57 项")


def report_the_period(page: Page, plan: str, picture: Path) -> None:
    """Three items in words, one of them with a photo; the rest without news; all of it to the head."""
    page.goto(f"{plan}/report")
    rows = page.locator("tr[data-draft]")
    expect(rows).to_have_count(57)
    for index, text in enumerate(WRITTEN):
        row = rows.nth(index)
        row.locator("textarea[name=progress]").fill(text)
        row.locator("select[name=self_state]").select_option("达进度")
        expect(row.locator("[data-status]")).to_contain_text("已填", timeout=10_000)
    photographed = rows.nth(1)
    photographed.locator("textarea[name=progress]").click()
    photographed.locator("input[type=file]").set_input_files(picture)
    expect(photographed.locator(".evidence .name")).to_have_text(picture.name)
    page.get_by_role("button", name="其余 54 项均无新进展").click()
    messages(page).to_contain_text("54 项记为“本期无新进展”")
    page.get_by_role("button", name="送负责人签字（57 项）").click()
    messages(page).to_contain_text("57 项已送单位负责人签字")


def sign_the_batch(page: Page, plan: str, n: int) -> None:
    """The head reads the counts in the dialog and signs once."""
    page.goto(f"{plan}/report")
    page.get_by_role("button", name=f"签字送审 {n} 项").click()
    page.get_by_role("dialog").get_by_role("button", name=f"签字送审 {n} 项").click()
    messages(page).to_contain_text(f"{n} 项已签字")


def queue_at(page: Page, plan: str, text: str) -> None:
    """Open the report of the queue whose progress says this."""
    page.goto(f"{plan}/verify")
    while text not in page.locator(".judged").inner_text():
        page.locator("a[data-key=j]").click()
        page.wait_for_load_state()


def see_the_photo(page: Page, plan: str, picture: Path) -> None:
    queue_at(page, plan, WRITTEN[1])
    expect(page.locator(".file-card a")).to_have_text(picture.name)
    assert page.locator(".file-card img").evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 0


def return_one(page: Page, plan: str) -> None:
    queue_at(page, plan, WRITTEN[0])
    page.get_by_role("button", name="退回", exact=False).first.click()
    page.locator("#return input[name=reason]").fill(REASON)
    page.get_by_role("button", name="发出退回").click()
    messages(page).to_contain_text("已退回填报人")


def answer_the_return(page: Page, plan: str) -> None:
    """The returned item stands first, with the office's reason under it."""
    page.goto(f"{plan}/report")
    row = page.locator("tr[data-row]").first
    expect(page.locator("tr.reason-row")).to_contain_text(REASON)
    row.locator("textarea[name=progress]").fill(FULLER)
    expect(page.locator("#tally")).to_contain_text("送负责人签字（1 项）", timeout=10_000)
    page.get_by_role("button", name="送负责人签字（1 项）").click()
    messages(page).to_contain_text("1 项已送单位负责人签字")


def accept_what_has_no_news(page: Page, plan: str) -> None:
    page.goto(f"{plan}/verify")
    page.get_by_role("link", name="整批接受“无新进展” 54 份").click()
    page.get_by_role("button", name="接受勾选的").click()
    messages(page).to_contain_text("整批接受“无新进展” 54 份")


def accept_the_rest(page: Page, plan: str) -> None:
    """One after another, by the button that leads to the next."""
    page.goto(f"{plan}/verify")
    for left in (2, 1, 0):
        page.get_by_role("button", name="接受并看下一份").click()
        messages(page).to_contain_text("已接受")
        expect(page.locator(".head-facts")).to_contain_text(f"待审 {left}")
    expect(page.locator("main")).to_contain_text("待审核的都办完了")


def mail_to(box: Mailbox, address: str) -> str:
    """The one mail somebody got: its subject and its text."""
    (mail,) = [mail for mail in box.mails if address in str(mail["To"])]
    body = mail.get_body(("plain",))
    assert body is not None
    return f"{mail['Subject']}\n{body.get_content()}"


def exported_states(page: Page, plan: str) -> dict[str, str]:
    """Item number -> its state in the exported workbook."""
    page.goto(f"{plan}/ledger")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 xlsx").click()
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    heads = next(row for row in rows if row[0] == "序号")
    state = heads.index("状态")
    return {str(row[0]): str(row[state]) for row in rows if str(row[0]).isdigit()}


def test_from_the_document_to_the_supervised_ledger(window: Window, folder: Path) -> None:
    plan = import_the_document(window("office1"))
    sign_for_the_tasks(window("health"), plan)

    clock.set_folder(folder)
    clock.fix_day(REPORTED_ON)
    picture = photo(folder)
    report_the_period(window("health"), plan, picture)
    sign_the_batch(window("health-head"), plan, 57)
    see_the_photo(window("office1"), plan, picture)
    return_one(window("office1"), plan)
    answer_the_return(window("health"), plan)
    sign_the_batch(window("health-head"), plan, 1)
    accept_what_has_no_news(window("office2"), plan)
    accept_the_rest(window("office1"), plan)

    clock.fix_day(OVERDUE_ON)
    with mail_server() as box:
        said = tracker(folder, "remind", SMTP_HOST="127.0.0.1", SMTP_PORT=str(box.port))
        assert "sent" in said
    overdue = mail_to(box, "finance@example.test")
    assert "逾期1天" in overdue
    assert "落实投入政策" in overdue
    assert not [mail for mail in box.mails if "health@example.test" in str(mail["To"])]

    states = exported_states(window("office1"), plan)
    assert {no: state for no, state in states.items() if no in NOT_CALM} == NOT_CALM
    assert Counter(state for no, state in states.items() if no not in NOT_CALM) == {"○ 正常": 61 - len(NOT_CALM)}

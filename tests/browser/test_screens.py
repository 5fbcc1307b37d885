"""Every page on the whole demo, at each width: pictures for the eye in test-results/screens/, and what a page owes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import DESK, PHONE, WIDE, log_in, served
from tests.conftest import make_app
from tests.world import World
from tracker import clock
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.config import bundled
from tracker.extensions import commit, db
from tracker.importing.actions import receive

pytestmark = pytest.mark.browser

Opened = Callable[["Screen"], Page]

PICTURES = Path(__file__).parents[2] / "test-results" / "screens"

OTHER_FORM = bundled("seed") / "潜江323任务清单.xlsx"

KEYS = {
    "plan": "SELECT id FROM plan",
    "draft": "SELECT max(id) FROM import_draft",
    "task": "SELECT id FROM task WHERE position = 14",
    "dated": "SELECT id FROM task WHERE position = 1",
    "unit": "SELECT id FROM unit WHERE name = '各区镇街道'",
    "inspection": "SELECT id FROM inspection",
    "rectification": "SELECT id FROM rectification WHERE number = 3",
    "person": "SELECT id FROM person WHERE login = 'health'",
    "indicator": "SELECT max(id) FROM indicator WHERE id < (SELECT max(id) FROM indicator)",
    "message": "SELECT max(id) FROM message WHERE recipient_id = (SELECT id FROM person WHERE login = 'health')",
    "item": "SELECT max(o.id) FROM obligation o JOIN task t ON t.id = o.task_id JOIN unit u ON u.id = o.unit_id "
    "JOIN period p ON p.id = o.period_id "
    "WHERE t.position = 49 AND u.name = '市卫生健康委' AND p.due_on = '2021-10-25'",
    "led": "SELECT max(o.id) FROM obligation o JOIN task t ON t.id = o.task_id JOIN unit u ON u.id = o.unit_id "
    "JOIN period p ON p.id = o.period_id "
    "WHERE t.position = 39 AND u.name = '市卫生健康委' AND p.due_on = '2021-10-25'",
    "led_with_towns": "SELECT max(o.id) FROM obligation o JOIN task t ON t.id = o.task_id "
    "JOIN unit u ON u.id = o.unit_id JOIN period p ON p.id = o.period_id "
    "WHERE t.position = 14 AND u.name = '市卫生健康委' AND p.due_on = '2021-10-25'",
}
"""What stands in the addresses, and where it is found."""


@dataclass(frozen=True)
class Screen:
    """One page as one person sees it. ``primary``: how many primary buttons; ``on_phone``: for phones too."""

    name: str
    login: str
    path: str
    primary: int = 1
    on_phone: bool = False


SCREENS = (
    Screen("login", "", "/login", on_phone=True),
    Screen("office-home", "office1", "/"),
    Screen("owed", "office1", "/plans/{plan}/owed?part=unsent", on_phone=True),
    Screen("ledger", "office1", "/plans/{plan}/ledger", on_phone=True),
    Screen("ledger-nothing-found", "office1", "/plans/{plan}/ledger?q=没有这样的任务"),
    Screen("arrears", "office1", "/plans/{plan}/ledger/arrears"),
    Screen("task", "office1", "/tasks/{task}", on_phone=True),
    Screen("task-edit", "office1", "/tasks/{task}/edit"),
    Screen("verifier", "office1", "/plans/{plan}/verify"),
    Screen("verifier-no-news", "office1", "/plans/{plan}/verify/no-news"),
    Screen("acknowledgements", "office1", "/plans/{plan}/acknowledgements", primary=0),
    Screen("deliveries", "office1", "/plans/{plan}/deliveries", primary=0),
    Screen("reminder-rules", "office1", "/plans/{plan}/reminders/rules"),
    Screen("tomorrow", "office1", "/plans/{plan}/reminders/tomorrow", primary=0),
    Screen("plan-settings", "office1", "/plans/{plan}/settings"),
    Screen("extensions", "office1", "/plans/{plan}/extensions", primary=0, on_phone=True),
    Screen("closings", "office1", "/plans/{plan}/closings", primary=0, on_phone=True),
    Screen("year-review", "office1", "/plans/{plan}/year-review", primary=0),
    Screen("extension-form", "health", "/tasks/{dated}/extension", on_phone=True),
    Screen("closing-form", "health", "/tasks/{dated}/closing", on_phone=True),
    Screen("units-periods", "office1", "/plans/{plan}/units-periods", primary=0, on_phone=True),
    Screen("slips", "office1", "/plans/{plan}/slips", on_phone=True),
    Screen("slips-batch", "office1", "/plans/{plan}/slips/batch", on_phone=True),
    Screen("rectifications", "office1", "/plans/{plan}/rectifications", primary=0, on_phone=True),
    Screen("inspections", "office1", "/plans/{plan}/inspections", on_phone=True),
    Screen("inspection", "office1", "/inspections/{inspection}", primary=0, on_phone=True),
    Screen("rectification", "office1", "/rectifications/{rectification}", on_phone=True),
    Screen("unit-rectifications", "health", "/plans/{plan}/rectifications", primary=0, on_phone=True),
    Screen("bulletins", "office1", "/plans/{plan}/bulletins", on_phone=True),
    Screen("assessment", "office1", "/plans/{plan}/assessment", on_phone=True),
    Screen("indicators", "office1", "/plans/{plan}/indicators", on_phone=True),
    Screen("indicator", "office1", "/indicators/{indicator}", primary=0, on_phone=True),
    Screen("indicator-edit", "office1", "/indicators/{indicator}/edit"),
    Screen("indicator-values", "office1", "/plans/{plan}/indicators/verify"),
    Screen("indicators-fill", "xiongkou", "/plans/{plan}/indicators/fill", on_phone=True),
    Screen("coverage", "office1", "/plans/{plan}/coverage", primary=0),
    Screen("imports", "office1", "/imports", on_phone=True),
    Screen("import-review", "office1", "/imports/{draft}"),
    Screen("units", "office1", "/units"),
    Screen("unit", "office1", "/units/{unit}"),
    Screen("unit-new", "office1", "/units/new"),
    Screen("unit-home", "health", "/", on_phone=True),
    Screen("unit-page", "health", "/plans/{plan}/report", on_phone=True),
    Screen("unit-page-head", "health-head", "/plans/{plan}/report", primary=0, on_phone=True),
    Screen("town-page", "xiongkou", "/plans/{plan}/report", on_phone=True),
    Screen("item", "health", "/obligations/{item}", on_phone=True),
    Screen("item-read", "health-head", "/obligations/{item}", primary=0, on_phone=True),
    Screen("lead-desk", "health", "/obligations/{led}/partners", on_phone=True),
    Screen("lead-desk-towns", "health", "/obligations/{led_with_towns}/partners", primary=0, on_phone=True),
    Screen("lead-desk-head", "health-head", "/obligations/{led}/partners", primary=0, on_phone=True),
    Screen("acknowledge", "health", "/plans/{plan}/acknowledge", on_phone=True),
    Screen("inbox", "health", "/inbox", primary=0, on_phone=True),
    Screen("message", "health", "/inbox/{message}", primary=0, on_phone=True),
    Screen("password", "health", "/password", on_phone=True),
    Screen("leader", "leader", "/", on_phone=True),
    Screen("leader-ledger", "leader", "/plans/{plan}/ledger", on_phone=True),
    Screen("leader-task", "leader", "/tasks/{task}", primary=0, on_phone=True),
    Screen("people", "system", "/people"),
    Screen("person", "security", "/people/{person}"),
    Screen("person-new", "system", "/people/new"),
    Screen("posts", "security", "/posts"),
    Screen("audit", "audit", "/audit"),
    Screen("failed-logins", "security", "/audit/logins", primary=0, on_phone=True),
    Screen("settings", "system", "/settings", primary=0),
    Screen("jobs", "system", "/jobs", primary=0),
    Screen("not-found", "office1", "/tasks/999999", primary=0, on_phone=True),
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on the whole demo, loaded once by its own commands, with one more document at its review."""
    folder = tmp_path_factory.mktemp("demo")
    place = {**os.environ, "TRACKER_DATA": str(folder), "TRACKER_DATABASE_URL": "", "TRACKER_TODAY": ""}
    for words in (("init", "--no-people"), ("demo", "load"), ("remind",)):
        subprocess.run([sys.executable, "-m", "tracker", *words], env=place, check=True, capture_output=True)
    app = make_app(f"sqlite:///{folder / 'tracker.db'}", folder)
    with app.app_context():
        receive(OTHER_FORM.read_bytes(), OTHER_FORM.name, World().actor("office1"))
        commit()
    return app


@pytest.fixture(scope="module")
def site(demo: Flask) -> Iterator[str]:
    with served(demo) as address:
        yield address


@pytest.fixture(scope="module")
def keys(demo: Flask) -> dict[str, Any]:
    with demo.app_context():
        return {name: db.session.scalar(sa.text(statement)) for name, statement in KEYS.items()}


@pytest.fixture(scope="module")
def logins(browser: Browser, site: str) -> Callable[[str], Any]:
    """The cookies of somebody who signed in, once a person."""
    known: dict[str, Any] = {}

    def sign_in(login: str) -> Any:
        if login not in known:
            page = browser.new_page(base_url=site)
            log_in(page, login, DEMO_PASSWORD)
            known[login] = page.context.storage_state()
            page.context.close()
        return known[login]

    return sign_in


@pytest.fixture(scope="module")
def windows(browser: Browser, site: str, logins: Callable[[str], Any]) -> Iterator[Callable[[str], BrowserContext]]:
    """The browser of each person, which keeps the files of the pages as a person's own does."""
    known: dict[str, BrowserContext] = {}

    def of(login: str) -> BrowserContext:
        if login not in known:
            state = logins(login) if login else None
            known[login] = browser.new_context(base_url=site, viewport=DESK, locale="zh-CN", storage_state=state)
        return known[login]

    yield of
    for context in known.values():
        context.close()


@pytest.fixture
def opened(windows: Callable[[str], BrowserContext], demo: Flask) -> Iterator[Opened]:
    """Open a page in the browser of who looks at it."""
    clock.set_folder(Path(demo.config["TRACKER_DATA"]))
    pages = []

    def open_page(screen: Screen) -> Page:
        pages.append(windows(screen.login).new_page())
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


LAMPS = """() => Array.from(document.querySelectorAll(".lamp:not(.units)")).map((lamp) => [
  (Array.from(lamp.classList).find((name) => name.startsWith("lamp-")) || "").slice(5),
  lamp.querySelector("svg") ? lamp.querySelector("svg").innerHTML.trim() : "",
  lamp.querySelector(".word") ? lamp.querySelector(".word").textContent.trim() : ""])"""


def lamps_are_told_apart(page: Page) -> None:
    """Every lamp has a sign and a word, and no two colours share a sign: in grey red is still not yellow."""
    signs: dict[str, str] = {}
    for colour, sign, word in page.evaluate(LAMPS):
        assert sign and word, (colour, sign, word)
        assert signs.setdefault(sign, colour) == colour


def picture(page: Page, screen: Screen, size: dict[str, int]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{screen.name}-{size['width']}.png")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_page_keeps_what_every_page_owes(
    screen: Screen,
    opened: Opened,
    keys: dict[str, Any],
    violations: Callable[..., list[str]],
) -> None:
    page = opened(screen)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(screen.path.format(**keys))
    assert answer is not None
    is_there = screen.name != "not-found"
    assert answer.status == (200 if is_there else 404)
    picture(page, screen, DESK)
    assert page.title().strip()
    assert page.locator("h1").count() == 1
    assert page.locator(".btn-primary:visible").count() == screen.primary
    lamps_are_told_apart(page)
    assert violations(page) == []
    page.set_viewport_size(WIDE)
    picture(page, screen, WIDE)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]
    if screen.on_phone:
        page.set_viewport_size(PHONE)
        page.reload()
        picture(page, screen, PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.locator(".btn-primary:visible").count() <= 1
        assert violations(page, contrast=False) == []
    assert [text for text in complaints if is_there or "404" not in text] == []

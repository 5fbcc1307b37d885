"""A real Chromium against a real server: launch arguments, a server for any application, axe."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.conftest import make_app
from tests.databases import SQLiteTemplates
from tests.world import PASSWORD, TODAY
from tracker import clock

Enter = Callable[..., Page]

CHROMIUM = next(filter(None, map(which, ("chromium-headless-shell", "chromium", "chromium-browser"))), "")
"""As scripts/chromium.sh finds it."""
expect.set_options(timeout=15_000)  # milliseconds; a slow machine is no fault of the page
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
DESK = {"width": 1366, "height": 768}
SHORT = {"width": 1366, "height": 650}
WIDE = {"width": 1920, "height": 1000}
PHONE = {"width": 360, "height": 740}
FIRST_ROWS = {"exclude": [["tbody tr:nth-child(n+16)"]]}
VIOLATIONS_ALONE = {"resultTypes": ["violations"], "preload": False, "iframes": False}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET.split()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": DESK, "locale": "zh-CN"}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application behind a free port of loopback; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    """Serve an application until the test ends; gives its address."""
    with ExitStack() as running:
        yield lambda app: running.enter_context(served(app))


@pytest.fixture
def guarded(sqlite_templates: SQLiteTemplates, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the world, asking every form for its token, as it does in use."""
    with sqlite_templates.copy() as database:
        app = make_app(database, tmp_path / "data", WTF_CSRF_ENABLED=True)
        clock.fix_day(TODAY)
        yield app


def log_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Through the page of the login, in a window that knows the site."""
    page.goto("/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


@pytest.fixture
def enter(browser: Browser, site: str) -> Iterator[Enter]:
    """Sign somebody in, in a window of his own: ``enter("health", PHONE)``. ``site`` is the test file's."""
    contexts = []

    def sign_in(login: str, size: dict[str, int] = DESK) -> Page:
        context = browser.new_context(viewport=size, base_url=site, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        log_in(page, login)
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def faults(page: Page) -> Iterator[list[str]]:
    """What the page's console and scripts complain of; empty at the end of the test, or it fails."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """axe's violations of a page, each as "rule: element". Of a long list its first rows are looked at: the others are
    made by the same macro. ``contrast``: False where the page's colours were looked at before; they take longest."""

    def run(page: Page, contrast: bool = True) -> list[str]:
        options = (
            VIOLATIONS_ALONE if contrast else {**VIOLATIONS_ALONE, "rules": {"color-contrast": {"enabled": False}}}
        )
        report = Axe().run(page, context=FIRST_ROWS, options=options).response
        return [f"{rule['id']}: {node['html'][:160]}" for rule in report["violations"] for node in rule["nodes"]]

    return run

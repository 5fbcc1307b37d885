"""The language of the pages, held where it is shown whole: the page of all states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, SHORT, WIDE
from tests.conftest import make_app
from tests.databases import SQLiteTemplates
from tests.world import PASSWORD, TODAY
from tracker import clock
from tracker.web import chrome
from tracker.web.access import signed_in

pytestmark = pytest.mark.browser

NAVIGATION = (("首页", 0), ("台账", 0), ("填报", 0), ("审核", 81), ("督办", 4), ("通报", 0), ("考核", 0), ("分析", 0))


def _busy(chrome: dict[str, Any]) -> dict[str, Any]:
    """The top bar at its fullest: two plans with long names, eight words, counts, two posts."""
    plans = [
        {"title": "潜江“323”攻坚行动 2021年度", "url": "#", "current": True},
        {"title": "健康潜江行动 2022年度", "url": "#", "current": False},
    ]
    nav = [
        {"key": word, "label": word, "url": "#", "count": count, "current": word == "台账"}
        for word, count in NAVIGATION
    ]
    posts = [
        {"label": "领导小组办公室 · 审核岗", "url": "#", "current": True},
        {"label": "市卫生健康委 · 填报人", "url": "#", "current": False},
    ]
    more = {"plan": plans[0], "plans": plans, "nav": nav, "post": posts[0], "posts": posts, "search_url": "/search"}
    return {**chrome, **more}


@pytest.fixture
def states_app(sqlite_templates: SQLiteTemplates, tmp_path: Path) -> Iterator[Flask]:
    with sqlite_templates.copy() as address:
        app = make_app(address, tmp_path / "data")
        clock.fix_day(TODAY)

        def fill_the_bar() -> None:
            if signed_in():
                g.chrome = _busy(chrome.build())

        app.before_request(fill_the_bar)
        yield app


@pytest.fixture
def states(page: Page, faults: list[str], serve: Callable[[Flask], str], states_app: Flask) -> Page:
    home = serve(states_app)
    page.goto(home + "/login?next=/states")
    page.get_by_label("登录名").fill("office1")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/states")
    return page


@pytest.mark.parametrize("size", [DESK, SHORT, PHONE], ids=["desk", "short", "phone"])
def test_axe_finds_nothing_wrong(states: Page, violations: Callable[[Page], list[str]], size: dict[str, int]) -> None:
    states.set_viewport_size(size)
    assert violations(states) == []


# The ratio of WCAG between a control's border and what lies behind it, worked out from the colours the browser used.
FAINT_BORDERS = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const linear = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = channels(colour).slice(0, 3).map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const kinds = ".input, .select, .check, .choice > label, .btn:not(:disabled), .search input";
  const seen = Array.from(document.querySelectorAll(kinds)).filter((control) => control.offsetParent !== null);
  const faint = seen.map((control) => {
    const [a, b] = [light(getComputedStyle(control).borderTopColor), light(ground(control))].sort((x, y) => y - x);
    return [control.outerHTML.slice(0, 90), (a + 0.05) / (b + 0.05)];
  }).filter(([, ratio]) => ratio < 3);
  return { seen: seen.length, faint };
}"""


def test_borders_of_controls_reach_three_to_one(states: Page) -> None:
    found = states.evaluate(FAINT_BORDERS)
    assert found["seen"] > 25
    assert found["faint"] == []


def test_every_lamp_has_a_sign_and_a_word(states: Page) -> None:
    lamps = states.locator(".lamp:not(.units)").evaluate_all(
        "all => all.map(at => [at.querySelectorAll('svg').length, at.querySelector('.word').textContent.trim()])"
    )
    assert len(lamps) > 20
    assert all(signs == 1 and word for signs, word in lamps)


def test_a_lamp_says_its_whole_sentence_on_focus(states: Page) -> None:
    lamp = states.locator("[aria-describedby=lamp-red]")
    sentence = states.locator("#lamp-red")
    expect(sentence).to_be_hidden()
    lamp.focus()
    expect(sentence).to_be_visible()


def test_nothing_is_wider_than_a_phone(states: Page) -> None:
    states.set_viewport_size(PHONE)
    states.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    beyond = states.evaluate("""() => Array.from(document.querySelectorAll("body *"))
      .filter((part) => !part.closest(".nav, svg, .visually-hidden, .skip, dialog:not([open])"))
      .filter((part) => part.getBoundingClientRect().right > 360.5)
      .map((part) => part.outerHTML.slice(0, 120))""")
    assert beyond == []
    assert states.evaluate("document.documentElement.scrollWidth") <= 360


def test_targets_of_a_phone_are_44_high(states: Page) -> None:
    states.set_viewport_size(PHONE)
    low = states.locator(".btn, .input, .select, .chip, .choice > label").evaluate_all(
        "all => all.filter(at => at.offsetParent && at.offsetHeight < 44).map(at => at.outerHTML.slice(0, 120))"
    )
    assert low == []


def test_rows_start_within_110_px_on_a_short_window(states: Page) -> None:
    states.set_viewport_size(SHORT)
    assert states.locator("[data-bars]").bounding_box()["height"] == 80


def test_a_row_of_the_ledger_is_26_px_and_8_more_when_wide(states: Page) -> None:
    states.set_viewport_size(WIDE)
    row = states.locator("#sample-list tr[data-row]").first
    assert row.bounding_box()["height"] == 26
    states.locator(".post > summary").click()
    states.get_by_text("行距：改为宽松").click()
    assert row.bounding_box()["height"] == 34


def test_a_chosen_row_shows_its_whole_text(states: Page) -> None:
    row = states.locator("#sample-list tr[data-row]").nth(2)
    before = row.bounding_box()["height"]
    row.locator("td").nth(4).click()
    expect(row).to_have_attribute("aria-current", "true")
    assert row.bounding_box()["height"] > before
    assert states.locator("#sample-list tr[aria-current]").count() == 1


def test_the_keyboard_walks_ticks_and_finds(states: Page) -> None:
    states.locator("h1").click()
    states.keyboard.press("j")
    fifth = states.locator("#sample-list tr[data-row]").nth(4)
    expect(fifth).to_have_attribute("aria-current", "true")
    states.keyboard.press("Space")
    expect(fifth.locator("[data-tick]")).to_be_checked()
    expect(states.get_by_text("已选 2 项")).to_be_visible()
    states.keyboard.press("/")
    expect(states.locator("[data-find]")).to_be_focused()
    states.keyboard.press("j")
    expect(states.locator("[data-find]")).to_have_value("j")
    states.keyboard.press("Control+k")
    expect(states.locator("[data-search]")).to_be_focused()


def test_letters_can_be_switched_off(states: Page) -> None:
    states.locator("h1").click()
    states.keyboard.press("?")
    dialog = states.locator("#all-keys")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("佐证不符本期")).to_be_visible()
    dialog.get_by_role("checkbox").click()
    dialog.get_by_text("关闭").click()
    states.keyboard.press("j")
    expect(states.locator("#sample-list tr[data-row]").nth(3)).to_have_attribute("aria-current", "true")
    states.keyboard.press("ArrowDown")
    expect(states.locator("#sample-list tr[data-row]").nth(4)).to_have_attribute("aria-current", "true")


def test_the_bar_of_batch_actions_goes_with_the_last_tick(states: Page) -> None:
    states.locator("[data-tick-all]").check()
    expect(states.get_by_text("已选 5 项")).to_be_visible()
    states.locator("[data-tick-all]").uncheck()
    expect(states.locator("[data-batch]")).to_be_hidden()


def test_paper_has_no_bars_and_all_text(states: Page) -> None:
    states.emulate_media(media="print")
    for gone in ("[data-bars]", ".foot", ".tick", ".btn"):
        expect(states.locator(gone).first).to_be_hidden()
    cut = states.locator("#sample-list .clip").evaluate_all(
        "all => all.filter(at => at.offsetParent && at.scrollWidth > at.clientWidth + 1).map(at => at.textContent)"
    )
    assert cut == []

"""The sheet of values in a real browser: files by choosing and dropping, refused and sent; the verifier opens one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Enter
from tests.browser.test_supervision import press, told
from tests.indicators.figures import LATER, definition
from tests.plans import make_plan
from tests.progress.test_evidence import PDF
from tests.world import TOWNS, World
from tracker import clock
from tracker.extensions import commit
from tracker.indicators.actions import Link, define

pytestmark = pytest.mark.browser
DROP_AND_SAVE = """row => {
    const carried = new DataTransfer();
    carried.items.add(new File(["%PDF-1.4 "], "底册.pdf", { type: "application/pdf" }));
    row.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried }));
    document.querySelector("button[form=values]").click();
}"""


@pytest.fixture
def site(guarded: Flask, serve: Callable[[Flask], str]) -> str:
    """A plan with one indicator of the townships, after its first year, served."""
    with guarded.app_context():
        world = World()
        define(make_plan(), Link(definition(), [], [world.unit(TOWNS).id]), world.actor("office1"))
        commit()
    clock.fix_day(LATER)
    return serve(guarded)


def test_files_are_chosen_refused_dropped_and_opened_by_the_verifier(enter: Enter) -> None:
    town, office = enter("xiongkou"), enter("office1")
    town.goto("/plans/1/indicators/fill?year=2021")
    town.fill(".fill-cell input.input", "62.5")
    chosen: list[FilePayload] = [
        {"name": "年报（盖章）.pdf", "mimeType": "application/pdf", "buffer": PDF},
        {"name": "坏.zip", "mimeType": "application/zip", "buffer": b"PK\x05\x06" + bytes(18)},
    ]
    town.set_input_files(".fill-evidence input[type=file]", chosen)
    expect(town.locator("[data-note]")).to_contain_text("没有收下“坏.zip”")
    expect(town.locator(".fill-evidence .file")).to_have_text(["PDF年报（盖章）.pdf"])
    town.locator(".fill-table tbody tr").evaluate(DROP_AND_SAVE)
    told(town, "1 个数已存")
    expect(town.locator(".fill-evidence .file")).to_have_text(["PDF年报（盖章）.pdf", "PDF底册.pdf"])
    town.locator(".fill-evidence li", has_text="底册").locator("input[type=checkbox]").uncheck()
    press(town, "存上，送办公室核定")
    expect(town.locator(".fill-evidence .file")).to_have_text(["PDF年报（盖章）.pdf"])
    office.goto("/plans/1/indicators/verify")
    with office.expect_download() as opened:
        office.click("text=年报（盖章）.pdf")
    assert opened.value.suggested_filename == "年报（盖章）.pdf"

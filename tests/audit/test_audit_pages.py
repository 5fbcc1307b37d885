"""The audit log as the auditor reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.world import OFFICE, World
from tracker import clock
from tracker.audit.actions import record
from tracker.extensions import commit

SignIn = Callable[[str], FlaskClient]


def many(world: World, count: int) -> None:
    for number in range(count):
        record(world.actor("office1"), "unit.alias", "unit", 1, f"对象{number}", after={"alias": "=1+1"})
    commit()


def test_the_log_is_read_newest_first_200_a_page(world: World, sign_in: SignIn) -> None:
    many(world, 250)
    auditor = sign_in("auditor")
    first = auditor.get("/audit?action=unit.alias").get_data(as_text=True)
    second = auditor.get("/audit?action=unit.alias&page=2").get_data(as_text=True)
    assert "对象249" in first
    assert "对象49" not in first
    assert "对象49" in second
    assert "action=unit.alias&amp;page=2" in first


def test_the_log_is_filtered_by_words_and_days(world: World, sign_in: SignIn) -> None:
    many(world, 3)
    auditor, today = sign_in("auditor"), clock.real_now().date()
    assert "对象1" in auditor.get("/audit?find=对象1").get_data(as_text=True)
    assert "对象2" not in auditor.get("/audit?find=对象1").get_data(as_text=True)
    assert "对象2" in auditor.get(f"/audit?from_on={today}&until_on={today}").get_data(as_text=True)
    tomorrow = today + timedelta(days=1)
    assert "没有找到记录" in auditor.get(f"/audit?from_on={tomorrow}").get_data(as_text=True)
    assert auditor.get("/audit?from_on=someday&page=x").status_code == 200


def test_the_export_holds_what_the_screen_is_filtered_to(world: World, sign_in: SignIn) -> None:
    many(world, 3)
    answer = sign_in("auditor").get("/audit.xlsx?action=unit.alias")
    sheet = load_workbook(BytesIO(answer.get_data())).worksheets[0]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[5] for row in rows] == ["对象2", "对象1", "对象0"]
    assert rows[0][4] == "加别名"
    assert rows[0][2] == f"王审核（{OFFICE}）"


def test_the_chain_is_checked_on_demand(world: World, sign_in: SignIn) -> None:
    many(world, 3)
    auditor = sign_in("auditor")
    page = auditor.post("/audit/check", follow_redirects=True).get_data(as_text=True)
    assert "没有缺少和改动" in page

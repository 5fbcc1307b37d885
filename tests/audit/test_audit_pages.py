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


def test_changes_are_told_in_the_words_of_the_glossary_and_reports_are_not(world: World, sign_in: SignIn) -> None:
    office = world.actor("office1")
    before, after = (
        {"kind": "year", "times": None, "continues": False},
        {"kind": "date", "times": None, "continues": True},
    )
    record(office, "task.change_limit", "task", 1, "第1项", before=before, after=after)
    record(office, "report.submit", "report", 1, "第1项", after={"state": "submitted", "progress": "不能给管理员看"})
    record(
        office, "import.unit", "import_draft", 1, "清单", after={"市科协": {"as": "new", "kind": "mass_organisation"}}
    )
    commit()
    auditor = sign_in("auditor")
    page = auditor.get("/audit").get_data(as_text=True)
    assert "改前：类型 年底，之后持续 否；改后：类型 写明日期，之后持续 是" in page
    assert "状态 待签字，进展情况 （7 字，内容不在日志里显示）" in page
    assert "市科协 （认作 新单位，类型 群团组织）" in page
    sheet = load_workbook(BytesIO(auditor.get("/audit.xlsx").get_data())).worksheets[0]
    told = "".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "不能给管理员看" not in page + told
    assert "进展情况 （7 字" in told

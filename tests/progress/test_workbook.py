"""填报表 as a workbook: it goes out with keys, comes back filled in, and never overwrites what changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.test import TestResponse

from tests.beginnings import beginning
from tests.plans import make_plan, owed_by
from tests.world import HEALTH, XIONGKOU, World
from tracker.exports.table import HEAD_ROWS
from tracker.extensions import db
from tracker.plans.models import Plan
from tracker.progress.models import Report

SignIn = Callable[[str], FlaskClient]
TEXT = "专家库入库46人。\n资源库上传科普作品128件。"
FIRST = HEAD_ROWS + 1


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    at(date(2021, 7, 20))
    return make_plan()


def downloaded(client: FlaskClient, plan: Plan) -> Workbook:
    answer = client.get(f"/plans/{plan.id}/report.xlsx")
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.data))


def page_of(book: Workbook) -> Worksheet:
    return book.worksheets[0]


def write(page: Worksheet, row: int, **boxes: object) -> None:
    """Write into a row as a clerk does; the boxes by the titles of their columns."""
    heads = {cell.value: cell.column for cell in page[HEAD_ROWS]}
    for title, value in boxes.items():
        page.cell(row, heads[title]).value = value


def uploaded(client: FlaskClient, plan: Plan, book: Workbook | bytes) -> TestResponse:
    out = BytesIO(book) if isinstance(book, bytes) else BytesIO()
    if isinstance(book, Workbook):
        book.save(out)
        out.seek(0)
    return client.post(f"/plans/{plan.id}/report.xlsx", data={"file": (out, "填报表.xlsx")})


def saved() -> Mapping[str, Report]:
    db.session.expire_all()
    return {report.obligation.task.no: report for report in db.session.scalars(sa.select(Report))}


def test_it_lists_what_can_be_written_and_locks_all_else(sign_in: SignIn, plan: Plan) -> None:
    page = page_of(downloaded(sign_in("health"), plan))
    heads = [cell.value for cell in page[HEAD_ROWS]]
    assert heads[:7] == ["序号", "重点任务", "角色", "完成时限", "上期进展", "退回理由", "进展情况"]
    assert page.max_row == HEAD_ROWS + 6
    assert page.protection.sheet
    first = page[FIRST]
    assert [cell.protection.locked for cell in first] == [True] * 6 + [False] * 6 + [True] * 3
    assert all(page.column_dimensions[letter].hidden for letter in "MNO")


def test_what_was_written_in_it_is_saved_and_the_rest_left(sign_in: SignIn, plan: Plan) -> None:
    health = sign_in("health")
    book = downloaded(health, plan)
    write(page_of(book), FIRST, 进展情况=TEXT, 存在问题="经费不足", 完成比例=45, 自评="欠进度")
    write(page_of(book), FIRST + 1, 无新进展="是")
    answer = uploaded(health, plan, book)
    assert answer.status_code == 303
    reports = saved()
    one, two = reports["1"], reports["2"]
    assert (one.progress, one.problems, one.percent, one.self_state) == (TEXT, "经费不足", 45, "欠进度")
    assert two.no_news and not two.progress
    assert set(reports) == {"1", "2"}
    assert "2 项已存" in health.get(answer.location).get_data(as_text=True)


def test_the_same_file_again_changes_nothing_and_says_which_rows_went_on(sign_in: SignIn, plan: Plan) -> None:
    health = sign_in("health")
    book = downloaded(health, plan)
    write(page_of(book), FIRST, 进展情况="第一稿")
    assert uploaded(health, plan, book).status_code == 303
    write(page_of(book), FIRST, 进展情况="第二稿")
    write(page_of(book), FIRST + 1, 进展情况="万人进万家。")
    answer = uploaded(health, plan, book)
    words = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "存上 1 项" in words and "没有存 1 项" in words
    assert "改过，没有覆盖" in words and "第二稿" in words
    assert saved()["1"].progress == "第一稿"
    assert saved()["2"].progress == "万人进万家。"


def test_a_percentage_is_taken_as_people_type_it(sign_in: SignIn, plan: Plan) -> None:
    health = sign_in("health")
    book = downloaded(health, plan)
    page = page_of(book)
    write(page, FIRST, 进展情况="x", 完成比例=0.45)
    page.cell(FIRST, 11).number_format = "0%"
    write(page, FIRST + 1, 进展情况="y", 完成比例="三成")
    answer = uploaded(health, plan, book)
    assert "请填 0 到 100 的数" in answer.get_data(as_text=True)
    assert saved()["1"].percent == 45
    assert "2" not in saved()


def test_a_row_of_another_unit_is_refused(sign_in: SignIn, plan: Plan) -> None:
    book = downloaded(sign_in("health"), plan)
    other = owed_by(plan, XIONGKOU, "5")
    write(page_of(book), FIRST, 进展情况="别人的事", 事项号=other.id)
    answer = uploaded(sign_in("health"), plan, book)
    assert "不是本单位本期的事项" in answer.get_data(as_text=True)
    assert saved() == {}


def test_what_was_sent_stays_as_it_is(sign_in: SignIn, plan: Plan) -> None:
    health = sign_in("health")
    book = downloaded(health, plan)
    write(page_of(book), FIRST, 进展情况=TEXT)
    uploaded(health, plan, book)
    health.post(f"/plans/{plan.id}/report/submit")
    write(page_of(book), FIRST, 进展情况="后来改的")
    answer = uploaded(health, plan, book)
    assert answer.status_code == 409
    assert saved()["1"].progress == TEXT
    assert page_of(downloaded(health, plan)).max_row == HEAD_ROWS + 5


def test_clearing_a_cell_clears_the_box(sign_in: SignIn, plan: Plan) -> None:
    health = sign_in("health")
    book = downloaded(health, plan)
    write(page_of(book), FIRST, 进展情况=TEXT, 存在问题="经费不足")
    uploaded(health, plan, book)
    again = downloaded(health, plan)
    write(page_of(again), FIRST, 存在问题=None)
    assert uploaded(health, plan, again).status_code == 303
    assert (saved()["1"].progress, saved()["1"].problems) == (TEXT, "")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 old or locked", b"a,b\n1,2"])
def test_what_is_no_workbook_is_refused_with_a_sentence(sign_in: SignIn, plan: Plan, content: bytes) -> None:
    answer = uploaded(sign_in("health"), plan, content)
    assert 400 <= answer.status_code < 500
    assert "填报表" in answer.get_data(as_text=True)
    assert saved() == {}


def test_another_workbook_is_refused_by_its_heads(sign_in: SignIn, plan: Plan) -> None:
    other = Workbook()
    page_of(other).append(["序号", "任务"])
    answer = uploaded(sign_in("health"), plan, other)
    assert 400 <= answer.status_code < 500
    assert "没有表头" in answer.get_data(as_text=True)


def test_only_a_writer_gets_it(sign_in: SignIn, plan: Plan) -> None:
    for login in ("health-head", "office1", "leader"):
        assert sign_in(login).get(f"/plans/{plan.id}/report.xlsx").status_code in (403, 404)


def test_what_was_typed_may_look_like_a_formula(sign_in: SignIn, plan: Plan) -> None:
    health = sign_in("health")
    owed = owed_by(plan, HEALTH, "1")
    health.post(f"/obligations/{owed.id}/draft", data={"progress": "=1+1", "seen_version": 0})
    cell = page_of(downloaded(health, plan)).cell(FIRST, 7)
    assert (cell.value, cell.data_type) == ("=1+1", "s")

"""The home pages of the office, a leader and a unit's people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.dashboard.conftest import DAY_AFTER, Send
from tests.plans import make_plan
from tests.world import HEALTH, LONGWAN, XIONGKOU, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.ledger.keeping import refresh_due
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.obligations.queries import periods
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.models import Report
from tracker.progress.queries import report_of

SignIn = Callable[[str], FlaskClient]
MOST_STATEMENTS = 16
"""Four over the twelve of a list: the navigation counts what waits for the actor (two), and a home page reads across
all rooms: the periods, three for their figures, two for the items, two for the queue, two for the last reminders."""


def _words(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return "".join(answer.get_data(as_text=True).split())


@pytest.mark.parametrize("login", ["office1", "leader", "health", "health-head", "xiongkou"])
def test_everybody_with_a_part_in_the_plan_is_led_to_its_home_page(sign_in: SignIn, login: str) -> None:
    plan, client = make_plan(), sign_in(login)
    assert client.get("/").location == f"/plans/{plan.id}/"
    assert client.get(f"/plans/{plan.id}/").status_code == 200


def test_an_office_without_a_plan_is_told_how_to_begin(sign_in: SignIn) -> None:
    assert "上传方案文件" in _words(sign_in("office1"), "/")
    assert "上传方案文件" not in _words(sign_in("health"), "/")


@pytest.mark.parametrize("login", ["system", "security", "auditor"])
def test_administrators_have_no_home_page_of_a_plan(sign_in: SignIn, login: str) -> None:
    assert sign_in(login).get(f"/plans/{make_plan().id}/").status_code == 403


def test_the_office_sees_how_far_the_period_is_and_who_is_awaited(july: Plan, sign_in: SignIn) -> None:
    page = _words(sign_in("office1"), f"/plans/{july.id}/")
    assert "7月期进展" in page and "已过1天" in page
    assert "3/13" in page and "23.1%" in page
    assert "待审核填报</a><b>2</b>" in page and "最早07-20" in page
    assert "欠报4家排在前" in page
    assert page.index(f'title="{HEALTH}"') < page.index(f'title="{XIONGKOU}"') < page.index('title="市教育局"')


def test_before_the_due_day_nobody_is_late(july: Plan, sign_in: SignIn) -> None:
    page = _words(sign_in("office1"), f"/plans/{july.id}/?as_of=2021-07-26")
    assert "欠报4家" not in page and "今天截止" in page and "未到期" in page


def test_a_day_of_the_past_is_shown_as_it_was(july: Plan, sign_in: SignIn) -> None:
    client = sign_in("office1")
    assert "4/13" in _words(client, f"/plans/{july.id}/?as_of=2021-07-20")  # before one was returned
    assert "0/13" in _words(client, f"/plans/{july.id}/?as_of=2021-07-19")


@pytest.mark.parametrize(("query", "status"), [("as_of=x", 422), ("as_of=2021-12-01", 422), ("period=999", 404)])
def test_a_day_or_period_that_is_none_is_refused_with_a_sentence(
    july: Plan, sign_in: SignIn, query: str, status: int
) -> None:
    assert sign_in("office1").get(f"/plans/{july.id}/?{query}").status_code == status


def test_another_period_can_be_looked_at(july: Plan, sign_in: SignIn) -> None:
    _go_to(july, date(2021, 8, 20))
    client = sign_in("office1")
    assert "8月期进展" in _words(client, f"/plans/{july.id}/")
    assert "7月期进展" in _words(client, f"/plans/{july.id}/?period={periods(july.id)[0].id}")


def test_when_all_have_reported_the_page_says_so(july: Plan, world: World, send: Send, sign_in: SignIn) -> None:
    _report_everything(july, world, send)
    page = _words(sign_in("office1"), f"/plans/{july.id}/")
    assert "都报齐了" in page and "13/13" in page and "导出名单" not in page


def _report_everything(plan: Plan, world: World, send: Send) -> None:
    head = world.actor("health-head")
    for obligation in db.session.scalars(sa.select(Obligation).where(Obligation.period_id == periods(plan.id)[0].id)):
        state = obligation.submitted_on
        if state is None or obligation.unit.name == HEALTH:
            _finish(obligation, send)
    waiting = sa.select(Report).where(Report.state == "submitted")
    actions.sign(list(db.session.scalars(waiting)), head)
    commit()


def _finish(obligation: Obligation, send: Send) -> None:
    report = report_of(obligation.id)
    if report is None or report.state.value == "returned":
        send(obligation)


def test_the_units_in_arrears_are_exported_as_the_page_shows_them(july: Plan, sign_in: SignIn) -> None:
    answer = sign_in("office1").get(f"/plans/{july.id}/arrears.xlsx")
    assert "7月期欠报单位名单_2021-07-27.xlsx" in unquote(answer.headers["Content-Disposition"])
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == [HEALTH, LONGWAN, XIONGKOU, "市财政局"]
    assert rows[0][1:8] == ("逾期1天", 6, 2, 3, 1, 0, 1)


def test_only_office_and_leader_may_export_the_units_in_arrears(july: Plan, sign_in: SignIn) -> None:
    address = f"/plans/{july.id}/arrears.xlsx"
    assert [sign_in(login).get(address).status_code for login in ("leader", "health", "system")] == [200, 403, 403]


def test_a_leader_reads_one_sentence_made_from_the_figures(july: Plan, sign_in: SignIn) -> None:
    page = _words(sign_in("leader"), f"/plans/{july.id}/")
    assert "7月期应报13件，已报3件（23.1%），4家单位欠报。" in page
    assert "6项任务，没有逾期、" in page
    assert "区镇街道" in page


def test_a_leader_reads_who_missed_two_periods_running(july: Plan, sign_in: SignIn) -> None:
    _go_to(july, date(2021, 8, 26))
    page = _words(sign_in("leader"), f"/plans/{july.id}/")
    assert "连续两期欠报" in page and "7月期</td>" in page and "8月期</td>" in page
    assert "项逾期</b>" in page


def _go_to(plan: Plan, day: date) -> None:
    clock.fix_day(day)
    derive(plan, day)
    refresh_due(day)
    commit()


def test_a_reporter_sees_what_is_owed_and_what_came_back(july: Plan, sign_in: SignIn) -> None:
    page = _words(sign_in("health"), f"/plans/{july.id}/")
    assert "2/6" in page and "去填报（还差4项）" in page
    assert "办公室退回：</b>缺累计数" in page
    assert "要签收的任务" in page


def test_a_head_sees_what_waits_for_a_signature(july: Plan, sign_in: SignIn) -> None:
    assert "去签字（1项）" in _words(sign_in("finance-head"), f"/plans/{july.id}/")
    assert "没有等您签字的填报" in _words(sign_in("health-head"), f"/plans/{july.id}/")


def test_a_unit_sees_nothing_of_other_units(july: Plan, sign_in: SignIn) -> None:
    page = _words(sign_in("xiongkou"), f"/plans/{july.id}/")
    assert "缺累计数" not in page and "龙湾镇" not in page


def test_earlier_periods_still_owed_are_named(july: Plan, sign_in: SignIn) -> None:
    _go_to(july, date(2021, 8, 20))
    page = _words(sign_in("xiongkou"), f"/plans/{july.id}/")
    assert "以前各期还欠" in page and "应07-26报" in page


@contextmanager
def _statements() -> Iterator[list[str]]:
    found: list[str] = []

    def note(*args: object) -> None:
        if not str(args[2]).startswith(("BEGIN", "PRAGMA")):
            found.append(str(args[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("login", ["office1", "leader", "health"])
def test_a_home_page_asks_the_database_few_times(july: Plan, sign_in: SignIn, login: str) -> None:
    refresh_due(DAY_AFTER)
    commit()
    client, address = sign_in(login), f"/plans/{july.id}/"
    with _statements() as found:
        client.get(address)
    assert 0 < len(found) <= MOST_STATEMENTS, "\n\n".join(found)


def test_what_is_red_is_pressed_by_a_slip_and_the_rest_is_urged(july: Plan, sign_in: SignIn, world: World) -> None:
    _go_to(july, date(2021, 8, 30))
    office, address = sign_in("office1"), f"/plans/{july.id}/"
    items = office.get(address).get_data(as_text=True).partition('id="items"')[2].partition("</table>")[0]
    rows = items.split("<tr data-row>")[1:]
    red = [row for row in rows if "shape-red" in row or "lamp-red" in row]
    assert red and all("督办单" in row and "催办" not in row for row in red)
    assert not any("督办单" in row for row in rows if row not in red)
    drawn = re.search(r'action="(/tasks/\d+/slips)".*?name="unit" value="(\d+)"', items)
    assert drawn is not None
    slip = office.post(drawn[1], data={"unit": drawn[2]}).location
    assert f'href="{slip}"' in office.get(address).get_data(as_text=True)

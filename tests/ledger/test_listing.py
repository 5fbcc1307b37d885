"""The list of the ledger: what it shows to whom, filtered, as of a day, in how many statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.beginnings import beginning
from tests.ledger.reports import ACCEPTED, report
from tests.plans import make_plan
from tests.statements import count_statements
from tests.world import FINANCE, HEALTH, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.ledger.keeping import refresh_due
from tracker.ledger.models import Standing
from tracker.obligations.actions import derive
from tracker.plans.models import Plan
from tracker.tasks.actions import assign
from tracker.tasks.models import Task
from tracker.tasks.roles import Role

SignIn = Callable[[str], FlaskClient]
DAY = date(2021, 7, 27)


@beginning
def plan(world: World) -> Plan:
    """The small plan on 27 July, a day after the due day: task 1 and 2 reported by their lead, 6 accepted."""
    plan = make_plan()
    report(plan, HEALTH, "1", date(2021, 7, 22), "专家库入库46人。", 30, problems="场地未定。")
    report(plan, HEALTH, "2", date(2021, 7, 23))
    report(plan, FINANCE, "6", date(2021, 7, 23), "资金已到位。", 80, until=ACCEPTED)
    clock.fix_day(DAY)
    refresh_due(DAY)
    commit()
    return plan


def page(client: FlaskClient, plan: Plan, query: str = "") -> str:
    answer = client.get(f"/plans/{plan.id}/ledger?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def numbers(html: str) -> list[str]:
    return re.findall(r'<td class="num card-part">(\w+)</td>', html)


def test_the_office_sees_every_task_with_lamp_words_and_progress(sign_in: SignIn, plan: Plan) -> None:
    html = page(sign_in("office1"), plan)
    assert numbers(html) == ["1", "2", "3", "4", "5", "6"]
    for words in ("落后28点", "专家库入库46人。", "本期无新进展", "2家未报", "7月期未报", "07-22", "本期已报"):
        assert words in html


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("office1", "123456"),
        ("leader", "123456"),
        ("health", "123456"),
        ("finance", "16"),
        ("xiongkou", "25"),
    ],
)
def test_a_unit_sees_the_tasks_it_takes_part_in(sign_in: SignIn, plan: Plan, login: str, seen: str) -> None:
    assert numbers(page(sign_in(login), plan)) == list(seen)


def test_to_a_unit_without_a_part_the_plan_is_not_there(sign_in: SignIn, plan: Plan) -> None:
    assert sign_in("stranger").get(f"/plans/{plan.id}/ledger").status_code == 404


@pytest.mark.parametrize("login", ["system", "security", "auditor"])
def test_administrators_do_not_read_the_ledger(sign_in: SignIn, plan: Plan, login: str) -> None:
    client = sign_in(login)
    assert client.get(f"/plans/{plan.id}/ledger").status_code == 403
    assert client.get(f"/plans/{plan.id}/ledger.xlsx").status_code == 403


def test_a_member_of_a_group_does_not_read_the_leads_words(sign_in: SignIn, plan: Plan, world: World) -> None:
    for login, may_read in (("finance", True), ("xiongkou", False)):
        task = "1" if login == "finance" else "2"
        html = page(sign_in(login), plan, f"q={task}")
        assert ("专家库入库46人" in html) is may_read
        assert ("看不到牵头单位的填报内容" in html) is not may_read


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lamp=red", ""),
        ("lamp=yellow", "1345"),
        ("lamp=green", "26"),
        ("limit=year", "16"),
        ("period=missing", "345"),
        ("period=pending", "12"),
        ("period=accepted", "6"),
        ("q=中西医", "4"),
        ("q=市财政局", "16"),
        ("q=熊口", "25"),
        ("q=3", "3"),
        ("q=%25", ""),
        ("q=_", ""),
        ("order=worst", "134526"),
        ("lamp=nonsense&limit=x&period=y&lead=z&order=w&page=q", "123456"),
    ],
)
def test_filters_find_their_tasks(sign_in: SignIn, plan: Plan, query: str, found: str) -> None:
    assert numbers(page(sign_in("office1"), plan, query)) == list(found)


def test_filters_by_lead_and_partner(sign_in: SignIn, plan: Plan, world: World) -> None:
    client, finance = sign_in("office1"), world.unit(FINANCE).id
    assert numbers(page(client, plan, f"lead={finance}")) == ["6"]
    assert numbers(page(client, plan, f"partner={finance}")) == ["1"]


def test_counts_of_the_chips_are_of_the_other_filters(sign_in: SignIn, plan: Plan) -> None:
    html = page(sign_in("office1"), plan, "limit=year&lamp=green")
    counts = re.findall(r"</span> <b>(\d+)</b>", html)
    assert counts == ["2", "0", "1", "0", "1", "0"]


def test_an_earlier_day_is_shown_as_it_was(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("office1")
    html = page(client, plan, "as_of=2021-07-20")
    assert "is-past" in html
    assert "专家库入库46人" not in html
    assert numbers(page(client, plan, "as_of=2021-07-20&lamp=green")) == list("123456")


def test_as_of_today_equals_the_kept_answer(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("office1")
    kept = page(client, plan)
    db.session.execute(sa.update(Standing).values(computed_on=date(2022, 1, 1), word="旧"))
    db.session.commit()
    assert _table(page(client, plan)) == _table(kept)


def _table(html: str) -> str:
    return html[html.index("<tbody>") : html.index("</tbody>")]


@pytest.mark.parametrize("day", ["2021-06-30", "2021-07-28", "yesterday"])
def test_a_day_that_cannot_be_asked_is_refused_in_words(sign_in: SignIn, plan: Plan, day: str) -> None:
    answer = sign_in("office1").get(f"/plans/{plan.id}/ledger?as_of={day}")
    assert answer.status_code == 422
    assert "截至日期" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("login", "query", "most"),
    [("office1", "", 12), ("health", "", 12), ("health-head", "", 12), ("office1", "as_of=2021-07-26", 12)],
)
def test_the_list_makes_as_many_statements_whatever_its_length(
    sign_in: SignIn, plan: Plan, world: World, login: str, query: str, most: int
) -> None:
    client, address = sign_in(login), f"/plans/{plan.id}/ledger?{query}"
    few = _statements(client, address)
    _add_tasks(plan, world, 60)
    many = _statements(client, address)
    assert len(numbers(client.get(address).get_data(as_text=True))) == 66
    assert len(many) <= len(few) <= most, "\n\n".join(few)


def _statements(client: FlaskClient, address: str) -> list[str]:
    """Of one request that begins with an empty session."""
    db.session.remove()
    with count_statements() as seen:
        assert client.get(address).status_code == 200
    return seen


def _add_tasks(plan: Plan, world: World, count: int) -> None:
    for position in range(7, 7 + count):
        task = Task(plan=plan, position=position, no=str(position), text=f"任务{position}")
        task.limit = db.session.query(Task).filter_by(plan_id=plan.id, position=1).one().limit
        db.session.add(task)
        assign(task, world.unit(HEALTH), Role.LEAD, date(2021, 7, 1))
    db.session.flush()
    refresh_due(DAY)
    commit()


def test_a_long_list_is_turned_over(sign_in: SignIn, plan: Plan, world: World) -> None:
    _add_tasks(plan, world, 200)
    client = sign_in("office1")
    assert len(numbers(page(client, plan))) == 200
    assert numbers(page(client, plan, "page=2"))[-1] == "206"
    assert "第 2 页，共 2 页，206 项" in page(client, plan, "page=2")


def exported(client: FlaskClient, plan: Plan, query: str = "") -> list[list[object]]:
    answer = client.get(f"/plans/{plan.id}/ledger.xlsx?{query}")
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def test_the_workbook_has_exactly_what_the_screen_has(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("office1")
    for query in ("", "lamp=yellow", "q=熊口", "order=worst", "as_of=2021-07-20"):
        rows = [str(row[0]) for row in exported(client, plan, query) if isinstance(row[0], int)]
        assert rows == numbers(page(client, plan, query))


def test_the_workbook_hides_what_its_reader_may_not_read(sign_in: SignIn, plan: Plan) -> None:
    assert "专家库入库46人。" in str(exported(sign_in("finance"), plan))
    derive(plan, DAY)
    report(plan, HEALTH, "2", DAY, "直播2场。", period="8月期")
    assert "直播2场" in str(exported(sign_in("office1"), plan))
    assert "直播2场" not in str(exported(sign_in("xiongkou"), plan))


def test_the_workbooks_name_is_chinese(sign_in: SignIn, plan: Plan) -> None:
    answer = sign_in("office1").get(f"/plans/{plan.id}/ledger.xlsx?lamp=yellow")
    name = unquote(answer.headers["Content-Disposition"])
    assert "filename*=UTF-8''潜江“323”攻坚行动 2021年度台账 2021-07-27（筛选）.xlsx" in name


def test_those_who_owe_for_the_chosen_tasks_are_listed_before_they_are_reminded(
    sign_in: SignIn, plan: Plan, app: Flask
) -> None:
    client = sign_in("office1")
    html = client.get(f"/plans/{plan.id}/ledger/arrears?q=3").get_data(as_text=True)
    assert "7月期未报" in html
    assert sign_in("health").get(f"/plans/{plan.id}/ledger/arrears").status_code == 403

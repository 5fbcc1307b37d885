"""A leader's page: the sentence, the months on the same day, what became of remarks, the sheet of A4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.dashboard.conftest import DAY_AFTER
from tests.ledger.reports import report
from tests.statements import count_statements
from tests.world import FINANCE, HEALTH, World
from tracker import clock
from tracker.dashboard.asked import read
from tracker.dashboard.items import Board, Item
from tracker.dashboard.leader import LeaderPage, leader_page
from tracker.dashboard.leader_sheet import leader_xlsx
from tracker.dashboard.leader_words import change, sentence
from tracker.extensions import commit, db
from tracker.importing.readers.office import converted, program
from tracker.ledger.days import keep_days
from tracker.ledger.keeping import refresh_due
from tracker.obligations.actions import derive
from tracker.plans.models import Plan
from tracker.supervision.remark_rules import Readers, outcome
from tracker.supervision.remarks import write_remark
from tracker.supervision.rules import SlipState, state_on
from tracker.tasks.axes import Colour
from tracker.tasks.models import Task

SignIn = Callable[[str], FlaskClient]
AUGUST = date(2021, 8, 26)
MOST_STATEMENTS = 17
"""Of a home page, and one for the days before, however many."""
Lamps = dict[Colour, int]


def lamps(**counts: int) -> dict[Colour, int]:
    return {colour: counts.get(colour.value, 0) for colour in Colour}


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (lamps(red=4, yellow=8, green=49), None, "61 项任务，4 项逾期、8 项滞后。"),
        (lamps(green=3), None, "3 项任务，没有逾期、没有滞后。"),
        (lamps(red=4, green=5), lamps(red=3), "9 项任务，4 项逾期、没有滞后，比9月同日多 1 项逾期。"),
        (lamps(red=1, green=5), lamps(red=3), "6 项任务，1 项逾期、没有滞后，比9月同日少 2 项逾期。"),
        (lamps(red=1), {Colour.RED: 1}, "1 项任务，1 项逾期、没有滞后，逾期项数与9月同日相同。"),
    ],
)
def test_the_sentence_can_be_read_aloud(app: Flask, now: Lamps, before: Lamps | None, said: str) -> None:
    with app.test_request_context():
        earlier = ("9月期", before) if before is not None else None
        assert "".join(one.text for one in sentence(now, earlier, None, AUGUST)) == said


def test_a_change_is_written_with_its_sign() -> None:
    assert [change(4, 3), change(3, 3), change(1, 3)] == ["+1", "0", "−2"]


@pytest.mark.parametrize(
    ("state", "due_on", "told"),
    [
        (None, None, (Colour.NONE, "待转办")),
        (SlipState.ISSUED, date(2021, 8, 31), (Colour.BLUE, "剩5天")),
        (SlipState.ISSUED, AUGUST, (Colour.YELLOW, "今天要回")),
        (SlipState.ISSUED, date(2021, 8, 20), (Colour.RED, "未回6天")),
        (SlipState.SETTLED, date(2021, 8, 20), (Colour.CLOSED, "已销号")),
    ],
)
def test_what_became_of_a_remark_is_said_in_a_word(
    state: SlipState | None, due_on: date | None, told: tuple[Colour, str]
) -> None:
    assert outcome(state, due_on, AUGUST)[:2] == told


def test_every_state_of_a_slip_has_a_word_and_a_day_of_the_past_has_its_own() -> None:
    assert all(outcome(state, AUGUST, AUGUST).word for state in SlipState)
    steps = [(False, False, False), (True, False, False), (True, True, False), (True, True, True)]
    states = [state_on(SlipState.SETTLED, *step) for step in steps]
    assert states == [SlipState.PROPOSED, SlipState.ISSUED, SlipState.ANSWERED, SlipState.SETTLED]


def _without_none(page: LeaderPage) -> Lamps:
    return {colour: n for colour, n in page.board.lamps.items() if n}


@pytest.fixture
def august(july: Plan, world: World) -> Plan:
    """A month later: 市财政局 reported, so that August is better than July was on the same day."""
    clock.fix_day(date(2021, 8, 20))
    derive(july, clock.today())
    report(july, FINANCE, "6", date(2021, 8, 20), "已到位。", 80, period="8月期")
    clock.fix_day(AUGUST)
    derive(july, AUGUST)
    refresh_due(AUGUST)
    commit()
    return july


def page_of(plan: Plan, as_of: date) -> LeaderPage:
    asked = read(plan, {"as_of": as_of.isoformat()}, clock.today())
    return leader_page(plan, asked, World().actor("leader"))


def test_months_stand_on_the_same_day_after_their_due_day(august: Plan) -> None:
    before, now = page_of(august, AUGUST).charted
    assert (before.label, now.label) == ("7月", "8月")
    assert before.lamps == _without_none(page_of(august, DAY_AFTER))  # as 26 August to the 25th, so 27 July to the 26th
    assert [one.change for one in page_of(august, AUGUST).counts][0].startswith("比7月 ")


def test_the_page_of_a_day_is_the_same_whatever_came_later(august: Plan, world: World, sign_in: SignIn) -> None:
    leader = world.actor("leader")
    task = task_of(august, "1")
    clock.fix_day(DAY_AFTER)
    write_remark(task, "请抓紧。", Readers.PARTS, leader)
    commit()
    clock.fix_day(AUGUST)
    then = figures(page_of(august, DAY_AFTER))
    write_remark(task, "再催一次。", Readers.PARTS, leader)
    report(august, HEALTH, "2", AUGUST, "已开展。", period="8月期")
    keep_days(august.id, AUGUST)
    commit()
    assert figures(page_of(august, DAY_AFTER)) == then
    assert len(then[-1]) == 1


def task_of(plan: Plan, no: str) -> Task:
    return db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == no)).one()


def figures(page: LeaderPage) -> list[object]:
    """Everything a leader reads."""
    return [
        page.counts,
        [(one.no, one.word, one.sentence) for one in page.board.items],
        [(month.label, month.share, month.lamps) for month in page.months],
        page.figures.units if page.figures else [],
        [(one.remark.words, one.outcome) for one in page.remarks],
    ]


def test_the_page_makes_the_same_statements_however_many_months_it_shows(august: Plan, sign_in: SignIn) -> None:
    keep_days(august.id, AUGUST)
    commit()
    leader = sign_in("leader")
    with count_statements() as statements:
        page = leader.get(f"/plans/{august.id}/").get_data(as_text=True)
    assert len(statements) <= MOST_STATEMENTS
    assert "比7月" in page and "看数字" in page and "7月期" in page
    assert f'href="/tasks/{task_of(august, "2").id}#remarks"' in page


def test_only_a_leader_takes_the_page_as_a_sheet(july: Plan, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.dashboard.leader_sheet.program", lambda: None)
    answers = {login: sign_in(login).get(f"/plans/{july.id}/overview.pdf") for login in ("leader", "office1", "health")}
    assert {login: answer.status_code for login, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert "用浏览器打印本页" in answers["leader"].get_data(as_text=True)
    assert "用浏览器打印本页" not in answers["office1"].get_data(as_text=True)
    assert "打印本页</button>" in sign_in("leader").get(f"/plans/{july.id}/").get_data(as_text=True)


def test_the_sheet_is_one_page_however_much_stands_on_it(august: Plan) -> None:
    page = page_of(august, AUGUST)
    content = leader_xlsx(crowded(page), "潜江“323”攻坚行动", "冯市长 2021-08-26 09:00")
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.page_setup.paperSize) == (1, 1, 9)
    words = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    shown = words.count(LONG)
    assert 10 < shown < 40 and f"另有 {40 - shown} 项没有列出，见台账。" in words
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    made = converted(content, ".xlsx", "pdf")
    assert (made is None) == (program() is None)
    if made is not None:
        assert len(PdfReader(BytesIO(made)).pages) == 1


LONG = "=1+1 " + "加强群众运动与健身设施建设，打造百姓身边健身组织和“15分钟健身圈”。" * 4


def crowded(page: LeaderPage) -> LeaderPage:
    """40 red items of four lines each, and every unit five times."""
    item = Item(1, "9", LONG, Colour.RED, "逾期30天", "一直没有报。", (HEALTH,), frozenset(), ())
    assert page.figures is not None
    units = replace(page.figures, units=page.figures.units * 5)
    return replace(page, board=Board([item] * 40, lamps(red=40)), figures=units)

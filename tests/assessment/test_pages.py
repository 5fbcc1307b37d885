"""Pages of assessment: who may see what, forms, refusals, workbooks, statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.assessment.conftest import CONTENT, RULES, make_july_run, make_scheme, period
from tests.beginnings import beginning
from tests.statements import count_statements
from tests.world import FINANCE, HEALTH, PEOPLE, World
from tracker.assessment import runs as actions
from tracker.assessment.appeals import file_appeal
from tracker.assessment.forms import NUMBERS, RULE_FIELDS
from tracker.assessment.models import Appeal, Scheme, ScoreLine, ScoreRun
from tracker.assessment.queries import run_board, run_subject, runs
from tracker.assessment.ranking import Group
from tracker.assessment.states import RunState
from tracker.extensions import commit, db
from tracker.permissions import decide
from tracker.plans.models import Plan

SignIn = Callable[[str], FlaskClient]
At = Callable[[date], None]


@beginning
def draft(july: Plan) -> ScoreRun:
    return make_july_run(july)


@beginning
def shown(draft: ScoreRun, world: World) -> ScoreRun:
    actions.show_run(draft, draft.version, world.actor("office1"))
    commit()
    return draft


def sheet(run: ScoreRun, world: World, unit: str) -> str:
    return f"/score-runs/{run.id}/units/{world.unit(unit).id}"


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def late_line(run: ScoreRun, world: World, unit: str = FINANCE) -> int:
    query = sa.select(ScoreLine.id).where(
        ScoreLine.run_id == run.id, ScoreLine.unit_id == world.unit(unit).id, ScoreLine.kind == "report.late"
    )
    return db.session.scalars(query).one()


def form(**changed: str) -> dict[str, object]:
    """The editor as a browser sends it."""
    rows = [{name: str(row.get(name) or "") for name in RULE_FIELDS} for row in RULES]
    fields = {name: [row[name] for row in rows] for name in RULE_FIELDS}
    return {"name": "月考核", "seen": "1", **{name: str(CONTENT[name]) for name in NUMBERS}, **fields, **changed}


# Who sees what


def test_a_unit_sees_its_own_lines_once_they_are_shown(draft: ScoreRun, world: World, sign_in: SignIn) -> None:
    finance = sign_in("finance")
    text(finance, sheet(draft, world, FINANCE), 404)
    actions.show_run(draft, draft.version, world.actor("office1"))
    commit()
    page = text(finance, sheet(draft, world, FINANCE))
    assert "88.70" in page
    assert "7月期，迟1天" in page
    assert "2021年7月期" in text(finance, f"/plans/{draft.plan_id}/")


@pytest.mark.parametrize("login", ["finance", "finance-head", "stranger", "xiongkou"])
def test_a_unit_never_sees_another_s_lines(shown: ScoreRun, world: World, sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    for address in (sheet(shown, world, HEALTH), f"{sheet(shown, world, HEALTH)}/sheet.xlsx"):
        assert client.get(address).status_code in (403, 404)
    answer = client.post(
        f"/score-lines/{late_line(shown, world, HEALTH)}/appeal", data={"reason": "a", "evidence": "b"}
    )
    assert answer.status_code in (403, 404)
    for address in (f"/score-runs/{shown.id}", f"/score-runs/{shown.id}/table.xlsx", f"/plans/{shown.plan_id}/appeals"):
        text(client, address, 403)


def test_a_unit_that_is_not_in_the_run_has_no_sheet(shown: ScoreRun, world: World, sign_in: SignIn) -> None:
    text(sign_in("stranger"), sheet(shown, world, "市科技局"), 404)


@pytest.mark.parametrize("state", list(RunState))
def test_the_list_of_runs_and_the_right_to_read_one_say_the_same(
    draft: ScoreRun, world: World, state: RunState
) -> None:
    draft.state = state
    commit()
    for login in PEOPLE:
        actor = world.actor(login)
        listed = draft in runs(draft.plan_id, actor)
        may = any(
            decide(actor, "assessment.read_sheet", run_subject(draft, row.unit.unit_id)) for row in run_board(draft)
        )
        assert listed == (may and (state is not RunState.DRAFT or login.startswith("office"))), login


def test_a_leader_reads_what_was_shown_and_changes_nothing(draft: ScoreRun, world: World, sign_in: SignIn) -> None:
    leader = sign_in("leader")
    text(leader, f"/score-runs/{draft.id}", 404)
    actions.show_run(draft, draft.version, world.actor("office1"))
    commit()
    assert "市财政局" in text(leader, f"/score-runs/{draft.id}")
    assert "算成草稿" not in text(leader, f"/plans/{draft.plan_id}/assessment")
    assert leader.post(f"/score-runs/{draft.id}/finish").status_code == 403
    assert leader.post(f"/plans/{draft.plan_id}/score-runs").status_code == 403


@pytest.mark.parametrize("login", ["system", "security", "auditor"])
def test_administrators_read_no_points(shown: ScoreRun, world: World, sign_in: SignIn, login: str) -> None:
    text(sign_in(login), sheet(shown, world, HEALTH), 403)


# What the office does


def test_the_office_makes_shows_and_finishes_a_run(july: Plan, sign_in: SignIn, at: At) -> None:
    scheme, chosen, office = make_scheme(), period(july).id, sign_in("office1")
    assert "月考核" in text(office, f"/plans/{july.id}/assessment")
    answer = office.post(f"/plans/{july.id}/score-runs", data={"scheme": scheme.id, "first": chosen, "last": chosen})
    assert answer.status_code == 303
    page = text(office, answer.location)
    assert "88.70" in page
    assert "公示给 5 家单位" in page
    run = db.session.scalars(sa.select(ScoreRun)).one()
    office.post(f"{answer.location}/show", data={"seen": run.version})
    assert "申诉期到2021-08-05为止，过后才能定稿" in text(office, answer.location)
    at(date(2021, 8, 6))
    db.session.refresh(run)
    office.post(f"{answer.location}/finish", data={"seen": run.version})
    assert "校验码" in text(office, answer.location)
    assert "核对一致" in text(office, f"{answer.location}?check=1")


def test_what_cannot_be_scored_is_said_on_the_list(july: Plan, sign_in: SignIn, at: At) -> None:
    scheme, chosen, office = make_scheme(), period(july).id, sign_in("office1")
    address = f"/plans/{july.id}/score-runs"
    assert office.post(address, data={"scheme": scheme.id}).status_code == 422
    assert office.post(address, data={"first": chosen, "last": chosen}).status_code == 422
    at(date(2021, 7, 30))
    answer = office.post(address, data={"scheme": scheme.id, "first": chosen, "last": chosen})
    assert answer.status_code == 403
    assert "取到2021-07-31为止" in answer.get_data(as_text=True)


def test_who_shows_an_old_page_is_refused(draft: ScoreRun, sign_in: SignIn) -> None:
    office = sign_in("office1")
    assert office.post(f"/score-runs/{draft.id}/show", data={"seen": draft.version - 1}).status_code == 409


def test_points_and_ratings_are_entered_on_the_pages(july: Plan, world: World, sign_in: SignIn) -> None:
    run, office = make_july_run(july, rating_share=20), sign_in("office1")
    own = sheet(run, world, FINANCE)
    assert office.post(f"{own}/lines", data={"points": "x", "words": "经验交流"}).status_code == 422
    assert office.post(f"{own}/lines", data={"points": "2", "words": "经验交流"}).status_code == 303
    assert "王审核录入" in text(office, own)
    finance = world.unit(FINANCE).id
    wrong = {"rated_by": "", "unit": [finance], "rating": ["95"]}
    assert office.post(f"/score-runs/{run.id}/ratings", data=wrong).status_code == 422
    assert office.post(f"/score-runs/{run.id}/ratings", data={**wrong, "rated_by": "冯市长"}).status_code == 303
    assert "95.00（冯市长）" in text(office, own)
    assert "还有 4 家没有领导评分" in text(office, f"/score-runs/{run.id}")
    assert office.post(f"/score-runs/{run.id}/give-up", data={"reason": ""}).status_code == 422
    assert office.post(f"/score-runs/{run.id}/give-up", data={"reason": "选错了"}).status_code == 303
    text(office, f"/score-runs/{run.id}", 404)


# Schemes


def test_a_preset_is_saved_as_the_office_s_own_and_then_as_versions(july: Plan, sign_in: SignIn) -> None:
    own, office = make_scheme("旧办法"), sign_in("office1")
    preset = db.session.scalars(sa.select(Scheme).where(Scheme.preset == "additions")).one()
    address = f"/plans/{july.id}/schemes"
    assert "预置的办法" in text(office, f"{address}/{preset.id}")
    answer = office.post(f"{address}/{preset.id}", data=form())
    assert answer.status_code == 303
    assert "已存为第1版" in text(office, answer.location)
    assert office.post(f"{address}/{own.id}", data=form(name="旧办法", base="80")).status_code == 303
    assert "第2版" in text(office, f"{address}/{own.id}")
    assert office.post(f"{address}/{own.id}", data=form(name="旧办法", base="70")).status_code == 409


def test_a_scheme_that_cannot_be_taken_comes_back_as_typed(july: Plan, sign_in: SignIn) -> None:
    own, office = make_scheme(), sign_in("office1")
    answer = office.post(f"/plans/{july.id}/schemes/{own.id}", data=form(base="八十"))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "基础分要填数" in page
    assert 'value="八十"' in page


def test_a_scheme_is_tried_out_on_the_last_period_before_it_is_used(july: Plan, sign_in: SignIn) -> None:
    own, office = make_scheme(), sign_in("office1")
    address = f"/plans/{july.id}/schemes/{own.id}/preview"
    page = office.post(address, data=form(base="80")).get_data(as_text=True)
    assert "试算 7月期" in page
    assert "78.70" in page  # 市财政局, ten less than with 90
    part = office.post(address, data=form(), headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "88.70" in part
    assert "<html" not in part
    assert office.post(address, data=form(points="x")).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ScoreRun)) == 0


def test_two_schemes_are_compared(july: Plan, sign_in: SignIn) -> None:
    one, other = make_scheme("甲办法"), make_scheme("乙办法", base="80")
    office, chosen = sign_in("office1"), period(july).id
    address = f"/plans/{july.id}/schemes/compare"
    assert "选两份办法" in text(office, address)
    page = text(office, f"{address}?one={one.id}&other={other.id}&first={chosen}&last={chosen}")
    assert page.count("−10") == 5
    text(office, f"{address}?one={one.id}&other={other.id}", 422)


@pytest.mark.parametrize("login", ["leader", "health", "system"])
def test_only_the_office_sees_schemes(july: Plan, sign_in: SignIn, login: str) -> None:
    text(sign_in(login), f"/plans/{july.id}/schemes/{make_scheme().id}", 403)


# Appeals


def test_an_appeal_goes_from_the_sheet_to_the_office_and_back(shown: ScoreRun, world: World, sign_in: SignIn) -> None:
    finance, office, number = sign_in("finance"), sign_in("office1"), late_line(shown, world)
    own = sheet(shown, world, FINANCE)
    assert "申诉理由" in text(finance, f"{own}?appeal={number}")
    address = f"/score-lines/{number}/appeal"
    assert finance.post(address, data={"reason": "", "evidence": "说明"}).status_code == 422
    assert finance.post(address, data={"reason": "断网", "evidence": "说明"}).status_code == 303
    assert "待复核" in text(finance, own)
    queue = f"/plans/{shown.plan_id}/appeals"
    assert "断网" in text(office, queue)
    assert "考核申诉" in text(office, f"/plans/{shown.plan_id}/")
    appeal = db.session.scalars(sa.select(Appeal)).one()
    decided = {"upheld": "1", "points": "0", "reason": "属实", "seen": appeal.version}
    assert office.post(f"/appeals/{appeal.id}/decide", data={**decided, "reason": ""}).status_code == 422
    assert finance.post(f"/appeals/{appeal.id}/decide", data=decided).status_code == 403
    assert office.post(f"/appeals/{appeal.id}/decide", data=decided).status_code == 303
    page = text(finance, own)
    assert "申诉成立" in page
    assert "88.80" in page
    assert "已复核" in text(office, queue)


# Workbooks and statements


def test_the_table_and_a_sheet_are_workbooks_for_a4(shown: ScoreRun, world: World, sign_in: SignIn) -> None:
    office = sign_in("office1")
    book = load_workbook(BytesIO(office.get(f"/score-runs/{shown.id}/table.xlsx").data))
    page = book.worksheets[0]
    assert (page.page_setup.paperSize, page.page_setup.fitToWidth) == (9, 1)
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    assert [(row[0], row[1], row[2], row[3]) for row in rows] == [
        (Group.DEPARTMENTS.label, 1, "市卫生健康委", 89.3),
        (Group.DEPARTMENTS.label, 2, "市财政局", 88.7),
        (Group.DEPARTMENTS.label, "不排名", "市教育局", 89),
        (Group.TOWNSHIPS.label, 1, "龙湾镇", 88),
        (Group.TOWNSHIPS.label, 1, "熊口镇", 88),
    ]
    assert rows[1][-2] == "1/2（50.0%）"
    book = load_workbook(BytesIO(sign_in("finance").get(f"{sheet(shown, world, FINANCE)}/sheet.xlsx").data))
    values = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=3)]
    assert [(row[0], row[5]) for row in values][-2:] == [("规则得分", 88.7), ("总分", 88.7)]


def test_the_pages_make_few_statements(shown: ScoreRun, world: World, sign_in: SignIn) -> None:
    office, finance = sign_in("office1"), sign_in("finance")
    file_appeal(db.session.get_one(ScoreLine, late_line(shown, world)), "断网", "说明", world.actor("finance"))
    commit()
    pages = [
        (office, f"/plans/{shown.plan_id}/assessment", 14),
        (office, f"/score-runs/{shown.id}", 12),
        (finance, sheet(shown, world, FINANCE), 14),
        (office, f"/plans/{shown.plan_id}/appeals", 12),
    ]
    for client, address, most in pages:
        client.get(address)
        with count_statements() as sent:
            client.get(address)
        assert len(sent) <= most, (address, len(sent), sent)

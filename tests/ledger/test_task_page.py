"""The page of one task: its grid, its words, its course, by rights; changing parts and limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.ledger.reports import ACCEPTED, RETURNED, report
from tests.plans import make_plan, owed_by
from tests.statements import count_statements
from tests.world import FINANCE, HEALTH, LONGWAN, XIONGKOU, World
from tracker import clock
from tracker.audit.actions import record
from tracker.extensions import commit, db
from tracker.ledger.facts import facts
from tracker.ledger.grid import columns
from tracker.ledger.keeping import differing, refresh_due
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.plans.models import Plan
from tracker.progress.models import Evidence, Report
from tracker.tasks.actions import change_limit, end_task
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task

SignIn = Callable[[str], FlaskClient]
DAY = date(2021, 7, 27)


@beginning
def plan(world: World) -> Plan:
    plan = make_plan()
    report(plan, HEALTH, "1", date(2021, 7, 22), "专家库入库46人。", 60, problems="场地未定。")
    report(plan, HEALTH, "2", date(2021, 7, 23), "直播2场。")
    report(plan, XIONGKOU, "2", date(2021, 7, 24), "发放资料。", until=ACCEPTED)
    report(plan, FINANCE, "6", date(2021, 7, 24), "资金已到位。", 80, until=RETURNED)
    clock.fix_day(DAY)
    refresh_due(DAY)
    commit()
    return plan


def task(plan: Plan, no: str) -> Task:
    return db.session.query(Task).filter_by(plan_id=plan.id, no=no).one()


def shown(client: FlaskClient, task: Task, query: str = "") -> str:
    answer = client.get(f"/tasks/{task.id}?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_a_town_sees_in_the_grid_what_it_owes_itself_alone(sign_in: SignIn, plan: Plan) -> None:
    html = shown(sign_in("xiongkou"), task(plan, "2"))
    assert XIONGKOU in html
    assert LONGWAN not in html
    assert LONGWAN in shown(sign_in("health"), task(plan, "2"))


def test_the_page_tells_lamp_words_and_who_is_behind(sign_in: SignIn, plan: Plan) -> None:
    html = shown(sign_in("office1"), task(plan, "1"))
    for words in (
        "建立健康科普专家库",
        "2021年底到期",
        "1家参与单位欠报",
        "60% 待审",
        "未报1天",
        "场地未定。",
        "取最差",
    ):
        assert words in html, words


def test_a_group_folds_with_its_members_in_arrears_shown(sign_in: SignIn, plan: Plan) -> None:
    html = shown(sign_in("office1"), task(plan, "2"))
    for words in ("各区镇街道　2家", "1/2 未报1", "龙湾镇", "其余1家"):
        assert words in html, words
    assert '<th scope="row">熊口镇</th>' not in html


def test_coming_periods_are_hatched(sign_in: SignIn, plan: Plan) -> None:
    html = shown(sign_in("office1"), task(plan, "1"))
    assert "12月期" in html
    assert "is-future" in html


def test_a_task_that_ended_last_year_shows_the_periods_of_that_year(plan: Plan, world: World) -> None:
    ended, running = task(plan, "1"), task(plan, "2")
    end_task(ended, "不再开展", world.actor("office1"))
    clock.fix_day(date(2022, 1, 26))
    derive(plan, clock.today(), reason="任务已撤销")
    found = facts([ended.id, running.id], clock.today())
    labels = [[one.label for one in columns(found[one.id], [], clock.today())] for one in (ended, running)]
    assert labels == [[f"{month}月期" for month in range(7, 13)], ["1月期", "2月期"]]


@pytest.mark.parametrize(
    ("login", "status"),
    [("health", 200), ("finance", 200), ("xiongkou", 404), ("stranger", 404), ("leader", 200), ("auditor", 403)],
)
def test_only_those_who_take_part_open_a_task(sign_in: SignIn, plan: Plan, login: str, status: int) -> None:
    assert sign_in(login).get(f"/tasks/{task(plan, '1').id}").status_code == status


def test_a_member_of_a_group_reads_its_own_report_and_not_the_leads(sign_in: SignIn, plan: Plan) -> None:
    client, two = sign_in("xiongkou"), task(plan, "2")
    html = shown(client, two)
    assert "直播2场" not in html
    assert "市卫生健康委（第1稿）" not in html
    own, leads = owed_by(plan, XIONGKOU, "2").id, owed_by(plan, HEALTH, "2").id
    assert "发放资料。" in shown(client, two, f"report={own}")
    assert client.get(f"/tasks/{two.id}?report={leads}").status_code == 404


def test_a_cell_opens_every_version_with_the_reason_of_a_return(sign_in: SignIn, plan: Plan) -> None:
    html = shown(sign_in("office1"), task(plan, "6"), f"report={owed_by(plan, FINANCE, '6').id}")
    for words in ("资金已到位。", "缺累计数", "第1稿"):
        assert words in html


def test_the_course_of_things_can_be_narrowed(sign_in: SignIn, plan: Plan, world: World) -> None:
    six = task(plan, "6")
    assert "退回" in shown(sign_in("office1"), six)
    limit = task(plan, "2").limit
    change_limit(six, limit, "上级调整", world.actor("office1"))
    commit()
    html = shown(sign_in("office1"), six, "course=task")
    assert "2021 → 持续推进；原因：上级调整" in html
    assert "缺累计数" not in html


def test_the_page_of_an_earlier_day_shows_that_day(sign_in: SignIn, plan: Plan) -> None:
    html = shown(sign_in("office1"), task(plan, "1"), "as_of=2021-07-20")
    assert "专家库入库46人" not in html.split('id="report"')[1].split("</section>")[0]


def test_next_and_previous_walk_the_list_one_came_from(sign_in: SignIn, plan: Plan) -> None:
    html = shown(sign_in("office1"), task(plan, "3"), "lamp=yellow")
    assert f'href="/tasks/{task(plan, "4").id}?lamp=yellow" data-key="j"' in html
    assert 'data-key="k"' not in html


def test_the_page_makes_as_many_statements_for_one_unit_as_for_many(sign_in: SignIn, plan: Plan) -> None:
    client, counts = sign_in("office1"), []
    shown(client, task(plan, "1"))
    for address in (f"/tasks/{task(plan, no).id}" for no in "12"):
        db.session.remove()
        with count_statements() as seen:
            client.get(address)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20


def test_a_long_course_is_turned_over(sign_in: SignIn, plan: Plan, world: World) -> None:
    found = task(plan, "1")
    for turn in range(60):
        record(world.actor("office1"), "task.acknowledge", "task", found.id, f"第{turn}次", task_id=found.id)
    commit()
    client = sign_in("office1")
    newest, oldest = shown(client, found), shown(client, found, "course_page=2")
    assert "第59次" in newest and "第59次" not in oldest
    assert "第0次" in oldest and "第0次" not in newest
    assert "第 2 页，共 2 页" in oldest
    assert "第0次" in shown(client, found, "course_page=99")
    assert "第59次" not in shown(client, found, "course=report")


def test_a_limit_is_shown_as_understood_before_it_is_saved(sign_in: SignIn, plan: Plan) -> None:
    client, one = sign_in("office1"), task(plan, "1")
    form = {"leads": HEALTH, "partners": FINANCE, "limit": "9月底前", "reason": "上级要求提前"}
    first = client.post(f"/tasks/{one.id}/edit", data=form)
    assert first.status_code == 422
    assert "读作：2021年9月底到期（2021-09-30）" in first.get_data(as_text=True)
    assert task(plan, "1").limit_raw == "2021"
    again = client.post(f"/tasks/{one.id}/edit", data=form | {"seen_limit": "9月底前"})
    assert again.status_code == 303
    db.session.expire_all()
    assert task(plan, "1").limit_due_on == date(2021, 9, 30)
    assert differing(DAY) == []


def test_changed_parts_hold_from_today_and_what_is_owed_follows(sign_in: SignIn, plan: Plan) -> None:
    client, four = sign_in("office1"), task(plan, "4")
    form = {"leads": f"{HEALTH}、{FINANCE}", "partners": "", "limit": four.limit_raw, "reason": "分工调整"}
    assert client.post(f"/tasks/{four.id}/edit", data=form).status_code == 303
    db.session.expire_all()
    found = facts([four.id], DAY)[four.id]
    assert len(found.leads) == 2
    assert found.limit.kind is LimitKind.START_THEN_CONTINUOUS


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"leads": ""}, "至少要有一个牵头单位"),
        ({"leads": "市没有局"}, "名册里没有“市没有局”"),
        ({"reason": "", "leads": FINANCE}, "改分工要写原因"),
        ({}, "都没有变化"),
    ],
)
def test_a_wrong_change_is_refused_and_what_was_typed_stays(
    sign_in: SignIn, plan: Plan, changed: dict[str, str], sentence: str
) -> None:
    three = task(plan, "2")
    form = {"leads": HEALTH, "partners": "各区镇街道", "limit": three.limit_raw, "reason": "调整"} | changed
    answer = sign_in("office1").post(f"/tasks/{three.id}/edit", data=form)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_only_the_office_changes_parts_and_limits(sign_in: SignIn, plan: Plan) -> None:
    address = f"/tasks/{task(plan, '1').id}/edit"
    assert [sign_in(login).get(address).status_code for login in ("health", "leader")] == [403, 403]


def test_the_rows_beside_are_shown_to_those_who_take_part_in_them(sign_in: SignIn, plan: Plan) -> None:
    beside = "发挥学校、机关"
    assert beside in shown(sign_in("health"), task(plan, "2"))
    assert beside not in shown(sign_in("xiongkou"), task(plan, "2"))


def test_the_course_tells_of_evidence_and_closings_only_who_may_read_the_report(
    sign_in: SignIn, plan: Plan, world: World
) -> None:
    found, writer = task(plan, "2"), world.actor("health")
    unit = world.unit(HEALTH)
    evidence = Evidence(
        report=db.session.scalars(
            sa.select(Report).join(Obligation).where(Obligation.unit_id == unit.id, Obligation.task_id == found.id)
        ).one(),
        filename="内部名单.pdf",
        sha256="0" * 64,
        size=1,
        media_type="application/pdf",
        label="PDF",
        added_at=clock.now(),
        added_by_id=writer.person_id,
    )
    db.session.add(evidence)
    db.session.flush()
    record(writer, "evidence.add", "evidence", evidence.id, "第2项：内部名单.pdf", task_id=found.id)
    commit()
    assert "内部名单.pdf" in shown(sign_in("health"), found)
    assert "内部名单.pdf" not in shown(sign_in("xiongkou"), found)

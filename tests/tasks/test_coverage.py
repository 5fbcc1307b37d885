"""上级任务对照: candidates by likeness, what people say of them, the page, the export, and how much it asks."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.beginnings import beginning
from tests.plans import make_plan
from tests.statements import count_statements
from tests.world import World
from tracker.audit.models import AuditEvent
from tracker.errors import Invalid, Stale
from tracker.extensions import commit, db
from tracker.plans.models import Plan
from tracker.tasks.coverage import State, coverage_table
from tracker.tasks.covering import decide, set_implements
from tracker.tasks.likeness import AT_LEAST, MOST, Verdict, like
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.models import Coverage, Task

SignIn = Callable[[str], FlaskClient]
ABOVE = [
    ("1", "建立并完善健康科普专家库和资源库，健全传播机制。"),
    ("2", "落实政府投入政策，保障行动实施。"),
    ("3", "建设国家级海洋渔业观测站。"),
]
words = st.text(alphabet="健康科普专家库资源落实投入政策保障行动实施，。1", max_size=30)


def make_above() -> Plan:
    """A plan of the same office with three tasks, the last of which is nothing like ours."""
    plan = make_plan()
    plan.title, plan.short_title = "省级行动方案", "省级行动"
    for task in db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id)):
        task.withdrawn_on = plan.confirmed_on
    for position, (no, text) in enumerate(ABOVE, start=100):
        task = Task(plan=plan, position=position, no=no, text=text)
        task.limit = TimeLimit(LimitKind.CONTINUOUS, continues=True, raw="持续推进")
        db.session.add(task)
    return plan


@beginning
def plan(world: World) -> Plan:
    """The small plan of the world, which carries out the one above."""
    above, plan = make_above(), make_plan()
    set_implements(plan, above, world.actor("office1"))
    commit()
    return plan


def body(answer: Any) -> str:
    text: str = answer.get_data(as_text=True)
    return text


def test_what_reads_alike_is_offered_the_likest_first() -> None:
    found = like(
        dict(enumerate(text for _, text in ABOVE)), {7: "落实投入政策,保障攻坚行动实施。", 8: "建立健康科普专家库。"}
    )
    assert [[one.task_id for one in found[at]] for at in range(3)] == [[8], [7], []]


@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_any_texts_give_few_candidates_in_one_order(above: list[str], local: list[str]) -> None:
    first, second = (like(dict(enumerate(above)), dict(enumerate(local))) for _ in range(2))
    assert first == second
    assert set(first) == set(range(len(above)))
    for found in first.values():
        assert len(found) <= MOST
        assert all(AT_LEAST <= one.score <= 100 for one in found)
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_person_confirms_rejects_and_takes_back(world: World, plan: Plan) -> None:
    actor = world.actor("office1")
    lines = coverage_table(plan).lines
    task = lines[0].candidates[0][1]
    said = decide(plan, lines[0].above.id, task.id, Verdict.CONFIRMED, "", 0, actor)
    assert [line.state for line in coverage_table(plan).lines] == [State.COVERED, State.OPEN, State.OPEN]
    with pytest.raises(Stale):
        decide(plan, lines[0].above.id, task.id, Verdict.REJECTED, "", 0, actor)
    decide(plan, lines[0].above.id, task.id, Verdict.OPEN, "", said.version, actor)
    line = coverage_table(plan).lines[0]
    assert (line.state, line.version(task.id)) == (State.OPEN, said.version)
    decide(plan, line.above.id, task.id, Verdict.REJECTED, "", said.version, actor)
    assert task.id not in {one.id for _, one in coverage_table(plan).lines[0].candidates}
    commit()
    events = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "coverage.decide"))
    assert [event.after["verdict"] for event in events] == ["confirmed", "open", "rejected"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Coverage)) == 1


def test_what_does_not_concern_us_needs_a_reason_and_no_local_task(world: World, plan: Plan) -> None:
    actor, line = world.actor("office1"), coverage_table(plan).lines[2]
    with pytest.raises(Invalid):
        decide(plan, line.above.id, None, Verdict.NOT_CONCERNED, " ", 0, actor)
    decide(plan, line.above.id, None, Verdict.NOT_CONCERNED, "本市不临海", 0, actor)
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id)).first()
    assert task is not None
    with pytest.raises(Invalid):
        decide(plan, line.above.id, task.id, Verdict.CONFIRMED, "", 0, actor)
    table = coverage_table(plan)
    assert (table.counts[State.NOT_CONCERNED], table.counts[State.OPEN], table.total) == (1, 2, 3)


def test_no_plan_stands_above_itself(world: World, plan: Plan) -> None:
    above = db.session.get_one(Plan, plan.implements_id)
    with pytest.raises(Invalid):
        set_implements(above, plan, world.actor("office1"))


def test_the_page_filters_decides_and_exports(world: World, plan: Plan, sign_in: SignIn) -> None:
    office, address = sign_in("office1"), f"/plans/{plan.id}/coverage"
    first = coverage_table(plan).lines[0]
    form = {"verdict": "confirmed", "local_id": str(first.candidates[0][1].id), "version": "0"}
    assert office.post(f"{address}/{first.above.id}", data=form).status_code == 303
    page = body(office.get(address))
    assert "已覆盖 1/3 项" in page
    uncovered = body(office.get(f"{address}?show=open"))
    assert "海洋渔业" in uncovered
    assert "健康科普专家库和资源库" not in uncovered
    assert office.post(f"{address}/{first.above.id}", data=form).status_code == 409
    typed = {"verdict": "confirmed", "number": "99"}
    assert "没有序号是“99”的任务" in body(office.post(f"{address}/{first.above.id}", data=typed))
    book = load_workbook(BytesIO(office.get(f"{address}.xlsx").data)).active
    assert book is not None
    rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=3)]
    assert [row[2] for row in rows] == ["已覆盖", "未覆盖", "未覆盖"]
    assert rows[0][5] == "市卫生健康委"


def test_who_may_read_and_who_may_decide(plan: Plan, sign_in: SignIn) -> None:
    address = f"/plans/{plan.id}/coverage"
    leader = sign_in("leader")
    assert leader.get(address).status_code == 200
    assert "就是它" not in body(leader.get(address))
    assert leader.post(f"{address}/above", data={"implements_id": ""}).status_code == 403
    assert sign_in("health").get(address).status_code == 403


def test_the_page_asks_at_most_twelve_times(plan: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    office.get(f"/plans/{plan.id}/coverage")
    with count_statements() as sent:
        assert office.get(f"/plans/{plan.id}/coverage").status_code == 200
    assert len(sent) <= 12, sent

"""A document becomes a draft, and the draft, once everything is decided, a plan: once and whole."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.importing.drafts import FORMS, decide_all, seed, small_draft
from tests.world import EDUCATION, FINANCE, HEALTH, World
from tracker.audit.models import AuditEvent
from tracker.errors import Refused
from tracker.extensions import commit, db, file_store
from tracker.importing import confirming
from tracker.importing.actions import AlreadyImported, Header, first_periods, receive, receive_text, set_header
from tracker.importing.confirming import confirm
from tracker.importing.corrections import decide_doubt
from tracker.importing.models import DraftState, ImportDraft
from tracker.importing.names import Choice, Decision, decide_unit, names, open_names
from tracker.importing.parse import deadline
from tracker.importing.queries import doubts, row_count
from tracker.obligations.models import Obligation, Period
from tracker.plans.cadence import Every
from tracker.plans.models import Plan, SourceDocument
from tracker.tasks.models import Assignment, Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit
from tracker.units.queries import unit_by_name
from tracker.units.rules import UnitKind

GOLD = json.loads((Path(__file__).parent / "cases" / "qianjiang_list.gold.json").read_text(encoding="utf-8"))


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def names_of(task: Task, role: Role) -> set[str]:
    return {one.unit.name for one in task.assignments if one.role is role}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_the_list_becomes_the_plan_of_the_answers(world: World, form: str) -> None:
    office = world.actor("office1")
    draft = receive(seed(form), form, office)
    assert row_count(draft) == 61
    decide_all(draft, office)
    plan = confirm(draft, office)
    commit()
    tasks = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id).order_by(Task.position)).all()
    expected = GOLD["tasks"]
    assert [(task.no, task.text) for task in tasks] == [(one["no"], one["text"]) for one in expected]
    for task, one in zip(tasks, expected, strict=True):
        assert names_of(task, Role.LEAD) == set(one["leads"])
        assert names_of(task, Role.PARTNER) == set(one["partners"])
        assert deadline(task.limit) == one["deadline"]
    assert (plan.issued_on, plan.first_year, plan.doc_number) == (date(2021, 6, 29), 2021, None)
    assert "领导小组办公室" in (plan.issuer or "")


def test_a_task_points_at_the_words_it_was_read_from(world: World) -> None:
    office = world.actor("office1")
    draft = receive(seed(FORMS[0]), FORMS[0], office)
    decide_all(draft, office)
    plan = confirm(draft, office)
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "8")).one()
    source = db.session.get_one(SourceDocument, plan.source_document_id)
    assert task.source_block is not None
    cells = source.blocks[task.source_block]["cells"]
    assert any(cell["text"][task.source_start : task.source_end] == task.text for cell in cells)
    assert task.source_where == "表1 第9行"


def test_the_bytes_are_kept_as_received(world: World) -> None:
    draft = receive(seed(FORMS[0]), FORMS[0], world.actor("office1"))
    with file_store().open(draft.source_document.sha256) as kept:
        assert kept.read() == seed(FORMS[0])


def test_pasted_text_is_a_document_too(world: World) -> None:
    draft = receive_text(seed(FORMS[3]).decode(), world.actor("office1"))
    assert row_count(draft) == 61


def test_the_same_file_again_leads_to_its_draft_and_then_to_its_plan(world: World) -> None:
    office = world.actor("office1")
    draft = small_draft(office)
    with pytest.raises(AlreadyImported, match="正在核对"):
        small_draft(office)
    decide_all(draft, office)
    confirm(draft, office)
    with pytest.raises(AlreadyImported, match="已经导入并确认成案") as known:
        small_draft(office)
    assert known.value.draft is draft
    again = receive(file_store().open(draft.source_document.sha256).read(), "清单.html", office, again=True)
    assert again.id != draft.id


def test_nothing_is_confirmed_while_a_doubt_or_a_name_is_open(world: World) -> None:
    office = world.actor("office1")
    draft = receive(seed(FORMS[0]), FORMS[0], office)
    with pytest.raises(Refused, match=r"20 处存疑，31 个单位没有定"):
        confirm(draft, office)
    assert (count(Plan), count(Task)) == (0, 0)


def test_a_draft_confirmed_twice_is_one_plan(world: World) -> None:
    office = world.actor("office1")
    draft = small_draft(office)
    decide_all(draft, office)
    plan = confirm(draft, office)
    commit()
    assert confirm(draft, world.actor("office2")) is plan
    assert count(Plan) == 1


def test_a_crash_in_the_middle_leaves_the_draft_and_no_plan(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = world.actor("office1")
    draft = receive(seed(FORMS[1]), FORMS[1], office)
    decide_all(draft, office)
    commit()
    number, units = draft.id, count(Unit)

    def crash(plan: Plan, today: date) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(confirming, "derive", crash)
        with pytest.raises(RuntimeError):
            confirm(draft, office)
        db.session.rollback()
    assert (count(Plan), count(Task), count(Assignment), count(Unit)) == (0, 0, 0, units)
    draft = db.session.get_one(ImportDraft, number)
    assert draft.state is DraftState.REVIEW
    confirm(draft, office)
    commit()
    assert count(Task) == 61


def test_new_units_aliases_and_groups_enter_the_register_with_the_plan_alone(world: World) -> None:
    office = world.actor("office1")
    html = """<table><tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>参与单位</th><th>完成时限</th></tr>
    <tr><td>1</td><td>开展健康教育进社区活动。</td><td>市卫健委</td><td>市爱卫会成员单位、市气象局、市财正局</td><td>持续推进</td></tr></table>"""
    draft = small_draft(office, html)
    health, finance = world.unit(HEALTH), world.unit(FINANCE)
    assert {name.written.name for name in open_names(names(draft))} == {
        "市卫健委",
        "市爱卫会成员单位",
        "市气象局",
        "市财正局",
    }
    decide_all(draft, office)
    decide_unit(draft, "市卫健委", Decision(Choice.ALIAS, unit_id=health.id), office)
    decide_unit(draft, "市财正局", Decision(Choice.KNOWN, unit_id=finance.id), office)
    decide_unit(draft, "市气象局", Decision(Choice.NEW, kind=UnitKind.DEPARTMENT), office)
    if draft.first_year is None:
        set_header(draft, Header("清单", "清单", None, "", None, 2021, 2021), office)
    assert unit_by_name("市气象局") is None
    plan = confirm(draft, office)
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id)).one()
    assert names_of(task, Role.LEAD) == {HEALTH}
    assert names_of(task, Role.PARTNER) == {"市爱卫会成员单位", "市气象局", FINANCE}
    assert [alias.name for alias in health.aliases] == ["市卫健委"]
    assert finance.aliases == []
    assert {one.raw for one in task.assignments} == {"市卫健委", "市爱卫会成员单位", "市气象局", "市财正局"}
    group = unit_by_name("市爱卫会成员单位")
    assert group is not None and group.is_group


def test_two_names_of_one_unit_are_one_part_and_a_lead_is_no_partner_besides(world: World) -> None:
    office = world.actor("office1")
    html = """<p>健康县2021年工作任务清单</p><table>
    <tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>参与单位</th><th>完成时限</th></tr>
    <tr><td>1</td><td>开展健康教育进社区活动。</td><td>市卫健委</td><td>市卫生健康委、市财政局</td><td>持续推进</td></tr></table>"""
    draft = small_draft(office, html)
    decide_unit(draft, "市卫健委", Decision(Choice.ALIAS, unit_id=world.unit(HEALTH).id), office)
    decide_all(draft, office)
    plan = confirm(draft, office)
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id)).one()
    assert (names_of(task, Role.LEAD), names_of(task, Role.PARTNER)) == ({HEALTH}, {FINANCE})


def test_the_first_period_is_the_one_due_after_confirmation_or_an_earlier_one_that_was_picked(world: World) -> None:
    office = world.actor("office1")
    draft = small_draft(office)
    decide_all(draft, office)
    assert first_periods(draft, date(2021, 7, 1))[-1].nominal_due_on == date(2021, 7, 25)
    picked = date(2021, 5, 25)
    set_header(
        draft,
        Header(draft.title, "清单", "", "", date(2021, 4, 1), 2021, 2021, Every.MONTH, 25, picked),
        office,
    )
    plan = confirm(draft, office)
    assert plan.first_due_on == picked
    assert plan.doc_number == ""
    opened = db.session.scalars(sa.select(Period.name).order_by(Period.nominal_due_on)).all()
    assert opened == ["5月期", "6月期", "7月期"]
    may = sa.select(sa.func.count()).select_from(Obligation).join(Period).where(Period.name == "5月期")
    assert db.session.scalar(may) == 4


def test_what_higher_rooms_add_to_a_new_plan_is_in_the_same_transaction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = world.actor("office1")
    added: list[int] = []
    monkeypatch.setattr(confirming, "after_confirm", [lambda plan: added.append(plan.id)])
    draft = small_draft(office)
    decide_all(draft, office)
    plan = confirm(draft, office)
    assert added == [plan.id]


def test_receiving_deciding_and_confirming_are_in_the_audit_log(world: World) -> None:
    office = world.actor("office1")
    draft = receive(seed(FORMS[0]), FORMS[0], office)
    doubt = doubts(draft, code="joint_lead")[0]
    assert decide_doubt(draft, doubt, 1, office, same=True) == 4
    decide_all(draft, office)
    confirm(draft, office)
    commit()
    actions = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert {"import.receive", "import.decide", "import.unit", "plan.confirm", "unit.add"} <= set(actions)


def test_first_leads_rest_join_in_when_the_clerk_says_so_for_all_of_the_kind(world: World) -> None:
    office = world.actor("office1")
    draft = receive(seed(FORMS[0]), FORMS[0], office)
    decide_doubt(draft, doubts(draft, code="joint_lead")[0], 1, office, same=True)
    decide_all(draft, office)
    plan = confirm(draft, office)
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "4")).one()
    assert names_of(task, Role.LEAD) == {EDUCATION}
    assert names_of(task, Role.PARTNER) == {"市机关事务服务中心", "市总工会"}

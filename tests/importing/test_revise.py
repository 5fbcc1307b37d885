"""An amended list changes the plan that runs, next year's follows it: at once or not at all, reports stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.importing.amended import AMENDED, amended, next_year
from tests.importing.drafts import decide_all, seed
from tests.statements import count_statements
from tests.world import World
from tracker.audit.models import AuditEvent
from tracker.errors import Invalid, NotFound, Refused, Stale
from tracker.extensions import commit, db, file_store
from tracker.importing import adjusting
from tracker.importing.actions import AlreadyImported, receive
from tracker.importing.changes import ChangeKind
from tracker.importing.confirming import confirm
from tracker.importing.models import DraftState, ImportDraft, Purpose
from tracker.importing.purposes import agree, pair, required, set_purpose, task_called
from tracker.importing.queries import rows
from tracker.importing.revisions import Revision
from tracker.ledger.keeping import differing
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.obligations.settings import close_plan
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.models import Report
from tracker.tasks.actions import change_limit
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.models import Assignment, LimitChange, Task, TextChange
from tracker.tasks.queries import current_assignments, in_force_on
from tracker.tasks.roles import Role

LIST = "潜江323任务清单.xlsx"
LATER = date(2021, 8, 10)
REASON = "按市政府办〔2021〕12号通知调整"
At = Callable[[date], None]
SignIn = Callable[[str], FlaskClient]


@beginning
def plan(world: World, at: At) -> Plan:
    """The city's plan since 2021-07-01; the business day is a month later."""
    office = world.actor("office1")
    draft = receive(seed(LIST), LIST, office)
    decide_all(draft, office)
    made = confirm(draft, office)
    commit()
    at(LATER)
    return made


def revised(world: World, plan: Plan, content: bytes, purpose: Purpose = Purpose.ADJUST) -> ImportDraft:
    office = world.actor("office1")
    draft = receive(content, AMENDED, office)
    decide_all(draft, office)
    return set_purpose(draft, purpose, plan.id, REASON, office)


def agree_all(draft: ImportDraft, world: World) -> int:
    return agree(draft, [one.key for one in required(draft).open], world.actor("office1"))


def numbers(found: Revision, kind: ChangeKind) -> list[str | None]:
    return [one.line.no for one in found.changes if one.kind is kind]


def task(plan: Plan, words: str) -> Task:
    query = sa.select(Task).where(Task.plan_id == plan.id, Task.text.contains(words))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def names_of(one: Task, role: Role, day: date = LATER) -> set[str]:
    return {part.unit.name for part in current_assignments(one, day) if part.role is role}


def report_on(plan: Plan, world: World, words: str) -> int:
    """A unit's report of July, written by the health clerk; gives its id."""
    query = sa.select(Obligation).join(Task).where(Task.id == task(plan, words).id, Obligation.role == Role.LEAD)
    owed = db.session.scalars(query.order_by(Obligation.id)).first()
    assert owed is not None
    writer = world.actor("health")
    report = actions.save_draft(owed, actions.Writing("已入库46人。", seen_version=0), writer)
    actions.submit([report], writer)
    commit()
    return report.id


def test_the_changes_are_those_that_were_made(world: World, plan: Plan) -> None:
    found = required(revised(world, plan, amended()))
    assert numbers(found, ChangeKind.CHANGED) == ["1", "6", "7"]
    assert numbers(found, ChangeKind.ADDED) == ["11", "62"]
    assert numbers(found, ChangeKind.REMOVED) == ["12"]
    assert found.counts[ChangeKind.SAME] == 57
    limit, words, lead = (one for one in found.changes if one.kind is ChangeKind.CHANGED)
    assert (limit.changes_limit, limit.changes_text, limit.changes_units) == (True, False, False)
    assert [(piece.edit.value, piece.text) for piece in words.words if piece.edit.value != "kept"] == [
        ("deleted", "将"),
        ("inserted", "把"),
        ("inserted", "全面"),
    ]
    assert lead.units("leads") == ((), ("市生态环境局",), ("市水利和湖泊局",))
    eleventh = next(one for one in found.changes if one.new and one.new.no == "12")
    assert eleventh.old is not None and eleventh.old.no == "11" and eleventh.changes_number


def test_confirmed_changes_are_dated_reasoned_and_in_the_history(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    assert agree_all(draft, world) == 6
    assert confirm(draft, world.actor("office1")) is plan
    commit()
    environment = task(plan, "建立环境与健康的调查")
    assert names_of(environment, Role.LEAD) == {"市水利和湖泊局"}
    assert names_of(environment, Role.LEAD, date(2021, 8, 9)) == {"市生态环境局"}
    ended = next(part for part in environment.assignments if part.until_on)
    assert (ended.until_on, ended.reason) == (LATER, REASON)
    library = task(plan, "健康科普专家库")
    assert (library.limit.kind, library.limit.due_on) == (LimitKind.DATE, date(2021, 11, 30))
    assert db.session.scalars(sa.select(LimitChange.changed_on)).all() == [LATER]
    grid = task(plan, "把卫生健康工作全面融入")
    change = db.session.scalars(sa.select(TextChange).where(TextChange.task_id == grid.id)).one()
    assert "将卫生健康工作融入" in change.before["text"]
    assert (change.changed_on, change.reason) == (LATER, REASON)
    actions_of = sa.select(AuditEvent.action).where(AuditEvent.task_id.is_not(None), AuditEvent.reason == REASON)
    assert {"task.change_units", "task.change_limit", "task.change_words", "task.end"} == set(
        db.session.scalars(actions_of)
    )


def test_new_rows_are_tasks_that_owe_from_today(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    confirm(draft, world.actor("office1"))
    commit()
    new = task(plan, "卷烟消费税")
    assert (new.no, new.position, new.from_on) == ("11", 11, LATER)
    assert new.source_document_id == draft.source_document_id
    assert names_of(new, Role.LEAD) == {"市卫生健康委"}
    owed = db.session.scalars(sa.select(Obligation).where(Obligation.task_id == new.id)).all()
    assert {one.due_on for one in owed} == {date(2021, 8, 25)}
    recurring = task(plan, "信访人员心理疏导")
    kinds = db.session.scalars(sa.select(Obligation.kind).where(Obligation.task_id == recurring.id)).all()
    assert {kind.value for kind in kinds} == {"period", "occurrence"}


def test_a_dropped_row_ends_and_what_it_still_owed_is_withdrawn_with_the_reason(world: World, plan: Plan) -> None:
    report = report_on(plan, world, "中医治未病")
    derive(plan, LATER)
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    confirm(draft, world.actor("office1"))
    commit()
    gone = task(plan, "中医治未病")
    assert (gone.withdrawn_on, gone.withdrawn_reason) == (LATER, REASON)
    assert db.session.get_one(Report, report).obligation.withdrawn_on is None
    open_ones = sa.select(Obligation).where(Obligation.task_id == gone.id, Obligation.due_on >= LATER)
    withdrawn = db.session.scalars(open_ones).all()
    assert withdrawn
    assert {(one.withdrawn_on, one.withdrawn_reason) for one in withdrawn} == {(LATER, REASON)}


def test_reports_stay_with_their_tasks_and_the_list_is_in_its_new_order(world: World, plan: Plan) -> None:
    kept = {
        words: (task(plan, words).id, report_on(plan, world, words))
        for words in ("健康科普专家库", "爱国卫生运动,推动")
    }
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    confirm(draft, world.actor("office1"))
    commit()
    for words, (number, report) in kept.items():
        assert task(plan, words).id == number
        assert db.session.get_one(Report, report).obligation.task_id == number
    query = sa.select(Task).where(Task.plan_id == plan.id).order_by(Task.position)
    tasks = db.session.scalars(query).all()
    assert [one.position for one in tasks] == list(range(1, 64))
    assert [one.no for one in tasks[:62]] == [str(n) for n in range(1, 63)]
    assert tasks[62].withdrawn_on == LATER
    assert {one.source_document_id for one in tasks[:62]} == {draft.source_document_id}
    assert plan.source_document_id != draft.source_document_id


def test_deriving_again_changes_nothing_and_the_standings_are_right(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    confirm(draft, world.actor("office1"))
    commit()
    again = derive(plan, LATER, reason="again")
    assert (again.periods, again.added, again.withdrawn, again.revised) == (0, 0, 0, 0)
    assert differing(LATER) == []


def test_nothing_is_confirmed_before_every_change_is_agreed_to(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    keys = [one.key for one in required(draft).open]
    agree(draft, keys[:4], world.actor("office1"))
    with pytest.raises(Refused, match="2 处改动没有确认"):
        confirm(draft, world.actor("office1"))


def test_a_task_changed_meanwhile_is_asked_again(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    other = TimeLimit(LimitKind.DATE, due_on=date(2021, 10, 31), raw="2021年10月底")
    change_limit(task(plan, "健康科普专家库"), other, "领导批示", world.actor("office2"))
    commit()
    with pytest.raises(Refused, match="1 处改动没有确认"):
        confirm(draft, world.actor("office1"))


def test_agreeing_twice_or_to_what_is_not_there_says_so(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    keys = [one.key for one in required(draft).open]
    assert agree(draft, keys, world.actor("office1")) == 6
    with pytest.raises(Stale):
        agree(draft, keys, world.actor("office2"))


def test_a_wrong_match_is_paired_anew_by_hand(world: World, plan: Plan) -> None:
    draft, office = revised(world, plan, amended()), world.actor("office1")
    new = next(row for row in rows(draft) if row.no == "11")
    pair(draft, new, task_called(draft, "原第12项"), office)
    found = required(draft)
    assert (found.counts[ChangeKind.ADDED], found.counts[ChangeKind.REMOVED]) == (1, 0)
    one = next(one for one in found.changes if one.new and one.new.key == new.id)
    assert one.kind is ChangeKind.CHANGED and one.match.by_hand and one.old is not None and one.old.no == "12"
    other = next(row for row in rows(draft) if row.no == "1")
    pair(draft, other, task_called(draft, "12"), office)
    found = required(draft)
    taken = next(one for one in found.changes if one.new and one.new.key == new.id)
    assert taken.kind is ChangeKind.ADDED
    pair(draft, other, None, office)
    assert ("1" in numbers(required(draft), ChangeKind.REMOVED)) and "12" in numbers(
        required(draft), ChangeKind.REMOVED
    )


def test_a_crash_leaves_the_draft_and_the_plan_as_they_were(
    app: Flask, world: World, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    commit()
    number, before = draft.id, db.session.scalar(sa.select(sa.func.count()).select_from(Assignment))

    def crash(*given: object, **named: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(adjusting, "derive", crash)
        with pytest.raises(RuntimeError):
            confirm(draft, world.actor("office1"))
        db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == before
    assert db.session.scalars(sa.select(Task).where(Task.withdrawn_on.is_not(None))).all() == []
    draft = db.session.get_one(ImportDraft, number)
    assert draft.state is DraftState.REVIEW
    confirm(draft, world.actor("office1"))
    commit()
    assert draft.state is DraftState.CONFIRMED


def test_confirming_twice_changes_the_plan_once_and_the_file_is_known(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    confirm(draft, world.actor("office1"))
    commit()
    assert confirm(draft, world.actor("office2")) is plan
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.action == "plan.adjust")) == 1
    with pytest.raises(AlreadyImported):
        receive(db_bytes(draft), AMENDED, world.actor("office1"))


def db_bytes(draft: ImportDraft) -> bytes:
    with file_store().open(draft.source_document.sha256) as kept:
        return kept.read()


def test_the_ledger_of_an_earlier_day_has_the_tasks_of_that_day(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    confirm(draft, world.actor("office1"))
    commit()
    for day, count in ((date(2021, 8, 9), 61), (LATER, 62)):
        query = sa.select(sa.func.count()).select_from(Task).where(Task.plan_id == plan.id, in_force_on(day))
        assert db.session.scalar(query) == count


def test_a_purpose_needs_its_plan_and_an_adjustment_its_reason(world: World, plan: Plan) -> None:
    office = world.actor("office1")
    draft = receive(amended(), AMENDED, office)
    with pytest.raises(NotFound):
        required(draft)
    with pytest.raises(Invalid, match="没有选"):
        set_purpose(draft, Purpose.ADJUST, None, REASON, office)
    with pytest.raises(Invalid, match="依据"):
        set_purpose(draft, Purpose.ADJUST, plan.id, " ", office)
    close_plan(plan, "任务已完成", office)
    with pytest.raises(Invalid, match="已经结束"):
        set_purpose(draft, Purpose.ADJUST, plan.id, REASON, office)
    assert set_purpose(draft, Purpose.SUCCEED, plan.id, "", office).base_plan is plan


def test_a_plan_that_ended_meanwhile_is_not_adjusted(world: World, plan: Plan) -> None:
    draft = revised(world, plan, amended())
    agree_all(draft, world)
    close_plan(plan, "任务已完成", world.actor("office1"))
    with pytest.raises(Refused, match="不能再调整"):
        confirm(draft, world.actor("office1"))


def test_next_year_s_list_is_a_plan_whose_tasks_go_on_with_last_year_s(world: World, plan: Plan, at: At) -> None:
    report = report_on(plan, world, "中医治未病")
    at(date(2022, 1, 10))
    draft = revised(world, plan, next_year(), Purpose.SUCCEED)
    found = required(draft)
    assert found.counts[ChangeKind.ADDED] == 1
    assert found.counts[ChangeKind.REMOVED] == 10
    agree_all(draft, world)
    follows = confirm(draft, world.actor("office1"))
    commit()
    assert follows.id != plan.id and follows.predecessor_id == plan.id
    medicine = task(follows, "中医治未病")
    assert medicine.carries_on_id == task(plan, "中医治未病").id
    assert task(follows, "卷烟消费税").carries_on_id is None
    assert db.session.get_one(Report, report).obligation.task.plan_id == plan.id
    assert (
        db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.withdrawn_on.is_not(None))).all() == []
    )


def test_the_page_of_a_task_that_goes_on_shows_what_happened_last_year(
    world: World, plan: Plan, at: At, sign_in: SignIn
) -> None:
    report_on(plan, world, "中医治未病")
    at(date(2022, 1, 10))
    draft = revised(world, plan, next_year(), Purpose.SUCCEED)
    agree_all(draft, world)
    follows = confirm(draft, world.actor("office1"))
    commit()
    number, before = task(follows, "中医治未病").id, task(plan, "中医治未病").id
    for login in ("office1", "health"):
        page = sign_in(login).get(f"/tasks/{number}").get_data(as_text=True)
        assert "上一年的经过" in page and f"/tasks/{before}" in page
        assert "送签" in page.split("上一年的经过")[-1]


def test_the_page_of_changes_by_forms_alone(world: World, plan: Plan, sign_in: SignIn) -> None:
    office = world.actor("office1")
    draft = receive(amended(), AMENDED, office)
    decide_all(draft, office)
    commit()
    client, address = sign_in("office1"), f"/imports/{draft.id}"
    assert "这份文件是" in client.get(address).get_data(as_text=True)
    form = {"purpose": "adjust", "plan": str(plan.id), "reason": REASON}
    assert client.post(f"{address}/purpose", data=form).status_code == 303
    with count_statements() as sent:
        page = client.get(f"{address}/changes").get_data(as_text=True)
    assert len(sent) <= 18
    assert "<del>市生态环境局</del> <ins>市水利和湖泊局</ins>" in page
    assert "还有 6 处改动没有确认" in page
    keys = [one.key for one in required(draft).open]
    assert client.post(f"{address}/changes", data={"key": keys}).status_code == 303
    assert client.post(f"{address}/changes", data={"key": keys}).status_code == 409
    for kind in ("changed", "added", "removed", "same", "x"):
        assert client.get(f"{address}/changes?show={kind}").status_code == 200
    row = rows(draft)[0].id
    wrong = client.post(f"{address}/changes/rows/{row}", data={"task": "99"})
    assert wrong.status_code == 422
    answer = client.post(f"{address}/confirm")
    assert answer.status_code == 303
    assert "方案已照新的清单调整" in client.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize("login", ["health", "leader"])
def test_nobody_but_the_office_changes_a_plan(world: World, plan: Plan, sign_in: SignIn, login: str) -> None:
    draft = revised(world, plan, amended())
    commit()
    client = sign_in(login)
    assert client.get(f"/imports/{draft.id}/changes").status_code == 403
    assert client.post(f"/imports/{draft.id}/changes").status_code == 403

"""What a closing rests on, a task merged into another, and the look back after a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from tests.beginnings import beginning
from tests.plans import make_plan, owed_by
from tests.progress.test_evidence import PDF
from tests.progress.test_extensions import Moving, task
from tests.progress.test_unit_page import SignIn
from tests.world import FINANCE, HEALTH, World
from tracker.assessment.kinds import gather
from tracker.errors import Invalid
from tracker.extensions import commit, db, file_store
from tracker.ledger.standing import standings
from tracker.obligations.models import Obligation
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.progress import closing_queries
from tracker.progress.actions import Writing, accept, save_draft, sign, submit, undo, withdraw
from tracker.progress.closing import Basis, apply_for_closing, decide_closing, merge_closing, reopen
from tracker.progress.closing_queries import closings_of_plan, evidence_of_task
from tracker.progress.closing_rules import Checked, ClosingState
from tracker.progress.evidence import add_evidence
from tracker.progress.models import Closing, ClosingFile, Evidence, Report
from tracker.progress.office_queue import Waiting, asked_of_office
from tracker.tasks.models import Task
from tracker.tasks.queries import subject_of
from tracker.tasks.scored import Span

CLOSED_ON = date(2021, 7, 20)


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    at(CLOSED_ON)
    return make_plan()


def applied(plan: Plan, world: World, no: str = "1") -> Closing:
    return apply_for_closing(task(plan, no), world.unit(HEALTH), "专家库已建成。", world.actor("health"))


def test_the_application_brings_evidence_that_is_fixed_by_the_decision(
    sign_in: SignIn, plan: Plan, world: World
) -> None:
    owed, writer = owed_by(plan, HEALTH, "1"), world.actor("health")
    save_draft(owed, Writing("入库46人", seen_version=0), writer)
    evidence, _ = add_evidence(owed, "名册.pdf", BytesIO(PDF), file_store(), 2**20, writer)
    commit()
    health, address = sign_in("health"), f"/tasks/{owed.task_id}/closing"
    assert "名册.pdf" in health.get(address).get_data(as_text=True)
    bad = {"result": "建成", "file": (BytesIO(b""), "空.pdf")}
    assert "文件是空的" in health.post(address, data=bad).get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Closing)) == 0
    sent = {"result": "建成", "evidence": str(evidence.id), "file": (BytesIO(PDF), "验收报告.pdf")}
    assert health.post(address, data=sent).status_code == 303
    closing, file = db.session.scalars(sa.select(Closing)).one(), db.session.scalars(sa.select(ClosingFile)).one()
    office = sign_in("office1")
    page = office.get(f"/plans/{plan.id}/verify?only=closing").get_data(as_text=True)
    assert "名册.pdf" in page
    assert "验收报告.pdf" in page
    assert office.get(f"/closing-files/{file.id}").data == PDF
    assert [sign_in(login).get(f"/closing-files/{file.id}").status_code for login in ("finance", "xiongkou")] == [
        200,
        404,
    ]
    form = {"outcome": "closed", "checked": "on_site", "reason": "同意按期销号"}
    answer = office.post(f"/closings/{closing.id}/decide", data=form)
    assert answer.status_code == 422
    assert "现场核查要写核查说明" in answer.get_data(as_text=True)
    assert "同意按期销号</textarea>" in answer.get_data(as_text=True)
    form["checked_words"] = "7月19日到现场看过"
    assert office.post(f"/closings/{closing.id}/decide", data=form).status_code == 303
    db.session.expire_all()
    assert (closing.checked, closing.checked_words) == (Checked.ON_SITE, "7月19日到现场看过")
    assert db.session.get_one(Evidence, evidence.id).frozen_at is not None
    assert health.post(f"/evidence/{evidence.id}/remove").status_code == 403


def test_a_merged_task_counts_as_closed_and_says_what_goes_on_with_it(
    sign_in: SignIn, plan: Plan, world: World, at: Moving
) -> None:
    closing, office = applied(plan, world), sign_in("office1")
    commit()
    address = f"/closings/{closing.id}/decide"
    for into, wrong in (("", "并入要写"), ("77", "没有第77项"), ("9" * 30, "没有第"), ("1", "另一项任务")):
        answer = office.post(address, data={"outcome": "merged", "merged_into": into, "reason": "一起办"})
        assert answer.status_code == 422
        assert wrong in answer.get_data(as_text=True)
        assert "一起办</textarea>" in answer.get_data(as_text=True)
    task(plan, "5").no = "6"
    commit()
    assert "不止一项" in office.post(address, data={"outcome": "merged", "merged_into": "6"}).get_data(as_text=True)
    db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "6")).all()[0].no = "5"
    commit()
    assert office.post(address, data={"outcome": "merged", "merged_into": "第6项"}).status_code == 303
    db.session.expire_all()
    one = standings([task(plan).id], CLOSED_ON)[task(plan).id]
    assert (one.colour, one.word, one.sentence) == ("closed", "已并入第6项", "2021年7月20日并入第6项")
    assert standings([task(plan).id], CLOSED_ON - timedelta(days=1))[task(plan).id].word != "已并入第6项"
    assert "并入第6项" in office.get(f"/tasks/{task(plan).id}").get_data(as_text=True)
    # for the score it is neither done nor undone
    at(date(2022, 2, 1))
    span = Span(plan.id, date(2021, 7, 1), date(2022, 1, 25), date(2022, 1, 31))
    assert [one for one in gather(span) if one.kind.startswith("item.") and one.task_id == task(plan).id] == []
    reopen(closing, "拆出来单独办", world.actor("office1"))
    assert standings([task(plan).id], date(2021, 8, 1))[task(plan).id].word == "已并入第6项"
    assert closing.state is ClosingState.REOPENED


def test_what_it_was_merged_into_keeps_the_name_of_that_day(plan: Plan, world: World) -> None:
    merge_closing(applied(plan, world), task(plan, "6"), "", world.actor("office1"))
    into = task(plan, "6")
    into.no = "9"
    commit()
    assert standings([task(plan).id], CLOSED_ON)[task(plan).id].word == "已并入第6项"


def test_a_task_that_ended_meanwhile_is_not_merged_into(plan: Plan, world: World) -> None:
    closing, into = applied(plan, world), task(plan, "6")
    ended = sa.update(Task).where(Task.id == into.id).values(closed_on=CLOSED_ON)
    db.session.execute(ended, execution_options={"synchronize_session": False})
    assert into.closed_on is None  # as this session read it before
    with pytest.raises(Invalid, match="已经办结或撤销"):
        merge_closing(closing, into, "", world.actor("office1"))


def with_file(owed: Obligation, name: str, writer: Actor) -> tuple[Report, Evidence]:
    """A draft with a file."""
    report = save_draft(owed, Writing("入库46人", seen_version=0), writer)
    return report, add_evidence(owed, name, BytesIO(PDF), file_store(), 2**20, writer)[0]


def test_a_partners_draft_is_not_offered_and_a_refusal_fixes_nothing(plan: Plan, world: World) -> None:
    lead, partner, office = world.actor("health"), world.actor("finance"), world.actor("office1")
    report, evidence = with_file(owed_by(plan, FINANCE, "1"), "拨款.pdf", partner)
    _, own = with_file(owed_by(plan, HEALTH, "1"), "名册.pdf", lead)
    subject = subject_of(task(plan), CLOSED_ON)
    assert evidence_of_task(task(plan).id, lead, subject) == [own]
    submit([report], partner)
    assert evidence_of_task(task(plan).id, lead, subject) == [own, evidence]
    withdraw([report], partner)
    assert evidence_of_task(task(plan).id, lead, subject) == [own]
    closing = apply_for_closing(task(plan), world.unit(HEALTH), "建成", lead, [own])
    decide_closing(closing, False, "还差名册", office)
    db.session.expire_all()
    assert own.frozen_at is None


@pytest.mark.parametrize("accepted_first", [True, False])
def test_what_a_closing_fixed_stays_fixed_when_an_acceptance_is_taken_back(
    plan: Plan, world: World, accepted_first: bool
) -> None:
    lead, office = world.actor("health"), world.actor("office1")
    report, evidence = with_file(owed_by(plan, HEALTH, "1"), "名册.pdf", lead)
    submit([report], lead)
    sign([report], world.actor("health-head"))
    closing = apply_for_closing(task(plan), world.unit(HEALTH), "建成", lead, [evidence])
    steps = [lambda: accept([report], office), lambda: decide_closing(closing, True, "", office)]
    first, second = steps if accepted_first else reversed(steps)
    first()
    commit()
    fixed_at = evidence.frozen_at
    assert fixed_at is not None
    second()
    undo(report, office)
    commit()
    assert evidence.frozen_at == fixed_at


def closed(plan: Plan, world: World) -> Closing:
    closing = applied(plan, world)
    decide_closing(closing, True, "", world.actor("office1"), Basis(Checked.MATERIALS))
    commit()
    return closing


def test_after_the_set_time_it_waits_to_be_looked_at_again_until_somebody_did(
    sign_in: SignIn, plan: Plan, world: World, at: Moving
) -> None:
    closing, office = closed(plan, world), sign_in("office1")
    due = CLOSED_ON + timedelta(days=180)
    assert asked_of_office(plan, due - timedelta(days=1)).looks_back == 0
    at(due)
    assert asked_of_office(plan, due).looks_back == 1
    assert "待回头看</a> <b>1</b>" in office.get(f"/plans/{plan.id}/").get_data(as_text=True)
    address = f"/closings/{closing.id}/look-back"
    answer = office.post(address, data={"found": "lost", "words": ""})
    assert answer.status_code == 422
    assert "回头看要写看到的情况" in answer.get_data(as_text=True)
    assert 'value="lost" checked' in answer.get_data(as_text=True)
    assert office.post(address, data={"found": "held", "words": "运行正常"}).status_code == 303
    assert office.post(address, data={"found": "lost", "words": "停了"}).status_code == 409
    page = office.get(f"/plans/{plan.id}/closings").get_data(as_text=True)
    assert "成果保持（2022-01-16）：运行正常" in page
    assert asked_of_office(plan, due) == Waiting(0, 0, asked_of_office(plan, due).reviews)


def test_a_long_list_is_turned_over_and_what_waits_stands_first(
    sign_in: SignIn, plan: Plan, world: World, at: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing_queries, "PAGE", 1)
    first, office = closed(plan, world), world.actor("office1")
    later = apply_for_closing(task(plan, "6"), world.unit(FINANCE), "已办结。", world.actor("finance"))
    commit()
    shown = [closings_of_plan(plan, office, page) for page in (1, 2, 3)]
    assert [[row.closing for row in one.rows] for one in shown] == [[later], [first], []]
    at(CLOSED_ON + timedelta(days=180))
    found = closings_of_plan(plan, office)
    assert ([row.closing for row in found.rows], found.total, found.due, found.pages) == ([first], 2, 1, 2)
    page = sign_in("office1").get(f"/plans/{plan.id}/closings?page=2").get_data(as_text=True)
    assert "待回头看 1 件" in page
    assert "第 2 页，共 2 页，2 项" in page


def test_what_did_not_hold_is_opened_again_and_0_days_is_never(
    sign_in: SignIn, plan: Plan, world: World, at: Moving
) -> None:
    closing = closed(plan, world)
    due = CLOSED_ON + timedelta(days=180)
    at(due)
    plan.look_back_days = 0
    commit()
    assert asked_of_office(plan, due).looks_back == 0
    assert [row.look_on for row in closings_of_plan(plan, world.actor("office1")).rows] == [None]
    plan.look_back_days = 180
    commit()
    sent = {"found": "lost", "words": "专家库半年没有更新"}
    assert sign_in("office1").post(f"/closings/{closing.id}/look-back", data=sent).status_code == 303
    db.session.expire_all()
    assert (closing.state, closing.reopen_reason) == (ClosingState.REOPENED, "专家库半年没有更新")
    assert task(plan).closed_on is None

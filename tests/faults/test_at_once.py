"""Two people at once, in real threads on both databases: one goes through, the other is told, nothing is half."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.conftest import make_app
from tests.guards.test_any_input import sign_in
from tests.importing.amended import AMENDED, amended
from tests.importing.drafts import decide_all, seed, small_draft
from tests.plans import make_plan, owed_by
from tests.world import HEALTH, TODAY, World
from tracker import clock
from tracker.audit.actions import record
from tracker.audit.queries import broken_at, length
from tracker.extensions import commit, db
from tracker.importing.actions import receive
from tracker.importing.confirming import confirm
from tracker.importing.models import Purpose
from tracker.importing.purposes import agree, required, set_purpose
from tracker.indicators.actions import Link, define
from tracker.indicators.definitions import Definition, Direction, Formula
from tracker.indicators.models import IndicatorValue
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.closing import apply_for_closing
from tracker.progress.models import Closing, Report, ReportVersion
from tracker.progress.rules import ReportState
from tracker.tasks.models import Task

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def shared(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application without a context of the test's own, so that every thread has its own session."""
    app = make_app(database, tmp_path / "data")
    clock.fix_day(TODAY)
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(app: Flask, *steps: tuple[str, str, dict[str, object]]) -> list[int]:
    """Each person posts at the same moment; gives the statuses."""
    gate = Barrier(len(steps))

    def step(login: str, address: str, data: dict[str, object]) -> int:
        with app.app_context():
            client = sign_in(app, login)
        gate.wait()
        return client.post(address, data=data, headers=FETCH).status_code

    with ThreadPoolExecutor(len(steps)) as threads:
        return sorted(one.result() for one in [threads.submit(step, *args) for args in steps])


def written(plan: Plan, world: World, *, signed: bool = False) -> Report:
    owed, writer = owed_by(plan, HEALTH, "1"), world.actor("health")
    report = actions.save_draft(owed, actions.Writing("已入库46人。", seen_version=0), writer)
    if signed:
        actions.submit([report], writer)
        actions.sign([report], world.actor("health-head"))
    commit()
    return report


def test_of_two_saves_of_one_new_row_one_is_kept_and_the_other_told(shared: Flask) -> None:
    with shared.app_context():
        owed = owed_by(make_plan(), HEALTH, "1").id
    address = f"/obligations/{owed}/draft"
    pair = [("health", address, {"progress": text, "seen_version": 0}) for text in ("甲写的", "乙写的")]
    assert at_once(shared, *pair) in ([200, 200], [200, 409])
    with shared.app_context():
        report = db.session.scalars(sa.select(Report)).one()
        assert report.progress in {"甲写的", "乙写的"}


def test_a_report_sent_twice_quickly_is_one_version(shared: Flask) -> None:
    with shared.app_context():
        plan = make_plan()
        written(plan, World())
        step = ("health", f"/plans/{plan.id}/report/submit", {})
    assert set(at_once(shared, step, step, step)) <= {303, 403, 409}
    with shared.app_context():
        assert len(db.session.scalars(sa.select(ReportVersion)).all()) == 1


def test_one_report_is_accepted_or_returned_and_never_both(shared: Flask) -> None:
    with shared.app_context():
        report = written(make_plan(), World(), signed=True).id
    steps = [("office1", f"/reports/{report}/accept", {"number": 1})]
    steps.append(("office2", f"/reports/{report}/send-back", {"number": 1, "usual": "缺数据"}))
    assert set(at_once(shared, *steps)) <= {303, 403, 409}
    with shared.app_context():
        version = db.session.scalars(sa.select(ReportVersion)).one()
        assert (version.accepted_at is None) is (version.report.state is ReportState.RETURNED)
        assert (version.returned_at is None) is (version.report.state is ReportState.ACCEPTED)


def test_a_closing_is_decided_once(shared: Flask) -> None:
    with shared.app_context():
        owed, world = owed_by(make_plan(), HEALTH, "1"), World()
        closing = apply_for_closing(owed.task, owed.unit, "已完成。", world.actor("health")).id
        commit()
    steps = [("office1", f"/closings/{closing}/decide", {"outcome": "closed"})]
    steps.append(("office2", f"/closings/{closing}/decide", {"outcome": "refused", "reason": "没有验收"}))
    assert at_once(shared, *steps) == [303, 403]
    with shared.app_context():
        found = db.session.get_one(Closing, closing)
        assert (found.task.closed_on is not None) is (found.state == "closed")


def test_two_leads_that_apply_at_once_make_one_application(shared: Flask) -> None:
    with shared.app_context():
        task = owed_by(make_plan(), HEALTH, "1").task_id
    steps = [(login, f"/tasks/{task}/closing", {"result": "已完成。"}) for login in ("health", "health-head")]
    assert at_once(shared, *steps) == [303, 409]
    with shared.app_context():
        assert len(db.session.scalars(sa.select(Closing)).all()) == 1


def test_a_draft_confirmed_twice_is_one_plan(shared: Flask) -> None:
    with shared.app_context():
        office = World().actor("office1")
        draft = small_draft(office)
        decide_all(draft, office)
        draft.doc_number = ""
        commit()
        address = f"/imports/{draft.id}/confirm"
    assert at_once(shared, ("office1", address, {}), ("office2", address, {})) == [303, 303]
    with shared.app_context():
        assert len(db.session.scalars(sa.select(Plan)).all()) == 1


def test_the_audit_chain_holds_under_eight_writers(shared: Flask) -> None:
    gate, each = Barrier(8), 5

    def write(number: int) -> None:
        gate.wait()
        for n in range(each):
            with shared.app_context():
                record(None, "audit.test", "plan", n, f"{number}-{n}")
                commit()

    with shared.app_context():
        before = length()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    with shared.app_context():
        assert length() == before + 8 * each
        assert broken_at() is None


def test_an_indicator_sent_twice_quickly_is_one(shared: Flask) -> None:
    with shared.app_context():
        address = f"/plans/{make_plan().id}/indicators/new"
    sent = {"name": "吸烟率", "measure": "%", "direction": "down", "formula": "latest", "every": "year"}
    assert at_once(shared, ("office1", address, {**sent}), ("office1", address, {**sent})) == [303, 422]


def test_the_second_of_two_who_change_a_task_is_told(shared: Flask) -> None:
    with shared.app_context():
        task = owed_by(make_plan(), HEALTH, "1").task_id
        loaded = "市卫生健康委\n市财政局\n2021"
    form = {"leads": "市卫生健康委", "limit": "2021", "reason": "会议议定", "loaded": loaded}
    steps = [
        (login, f"/tasks/{task}/edit", {**form, "partners": partner})
        for login, partner in (("office1", "市教育局"), ("office2", "市科技局"))
    ]
    assert at_once(shared, *steps) == [303, 409]


def test_an_amended_list_confirmed_by_two_changes_the_plan_once(shared: Flask) -> None:
    with shared.app_context():
        office = World().actor("office1")
        first = receive(seed("潜江323任务清单.xlsx"), "清单.xlsx", office)
        decide_all(first, office)
        plan = confirm(first, office)
        draft = receive(amended(), AMENDED, office)
        decide_all(draft, office)
        set_purpose(draft, Purpose.ADJUST, plan.id, "按通知调整", office)
        agree(draft, [one.key for one in required(draft).open], office)
        address = f"/imports/{draft.id}/confirm"
        commit()
    assert set(at_once(shared, ("office1", address, {}), ("office2", address, {}))) <= {303, 409}
    with shared.app_context():
        tasks = db.session.scalars(sa.select(Task).order_by(Task.position)).all()
        assert [task.position for task in tasks] == list(range(1, 64))
        assert sum(task.withdrawn_on is not None for task in tasks) == 1


def test_of_two_clerks_who_enter_a_figure_at_once_the_later_is_told_at_it(shared: Flask) -> None:
    with shared.app_context():
        plan, world = make_plan(), World()
        one = Definition("管理率", "%", "", "", None, None, "", Direction.UP, Formula.SUM, Every.YEAR, ())
        indicator = define(plan, Link(one, [], [world.unit(HEALTH).id]), world.actor("office1"))
        commit()
        address, box = f"/plans/{plan.id}/indicators/fill", f"{indicator.id}-20211231"
    steps = [("health", address, {f"value-{box}": text, f"seen-{box}": "0", "year": "2021"}) for text in ("61", "62")]
    assert at_once(shared, *steps) == [303, 422]
    with shared.app_context():
        assert len(db.session.scalars(sa.select(IndicatorValue)).all()) == 1

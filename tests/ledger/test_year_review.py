"""The year-end review: which tasks, what may be decided, once a year, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.beginnings import beginning
from tests.plans import make_plan
from tests.progress.test_extensions import task
from tests.progress.test_unit_page import SignIn
from tests.world import World
from tracker.extensions import commit, db
from tracker.obligations.actions import derive
from tracker.plans.models import Plan
from tracker.progress import reviewing
from tracker.progress.models import YearReview
from tracker.progress.office_queue import asked_of_office
from tracker.progress.review_rules import Review
from tracker.tasks.limits import LimitKind

DECEMBER = date(2021, 12, 20)


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    found = make_plan()
    at(DECEMBER)
    derive(found, DECEMBER)
    commit()
    return found


def send(sign_in: SignIn, plan: Plan, nos: str, outcome: str, login: str = "office1", **data: str) -> TestResponse:
    ticked = [str(task(plan, no).id) for no in nos]
    form = {"task": ticked, "outcome": outcome, "reason": "工作持续开展", "year": "2021", **data}
    answer = sign_in(login).post(f"/plans/{plan.id}/year-review", data=form)
    db.session.expire_all()
    return answer


def test_a_long_list_is_turned_over_and_a_task_of_any_page_may_be_chosen(
    sign_in: SignIn, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "PAGE", 2)
    assert [[row.task.no for row in reviewing.reviewed(plan, 2021, page).rows] for page in (1, 2)] == [
        ["2", "3"],
        ["4", "5"],
    ]
    assert send(sign_in, plan, "24", "continue").status_code == 303
    found = reviewing.reviewed(plan, 2021, 1)
    assert ([row.task.no for row in found.rows], found.total, found.open) == (["3", "5"], 4, 2)
    page = sign_in("office1").get(f"/plans/{plan.id}/year-review?page=2").get_data(as_text=True)
    assert "待定 2 项" in page
    assert "第 2 页，共 2 页，4 项" in page


def outcomes(plan: Plan) -> dict[str, Review]:
    rows = db.session.scalars(sa.select(YearReview).order_by(YearReview.id))
    return {str(row.task.no): row.outcome for row in rows if row.task.plan_id == plan.id}


def test_from_december_on_it_counts_until_each_task_is_decided(sign_in: SignIn, plan: Plan) -> None:
    assert [asked_of_office(plan, day).reviews for day in (date(2021, 11, 30), date(2021, 12, 1))] == [0, 4]
    office = sign_in("office1")
    assert "年度评估待定</a> <b>4</b>" in office.get(f"/plans/{plan.id}/").get_data(as_text=True)
    assert send(sign_in, plan, "234", "continue").status_code == 303
    assert outcomes(plan) == dict.fromkeys("234", Review.CONTINUE)
    assert asked_of_office(plan, date(2022, 3, 1)).reviews == 1
    assert asked_of_office(plan, date(2022, 12, 1)).reviews == 4
    page = office.get(f"/tasks/{task(plan, '2').id}?course=review").get_data(as_text=True)
    assert "年度评估：继续" in page
    assert "工作持续开展" in page


def test_a_task_is_given_a_limit_once_its_meaning_was_seen_or_leaves_the_plan(sign_in: SignIn, plan: Plan) -> None:
    asked = send(sign_in, plan, "2", "convert", limit="2022年6月底")
    assert asked.status_code == 422
    assert "读作：2022年6月底到期" in asked.get_data(as_text=True)
    assert "checked" in asked.get_data(as_text=True)
    assert send(sign_in, plan, "2", "convert", limit="2022年6月底", seen_limit="2022年6月底").status_code == 303
    assert (task(plan, "2").limit_kind, task(plan, "2").limit_due_on) == (LimitKind.DATE, date(2022, 6, 30))
    assert send(sign_in, plan, "3", "retire", reason="已纳入日常工作").status_code == 303
    assert (task(plan, "3").withdrawn_on, task(plan, "3").withdrawn_reason) == (
        DECEMBER,
        "2021年度评估：已纳入日常工作",
    )
    page = sign_in("office1").get(f"/plans/{plan.id}/year-review").get_data(as_text=True)
    assert "待定 2 项" in page
    assert "不再列入" in page.split("已定", 1)[1]


def test_what_is_wrong_is_said_and_nothing_is_kept(sign_in: SignIn, plan: Plan) -> None:
    assert send(sign_in, plan, "", "continue").status_code == 422
    assert send(sign_in, plan, "2", "continue", reason=" ").status_code == 422
    assert send(sign_in, plan, "2", "convert", limit="适时").status_code == 422
    assert send(sign_in, plan, "2", "nothing").status_code == 422
    assert send(sign_in, plan, "21", "continue").status_code == 409  # task 1 has an end date
    assert send(sign_in, plan, "2", "continue", login="health").status_code == 403
    assert outcomes(plan) == {}
    assert send(sign_in, plan, "2", "continue").status_code == 303
    assert send(sign_in, plan, "2", "retire").status_code == 409

"""Whose plan it is: the WHERE of lists says what `decide` says, and a unit without a part finds no trace of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.plans import make_plan
from tests.world import PEOPLE, TODAY, XIONGKOU, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.permissions import READING_ROLES, decide
from tracker.plans.models import Plan
from tracker.plans.queries import menu, subject_of
from tracker.tasks.models import Task
from tracker.tasks.queries import subjects_of
from tracker.units.actions import end_member
from tracker.units.models import Membership

SignIn = Callable[[str], FlaskClient]


def of_plan(plan: Plan) -> frozenset[int]:
    """Every unit that takes part in one of its tasks."""
    tasks = db.session.scalars(sa.select(Task.id).where(Task.plan_id == plan.id))
    return frozenset().union(*(subject.involved for subject in subjects_of(tasks, clock.today()).values()))


@pytest.mark.parametrize("login", PEOPLE)
def test_the_menu_has_the_plans_that_may_be_read(world: World, login: str) -> None:
    plan, actor = make_plan(), world.actor(login)
    subject = replace(subject_of(plan), member_ids=of_plan(plan))
    assert bool(menu(actor)) is bool(decide(actor, "plan.read", subject))
    assert bool(menu(actor)) is (actor.role in READING_ROLES and login != "stranger")


def test_a_unit_without_a_part_finds_no_trace_of_the_plan(world: World, sign_in: SignIn) -> None:
    plan, stranger = make_plan(), sign_in("stranger")
    assert plan.short_title not in stranger.get("/").get_data(as_text=True)
    for page in ("", "ledger", "ledger.xlsx", "report", "acknowledge"):
        assert stranger.get(f"/plans/{plan.id}/{page}").status_code == 404


def test_the_filter_of_units_names_those_of_the_tasks_one_sees(world: World, sign_in: SignIn) -> None:
    address = f"/plans/{make_plan().id}/ledger"
    assert "市财政局</option>" in sign_in("health").get(address).get_data(as_text=True)
    town = sign_in("xiongkou").get(address).get_data(as_text=True)
    assert "市卫生健康委</option>" in town
    assert "市财政局</option>" not in town


def test_who_leaves_the_group_leaves_the_plan(world: World) -> None:
    make_plan()
    town = world.unit(XIONGKOU)
    membership = db.session.scalars(sa.select(Membership).where(Membership.member_id == town.id)).one()
    end_member(membership, TODAY, "区划调整", world.actor("office1"))
    commit()
    assert menu(world.actor("xiongkou")) == []

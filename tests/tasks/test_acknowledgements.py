"""A unit signs for what it got; the office sees who has not."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.plans import make_plan
from tests.world import HEALTH, TODAY, XIONGKOU, World
from tracker import clock
from tracker.extensions import commit
from tracker.tasks.actions import acknowledge
from tracker.tasks.queries import acknowledgements, unacknowledged


def test_a_town_signs_for_what_its_group_was_given(world: World) -> None:
    plan = make_plan()
    town = world.unit(XIONGKOU)
    rows = unacknowledged(town.id, plan.id, TODAY)
    assert [row.task.no for row in rows] == ["2", "5"]
    assert acknowledge(rows, town, clock.now(), world.actor("xiongkou")) == 2
    commit()
    assert unacknowledged(town.id, plan.id, TODAY) == []
    found = {row.unit.name: (row.signed, row.given) for row in acknowledgements(plan.id, TODAY)}
    assert found[XIONGKOU] == (2, 2)
    assert found[HEALTH] == (0, 6)


def test_the_office_sees_who_has_not_signed(world: World, sign_in: Callable[[str], FlaskClient]) -> None:
    plan = make_plan()
    page = sign_in("office1").get(f"/plans/{plan.id}/acknowledgements").get_data(as_text=True)
    assert "0/5 家已签齐" in page
    assert sign_in("health").get(f"/plans/{plan.id}/acknowledgements").status_code == 403

"""A task's course tells who was urged about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient

from tests.plans import make_plan, owed_by
from tests.world import HEALTH, World
from tracker import clock
from tracker.extensions import commit
from tracker.reminders.actions import remind_by_hand


def test_what_was_urged_by_hand_stands_in_the_course_of_the_task(
    world: World, sign_in: Callable[[str], FlaskClient]
) -> None:
    plan = make_plan()
    owed = owed_by(plan, HEALTH, "1")
    clock.fix_day(date(2021, 7, 27))
    remind_by_hand(plan, [owed.id], [], "请今天报", world.actor("office1"))
    commit()
    page = sign_in("office1").get(f"/tasks/{owed.task_id}?course=reminder").get_data(as_text=True)
    assert "告知1人，已看0人" in page
    assert "王审核" in page

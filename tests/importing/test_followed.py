"""A plan that another follows asks for reports until the office ends it, and the pages say so."""

from __future__ import annotations

from datetime import date

from tests.importing.amended import next_year
from tests.importing.test_revise import At, SignIn, agree_all, revised
from tests.plans import make_plan
from tests.world import World
from tracker.extensions import commit
from tracker.importing.models import Purpose
from tracker.obligations.settings import close_plan


def test_that_the_plan_before_it_must_be_ended_is_said_with_the_way_there(
    world: World, at: At, sign_in: SignIn
) -> None:
    plan = make_plan()
    at(date(2022, 1, 10))
    draft, office = revised(world, plan, next_year(), Purpose.SUCCEED), sign_in("office1")
    agree_all(draft, world)
    commit()
    there = f"/plans/{plan.id}/settings#end"
    for page in ("", "/changes"):
        shown = office.get(f"/imports/{draft.id}{page}").get_data(as_text=True)
        assert "接续的方案还没有结束" in shown and there in shown
    home = office.post(f"/imports/{draft.id}/confirm", follow_redirects=True).get_data(as_text=True)
    assert f"{plan.short_title}还没有结束" in home and "上一份方案待结束" in home and there in home
    assert "本方案待结束" in office.get(f"/plans/{plan.id}/").get_data(as_text=True)
    close_plan(plan, "年度任务期满", world.actor("office1"))
    commit()
    assert "待结束" not in office.get(f"/plans/{plan.id}/").get_data(as_text=True)

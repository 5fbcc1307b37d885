"""Two people on one form: the first is kept, the later one is told who changed it and when, and overwrites nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.importing.drafts import small_draft
from tests.plans import make_plan
from tests.world import World
from tracker.extensions import commit, db
from tracker.importing.models import ImportDraft
from tracker.plans.models import Plan
from tracker.reminders.planning import rules_of

SignIn = Callable[[str], FlaskClient]
LOADED = re.compile(r'name="loaded" value="(\w+)"')
TOLD = re.compile(r"这里 \d{4}-\d\d-\d\d \d\d:\d\d 被王审核（[^）]+）改过，您的改动没有存上")
HEADER = {
    "title": "任务清单",
    "issuer": "健康办",
    "issued_on": "2021-06-29",
    "first_year": "2021",
    "last_year": "2021",
    "every": "month",
    "due_day": "25",
}


def loaded(client: FlaskClient, address: str) -> str:
    """What the form of the page was opened on."""
    found = LOADED.search(client.get(address).get_data(as_text=True))
    assert found is not None
    return found[1]


def is_told(answer: TestResponse) -> bool:
    return answer.status_code == 409 and bool(TOLD.search(answer.get_data(as_text=True)))


def test_of_two_who_change_the_settings_of_a_plan_the_second_is_told(world: World, sign_in: SignIn) -> None:
    address = f"/plans/{make_plan().id}/settings"
    first, second = sign_in("office1"), sign_in("office2")
    seen = loaded(first, address)
    assert seen == loaded(second, address)
    form = {
        "short_title": "甲定的简称",
        "every": "month",
        "due_day": "25",
        "doc_number": "健办〔2021〕3号",
        "loaded": seen,
    }
    assert first.post(address, data=form).status_code == 303
    assert is_told(second.post(address, data={**form, "short_title": "乙定的简称", "doc_number": ""}))
    plan = db.session.scalars(sa.select(Plan)).one()
    assert (plan.short_title, plan.doc_number) == ("甲定的简称", "健办〔2021〕3号")
    again = {**form, "short_title": "乙定的简称", "loaded": loaded(second, address)}
    assert second.post(address, data=again).status_code == 303


def test_of_two_who_set_a_draft_s_header_the_second_is_told(world: World, sign_in: SignIn) -> None:
    draft = small_draft(world.actor("office1"))
    commit()
    address = f"/imports/{draft.id}"
    first, second = sign_in("office1"), sign_in("office2")
    seen = loaded(first, address)
    assert first.post(f"{address}/header", data={**HEADER, "loaded": seen}).status_code == 303
    assert is_told(second.post(f"{address}/header", data={**HEADER, "title": "乙的标题", "loaded": seen}))
    htmx = {"HX-Request": "true"}
    told = second.post(f"{address}/header", data={**HEADER, "title": "乙的标题", "loaded": seen}, headers=htmx)
    assert is_told(told) and told.headers["HX-Retarget"] == "#messages"
    assert db.session.scalars(sa.select(ImportDraft)).one().title == "任务清单"


def test_of_two_who_change_the_rules_the_second_is_told(world: World, sign_in: SignIn) -> None:
    plan = make_plan()
    address = f"/plans/{plan.id}/reminders/rules"
    first, second = sign_in("office1"), sign_in("office2")
    seen = loaded(first, address)
    rule = {"when": "before", "days": "5", "reach": "reporter", "repeat": "", "loaded": seen}
    assert first.post(address, data=rule).status_code == 303
    assert is_told(second.post(address, data={**rule, "days": "9"}))
    assert [one.offset for one in rules_of(plan.id)] == [-5]
    assert second.post(address, data={**rule, "days": "9", "loaded": loaded(second, address)}).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"short_title": "", "every": "month", "due_day": "25"},
        {"short_title": "简称", "every": "month", "due_day": "99"},
    ],
)
def test_a_form_that_was_refused_still_knows_what_it_was_opened_on(
    world: World, sign_in: SignIn, form: dict[str, str]
) -> None:
    """Else a slip of the pen would make a stale form fresh."""
    address = f"/plans/{make_plan().id}/settings"
    first, second = sign_in("office1"), sign_in("office2")
    seen = loaded(second, address)
    first.post(address, data={"short_title": "甲定的简称", "every": "month", "due_day": "25", "loaded": seen})
    refused = second.post(address, data={**form, "loaded": seen})
    assert is_told(refused)

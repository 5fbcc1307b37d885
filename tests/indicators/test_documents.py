"""Every indicator of the two documents that have the most: imported, confirmed, valued for two years, drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.importing.drafts import decide_all
from tests.world import HEALTH, World
from tracker.extensions import commit, db
from tracker.importing.actions import choose_part, receive
from tracker.importing.confirming import confirm
from tracker.importing.corrections import set_units
from tracker.importing.kept_indicators import keep_indicators
from tracker.importing.models import ImportDraft, ImportIndicator
from tracker.importing.queries import rows
from tracker.indicators.actions import share_out
from tracker.indicators.models import Indicator, IndicatorTask
from tracker.indicators.page import one_page
from tracker.indicators.path import end_of_year
from tracker.indicators.queries import Row, board
from tracker.indicators.value_queries import waiting
from tracker.indicators.values import Entry, enter, verify
from tracker.plans.models import Plan

CASES = Path(__file__).parents[1] / "importing" / "cases"
CHRONIC = 3
"""蓟州's third plan: the table of chronic diseases."""
YEARS = (2020, 2021)
At = Callable[[date], None]


def confirmed(world: World, name: str, part: int | None) -> tuple[ImportDraft, Plan]:
    """The document through the importer; whoever leads is the health commission where the document names nobody."""
    office = world.actor("office1")
    draft = receive((CASES / name).read_bytes(), name, office)
    if part is not None:
        choose_part(draft, part, office)
    for row in rows(draft):
        set_units(row, [one["name"] for one in row.leads] or [HEALTH], [one["name"] for one in row.partners])
    decide_all(draft, office)
    draft.first_year, draft.last_year = draft.first_year or 2021, draft.last_year or 2021
    plan = confirm(draft, office)
    commit()
    return draft, plan


def valued(world: World, plan: Plan) -> list[Row]:
    """Two years of every indicator, entered by one clerk and verified by another."""
    clerk, office = world.actor("health"), world.actor("office1")
    every = list(db.session.scalars(sa.select(Indicator).where(Indicator.plan_id == plan.id)))
    share_out(every, world.unit(HEALTH).id, office)
    commit()
    rows_now = board(plan, office, date(2022, 7, 1))
    figures = [
        Entry(row, end_of_year(year), Decimal(1) if row.definition.is_words else Decimal("41.25") + n, "年报", 0)
        for row in rows_now
        for n, year in enumerate(YEARS)
    ]
    assert len(enter(world.unit(HEALTH), figures, clerk)) == 2 * len(every)
    verify(waiting(plan.id), office)
    commit()
    return rows_now


@pytest.mark.parametrize(
    ("name", "part", "least"),
    [("jizhou.txt", CHRONIC, 16), ("jingmen.txt", None, 26)],
)
def test_every_indicator_of_the_document_is_kept_valued_and_drawn(
    world: World, sign_in: Callable[[str], FlaskClient], at: At, name: str, part: int | None, least: int
) -> None:
    draft, plan = confirmed(world, name, part)
    drafted = sa.select(ImportIndicator).where(ImportIndicator.draft_id == draft.id, ImportIndicator.part == draft.part)
    read = {(one.name, one.unit or "") for one in db.session.scalars(drafted)}
    at(date(2022, 7, 1))
    found = valued(world, plan)
    assert len(read) >= least
    assert {(row.definition.name, row.definition.measure) for row in found} == read
    office = world.actor("office1")
    drawn = [one_page(row, office).chart for row in board(plan, office, date(2022, 7, 1))]
    assert [len(one.values) if one else 0 for one in drawn] == [2] * len(found)
    browser = sign_in("office1")
    for row in (found[0], found[-1]):
        page = browser.get(f"/indicators/{row.indicator.id}").get_data(as_text=True)
        assert page.count('class="point"') == 2, row.definition.name
        assert '<path class="line-actual"' in page
        assert "看数字" in page
    assert browser.get(f"/plans/{plan.id}/indicators").status_code == 200
    assert browser.get(f"/plans/{plan.id}/indicators.xlsx").data[:2] == b"PK"


def test_figures_and_words_of_the_table_are_kept_side_by_side(world: World) -> None:
    draft, plan = confirmed(world, "jizhou.txt", CHRONIC)
    found = {row.definition.name: row.definition for row in board(plan, world.actor("office1"), plan.confirmed_on)}
    one = found["心脑血管疾病死亡率"]
    assert (one.measure, one.baseline, one.baseline_raw, one.attribute) == (
        "1/10万",
        Decimal("223.6"),
        "223.6/10万",
        "预期性",
    )
    assert [(target.year, target.op.value, target.value, target.raw) for target in one.targets] == [
        (2020, "decrease_by", Decimal(10), "下降10%"),
        (2025, "decrease_by", Decimal(15), "下降15%"),
    ]
    assert [target.year for target in found[next(name for name in found if "过早死亡率" in name)].targets] == [
        2020,
        2025,
    ]
    assert found["国家慢性病综合防控示范区"].is_words
    assert keep_indicators(draft, plan, world.actor("office1")) == 0  # once more changes nothing


def test_an_indicator_that_stands_in_a_tasks_words_belongs_to_it(world: World) -> None:
    _, plan = confirmed(world, "jingmen.txt", None)
    rows_now = board(plan, world.actor("office1"), plan.confirmed_on)
    row = next(one for one in rows_now if one.definition.name == "40岁以上人群心血管风险评估率")
    assert "40岁以上人群心血管风险评估率" in row.tasks[0].text
    assert [unit.name for unit in row.members] == [HEALTH]
    assert row.is_by_tasks
    assert (db.session.scalar(sa.select(sa.func.count(IndicatorTask.id))) or 0) > 10

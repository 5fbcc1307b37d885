"""Units × periods: cells are the rules' figures, their weight is the picture's, the page costs the same at any size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.dashboard.conftest import DAY_AFTER
from tests.statements import count_statements
from tests.world import FINANCE, HEALTH
from tracker.dashboard.cells import TOWNSHIPS, Cell, Measure, grid, tone
from tracker.dashboard.grid_queries import cells, with_versions
from tracker.dashboard.units import UnitName
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.obligations.queries import periods
from tracker.obligations.rates import rates_by_unit_and_period
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.progress.facts import rate_fact, version_of
from tracker.progress.queries import reports_of
from tracker.units.rules import UnitKind

SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize(
    ("cell", "measure", "expected"),
    [
        (Cell(9, 9, 9), Measure.REPORTED, ""),
        (Cell(9, 9, 8, 1), Measure.REPORTED, "late"),
        (Cell(9, 8, 8), Measure.REPORTED, "some"),
        (Cell(9, 7, 7), Measure.REPORTED, "some"),  # 2 of 9 are under a third
        (Cell(9, 6, 6), Measure.REPORTED, "third"),  # 3 of 9 are a third
        (Cell(1, 0, 0), Measure.REPORTED, "all"),
        (Cell(), Measure.REPORTED, "none"),
        (Cell(9, 9, 8, 1), Measure.ON_TIME, "some"),
        (Cell(9, 9, 9, 0, 9, 0), Measure.RETURNED, ""),
        (Cell(9, 9, 9, 0, 10, 1), Measure.RETURNED, "late"),
        (Cell(9, 0, 0, 0, 0, 0), Measure.RETURNED, "none"),
    ],
)
def test_a_cell_weighs_what_is_missing(cell: Cell, measure: Measure, expected: str) -> None:
    assert tone(cell, measure) == expected


def unit(number: int, kind: UnitKind = UnitKind.DEPARTMENT) -> UnitName:
    return UnitName(number, f"单位{number}", kind, f"{number:03}")


def test_the_worst_rate_comes_first_and_townships_fold() -> None:
    town = UnitKind.TOWNSHIP
    found = {
        unit(1): {7: Cell(4, 4, 4), 8: Cell(4, 4, 4)},
        unit(2): {7: Cell(4, 1, 1), 8: Cell(4, 4, 4)},  # 5/8
        unit(3, town): {7: Cell(2, 2, 2)},
        unit(4, town): {7: Cell(2, 0, 0)},  # the towns together 2/4
    }
    made = grid(found, Measure.REPORTED)
    assert [row.name for row in made.rows] == [TOWNSHIPS, "单位2", "单位1"]
    assert [row.name for row in made.rows[0].members] == ["单位4", "单位3"]
    assert made.total.total.reported == (15, 20)  # 4+4 + 1+4 + 2 + 0 of 8 + 8 + 2 + 2
    assert made.units == 4


def test_the_cells_are_what_the_rules_work_out(july: Plan) -> None:
    period = periods(july.id)[0]
    query = sa.select(Obligation).where(Obligation.period_id == period.id, Obligation.kind == Kind.PERIOD)
    owed = list(db.session.scalars(query))
    reports = reports_of([one.id for one in owed])
    facts = [
        rate_fact(
            one.unit_id,
            period.id,
            one.due_on,
            [version_of(version) for version in reports[one.id].versions] if one.id in reports else [],
        )
        for one in owed
    ]
    expected = rates_by_unit_and_period(facts, DAY_AFTER)
    found = with_versions(cells([period], DAY_AFTER), [period], DAY_AFTER)
    assert {(unit.id, period.id) for unit in found} == set(expected)
    for name, of_unit in found.items():
        cell, rates = of_unit[period.id], expected[name.id, period.id]
        assert (cell.reported, cell.in_time, cell.late) == (rates.reported, rates.on_time, rates.late)
        assert cell.sent_back == rates.returned


def test_the_page_opens_a_cell_and_costs_the_same_however_many_rows(sign_in: SignIn, july: Plan) -> None:
    office, period = sign_in("office1"), periods(july.id)[0]
    address = f"/plans/{july.id}/units-periods"
    page = office.get(address).get_data(as_text=True)
    assert HEALTH in page and TOWNSHIPS in page and "2/6" in page
    health = next(one for one in cells([period], DAY_AFTER) if one.name == HEALTH)
    with count_statements() as counted:
        opened = office.get(f"{address}?unit={health.id}&period={period.id}").get_data(as_text=True)
    assert "应报 6　已报 2　未报 4" in opened
    assert len(counted) <= 12
    assert office.get(f"{address}?unit=9999&period={period.id}").status_code == 404
    assert office.get(f"{address}?show=returned").status_code == 200


def test_before_the_first_due_day_is_over_there_is_nothing_to_compare(
    sign_in: SignIn, july: Plan, at: Callable[[date], None]
) -> None:
    page = sign_in("office1").get(f"/plans/{july.id}/units-periods?as_of=2021-07-26").get_data(as_text=True)
    assert "还没有一期过了应报日" in page


def test_the_workbook_says_the_same(sign_in: SignIn, july: Plan) -> None:
    answer = sign_in("leader").get(f"/plans/{july.id}/units-periods.xlsx")
    page = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = {row[0]: row[1:] for row in page.iter_rows(min_row=3, values_only=True)}
    assert rows[HEALTH][0] == "2/6"
    assert rows[FINANCE][0] == "0/2"


def test_units_do_not_read_it(sign_in: SignIn, july: Plan) -> None:
    assert sign_in("health").get(f"/plans/{july.id}/units-periods").status_code == 403

"""Every figure of the office's home leads to its rows: the reports of a period by desk and unit, on any day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import product

import pytest
from flask.testing import FlaskClient

from tests.dashboard.conftest import DAY_AFTER
from tests.statements import count_statements
from tests.world import FINANCE, HEALTH, World
from tracker.dashboard.owed import Part, owed_page
from tracker.obligations.models import Period
from tracker.obligations.queries import periods
from tracker.plans.models import Plan

SignIn = Callable[[str], FlaskClient]
ROW = re.compile(r"<tr data-row>")


@pytest.fixture
def july_period(july: Plan) -> Period:
    return periods(july.id)[0]


def test_the_lines_of_a_part_are_as_many_as_its_figure(july_period: Period) -> None:
    days = (date(2021, 7, 19), date(2021, 7, 20), date(2021, 7, 21), DAY_AFTER)
    for as_of, part in product(days, [None, *Part]):
        page = owed_page(july_period, as_of, part, None, 1)
        assert len(page.lines) == page.total == (page.count(part) if part else page.counts.due)
        assert all(part is None or line.state in part.states for line in page.lines)


def test_one_unit_s_lines_are_its_own(july_period: Period, world: World) -> None:
    page = owed_page(july_period, DAY_AFTER, Part.SUBMITTED, world.unit(FINANCE).id, 1)
    assert [(line.unit, line.task.no) for line in page.lines] == [(FINANCE, "1")]
    assert page.counts.due == 2


def test_the_page_costs_three_statements(july_period: Period) -> None:
    with count_statements() as counted:
        owed_page(july_period, DAY_AFTER, None, None, 1)
    assert len(counted) <= 3
    assert owed_page(july_period, DAY_AFTER, None, None, 2).lines == []


def test_the_bar_of_the_home_page_leads_to_these_rows(july: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    home = office.get(f"/plans/{july.id}/").get_data(as_text=True)
    links = {
        part: (address.replace("&amp;", "&"), int(n))
        for address, part, n in re.findall(
            r'<a href="(/plans/\d+/owed\?[^"]*part=(\w+)[^"]*)">[^<]* <b>(\d+)</b>', home
        )
    }
    assert set(links) == {"accepted", "signed", "submitted", "returned", "draft", "unwritten"}
    for address, number in links.values():
        page = office.get(address).get_data(as_text=True)
        assert len(ROW.findall(page)) == number


def test_the_office_urges_from_here_and_a_leader_only_looks(july: Plan, world: World, sign_in: SignIn) -> None:
    address = f"/plans/{july.id}/owed?part=unsent&unit={world.unit(HEALTH).id}"
    office, leader = (sign_in(login).get(address).get_data(as_text=True) for login in ("office1", "leader"))
    assert "催办所选" in office and "催办所选" not in leader
    assert "未填" in leader


def test_what_cannot_be_asked_is_refused_and_what_is_unknown_asks_for_all(july: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    for query, status in (("as_of=x", 422), ("period=999", 404), ("part=none&unit=x", 200)):
        assert office.get(f"/plans/{july.id}/owed?{query}").status_code == status


def test_units_do_not_see_others_reports_here(july: Plan, sign_in: SignIn) -> None:
    assert sign_in("health").get(f"/plans/{july.id}/owed").status_code == 403

"""When all is over, people open pages and papers of the year: they say what was worked out by hand, and said then."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.stories.county import by_hand
from tests.stories.county.first_half import SPRING
from tests.stories.county.new_year import lines, scores, the_run
from tests.stories.county.people import County
from tests.stories.county.places import NANLING, XIHE
from tests.stories.county.second_half import WINTER
from tests.stories.figures import Memory
from tests.world import PASSWORD
from tracker.assessment.runs import make_run
from tracker.audit.queries import broken_at
from tracker.extensions import db
from tracker.ledger.days import differing_days, lamps_on
from tracker.supervision.bulletin_facts import take
from tracker.supervision.bulletin_rules import figures_of
from tracker.supervision.bulletins import is_whole
from tracker.supervision.models import Bulletin


def signed_in(login: str) -> FlaskClient:
    client = current_app.test_client()
    answer = client.post("/login", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def sheet(client: FlaskClient, address: str) -> list[tuple[Any, ...]]:
    """The rows of the first sheet of a workbook."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))


def february_looks_back(county: County, memory: Memory) -> None:
    """After the year: the same questions have the same answers, and the papers print as they were printed."""
    with county.on("2023-02-06"):
        assert memory.differing(county) == []
        assert differing_days() == []
        assert lamps_on(county.plan.id, [date(2022, 10, 8)]) == {date(2022, 10, 8): by_hand.OCTOBER_LAMPS}
        assert broken_at() is None
        office, unit = signed_in("office"), signed_in("nanling")
        the_bulletins_stand(county, unit)
        the_ledger_has_the_lamps_of_october(county, office)
        the_grid_adds_the_year_up(county, office)
        the_page_of_task_2_tells_its_year(county, office)
        the_page_of_task_7_counts(county, office)
        what_was_found_and_asked_is_listed(county, office)
        the_table_of_scores(county, office)
        a_unit_sees_its_own_sheet(county, unit)
        the_year_scores_the_same_again(county)


def the_bulletins_stand(county: County, reader: FlaskClient) -> None:
    """What was sealed is whole and prints byte for byte as on its day; the ledger of that day would say it again."""
    for bulletin in db.session.scalars(sa.select(Bulletin)):
        assert is_whole(bulletin)
        assert figures_of(take(county.plan, bulletin.period, bulletin.as_of)) == bulletin.facts
        assert reader.get(f"/bulletins/{bulletin.id}.docx").data == county.prints[bulletin.number or 0]
        figures = {1: by_hand.SPRING_FIGURES, 2: by_hand.AUTUMN_FIGURES}[bulletin.number or 0]
        shown = page(reader, f"/bulletins/{bulletin.id}")
        for name in ("截至日", "报送率", "及时率", "退回率", "逾期", "滞后"):
            assert figures[name] in shown, name


def the_ledger_has_the_lamps_of_october(county: County, office: FlaskClient) -> None:
    """Page and workbook as of the second bulletin's day; task 2 with the limit it had by then, 8 closed."""
    address = f"/plans/{county.plan.id}/ledger"
    rows = {str(row[0]): row for row in sheet(office, f"{address}.xlsx?as_of=2022-10-08")}
    states = {no: str(row[14]) for no, row in rows.items() if no.isdigit()}
    assert states == by_hand.OCTOBER_STATES
    assert rows["2"][7] == "2022年8月31日（延至2022-10-31）"
    shown = page(office, f"{address}?as_of=2022-10-08")
    for state in by_hand.OCTOBER_STATES.values():
        assert state.split()[1] in shown, state


def the_grid_adds_the_year_up(county: County, office: FlaskClient) -> None:
    rows = sheet(office, f"/plans/{county.plan.id}/units-periods.xlsx?as_of=2023-01-06")
    assert {str(row[0]).strip(): row[1:] for row in rows[2:]} == by_hand.GRID


def the_page_of_task_2_tells_its_year(county: County, office: FlaskClient) -> None:
    """Its grid is that of the year in which it was reported, its course has what was asked and given."""
    shown = page(office, f"/tasks/{county.task('2').id}")
    for words in ("第三季度", "90%", "原定2022-08-31，准延至2022-10-31；实际2022-10-24办结", "望民督〔2022〕5号"):
        assert words in shown, words


def the_page_of_task_7_counts(county: County, office: FlaskClient) -> None:
    """Two of two but in the last quarter, though one was recorded late."""
    shown = page(office, f"/tasks/{county.task('7').id}").partition('id="occurrences"')[2]
    counts = re.findall(r"2022年(第.季度).*?(\d/2 次[^<]*)<", shown, re.DOTALL)
    assert counts == by_hand.OCCURRENCES


def what_was_found_and_asked_is_listed(county: County, office: FlaskClient) -> None:
    """The ledger of rectifications, the applications for more time, the slips of the year with the notices apart."""
    rows = sheet(office, f"/plans/{county.plan.id}/rectifications.xlsx")[2:]
    found = [(row[3], *(day.date().isoformat() for day in row[7:10]), row[10]) for row in rows]
    assert found == by_hand.RECTIFICATIONS
    asked = page(office, f"/plans/{county.plan.id}/extensions")
    assert asked.index("第12项") < asked.index("到期前") < asked.index("第2项") < asked.index("逾期 5 天")
    slips = page(office, f"/plans/{county.plan.id}/slips")
    assert [number for number in range(1, 7) if f"望民督〔2022〕{number}号" in slips] == [1, 2, 3, 4, 5]


def the_table_of_scores(county: County, office: FlaskClient) -> None:
    """The workbook of the result, and its page."""
    run = the_run()
    rows = sheet(office, f"/score-runs/{run.id}/table.xlsx")[2:]
    found = {row[2]: (row[1] if row[1] != "不排名" else None, row[3], row[-2]) for row in rows}
    final = by_hand.SCORES_AFTER_THE_APPEAL
    assert found == {unit: (place, points / 100, rate) for unit, (place, points, rate) in final.items()}
    shown = page(office, f"/score-runs/{run.id}")
    for unit, (_, points, _) in final.items():
        assert unit in shown and f"{points / 100:g}" in shown, unit


def a_unit_sees_its_own_sheet(county: County, unit: FlaskClient) -> None:
    """南岭's lines with the one that the appeal changed, and nobody else's."""
    run, own = the_run(), county.unit(NANLING).id
    rows = sheet(unit, f"/score-runs/{run.id}/units/{own}/sheet.xlsx")[2:]
    assert [row[5] for row in rows[: len(by_hand.LINES[NANLING])]] == by_hand.NANLING_POINTS
    assert dict((row[0], row[5]) for row in rows[len(by_hand.LINES[NANLING]) :])["总分"] == 93.9
    assert unit.get(f"/score-runs/{run.id}/units/{county.unit(XIHE).id}").status_code in (403, 404)


def the_year_scores_the_same_again(county: County) -> None:
    """Whatever happened since: appeals, a task that was ended, a plan that handed over."""
    version = the_run().scheme_version
    again = make_run(version, county.period(SPRING), county.period(WINTER), county.office)
    assert lines(county, again) == by_hand.LINES
    assert scores(again) == by_hand.SCORES

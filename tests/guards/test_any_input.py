"""Whatever is typed, sent or put into an address: an answer of the 2xx, 3xx or 4xx, never a fault.

Forms are made by hypothesis out of every field name the pages know and of values that break programs: NUL bytes,
half surrogates, numbers too long for a column or for Python, days at the ends of the calendar, a text of a megabyte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.assessment.conftest import SETTLED, make_july_run
from tests.importing.drafts import small_draft
from tests.plans import make_plan, owed_by
from tests.progress.test_evidence import PDF
from tests.world import HEALTH, PEOPLE, World
from tracker import clock
from tracker.accounts.actions import begin_login
from tracker.accounts.models import Person
from tracker.assessment.appeals import file_appeal
from tracker.assessment.models import ScoreLine, ScoreRun
from tracker.assessment.runs import show_run
from tracker.extensions import Base, commit, db, file_store
from tracker.files.keeping import Attached, Intake
from tracker.files.sealing import Sealed
from tracker.indicators.actions import Link, define
from tracker.indicators.definitions import Definition, Direction, Formula
from tracker.indicators.queries import board
from tracker.indicators.values import Entry, enter
from tracker.indicators.written import target_of
from tracker.obligations.models import Obligation
from tracker.obligations.queries import periods
from tracker.permissions import PERMISSIONS
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.closing import apply_for_closing
from tracker.progress.evidence import add_evidence
from tracker.progress.extending import Asked, apply_for_extension
from tracker.reminders.actions import remind
from tracker.supervision.bulletins import draft_bulletin
from tracker.supervision.inspections import Finding, Visit, draft_inspection, edit_inspection, issue_inspection
from tracker.supervision.rectifications import report_item
from tracker.supervision.slips import draw_up
from tracker.web.access import permission_of

TRACKER = Path(__file__).parents[2] / "tracker"
FIELD = re.compile(
    r"""(?:get|getlist|typed\w*|needed_day|asked_day|input|select|textarea)\(\s*"(\w+)"|name="([\w-]+)\""""
)
NASTY = [
    "",
    "0",
    "-1",
    "²",
    "٣",
    "1e9",
    "99999999999",
    "9" * 25,
    "9" * 5000,
    "0001-01-01",
    "9999-12-31",
    "2021-02-30",
    "99999年13月45日",
    "a\x00b",
    "\udc80",
    "\x0b\x1b[0m",
    "😀" * 40,
    "%_\\",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    '=HYPERLINK("//evil")',
    "行\r\nBcc: evil@example.test",
    "//evil.example",
    "/\\evil.example",
    "/a\r\nX-Evil: 1",
    "javascript",
    "长" * 400,
    "x" * 1_000_000,
]
FRIENDLY = ["1", "2", "45", "2021-07-20", "true", "own", "new", "alias", "start", "date", "red", "市财政局", "原因"]
NUMBERS = [0, 1, 2, 3, 2**31 - 1, 2**31, 2**63, 10**40]


def field_names() -> list[str]:
    """Every name of a box, a filter or a part of an address that stands in the program."""
    sources = [*TRACKER.rglob("*.py"), *TRACKER.rglob("*.html")]
    found = {name for file in sources for pair in FIELD.findall(file.read_text(encoding="utf-8")) for name in pair}
    special = {
        "_external",
        "_scheme",
        "_anchor",
        "_method",
        "endpoint",
        "name-1",
        "as-1",
        "unit-1",
        "kind-1",
        "plan_id",
    }
    return sorted((found | special) - {"", "csrf_token", "default", "file"})


NAMES = field_names()
VALUES = st.one_of(st.sampled_from(NASTY), st.sampled_from(FRIENDLY), st.text(max_size=20))


@pytest.fixture
def lived_in(app: Flask, world: World, at: Callable[[date], None]) -> Iterator[dict[str, list[int]]]:
    """A world with something of everything; gives the ids by the name an address has for them."""
    at(date(2021, 7, 26))
    plan = make_plan()
    owed, writer = owed_by(plan, HEALTH, "1"), world.actor("health")
    report = actions.save_draft(owed, actions.Writing("已入库46人", percent=45, seen_version=0), writer)
    add_evidence(owed, "a.pdf", BytesIO(PDF), file_store(), 2**20, writer)
    actions.submit([report], writer)
    actions.sign([report], world.actor("health-head"))
    apply_for_extension(owed.task, owed.unit, Asked(date(2022, 3, 31), "流标", "完成六成"), writer)
    apply_for_closing(owed.task, owed.unit, "已完成", writer)
    remind(clock.today())
    indicator = Definition(
        "管理率", "%", "", "", None, None, "", Direction.UP, Formula.SUM, Every.YEAR, (target_of("≥60%", 2021),)
    )
    define(plan, Link(indicator, [owed.task_id], [owed.unit_id]), world.actor("office1"))
    row, file = board(plan, writer, clock.today())[0], Intake(file_store(), 2**20).keep(Attached("b.pdf", BytesIO(PDF)))
    enter(owed.unit, [Entry(row, date(2020, 12, 31), Decimal(61), "", 0, added=(Sealed(file, ""),))], writer)
    draw_up(owed.task, owed.unit, None, world.actor("office1"))
    make_inspection(plan, world, owed)
    draft_bulletin(plan, periods(plan.id)[0], clock.today(), world.actor("office1"))
    commit()
    at(SETTLED)
    run = make_july_run(plan)
    show_run(run, run.version, world.actor("office1"))
    file_appeal(run_line(run), "断网", "说明", writer)
    commit()
    at(date(2021, 7, 26))
    small_draft(world.actor("office1"))
    commit()
    yield {table.name: list(db.session.scalars(sa.select(table.c.id).limit(50))) for table in tables()}


def make_inspection(plan: Plan, world: World, owed: Obligation) -> None:
    """One that was issued, with an item that was reported, and a draft."""
    office, unit, today = world.actor("office1"), owed.unit_id, clock.today()
    for title in ("已下达的检查", "检查草稿"):
        inspection = draft_inspection(plan, title, today, office)
        visit = Visit(title, today, today, "", "", "", "", [unit], [], inspection.version)
        finding = Finding(None, unit, owed.task_id, "专家库名册没有更新", "更新名册", date(2021, 8, 4))
        edit_inspection(inspection, visit, finding, office)
        if title == "已下达的检查":
            issue_inspection(inspection, inspection.version, office)
            item = inspection.findings[0]
            files, intake = [Attached("a.pdf", BytesIO(PDF))], Intake(file_store(), 2**20)
            report_item(item, "已更新", files, intake, item.version, world.actor("health"))


def run_line(run: ScoreRun) -> ScoreLine:
    return db.session.scalars(sa.select(ScoreLine).where(ScoreLine.run_id == run.id).order_by(ScoreLine.id)).all()[0]


def tables() -> list[sa.Table]:
    return [table for table in Base.metadata.sorted_tables if "id" in table.c]


def sign_in(app: Flask, login: str) -> FlaskClient:
    """A browser in which the person is signed in, without the fifth of a second that a password takes."""
    client = app.test_client()
    person = db.session.scalars(sa.select(Person).where(Person.login == login)).one()
    now, token = int(clock.real_now().timestamp()), begin_login(person, "127.0.0.1")
    commit()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=str(person.id), login=token, epoch=person.login_epoch, since=now, seen=now)
    db.session.rollback()
    return client


def doors(app: Flask, method: str) -> list[Rule]:
    """Every address that takes the method, but the two that cost a password's time."""
    slow = {"accounts.sign_in", "accounts.change_password", "people.add", "people.reset", "static"}
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint not in slow]


TABLES = {
    "draft_id": "import_draft",
    "row_id": "import_row",
    "doubt_id": "import_doubt",
    "settlement_id": "import_settlement",
}


def address(data: st.DataObject, rule: Rule, ids: dict[str, list[int]]) -> str:
    """The rule with ids that are there, and sometimes with some that cannot be."""
    path = rule.rule
    for name in rule.arguments:
        table = TABLES.get(name, name[:-3])
        known = ids.get(table, [])[:3]
        chosen = data.draw(st.sampled_from(known * 4 + NUMBERS if known else NUMBERS), label=name)
        path = re.sub(rf"<[^>]*\b{name}>", str(chosen), path)
    return path


def people_for(rule: Rule) -> list[str]:
    """Those whose role opens the door, three times as likely as the others."""
    roles = PERMISSIONS[permission].roles if (permission := permission_of(rule.endpoint)) in PERMISSIONS else set()
    return [login for login, (_, role, _) in PEOPLE.items() for _ in range(3 if role in roles else 1)]


def faults(app: Flask, ids: dict[str, list[int]], data: st.DataObject, method: str) -> None:
    rule = data.draw(st.sampled_from(doors(app, method)), label="rule")
    login = data.draw(st.sampled_from(people_for(rule)), label="login")
    names = data.draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=len(NAMES)), label="names")
    sent: dict[str, Any] = {name: data.draw(VALUES, label=name) for name in names}
    path = address(data, rule, ids)
    headers = data.draw(st.sampled_from([{}, {"HX-Request": "true"}, {"X-Requested-With": "fetch"}]))
    client = sign_in(app, login)
    if method == "GET":
        text = {name: value.encode("utf-8", "replace").decode() for name, value in sent.items() if len(value) < 9000}
        answer = client.get(path, query_string=text, headers=headers)
    else:
        if data.draw(st.booleans()):
            sent["file"] = (BytesIO(data.draw(st.sampled_from([b"", PDF, b"\0" * 99]))), data.draw(st.text(max_size=9)))
        clean = {name: v.encode("utf-8", "replace") if isinstance(v, str) else v for name, v in sent.items()}
        answer = client.post(path, data=clean, headers=headers)
    assert answer.status_code < 500 or answer.status_code == 507, (login, method, path)
    db.session.rollback()


bounded = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@bounded
@given(data=st.data())
def test_whatever_is_sent_to_a_form_is_no_fault(
    app: Flask, lived_in: dict[str, list[int]], data: st.DataObject
) -> None:
    faults(app, lived_in, data, "POST")


@bounded
@given(data=st.data())
def test_whatever_stands_in_an_address_is_no_fault(
    app: Flask, lived_in: dict[str, list[int]], data: st.DataObject
) -> None:
    faults(app, lived_in, data, "GET")

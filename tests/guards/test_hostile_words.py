"""Markup, quotes and formulas in every text there is: on a page they are letters, in a workbook a cell of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from tests.conftest import make_app
from tests.databases import SQLiteTemplates
from tests.guards.test_every_door import ONE_OF_EACH_ROLE, House, asked, without_libreoffice
from tests.world import World
from tracker import clock
from tracker.audit.actions import record
from tracker.extensions import Base, commit, db
from tracker.ledger.models import Standing
from tracker.tasks.models import Task
from tracker.tasks.touched import touch

HOSTILE = '=cmd|\'!A0<script>alert(1)</script>"onload="x'
RAN = re.compile(r"<script>alert|\"onload=|<img src=x")
CODES = re.compile(
    r"(login|password_hash|token_hash|sha256|hash|previous_hash|media_type|key|stable_id|channel|address|recipient|source"
    r"|email|code|about|kind|desk|colour|state|sort_key|business_on|action|subject_type|limit_\w+|milestone|self_state"
    r"|period_state|audience|every|reason_axis|axis)$"
)


def poison() -> None:
    """Put the words into every column that keeps a text of somebody's."""
    for table in Base.metadata.sorted_tables:
        if table.name in {"audit_event", "login_attempt", "standing", "job_run", "obligation"} or "id" not in table.c:
            continue
        words = {
            column.name: sa.cast(table.c.id, sa.String) + HOSTILE
            if column.unique or (table.name, column.name) == ("unit", "name")
            else sa.literal(HOSTILE)
            for column in table.c
            if isinstance(column.type, sa.String | sa.Text)
            and not isinstance(column.type, sa.Enum)
            and not CODES.fullmatch(column.name)
        }
        if words:
            db.session.execute(sa.update(table).values(words))


@pytest.fixture(scope="module")
def built_hostile(sqlite_templates: SQLiteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with sqlite_templates.copy() as address, without_libreoffice():
        app = make_app(address, tmp_path_factory.mktemp("hostile"))
        house = House(app)
        with app.app_context():
            poison()
            db.session.execute(sa.delete(Standing))
            db.session.expire_all()
            touch(db.session.scalars(sa.select(Task.id)))
            record(World().actor("office1"), HOSTILE, "unit", 1, HOSTILE, after={HOSTILE: [HOSTILE]}, reason=HOSTILE)
            commit()
            assert HOSTILE in (db.session.scalar(sa.select(Task.text)) or "")
        yield house
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def hostile(built_hostile: House) -> House:
    clock.set_folder(built_hostile.app.config["DATA_FOLDER"])
    return built_hostile


def test_no_text_runs_as_markup_and_none_is_a_formula(hostile: House) -> None:
    met = 0
    assert clock.fixed_day() is not None
    for rule in hostile.rules(writing=False):
        for there in asked(hostile, rule):
            for login in ONE_OF_EACH_ROLE:
                if not hostile.may_enter(login, rule):
                    continue
                answer = hostile.browsers[login].get(there)
                assert answer.status_code < 500, (login, there)
                if answer.data[:2] == b"PK":
                    met += check_workbook(answer.data, there)
                elif answer.mimetype == "text/html":
                    text = answer.get_data(as_text=True)
                    assert not RAN.search(text), (login, there, RAN.search(text))
                    met += "&lt;script&gt;alert(1)" in text
                assert "\n" not in answer.headers.get("Content-Disposition", "")
    assert met > 40


def check_workbook(content: bytes, there: str) -> int:
    """Every cell is a text, a number or a date; gives whether the words were met in it."""
    with ZipFile(BytesIO(content)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert not any(re.search(r"<f[ >]", sheet) for sheet in sheets), there
    return any("=cmd|" in sheet for sheet in sheets)

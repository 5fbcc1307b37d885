"""The county with its list of 2022 imported and confirmed, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask_migrate import upgrade

from tests.conftest import Browser, make_app
from tests.databases import PostgreSQLTemplates, SQLiteTemplates
from tests.stories.county.people import County, bring_in_the_list, settle_the_county
from tracker import clock
from tracker.extensions import commit, db


@pytest.fixture(params=["sqlite", "postgresql"])
def county(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[County]:
    """The list was confirmed on 2022-01-12; every unit has a reporter and a head."""
    templates: SQLiteTemplates | PostgreSQLTemplates = request.getfixturevalue(f"{request.param}_templates")
    with templates.empty() as address:
        app = make_app(address, tmp_path / "data")
        app.test_client_class = Browser
        clock.fix_day(date(2022, 1, 12))
        with app.app_context():
            upgrade()
            settle_the_county()
            bring_in_the_list()
            commit()
            yield County()
            db.session.remove()
            db.engine.dispose()

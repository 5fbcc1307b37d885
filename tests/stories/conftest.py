"""What the stories ask for: a city with the notice imported, and the Chromium of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask_migrate import upgrade

from tests.browser.conftest import browser_type_launch_args
from tests.conftest import make_app
from tests.databases import PostgreSQLTemplates, SQLiteTemplates
from tests.stories.city import City
from tracker import clock
from tracker.cli._story import bring_in_plan
from tracker.cli.demo import load_people
from tracker.extensions import commit, db

__all__ = ["browser_type_launch_args", "city"]


@pytest.fixture(params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[City]:
    """The 潜江 notice has been imported and confirmed on 2021-07-01; every unit has a reporter and a head."""
    templates: SQLiteTemplates | PostgreSQLTemplates = request.getfixturevalue(f"{request.param}_templates")
    with templates.empty() as address:
        app = make_app(address, tmp_path / "data")
        clock.fix_day(date(2021, 7, 1))
        with app.app_context():
            upgrade()
            load_people(set())
            commit()
            bring_in_plan()
            yield City()
            db.session.remove()
            db.engine.dispose()

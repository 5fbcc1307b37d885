"""Migrations go up and down with rows in the tables, and end where the models are, on both databases."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.conftest import make_app
from tests.plans import make_plan
from tests.world import World, build_world
from tracker.config import bundled
from tracker.extensions import db
from tracker.units.queries import units

VERSIONS = sorted(path.stem for path in (bundled("migrations") / "versions").glob("*.py"))


def test_migrations_are_numbered_without_gaps() -> None:
    assert [name[:4] for name in VERSIONS] == [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]


def test_every_migration_can_be_undone() -> None:
    for name in VERSIONS:
        text = (bundled("migrations") / "versions" / f"{name}.py").read_text(encoding="utf-8")
        assert re.search(r"def downgrade\(\) -> None:\n(?!    pass)", text), name


def test_down_and_up_again_with_rows_in_the_tables(world: World) -> None:
    make_plan()
    db.session.remove()
    for name in reversed(VERSIONS[:-1]):
        downgrade(revision=name[:4])
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    build_world()
    assert len(units()) == 9


def test_the_last_step_keeps_the_rows(world: World) -> None:
    """What only the newest migration added goes; what was there before it stays."""
    before = len(units())
    db.session.remove()
    downgrade(revision="-1")
    upgrade()
    assert len(units()) == before


def test_the_tables_are_those_of_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_room_s_tables_are_registered() -> None:
    tracker = Path(__file__).parents[2] / "tracker"
    registry = (tracker / "registry.py").read_text(encoding="utf-8")
    for file in tracker.glob("*/models.py"):
        assert f"import tracker.{file.parent.name}.models" in registry


def test_migrating_an_empty_database_twice_is_once(empty_database: str, tmp_path: Path) -> None:
    with make_app(empty_database, tmp_path).app_context():
        upgrade()
        upgrade()
        build_world()
        db.session.remove()
        db.engine.dispose()

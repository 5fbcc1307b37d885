"""Fixtures whose rows are written once: the first test that asks for one keeps its database as a template, and every
later test with it begins on a copy.

Such a fixture is marked ``@beginning`` instead of ``@pytest.fixture``; it commits what it does and returns one row. It
may ask for others of its kind. A copy brings the business day and the kept files along. Where a test moved the day
before, the fixture is built for that test alone.
"""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from flask import current_app

from tests.databases import Templates
from tests.world import TODAY
from tracker import clock
from tracker.extensions import db

Row = TypeVar("Row")


@dataclass(frozen=True)
class Kept:
    """A template with all that was begun in it, by the names of the fixtures. ``row``: what the last one returned."""

    template: str
    folder: Path
    begun: frozenset[str]
    row: tuple[type[Any], tuple[Any, ...]]


KEPT: dict[tuple[str, str], Kept] = {}
"""By the kind of the database and the fixture's name, of this process."""
BEGUN = pytest.StashKey[frozenset[str]]()
"""What has been begun in the database of a test."""
DAY = pytest.StashKey[date]()
"""The business day on which the last of it left the test."""


def beginning(build: Callable[..., Row]) -> Any:
    """The fixture of ``build``; see above."""
    name = f"{build.__module__}.{build.__name__}"

    def begin(request: pytest.FixtureRequest, **others: Any) -> Row:
        stash, key = request.node.stash, (db.engine.name, name)
        begun = stash.get(BEGUN, frozenset())
        if name in begun:
            kind, identity = KEPT[key].row
            return db.session.get_one(kind, identity)  # type: ignore[return-value]
        is_untouched = clock.today() == stash.get(DAY, TODAY)
        row = build(**others)
        stash[BEGUN], stash[DAY] = begun | {name}, clock.today()
        if is_untouched and key not in KEPT:
            KEPT[key] = _keep(request, row)
        return row

    parameters = [inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    parameters += inspect.signature(build).parameters.values()
    begin.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    begin.__doc__ = build.__doc__
    return pytest.fixture(name=build.__name__)(begin)


def _keep(request: pytest.FixtureRequest, row: object) -> Kept:
    db.session.commit()
    identity = sa.inspect(row).identity  # type: ignore[union-attr]
    db.engine.dispose()
    templates: Templates = request.getfixturevalue(f"{db.engine.name}_templates")
    folder = request.getfixturevalue("session_folder") / f"begun{len(KEPT)}"
    shutil.copytree(current_app.config["DATA_FOLDER"], folder)
    template = templates.keep(request.getfixturevalue("database"))
    return Kept(template, folder, request.node.stash[BEGUN], (type(row), identity))


def _asked_for(request: pytest.FixtureRequest, kind: str) -> Kept | None:
    """The template that is furthest on the way to what the test asks for, by its own module's fixtures or those of the
    folders above it."""
    package = request.module.__name__.split(".")[:-1]
    above = [".".join([*package[:depth], "conftest"]) for depth in range(len(package), 0, -1)]
    names = [
        f"{place}.{name}"
        for name in request.fixturenames
        for place in ([request.module.__name__] if hasattr(request.module, name) else above)
    ]
    found = [KEPT[kind, name] for name in names if (kind, name) in KEPT]
    return max(found, key=lambda kept: len(kept.begun), default=None)


@contextmanager
def copy_for(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """The address of a database for a test: the world, or what the test's beginnings have already made of it.

    ``kind``: sqlite or postgresql; ``folder``: the data folder of the application.
    """
    templates: Templates = request.getfixturevalue(f"{kind}_templates")
    kept = _asked_for(request, kind)
    request.node.stash[BEGUN] = kept.begun if kept else frozenset()
    if kept:
        shutil.copytree(kept.folder, folder, dirs_exist_ok=True)
        request.node.stash[DAY] = date.fromisoformat((folder / clock.DAY_FILE).read_text())
    with templates.copy(kept.template if kept else None) as address:
        yield address

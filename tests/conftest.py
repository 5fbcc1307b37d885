"""Fixtures every test may ask for. A test that touches rows runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, make_url
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.beginnings import copy_for
from tests.databases import PostgreSQLTemplates, SQLiteTemplates, Templates, in_memory, postgresql_server
from tests.world import PASSWORD, TODAY, World, build_world
from tracker import clock
from tracker.app import create_app
from tracker.config import database_url
from tracker.extensions import db

os.environ.pop("TRACKER_DATABASE_URL", None)
if place := in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", place)  # where tmp_path lies
settings.register_profile("tracker", deadline=None)  # two busy cores say nothing of the time an example takes
settings.load_profile("tracker")
gc.set_threshold(20_000, 20, 20)  # rows and compiled statements are many and long-lived: looking through them is dear
COMPILED = FileSystemBytecodeCache(mkdtemp(prefix="tracker-templates-"))
"""Templates are compiled once for every application that tests make."""
BUILDERS: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
"""So are the functions that build addresses: they take their rule as an argument, and compiling those of an application
takes longer than most tests."""
compile_builder = Rule._compile_builder


def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    key = (*rule._trace, repr(rule.defaults), append_unknown)
    if key not in BUILDERS:
        BUILDERS[key] = compile_builder(rule, append_unknown)
    return BUILDERS[key]


Rule._compile_builder = compile_once  # type: ignore[method-assign]


def make_app(address: str, folder: Path, **settings: object) -> Flask:
    """The application on a database, with fast settings for tests and nothing from the environment."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "TESTING": True,
        "SECRET_KEY": "a key for tests",
        "TRACKER_DATA": str(folder),
        "TRACKER_DATABASE_URL": address,
        "WTF_CSRF_ENABLED": False,
    }
    app = create_app({**values, **settings})
    app.jinja_env.bytecode_cache = COMPILED
    return app


class LastingApp:
    """One application for each kind of database, put on a fresh copy for every test: so what SQLAlchemy has compiled
    and Jinja has loaded, most of a short test's time, is kept. Its settings are as at first each time."""

    def __init__(self, address: str, folder: Path) -> None:
        self.app = make_app(address, folder)
        self.app.test_client_class = Browser
        self.settings = dict(self.app.config)
        with self.app.app_context():
            event.listen(db.engine, "do_connect", self._connect)
            event.listen(db.engine, "connect", _forget_the_disk)

    def put_on(self, address: str, folder: Path) -> Flask:
        folder.mkdir(parents=True, exist_ok=True)
        config = self.app.config
        config.clear()
        config.update(self.settings, TRACKER_DATA=str(folder), TRACKER_DATABASE_URL=address, DATA_FOLDER=folder)
        config["SQLALCHEMY_DATABASE_URI"] = database_url(config)
        clock.set_folder(folder)
        return self.app

    def _connect(self, dialect: Any, record: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
        arguments, named = dialect.create_connect_args(make_url(self.app.config["SQLALCHEMY_DATABASE_URI"]))
        return dialect.connect(*arguments, **named)


def _forget_the_disk(connection: Any, record: Any) -> None:
    """No test pulls the plug, so none waits for the disk; PostgreSQL is told so in tests/databases.py."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def lasting() -> dict[str, LastingApp]:
    """The applications that last, by the kind of their database."""
    return {}


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("databases")


def _fill(folder: Path) -> Callable[[str], None]:
    def fill(address: str) -> None:
        app = make_app(address, folder)
        clock.fix_day(TODAY)
        with app.app_context():
            upgrade()
            build_world()
            db.session.remove()
            db.engine.dispose()

    return fill


@pytest.fixture(scope="session")
def sqlite_templates(session_folder: Path) -> SQLiteTemplates:
    return SQLiteTemplates(session_folder, _fill(session_folder / "data"))


@pytest.fixture(scope="session")
def postgresql_templates(session_folder: Path) -> Iterator[PostgreSQLTemplates]:
    with postgresql_server() as server:
        templates = PostgreSQLTemplates(server, _fill(session_folder / "data"))
        yield templates
        templates.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh copy of the world, or of what has begun in it, on each database in turn."""
    with copy_for(request, request.param, tmp_path / "data") as address:
        yield address


class Browser(FlaskClient):
    """A browser of its own. The test's application context lies round every request, so what ``g`` remembers of it, who
    was signed in above all, is forgotten before and after."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        vars(g).clear()
        try:
            return super().open(*args, **kwargs)
        finally:
            vars(g).clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without any tables."""
    templates: Templates = request.getfixturevalue(f"{request.param}_templates")
    with templates.empty() as address:
        yield address


@pytest.fixture
def app(database: str, tmp_path: Path, lasting: dict[str, LastingApp]) -> Iterator[Flask]:
    """The application on the world of tests/world.py, business day 2021-07-01, inside an application context."""
    kind, folder = make_url(database).get_backend_name(), tmp_path / "data"
    if kind not in lasting:
        lasting[kind] = LastingApp(database, folder)
    app = lasting[kind].put_on(database, folder)
    if clock.fixed_day() is None:
        clock.fix_day(TODAY)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """The people and units every test knows."""
    return World()


@pytest.fixture
def at() -> Callable[[date], None]:
    """Move the business day."""
    return clock.fix_day


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script, signed in as nobody."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Sign in by login name; gives a client of that person's own."""

    def as_person(login: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return client

    return as_person


WITH_BROWSER = ("tests/browser/", "tests/stories/test_by_hand.py")
TOGETHER = tuple(f"tests/guards/test_{name}.py" for name in ("wheel", "every_door", "hostile_words"))
"""Files whose tests share what takes long to make."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test that needs a browser is tried twice more when it fails, and the output says so: on a busy machine it may
    miss a moment."""
    if item.nodeid.startswith(WITH_BROWSER):
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.flaky(reruns=2))


class BrowserApart(LoadScopeScheduling):
    """Browser tests go one after another to one process; any other test to the process that is free."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(WITH_BROWSER):
            return "browser"
        return nodeid.partition("::")[0] if nodeid.startswith(TOGETHER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BrowserApart:
    return BrowserApart(config, log)

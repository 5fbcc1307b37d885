"""`tracker demo`: people and units to try the program with."""

from __future__ import annotations

from tests.cli.conftest import Run
from tests.conftest import make_app
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.units.queries import memberships, unit_by_name, units


def test_the_empty_demo_lacks_three_units(empty_database: str, place, run: Run) -> None:
    folder = place(empty_database, "demo")
    run("init", "--no-people")
    run("demo", "load", "--empty")
    with make_app(empty_database, folder).app_context():
        assert len(units()) == 60
        assert unit_by_name("市机关事务服务中心") is None
        towns = unit_by_name("各区镇街道")
        assert towns is not None
        assert len(memberships([towns.id])) == 22
    assert (folder / "business-day").read_text() == "2021-07-01"


def test_the_demo_is_loaded_once_and_its_people_can_sign_in(empty_database: str, place, run: Run) -> None:
    folder = place(empty_database, "demo")
    run("init", "--no-people")
    run("demo", "load", "--empty")
    assert "already" in run("demo", "load").output
    client = make_app(empty_database, folder).test_client()
    for line in run("user", "list").output.splitlines():
        answer = client.post("/login", data={"login": line.split()[0], "password": DEMO_PASSWORD})
        assert answer.location == "/", line


def test_the_demo_does_not_come_into_a_place_with_people(empty_database: str, place, run: Run) -> None:
    place(empty_database, "data")
    run("init")
    assert "演示数据不装进来" in run("demo", "load", fails=True).output
    assert len(run("user", "list").output.splitlines()) == 3


def test_the_day_is_moved_and_let_go(empty_database: str, place, run: Run) -> None:
    folder = place(empty_database, "data")
    run("init", "--no-people")
    assert "2021-11-01" in run("demo", "day", "2021-11-01").output
    assert (folder / "business-day").read_text() == "2021-11-01"
    run("demo", "day")
    assert not (folder / "business-day").exists()

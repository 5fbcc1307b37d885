"""The demo's people on the login page: those alone who can sign in."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.world import World
from tracker.accounts.demo import NO_PASSWORD, demo_people
from tracker.accounts.models import Person
from tracker.extensions import commit, db


def test_who_signs_in_nowhere_is_not_offered(app: Flask, client: FlaskClient, world: World) -> None:
    db.session.add(Person(login="demo-8-reporter", name="市委组织部填报人", password_hash=NO_PASSWORD))
    commit()
    assert "demo-8-reporter" not in {person.login for person in demo_people()}
    app.config["TRACKER_DEMO"] = True
    page = client.get("/login").get_data(as_text=True)
    assert "office1" in page and "demo-8-reporter" not in page
    answer = client.post("/login", data={"login": "demo-8-reporter", "password": "demo-2021"})
    assert answer.status_code == 422

"""No form is taken without its token, signed in or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import make_app
from tracker.extensions import db


@pytest.fixture
def guarded(sqlite_templates, tmp_path: Path):
    with sqlite_templates.copy() as address:
        app = make_app(address, tmp_path, WTF_CSRF_ENABLED=True)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def test_every_post_without_a_token_is_refused(guarded: Flask) -> None:
    client, tried = guarded.test_client(), 0
    adapter = guarded.url_map.bind("localhost")
    for rule in guarded.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            address = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method=method)
            answer = client.open(address, method=method, data={"login": "office1"})
            assert answer.status_code == 400, rule
            tried += 1
    assert tried > 10


def test_a_post_with_its_token_is_taken(guarded: Flask) -> None:
    client = guarded.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/login", data={"login": "office1", "password": "a-good-pass-1", "csrf_token": token})
    assert answer.status_code == 303

"""Attacks on logins: guessing at one moment, copied cookies, a cookie planted before the login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import make_app
from tests.statements import count_statements
from tests.world import PASSWORD, TODAY, World
from tracker import clock
from tracker.accounts import passwords
from tracker.accounts.actions import end_person, hash_of, reset_password
from tracker.accounts.models import Login, LoginAttempt
from tracker.extensions import commit, db

SignIn = Callable[[str], FlaskClient]
NEW = {"old_password": PASSWORD, "new_password": "another-pass-2", "again": "another-pass-2"}


@pytest.fixture
def shared(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application without a context of the test's own, so that every thread has its own session."""
    app = make_app(database, tmp_path / "data")
    clock.fix_day(TODAY)
    yield app
    with app.app_context():
        db.engine.dispose()


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/password").status_code == 200


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    assert found is not None
    return found.value


def thief(app: Flask, cookie: str) -> FlaskClient:
    """Another browser with a copy of the cookie."""
    client = app.test_client()
    client.set_cookie("session", cookie)
    return client


def test_a_dozen_guesses_at_one_moment_are_no_more_than_five(shared: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, looked_at, matches = Barrier(12), [], passwords.matches

    def counting(password_hash: str | None, password: str) -> bool:
        looked_at.append(password)
        return matches(password_hash, password)

    monkeypatch.setattr(passwords, "matches", counting)

    def guess(number: int) -> str:
        gate.wait()
        answer = shared.test_client().post("/login", data={"login": "health", "password": f"wrong-{number}"})
        assert answer.status_code == 422
        return answer.get_data(as_text=True)

    with ThreadPoolExecutor(12) as threads:
        pages = list(threads.map(guess, range(12)))
    assert len(looked_at) == 5
    assert sum("已锁定" in page for page in pages) == 7
    with shared.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginAttempt)) == 5


def test_a_copied_cookie_is_dead_after_signing_out(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("health")
    other = thief(app, cookie_of(client))
    assert is_signed_in(other)
    client.post("/logout")
    assert not is_signed_in(other)
    assert not is_signed_in(thief(app, cookie_of(other)))
    assert is_signed_in(sign_in("health"))


def test_signing_out_ends_this_login_and_no_other(sign_in: SignIn) -> None:
    here, elsewhere = sign_in("health"), sign_in("health")
    here.post("/logout")
    assert is_signed_in(elsewhere)


def test_a_copied_cookie_is_dead_after_a_new_password(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("health")
    other = thief(app, cookie_of(client))
    assert client.post("/password", data=NEW).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)


@pytest.mark.parametrize("how", ["ended", "reset"])
def test_a_cookie_is_dead_when_the_administrator_ends_the_account_or_resets_its_password(
    app: Flask, world: World, sign_in: SignIn, how: str
) -> None:
    client = sign_in("health")
    person, system = world.person("health"), world.actor("system")
    end_person(person, TODAY, "调离", system) if how == "ended" else reset_password(person, system)
    commit()
    assert not is_signed_in(client)


def test_a_login_begins_with_a_cookie_of_its_own_whatever_was_planted(app: Flask, client: FlaskClient) -> None:
    """Session fixation: neither the planted cookie nor anything that stood in it becomes the login."""
    with client.session_transaction() as planted:
        planted.update(login="planted", epoch=0, post=1, mark="planted")
    before = cookie_of(client)
    assert client.post("/login", data={"login": "health", "password": PASSWORD}).status_code == 303
    with client.session_transaction() as now:
        assert now["login"] != "planted"
        assert "mark" not in now and "post" not in now
    assert not is_signed_in(thief(app, before))


def test_signing_in_as_somebody_else_ends_the_login_before(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("health")
    old = thief(app, cookie_of(client))
    client.post("/login", data={"login": "finance", "password": PASSWORD})
    assert not is_signed_in(old)


def test_a_token_fits_its_own_person_alone(app: Flask, world: World, sign_in: SignIn) -> None:
    client = sign_in("health")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = str(world.person("system").id)
    assert not is_signed_in(client)


def test_the_database_does_not_know_the_token(sign_in: SignIn) -> None:
    client = sign_in("health")
    with client.session_transaction() as cookie:
        token = cookie["login"]
    kept = db.session.scalars(sa.select(Login)).one()
    assert kept.token_hash == hash_of(token) != token


def test_looking_at_the_token_costs_no_statement_of_its_own(sign_in: SignIn) -> None:
    client = sign_in("system")
    with count_statements() as statements:
        client.get("/password")
    assert sum("FROM person" in statement for statement in statements) == 1
    assert not [statement for statement in statements if "FROM login" in statement and "person" not in statement]

"""Logins end: after idle time, after a day's work, when the password changes elsewhere, when the account ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from tests.world import PASSWORD, World
from tracker import clock
from tracker.accounts.actions import end_person
from tracker.extensions import commit

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let real time pass."""
    start = clock.real_now()
    passed = [timedelta()]
    monkeypatch.setattr(clock, "real_now", lambda: start + passed[0])

    def pass_by(span: timedelta) -> None:
        passed[0] += span

    return pass_by


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/password").status_code == 200


def test_a_login_ends_after_an_idle_hour(later, sign_in: SignIn) -> None:
    client = sign_in("health")
    later(timedelta(minutes=59))
    assert is_signed_in(client)
    later(timedelta(minutes=61))
    answer = client.get("/password")
    assert answer.location.startswith("/login")
    assert "登录已过时" in client.get(answer.location).get_data(as_text=True)


def test_a_login_ends_after_twelve_hours_however_busy(later, sign_in: SignIn) -> None:
    client = sign_in("health")
    for _ in range(24):
        later(timedelta(minutes=30))
        assert is_signed_in(client)
    later(timedelta(minutes=1))
    assert not is_signed_in(client)


def test_a_new_password_ends_the_logins_elsewhere_but_not_this_one(sign_in: SignIn) -> None:
    here, elsewhere = sign_in("health"), sign_in("health")
    new = {"old_password": PASSWORD, "new_password": "another-pass-2", "again": "another-pass-2"}
    assert here.post("/password", data=new).status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_an_ended_account_is_out_at_once(world: World, sign_in: SignIn) -> None:
    client = sign_in("health")
    end_person(world.person("health"), date(2021, 7, 1), "调离", world.actor("system"))
    commit()
    assert not is_signed_in(client)
    assert client.post("/login", data={"login": "health", "password": PASSWORD}).status_code == 422


def test_the_lock_opens_after_a_quarter_of_an_hour(later, client: FlaskClient) -> None:
    for _ in range(5):
        client.post("/login", data={"login": "health", "password": "wrong"})
    assert "已锁定" in client.post("/login", data={"login": "HEALTH", "password": PASSWORD}).get_data(as_text=True)
    later(timedelta(minutes=16))
    assert client.post("/login", data={"login": "health", "password": PASSWORD}).status_code == 303


def test_the_lock_is_for_one_login_alone(client: FlaskClient) -> None:
    for _ in range(5):
        client.post("/login", data={"login": "health", "password": "wrong"})
    assert client.post("/login", data={"login": "finance", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [("/units", "/units"), ("https://elsewhere.test/", "/"), ("//elsewhere.test", "/"), ("/\\elsewhere.test", "/")],
)
def test_after_the_login_one_lands_on_this_site(client: FlaskClient, target: str, goes_to: str) -> None:
    answer = client.post("/login", data={"login": "office1", "password": PASSWORD, "next": target})
    assert answer.location == goes_to


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old_password": "wrong"}, "现在的密码不对"),
        ({"new_password": "short-1", "again": "short-1"}, "至少要 10 位"),
        ({"new_password": "onlyletters", "again": "onlyletters"}, "也要有数字或符号"),
        ({"new_password": "my-health-99", "again": "my-health-99"}, "不能含登录名"),
        ({"again": "different-pass-3"}, "两次输入的新密码不一样"),
        ({"new_password": PASSWORD, "again": PASSWORD}, "不能与现在的相同"),
    ],
)
def test_a_password_that_will_not_do_is_told_why(sign_in: SignIn, typed: dict[str, str], sentence: str) -> None:
    good = {"old_password": PASSWORD, "new_password": "another-pass-2", "again": "another-pass-2"}
    answer = sign_in("health").post("/password", data={**good, **typed})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)

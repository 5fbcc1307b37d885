"""Failed logins as the administrators see them; tries during a lockout are counted, and cannot fill the disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.world import PASSWORD, World
from tracker import clock
from tracker.accounts.failed import Wanted, failures, locked_until
from tracker.accounts.models import LoginAttempt, RefusedHour
from tracker.audit.models import AuditEvent
from tracker.extensions import db

SignIn = Callable[[str], FlaskClient]
START = clock.real_now().replace(hour=10, minute=20)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let minutes of real time pass, from twenty past ten on."""
    passed = [timedelta()]
    monkeypatch.setattr(clock, "real_now", lambda: START + passed[0])

    def pass_by(minutes: int) -> None:
        passed[0] += timedelta(minutes=minutes)

    return pass_by


def guess(client: FlaskClient, times: int, login: str = "health", address: str = "10.0.0.7") -> None:
    for _ in range(times):
        data = {"login": login, "password": "wrong"}
        assert client.post("/login", data=data, environ_base={"REMOTE_ADDR": address}).status_code == 422


def logged(action: str) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.action == action)) or 0


def test_tries_during_a_lockout_are_one_row_and_one_line_of_the_log_an_hour(
    client: FlaskClient, wait: Callable[[int], None]
) -> None:
    guess(client, 5)
    guess(client, 8)
    guess(client, 2, address="10.0.0.8")
    rows = {row.address: row.count for row in db.session.scalars(sa.select(RefusedHour))}
    assert rows == {"10.0.0.7": 8, "10.0.0.8": 2}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginAttempt)) == 5
    assert (logged("login.refused"), logged("login.locked")) == (5, 2)
    assert {one.first_at for one in failures(Wanted(), 1)[0]} == {START}  # not the hour's beginning
    wait(14)
    guess(client, 3)
    assert logged("login.locked") == 2
    wait(30)  # another hour; open again, and five more lock it
    guess(client, 6)
    assert logged("login.locked") == 3


def test_failures_stand_by_login_and_address_with_the_end_of_the_lockout(
    client: FlaskClient, world: World, wait: Callable[[int], None]
) -> None:
    guess(client, 2, "nobody-here")
    wait(1)
    guess(client, 3)
    guess(client, 2, address="10.0.0.8")
    wait(1)
    guess(client, 4)
    found, total = failures(Wanted(), 1)
    told = [(one.login, one.address, one.name, one.wrong, one.locked) for one in found]
    assert [one.first_at for one in found] == [START + timedelta(minutes=1)] * 2 + [START]
    assert total == 3 and told == [
        ("health", "10.0.0.7", "张填报", 3, 4),
        ("health", "10.0.0.8", "张填报", 2, 0),
        ("nobody-here", "10.0.0.7", None, 2, 0),
    ]
    assert locked_until(clock.real_now(), 5, 15) == {"health": START + timedelta(minutes=16)}
    wait(15)
    assert locked_until(clock.real_now(), 5, 15) == {}
    assert [one.login for one in failures(Wanted("nobody"), 1)[0]] == ["nobody-here"]
    assert failures(Wanted(until_on=START.date() - timedelta(days=1)), 1) == ([], 0)
    assert failures(Wanted(from_on=START.date()), 1)[1] == 3


def test_a_right_password_ends_what_was_counted_towards_a_lockout(
    client: FlaskClient, wait: Callable[[int], None]
) -> None:
    guess(client, 4)
    wait(1)
    client.post("/login", data={"login": "health", "password": PASSWORD})
    wait(1)
    guess(client.application.test_client(), 4)
    assert locked_until(clock.real_now(), 5, 15) == {}
    assert failures(Wanted(), 1)[0][0].wrong == 8


def test_the_administrators_of_security_and_audit_have_a_page_of_them(client: FlaskClient, sign_in: SignIn) -> None:
    guess(client, 6, "finance")
    for login, status in (("security", 200), ("auditor", 200), ("system", 403), ("office1", 403)):
        assert sign_in(login).get("/audit/logins").status_code == status, login
    page = sign_in("security").get("/audit/logins?find=10.0.0").get_data(as_text=True)
    assert "10.0.0.7" in page and "钱填报" in page and "现在锁定 1 个" in page
    assert "action=login.refused" not in page  # the log itself is not for security
    assert "action=login.refused&amp;find=finance" in sign_in("auditor").get("/audit/logins").get_data(as_text=True)
    nothing = sign_in("auditor").get("/audit/logins?find=nobody&page=x&from_on=someday").get_data(as_text=True)
    assert "没有找到记录" in nothing

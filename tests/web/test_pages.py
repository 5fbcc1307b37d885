"""The frame of the pages: login, refusals, addresses that do not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient


def test_a_stranger_is_sent_to_the_login(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 303
    assert "/login" in answer.location


@pytest.mark.parametrize("login", ["office1", "health", "health-head", "leader", "system", "security", "auditor"])
def test_everybody_has_a_home(sign_in: Callable[[str], FlaskClient], login: str) -> None:
    assert sign_in(login).get("/").status_code in {200, 303}


def test_a_wrong_password_says_what_to_do(client: FlaskClient) -> None:
    answer = client.post("/login", data={"login": "office1", "password": "wrong"})
    assert answer.status_code == 422
    assert "登录名或密码不对" in answer.get_data(as_text=True)


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client: FlaskClient) -> None:
    for _ in range(5):
        client.post("/login", data={"login": "office1", "password": "wrong"})
    answer = client.post("/login", data={"login": "office1", "password": "a-good-pass-1"})
    assert answer.status_code == 422
    assert "已锁定" in answer.get_data(as_text=True)


def test_an_address_that_does_not_exist_says_where_to_go(sign_in: Callable[[str], FlaskClient]) -> None:
    answer = sign_in("office1").get("/nowhere")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.get_data(as_text=True)

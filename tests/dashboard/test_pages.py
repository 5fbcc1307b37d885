"""The home pages of the office, a leader and a unit's people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.plans import make_plan

SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize("login", ["office1", "leader", "health", "health-head", "xiongkou"])
def test_everybody_with_a_part_in_the_plan_has_a_home_page(sign_in: SignIn, login: str) -> None:
    plan = make_plan()
    answer = sign_in(login).get(f"/plans/{plan.id}/")
    assert answer.status_code == 200, answer.get_data(as_text=True)

"""What an address and a form may hold, and where a login leads."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.plans import make_plan
from tests.world import PASSWORD, World
from tracker.audit.models import AuditEvent
from tracker.extensions import db
from tracker.units.models import Unit

SignIn = Callable[[str], FlaskClient]
TOKEN = re.compile(r"[\w-]{20,}\.[\w-]+\.[\w-]+")


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\t\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a\r\nX-Evil: 1",
        "http://[",
    ],
)
def test_a_login_leads_only_to_pages_of_this_site(client: FlaskClient, world: World, evil: str) -> None:
    answer = client.post("/login", data={"login": "office1", "password": PASSWORD, "next": evil})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_login_leads_to_the_page_that_was_asked_for(client: FlaskClient, world: World) -> None:
    form = {"login": "office1", "password": PASSWORD, "next": "/imports?page=2"}
    assert client.post("/login", data=form).headers["Location"] == "/imports?page=2"


def test_a_failed_login_stands_in_the_audit_log_with_its_address(client: FlaskClient, world: World) -> None:
    client.post("/login", data={"login": "nobody-here", "password": "wrong"})
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.subject, event.address) == ("login.refused", "nobody-here", "127.0.0.1")


def test_a_name_that_is_there_and_one_that_is_not_get_the_same_answer(client: FlaskClient, world: World) -> None:
    pages = [client.post("/login", data={"login": name, "password": "wrong"}) for name in ("office1", "office9")]
    texts = [TOKEN.sub("", page.get_data(as_text=True).replace("office9", "office1")) for page in pages]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(("name", "sentence"), [("a\x00b", "控制符"), ("长" * 1000, "太长")])
def test_a_text_that_cannot_be_kept_is_refused_in_a_sentence(sign_in: SignIn, name: str, sentence: str) -> None:
    answer = sign_in("office1").post("/units", data={"name": name, "kind": "department"})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert not db.session.scalars(sa.select(Unit).where(Unit.name == name[:200].replace("\x00", ""))).all()


def test_a_number_no_row_can_have_is_no_page(sign_in: SignIn) -> None:
    assert sign_in("office1").get(f"/plans/{2**31}/").status_code == 404
    assert sign_in("office1").get(f"/plans/{10**40}/").status_code == 404


@pytest.mark.parametrize("login", ["auditor", "office1"])
def test_an_address_cannot_turn_the_links_of_its_page_elsewhere(sign_in: SignIn, login: str) -> None:
    path = "/audit" if login == "auditor" else f"/plans/{make_plan().id}/deliveries"
    answer = sign_in(login).get(f"{path}?_scheme=javascript&_external=1&endpoint=x&plan_id=9&_anchor=y")
    assert answer.status_code == 200
    assert "javascript:" not in answer.get_data(as_text=True)

"""The pages of people and posts: accounts by one administrator, rights by another."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.world import FINANCE, HEALTH, TOWNS, World
from tracker.accounts.queries import person_by_login
from tracker.audit.queries import Filter, events
from tracker.extensions import db
from tracker.permissions import Role

SignIn = Callable[[str], FlaskClient]
PAGES = [
    "/people",
    "/people/new",
    "/people/1",
    "/posts",
    "/settings",
    "/jobs",
    "/audit",
    "/units",
    "/units/new",
    "/units/2",
]
OPEN_TO = {
    "system": {"/people", "/people/new", "/people/1", "/settings", "/jobs", "/units", "/units/2"},
    "security": {"/people", "/people/1", "/posts", "/units", "/units/2"},
    "auditor": {"/audit"},
    "office1": {"/units", "/units/new", "/units/2"},
    "health": {"/units", "/units/2"},
    "leader": {"/units", "/units/2"},
}


@pytest.mark.parametrize("login", OPEN_TO)
def test_each_post_opens_its_own_pages_and_no_other(sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    assert {page for page in PAGES if client.get(page).status_code == 200} == OPEN_TO[login]
    assert {page for page in PAGES if client.get(page).status_code == 403} == set(PAGES) - OPEN_TO[login]


def test_a_new_person_gets_account_then_post_then_password_of_their_own(world: World, sign_in: SignIn, client) -> None:
    page = sign_in("system").post("/people", data={"login": "Sun", "name": "孙新", "email": "s@example.test"})
    first = re.search(r"初始密码：([a-z]{6}-\d{4})", page.get_data(as_text=True))
    assert first is not None
    answer = client.post("/login", data={"login": "sun", "password": first[1]})
    assert "没有岗位" in answer.get_data(as_text=True)
    person = person_by_login("sun")
    post = {"role": "reporter", "unit": world.unit(FINANCE).id, "from_on": "2021-07-01", "reason": "新任"}
    assert sign_in("security").post(f"/people/{person.id}/posts", data=post).status_code == 303
    assert client.post("/login", data={"login": "sun", "password": first[1]}).location == "/"
    assert client.get("/units").location == "/password"


def test_a_taken_login_is_told_and_what_was_typed_stays(sign_in: SignIn) -> None:
    page = sign_in("system").post("/people", data={"login": "health", "name": "孙新"})
    assert page.status_code == 422
    assert "已经有人用了" in page.get_data(as_text=True)
    assert 'value="孙新"' in page.get_data(as_text=True)


@pytest.mark.parametrize("held", ["system", "security", "auditor"])
@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_the_three_administrators_exclude_one_another(world: World, sign_in: SignIn, held: str, role: str) -> None:
    person = world.person(held)
    own = person.posts[0].role
    answer = sign_in("security").post(f"/people/{person.id}/posts", data={"role": role, "from_on": "2021-07-01"})
    if own is Role(role):
        assert answer.status_code in {303, 422}
    else:
        assert answer.status_code == 422
        assert "三个人分别担任" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"role": "reporter", "unit": ""}, "填报人要选单位"),
        ({"role": "", "unit": ""}, "请选岗位"),
        ({"role": "leader", "from_on": "soon"}, "日期要写成"),
        ({"role": "leader", "from_on": ""}, "日期要填"),
    ],
)
def test_a_post_that_cannot_be_given_is_told_why(world: World, sign_in: SignIn, data, sentence: str) -> None:
    person = world.person("health")
    answer = sign_in("security").post(f"/people/{person.id}/posts", data={"from_on": "2021-07-01", **data})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_nobody_holds_a_post_in_a_group(world: World, sign_in: SignIn) -> None:
    data = {"role": "reporter", "unit": world.unit(TOWNS).id, "from_on": "2021-07-01"}
    answer = sign_in("security").post(f"/people/{world.person('health').id}/posts", data=data)
    assert answer.status_code == 422


def test_a_post_that_ends_opens_nothing_from_that_day_on(world: World, sign_in: SignIn, at) -> None:
    post, security, clerk = world.person("health").posts[0], sign_in("security"), sign_in("health")
    without_reason = security.post(f"/posts/{post.id}/end", data={"until_on": "2021-07-02"})
    assert without_reason.status_code == 422
    security.post(f"/posts/{post.id}/end", data={"until_on": "2021-07-02", "reason": "调岗"})
    assert clerk.get("/units").status_code == 200
    at(post.until_on)
    assert clerk.get("/units").status_code == 303


def test_ended_and_reset_are_in_the_log_with_who_and_why(world: World, sign_in: SignIn) -> None:
    person, system = world.person("finance"), sign_in("system")
    assert "初始密码" in system.post(f"/people/{person.id}/password").get_data(as_text=True)
    assert system.post(f"/people/{person.id}/end", data={"reason": ""}).status_code == 422
    assert system.post(f"/people/{person.id}/end", data={"reason": "退休"}).status_code == 303
    found, _ = events(Filter(words="钱填报"))
    assert [(row.action, row.reason) for row in found[:2]] == [("person.end", "退休"), ("person.reset_password", "")]
    assert found[0].actor == "陈系统（系统管理员）"
    assert found[0].address == "127.0.0.1"


def test_what_does_not_exist_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("system").get("/people/9999").status_code == 404
    assert sign_in("security").post("/posts/9999/end", data={"until_on": "2021-07-02"}).status_code == 404


def test_the_list_finds_people_without_a_post(world: World, sign_in: SignIn) -> None:
    world.person("stranger").posts[0].until_on = world.person("stranger").posts[0].from_on
    db.session.commit()
    page = sign_in("security").get("/people?state=without").get_data(as_text=True)
    assert "郑填报" in page
    assert HEALTH not in page


def test_an_ended_post_does_not_come_back_by_a_later_end(sign_in, world) -> None:
    client, person = sign_in("security"), world.person("system")
    post = person.posts[0].id
    assert client.post(f"/posts/{post}/end", data={"until_on": "2021-07-01", "reason": "轮岗"}).status_code == 303
    assert client.post(f"/posts/{post}/end", data={"until_on": "2099-01-01", "reason": "改期"}).status_code == 422


def test_nobody_gives_a_post_to_oneself(sign_in, world) -> None:
    form = {"role": "leader", "from_on": "2021-07-01", "reason": "兼任"}
    answer = sign_in("security").post(f"/people/{world.person('security').id}/posts", data=form)
    assert answer.status_code == 422
    assert "不能给自己岗位" in answer.get_data(as_text=True)

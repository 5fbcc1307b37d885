"""The register of units: the office changes it, everybody of the work reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.plans import make_plan
from tests.world import EDUCATION, HEALTH, LONGWAN, NOBODY, SCIENCE, TOWNS, World
from tracker.audit.queries import Filter, events
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.units.models import Membership
from tracker.units.queries import register, unit_by_name
from tracker.units.rules import resolve

SignIn = Callable[[str], FlaskClient]


def test_a_unit_is_registered_once(sign_in: SignIn) -> None:
    office = sign_in("office1")
    assert office.post("/units", data={"name": "市体育局", "kind": "department"}).status_code == 303
    again = office.post("/units", data={"name": "市体育局 ", "kind": "department"})
    assert again.status_code == 422
    assert "已在名册里" in again.get_data(as_text=True)
    assert "请选类型" in office.post("/units", data={"name": "市侨办", "kind": "x"}).get_data(as_text=True)


def test_a_renamed_unit_is_known_by_both_names_in_their_days(world: World, sign_in: SignIn) -> None:
    unit = world.unit(HEALTH)
    data = {"name": "市卫健委", "on": "2021-09-01", "reason": "潜编发〔2021〕9号"}
    assert sign_in("office1").post(f"/units/{unit.id}/name", data=data).status_code == 303
    db.session.expire_all()
    assert unit_by_name("市卫健委") is not None
    assert resolve(HEALTH, register(), date(2021, 8, 31)) == {unit.id}
    assert resolve(HEALTH, register(), date(2021, 9, 1)) == set()


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("name", {"name": "新名", "on": "2021-09-01"}, "改名要写依据"),
        ("name", {"name": EDUCATION, "on": "2021-09-01", "reason": "x"}, "是另一个单位的名称"),
        ("name", {"name": "新名", "reason": "x"}, "日期要填"),
        ("aliases", {"alias": ""}, "别名要填"),
        ("aliases", {"alias": "卫计委", "from_on": "2021-02-01", "until_on": "2021-01-01"}, "止日要晚于起日"),
        ("signing", {"skips": "1"}, "改签字办法要写原因"),
    ],
)
def test_a_change_that_cannot_be_made_is_told_why_and_what_was_typed_stays(
    world: World, sign_in: SignIn, path: str, data: dict[str, str], sentence: str
) -> None:
    unit = world.unit(HEALTH)
    answer = sign_in("office1").post(f"/units/{unit.id}/{path}", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert all(f'value="{value}"' in page for name, value in data.items() if name in {"name", "alias"} and value)


def owed(name: str) -> int:
    """What a unit owes that still holds."""
    unit = unit_by_name(name)
    assert unit is not None
    query = sa.select(sa.func.count()).where(Obligation.unit_id == unit.id, Obligation.withdrawn_on.is_(None))
    return db.session.scalar(query) or 0


def test_a_new_member_owes_what_its_group_owes(world: World, sign_in: SignIn) -> None:
    make_plan()
    assert owed(SCIENCE) == 0
    data = {"member": world.unit(SCIENCE).id, "from_on": "2021-07-01", "reason": "补录"}
    answer = sign_in("office1").post(f"/units/{world.unit(TOWNS).id}/members", data=data)
    assert answer.status_code == 303
    assert owed(SCIENCE) == owed(LONGWAN) == 2


def test_a_member_that_leaves_owes_no_longer_and_the_reason_stays(world: World, sign_in: SignIn) -> None:
    make_plan()
    span = db.session.scalars(sa.select(Membership).where(Membership.member_id == world.unit(LONGWAN).id)).one()
    office = sign_in("office1")
    assert office.post(f"/memberships/{span.id}/end", data={"until_on": "2021-07-10"}).status_code == 422
    answer = office.post(f"/memberships/{span.id}/end", data={"until_on": "2021-07-10", "reason": "撤销建制"})
    assert answer.status_code == 303
    assert owed(LONGWAN) == 0
    withdrawn = db.session.scalars(sa.select(Obligation).where(Obligation.unit_id == world.unit(LONGWAN).id)).all()
    assert {one.withdrawn_reason for one in withdrawn} == {"龙湾镇移出各区镇街道"}
    assert events(Filter(action="group.leave"))[0][0].reason == "撤销建制"


def test_only_a_group_takes_members(world: World, sign_in: SignIn) -> None:
    data = {"member": world.unit(SCIENCE).id, "from_on": "2021-07-01"}
    answer = sign_in("office1").post(f"/units/{world.unit(HEALTH).id}/members", data=data)
    assert answer.status_code == 422
    assert "只能把单位加进群体" in answer.get_data(as_text=True)


def test_the_list_tells_groups_without_members(world: World, sign_in: SignIn) -> None:
    page = sign_in("office1").get("/units?kind=group").get_data(as_text=True)
    assert NOBODY in page
    assert "还没有成员" in page


def test_the_list_finds_a_unit_by_its_alias(world: World, sign_in: SignIn) -> None:
    office = sign_in("office1")
    office.post(f"/units/{world.unit(HEALTH).id}/aliases", data={"alias": "卫计局"})
    page = office.get("/units?find=卫计局").get_data(as_text=True)
    assert HEALTH in page
    assert EDUCATION not in page


@pytest.mark.parametrize("login", ["health", "leader", "system"])
def test_others_read_the_register_and_change_nothing(world: World, sign_in: SignIn, login: str) -> None:
    client, unit = sign_in(login), world.unit(TOWNS)
    assert "<form" not in client.get(f"/units/{unit.id}").get_data(as_text=True).split('id="content"')[1]
    for path in (f"/units/{unit.id}/name", f"/units/{unit.id}/members", "/units", "/memberships/1/end"):
        assert client.post(path, data={"name": "x"}).status_code == 403

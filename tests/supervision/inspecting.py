"""An inspection and its items through the pages, as the tests of both write and look them up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.world import World
from tracker.accounts.actions import give_post
from tracker.extensions import commit, db
from tracker.permissions import Role
from tracker.supervision.inspection_models import Inspection, Rectification

SignIn = Callable[[str], FlaskClient]
VISIT = {"title": "医疗机构专项检查", "first_on": "2021-07-26", "last_on": "2021-07-27", "inspectors": "王审核"}


def words(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined]


def inspection() -> Inspection:
    db.session.expire_all()
    return db.session.scalars(sa.select(Inspection).order_by(Inspection.id.desc())).all()[0]


def item(number: int = 1) -> Rectification:
    db.session.expire_all()
    return db.session.scalars(sa.select(Rectification).where(Rectification.number == number)).one()


def save(client: FlaskClient, status: int = 303, **written: object) -> str:
    found = inspection()
    answer = client.post(f"/inspections/{found.id}", data={**VISIT, "seen_version": found.version, **written})
    assert answer.status_code == status, words(answer)
    return words(answer)


def finding(unit_id: int, text: str, **more: object) -> dict[str, object]:
    return {"finding": text, "asked": "限期补齐。", "owner": unit_id, "due_on": "2021-08-04", **more}


def act(client: FlaskClient, step: str, status: int = 303, number: int = 1, **data: object) -> str:
    one = item(number)
    answer = client.post(f"/rectifications/{one.id}/{step}", data={"seen_version": one.version, **data})
    assert answer.status_code == status, words(answer)
    return words(answer)


def in_post(client: FlaskClient, world: World, login: str, role: Role, unit: str) -> FlaskClient:
    """The person now acts for another post of his."""
    post = give_post(world.person(login), role, world.unit(unit), date(2021, 1, 1), None)
    commit()
    assert client.post(f"/posts/{post.id}").status_code == 303
    return client

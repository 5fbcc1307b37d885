"""The first people of an empty system: the three administrators (三员), who let everybody else in."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.actions import add_person, first_password, give_post
from tracker.accounts.lists import NewPerson
from tracker.accounts.models import Person
from tracker.extensions import db
from tracker.permissions import ROLE_NAMES, Role

ADMINISTRATORS = {"system": Role.SYSTEM_ADMIN, "security": Role.SECURITY_ADMIN, "audit": Role.AUDIT_ADMIN}


def add_administrators() -> list[NewPerson]:
    """The three, with first passwords; nobody when somebody is there already."""
    if db.session.scalar(sa.select(sa.func.count(Person.id))):
        return []
    return [_add(login, role) for login, role in ADMINISTRATORS.items()]


def _add(login: str, role: Role) -> NewPerson:
    password = first_password()
    person = add_person(login, ROLE_NAMES[role], password, None)
    give_post(person, role, None, clock.today(), None, reason="系统启用")
    return NewPerson(person.name, login, "", ROLE_NAMES[role], password)

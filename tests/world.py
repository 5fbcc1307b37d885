"""The people and units every test knows: the office, a lead department, a partner, townships, a leader, the
administrators, a stranger. No plan: a test that needs one makes it with `make_plan`."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from argon2 import PasswordHasher

from tracker.accounts.actions import add_person, give_post
from tracker.accounts.models import Person, Post
from tracker.accounts.queries import actor_of, person_by_login
from tracker.extensions import commit, db
from tracker.permissions import Actor, Role
from tracker.units.actions import add_member, add_unit
from tracker.units.models import Unit
from tracker.units.rules import UnitKind

TODAY = date(2021, 7, 1)
PASSWORD = "a-good-pass-1"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes in no time: signing in reads the cost from the hash, and a test signs in a thousand times."""

UNITS = {
    "健康潜江工作领导小组办公室": UnitKind.LEADING_GROUP_OFFICE,
    "市卫生健康委": UnitKind.DEPARTMENT,
    "市财政局": UnitKind.DEPARTMENT,
    "市教育局": UnitKind.DEPARTMENT,
    "市科技局": UnitKind.DEPARTMENT,
    "熊口镇": UnitKind.TOWNSHIP,
    "龙湾镇": UnitKind.TOWNSHIP,
    "各区镇街道": UnitKind.TOWNSHIP_GROUP,
    "市直各部门": UnitKind.GROUP,
}
OFFICE, HEALTH, FINANCE, EDUCATION, SCIENCE, XIONGKOU, LONGWAN, TOWNS, NOBODY = UNITS

PEOPLE = {
    "office1": ("王审核", Role.OFFICE, OFFICE),
    "office2": ("李审核", Role.OFFICE, OFFICE),
    "health": ("张填报", Role.REPORTER, HEALTH),
    "health-head": ("赵主任", Role.HEAD, HEALTH),
    "finance": ("钱填报", Role.REPORTER, FINANCE),
    "finance-head": ("孙局长", Role.HEAD, FINANCE),
    "xiongkou": ("周填报", Role.REPORTER, XIONGKOU),
    "xiongkou-head": ("吴镇长", Role.HEAD, XIONGKOU),
    "stranger": ("郑填报", Role.REPORTER, SCIENCE),
    "leader": ("冯市长", Role.LEADER, None),
    "system": ("陈系统", Role.SYSTEM_ADMIN, None),
    "security": ("褚安全", Role.SECURITY_ADMIN, None),
    "auditor": ("卫审计", Role.AUDIT_ADMIN, None),
}


def build_world() -> None:
    """Put the world into an empty, migrated database."""
    units = {name: add_unit(name, kind, None) for name, kind in UNITS.items()}
    for town in (XIONGKOU, LONGWAN):
        add_member(units[TOWNS], units[town], date(2021, 1, 1), "", None)
    shared = QUICK.hash(PASSWORD)
    for login, (name, role, unit) in PEOPLE.items():
        person = add_person(login, name, "", None, must_change=False, email=f"{login}@example.test", hashed=shared)
        give_post(person, role, units[unit] if unit else None, date(2021, 1, 1), None)
    commit()


class World:
    """Looks up the people and units by name."""

    def unit(self, name: str) -> Unit:
        return db.session.scalars(sa.select(Unit).where(Unit.name == name)).one()

    def person(self, login: str) -> Person:
        person = person_by_login(login)
        assert person is not None
        return person

    def actor(self, login: str) -> Actor:
        """The person acting for the first post."""
        person = self.person(login)
        post = db.session.scalars(sa.select(Post).where(Post.person_id == person.id).order_by(Post.id)).first()
        assert post is not None
        return actor_of(person, post, "127.0.0.1")

"""Reads of people and posts."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from tracker.accounts.models import Login, LoginAttempt, Person, Post
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.permissions import ROLE_NAMES, Actor, Role
from tracker.units.models import Unit


def person_by_login(login: str) -> Person | None:
    """The person who signs in with ``login``; capitals do not matter."""
    return db.session.scalar(sa.select(Person).where(sa.func.lower(Person.login) == login.strip().lower()))


def holding(day: date) -> sa.ColumnElement[bool]:
    """Posts held on ``day``."""
    return (Post.from_on <= day) & (Post.until_on.is_(None) | (Post.until_on > day))


def person_of_login(token_hash: str) -> Person | None:
    """Whose login it is, with every post and its unit, in one statement; None when there is none that still holds."""
    query = (
        sa.select(Person)
        .join(Login, Login.person_id == Person.id)
        .where(Login.token_hash == token_hash, Login.ended_at.is_(None))
        .options(joinedload(Person.posts).joinedload(Post.unit))
    )
    return db.session.scalars(query).unique().one_or_none()


def actor_of(person: Person, post: Post, address: str = "") -> Actor:
    """The person acting for the post."""
    unit = post.unit.name if post.unit else ""
    role = ROLE_NAMES[post.role]
    label = f"{unit} · {role}" if unit and post.role is not Role.OFFICE else unit or role
    return Actor(person.id, post.id, post.role, post.unit_id, person.name, label, address)


def failures_since(login: str, since: datetime) -> int:
    """Wrong passwords for ``login`` after ``since`` and after the last right one."""
    last_right = (
        sa.select(sa.func.max(LoginAttempt.at))
        .where(LoginAttempt.login == login, LoginAttempt.succeeded)
        .scalar_subquery()
    )
    query = sa.select(sa.func.count()).where(
        LoginAttempt.login == login,
        ~LoginAttempt.succeeded,
        LoginAttempt.at >= since,
        (LoginAttempt.at > last_right) | last_right.is_(None),
    )
    return db.session.scalar(query) or 0


def holders(unit_id: int, role: Role, day: date) -> list[Person]:
    """The people who hold ``role`` in a unit on ``day``."""
    query = (
        sa.select(Person)
        .join(Post)
        .where(Post.unit_id == unit_id, Post.role == role, holding(day), Person.ended_on.is_(None))
        .order_by(Person.id)
    )
    return list(db.session.scalars(query))


def people(words: str = "") -> list[Person]:
    """Everybody, by name, with their posts; ``words`` looked for in name and login."""
    query = sa.select(Person).options(sa.orm.selectinload(Person.posts).joinedload(Post.unit)).order_by(Person.id)
    if words:
        matching = Person.name.contains(words, autoescape=True) | Person.login.contains(words, autoescape=True)
        query = query.where(matching)
    return list(db.session.scalars(query))


def person_by_id(person_id: int) -> Person:
    """The person, or NotFound."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound("没有这个人。请回到人员名单里找。")
    return person


def post_by_id(post_id: int) -> Post:
    """The post, or NotFound."""
    post = db.session.get(Post, post_id)
    if post is None:
        raise NotFound("没有这个岗位。请回到人员名单里找。")
    return post


def posts(day: date) -> list[Post]:
    """Every post held on ``day`` by somebody who can sign in: the posts without a unit first, then by unit."""
    query = (
        sa.select(Post)
        .join(Post.person)
        .outerjoin(Unit, Unit.id == Post.unit_id)
        .where(holding(day), Person.ended_on.is_(None))
        .order_by(Unit.sort_key.is_not(None), Unit.sort_key, Post.role, Post.id)
    )
    return list(db.session.scalars(query.options(contains_eager(Post.person), joinedload(Post.unit))))


def leaders(day: date) -> list[Person]:
    """Everybody who holds a leader's post on ``day``, by name."""
    held = sa.select(Post.person_id).where(Post.role == Role.LEADER, holding(day))
    return list(db.session.scalars(sa.select(Person).where(Person.id.in_(held)).order_by(Person.name, Person.id)))

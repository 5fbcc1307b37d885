"""Tables of people, their posts and their logins."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.extensions import Base, choice
from tracker.permissions import Role
from tracker.units.models import Unit


class Person(Base, UserMixin):  # type: ignore[misc]
    """Somebody who signs in. What a person may do comes from the posts held."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    login_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end every login of the person at once (new password, account ended)."""
    email: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """``density``: compact | loose; ``letters``: on | off, whether single letters act on lists."""
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(sa.Text, default="")

    posts: Mapped[list[Post]] = relationship(back_populates="person", order_by="Post.id")

    def posts_on(self, day: date) -> list[Post]:
        """The posts held on ``day``."""
        return [post for post in self.posts if post.from_on <= day and (post.until_on is None or day < post.until_on)]


class Post(Base):
    """A person's post in a unit, from ``from_on`` up to and without ``until_on``.

    Work stays with the post's unit when the person goes.
    """

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    """None for a leader and for the three administrators, who stand in no unit of the register."""
    role: Mapped[Role] = mapped_column(choice(Role))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    person: Mapped[Person] = relationship(back_populates="posts")
    unit: Mapped[Unit | None] = relationship()


class LoginAttempt(Base):
    """One try to sign in, for lockout and for the auditor."""

    __tablename__ = "login_attempt"
    __table_args__ = (sa.Index("ix_login_attempt_login_at", "login", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    address: Mapped[str] = mapped_column(sa.String(64))
    succeeded: Mapped[bool]


class Login(Base):
    """A login that is going on, or went on: the cookie holds its token, here is the token's sha256 in hex."""

    __tablename__ = "login"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    begun_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(sa.String(64))
    ended_at: Mapped[datetime | None]
    """When the person signed out; a cookie with this token, copied wherever, is worth nothing from then on."""


class RefusedHour(Base):
    """Tries of one login from one address in one hour while it was locked, as a number: whoever goes on trying fills
    one row an hour."""

    __tablename__ = "refused_hour"

    login: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)

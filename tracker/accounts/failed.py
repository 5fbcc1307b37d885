"""Failed logins, as the administrators of security and audit look at them: by login and address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from tracker.accounts.models import LoginAttempt, Person, RefusedHour
from tracker.extensions import db, end_of

A_PAGE = 200


@dataclass(frozen=True)
class Wanted:
    """Which failures: ``words`` looked for in login and address, days are real ones, ``until_on`` the last."""

    words: str = ""
    from_on: date | None = None
    until_on: date | None = None


class Failures(NamedTuple):
    """What failed for one login from one address. ``locked``: tries that came while the login was locked, never looked
    at; ``name``: of the person, None when the login is nobody's."""

    login: str
    address: str
    name: str | None
    wrong: int
    locked: int
    first_at: datetime
    last_at: datetime


def failures(wanted: Wanted, page: int) -> tuple[list[Failures], int]:
    """A page of them, the latest first, and how many there are."""
    tries = _tries()
    latest = sa.func.max(tries.c.last_at)
    counts = (sa.func.sum(tries.c.wrong), sa.func.sum(tries.c.locked), sa.func.min(tries.c.first_at), latest)
    query = sa.select(tries.c.login, tries.c.address, *counts).group_by(tries.c.login, tries.c.address)
    if wanted.words:
        columns = (tries.c.login, tries.c.address)
        query = query.where(sa.or_(*(column.contains(wanted.words, autoescape=True) for column in columns)))
    if wanted.from_on:
        query = query.where(tries.c.last_at >= end_of(wanted.from_on - timedelta(days=1)))
    if wanted.until_on:
        query = query.where(tries.c.last_at < end_of(wanted.until_on))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(latest.desc(), tries.c.login, tries.c.address).offset((page - 1) * A_PAGE).limit(A_PAGE)
    rows = db.session.execute(ordered).all()
    names = _names([row[0] for row in rows])
    return [Failures(row[0], row[1], names.get(row[0]), *row[2:]) for row in rows], total


def _tries() -> sa.Subquery:
    """Wrong passwords one by one, and the hours of tries while locked."""
    one, none = sa.literal(1).label("wrong"), sa.literal(0)
    wrong = sa.select(
        LoginAttempt.login,
        LoginAttempt.address,
        one,
        none.label("locked"),
        LoginAttempt.at.label("first_at"),
        LoginAttempt.at.label("last_at"),
    ).where(~LoginAttempt.succeeded)
    hours = sa.select(
        RefusedHour.login, RefusedHour.address, none, RefusedHour.count, RefusedHour.first_at, RefusedHour.last_at
    )
    return sa.union_all(wrong, hours).subquery("tries")


def _names(logins: Sequence[str]) -> dict[str, str]:
    query = sa.select(sa.func.lower(Person.login), Person.name).where(sa.func.lower(Person.login).in_(logins))
    return {login: name for login, name in db.session.execute(query)}


def locked_until(now: datetime, tries: int, minutes: int) -> dict[str, datetime]:
    """Login -> when it opens again, of those that are locked: so long after the failure that is the ``tries``-th from
    the last, counted as `queries.failures_since` does."""
    span = timedelta(minutes=minutes)
    last_right = (
        sa.select(LoginAttempt.login, sa.func.max(LoginAttempt.at).label("at"))
        .where(LoginAttempt.succeeded)
        .group_by(LoginAttempt.login)
        .subquery()
    )
    query = (
        sa.select(LoginAttempt.login, LoginAttempt.at)
        .outerjoin(last_right, last_right.c.login == LoginAttempt.login)
        .where(~LoginAttempt.succeeded, LoginAttempt.at >= now - span)
        .where(last_right.c.at.is_(None) | (LoginAttempt.at > last_right.c.at))
        .order_by(LoginAttempt.login, LoginAttempt.at.desc())
    )
    wrong: dict[str, list[datetime]] = {}
    for login, at in db.session.execute(query):
        wrong.setdefault(login, []).append(at)
    return {login: moments[tries - 1] + span for login, moments in wrong.items() if len(moments) >= tries}

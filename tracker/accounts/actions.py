"""Writes on people, posts and logins."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.accounts import passwords
from tracker.accounts.models import Login, LoginAttempt, Person, Post, RefusedHour
from tracker.accounts.queries import failures_since, person_by_login
from tracker.audit.actions import record
from tracker.errors import Invalid
from tracker.extensions import db, insert
from tracker.permissions import ROLE_NAMES, UNIT_ROLES, Actor, Role
from tracker.units.models import Unit

LOCK = 0x6C6F67
"""With the login's hash: the advisory lock on PostgreSQL under which tries of one login are counted."""
TOGETHER_NEVER = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""三员: three people, never one."""


@dataclass(frozen=True)
class SignIn:
    """How a try to sign in ended: the person, or the sentence that says why not."""

    person: Person | None
    message: str = ""


def begin_attempt(login: str, address: str, *, tries: int, minutes: int) -> LoginAttempt:
    """Count a try to sign in before its password is looked at, so that many at one moment are no more than one by one.

    After ``tries`` failures within ``minutes`` Invalid says that it is locked; the try is counted for its hour. The
    caller commits, after Invalid too, and before `sign_in`, which is slow.
    """
    login = login.strip().lower()[:64]
    if db.session.get_bind().dialect.name == "postgresql":  # on SQLite the write lock is enough
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK, sa.func.hashtext(login))))
    now = clock.real_now()
    if failures_since(login, now - timedelta(minutes=minutes)) >= tries:
        _note_locked(login, address, now)
        raise Invalid(
            f"密码连续输错 {tries} 次，已锁定 {minutes} 分钟。请稍后再试，或请系统管理员重设密码。", "password"
        )
    attempt = LoginAttempt(login=login, at=now, address=address, succeeded=False)
    db.session.add(attempt)
    db.session.flush()
    return attempt


def _note_locked(login: str, address: str, now: datetime) -> None:
    """The log has the first of an hour, so that it cannot be filled."""
    if _count_locked(login, address[:64], now) == 1:
        person = person_by_login(login)
        record(None, "login.locked", "person", person.id if person else None, login, address=address[:64])


def _count_locked(login: str, address: str, now: datetime) -> int:
    """One row an hour; gives the tries of this one."""
    key = {"login": login, "address": address, "hour": now.replace(minute=0, second=0, microsecond=0)}
    first = insert(RefusedHour).values(**key, count=1, first_at=now, last_at=now)
    again = {"count": RefusedHour.count + 1, "last_at": now}
    statement = first.on_conflict_do_update(index_elements=list(key), set_=again).returning(RefusedHour.count)
    return db.session.scalar(statement) or 0


def sign_in(attempt: LoginAttempt, password: str) -> SignIn:
    """Whether the password fits the login of ``attempt``; the caller commits whether it does or not."""
    person = person_by_login(attempt.login)
    fits = passwords.matches(person.password_hash if person else None, password)
    attempt.succeeded = person is not None and fits and person.ended_on is None
    if not attempt.succeeded:
        number = person.id if person else None
        record(None, "login.refused", "person", number, attempt.login, address=attempt.address)
        return SignIn(None, "登录名或密码不对。请核对后再试；忘记密码请找系统管理员重设。")
    return SignIn(person)


def begin_login(person: Person, address: str) -> str:
    """A login of the person begins; gives the token for the cookie, which is kept here as its hash alone."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        Login(person_id=person.id, token_hash=hash_of(token), begun_at=clock.real_now(), address=address[:64])
    )
    db.session.flush()
    return token


def end_login(token: str) -> None:
    """The login with this token holds no longer, in whatever cookie it stands."""
    ending = sa.update(Login).where(Login.token_hash == hash_of(token), Login.ended_at.is_(None))
    db.session.execute(ending.values(ended_at=clock.real_now()))


def hash_of(token: str) -> str:
    """How a login's token is kept: sha256 in hex."""
    return sha256(token.encode()).hexdigest()


def change_password(person: Person, old: str, new: str, actor: Actor) -> Person:
    """A person sets a password of their own; every other login of theirs ends."""
    if not passwords.matches(person.password_hash, old):
        raise Invalid("现在的密码不对。", "old_password")
    if old == new:
        raise Invalid("新密码不能与现在的相同。", "new_password")
    passwords.check_strength(new, person.login)
    person.password_hash = passwords.hash_password(new)
    person.must_change_password = False
    person.login_epoch += 1
    record(actor, "person.change_password", "person", person.id, person.name)
    db.session.flush()
    return person


def reset_password(person: Person, actor: Actor | None) -> str:
    """Give a new first password, to be changed at the next login; returns it, the only time it can be read."""
    first = first_password()
    person.password_hash = passwords.hash_password(first)
    person.must_change_password = True
    person.login_epoch += 1
    record(actor, "person.reset_password", "person", person.id, person.name)
    db.session.flush()
    return first


def first_password() -> str:
    """A password that can be read out: letters and figures that are not mistaken for one another."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    return (
        "".join(secrets.choice(letters) for _ in range(6)) + "-" + "".join(secrets.choice("23456789") for _ in "1234")
    )


def add_person(
    login: str,
    name: str,
    password: str,
    actor: Actor | None,
    *,
    email: str = "",
    phone: str = "",
    must_change: bool = True,
    hashed: str = "",
) -> Person:
    """A new account without any post yet. ``hashed`` is taken instead of ``password`` where many share one."""
    login, name = login.strip().lower(), name.strip()
    if not login or not name:
        raise Invalid("登录名和姓名都要填。", "login" if not login else "name")
    if person_by_login(login) is not None:
        raise Invalid(f"登录名“{login}”已经有人用了，请换一个。", "login")
    person = Person(
        login=login,
        name=name,
        password_hash=hashed or passwords.hash_password(password),
        must_change_password=must_change,
        email=email.strip(),
        phone=phone.strip(),
        preferences={},
    )
    db.session.add(person)
    db.session.flush()
    record(actor, "person.add", "person", person.id, name, after={"login": login, "email": email, "phone": phone})
    return person


def end_person(person: Person, on: date, reason: str, actor: Actor) -> Person:
    """End an account; its logins end at once, what the person did stays."""
    if not reason.strip():
        raise Invalid("停用账号要写原因。", "reason")
    if person.ended_on is not None:
        raise Invalid(f"这个账号已于{person.ended_on}停用。", "reason")
    person.ended_on, person.ended_reason = on, reason.strip()
    person.login_epoch += 1
    record(actor, "person.end", "person", person.id, person.name, reason=reason)
    db.session.flush()
    return person


def give_post(
    person: Person, role: Role, unit: Unit | None, from_on: date, actor: Actor | None, reason: str = ""
) -> Post:
    """Let a person act for a post, never oneself. Roles of the three administrators exclude one another."""
    if role in UNIT_ROLES | {Role.OFFICE} and unit is None:
        raise Invalid(f"{ROLE_NAMES[role]}要选单位。", "unit")
    if unit is not None and unit.is_group:
        raise Invalid(f"“{unit.name}”是群体，不能设岗位。请选其中的单位。", "unit")
    held = {post.role for post in person.posts if post.until_on is None or post.until_on > from_on}
    if role in TOGETHER_NEVER and held & (TOGETHER_NEVER - {role}):
        raise Invalid("系统、安全、审计管理员要由三个人分别担任。", "role")
    if actor is not None and actor.person_id == person.id:
        raise Invalid("不能给自己岗位，请另一位安全管理员来办。", "role")
    post = Post(person=person, role=role, unit=unit, from_on=from_on, reason=reason)
    db.session.add(post)
    db.session.flush()
    label = f"{person.name}：{unit.name if unit else ''}{ROLE_NAMES[role]}"
    record(actor, "post.give", "post", post.id, label, after={"from_on": from_on.isoformat()}, reason=reason)
    return post


def end_post(post: Post, until_on: date, reason: str, actor: Actor) -> Post:
    """The person no longer holds the post from ``until_on`` on; the unit's open work stays with the unit."""
    if not reason.strip():
        raise Invalid("收回岗位要写原因。", "reason")
    if post.until_on is not None and until_on > post.until_on:
        raise Invalid(f"这个岗位已于{post.until_on}收回，不能往后改。要再任，请重新给岗位。", "until_on")
    post.until_on = until_on
    label = f"{post.person.name}：{post.unit.name if post.unit else ''}{ROLE_NAMES[post.role]}"
    record(actor, "post.end", "post", post.id, label, after={"until_on": until_on.isoformat()}, reason=reason)
    db.session.flush()
    return post


def set_preference(person: Person, key: str, value: Any) -> Person:
    """Remember how a person likes the pages; not an event for the log."""
    person.preferences = {**person.preferences, key: value}
    db.session.flush()
    return person

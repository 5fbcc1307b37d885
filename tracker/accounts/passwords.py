"""Password hashes (argon2id), with a bound on how many are worked out at once: each takes 64 MiB."""

from __future__ import annotations

import re
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.errors import Invalid

_hasher = PasswordHasher()
_at_once = BoundedSemaphore(2)

SHORTEST = 10


@cache
def _nobody_s() -> str:
    """Checked when there is no such login, so that the answer takes as long."""
    return _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash of ``password``."""
    with _at_once:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes as long when there is no hash to compare with."""
    with _at_once:
        try:
            return _hasher.verify(password_hash or _nobody_s(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def check_strength(password: str, login: str) -> None:
    """Invalid unless the password is long enough, mixed, and not the login name."""
    if len(password) < SHORTEST:
        raise Invalid(f"新密码至少要 {SHORTEST} 位。", "new_password")
    if not (re.search(r"[A-Za-z]", password) and re.search(r"[^A-Za-z]", password)):
        raise Invalid("新密码要有字母，也要有数字或符号。", "new_password")
    if login.lower() in password.lower():
        raise Invalid("新密码不能含登录名。", "new_password")

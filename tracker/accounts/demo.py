"""The demo's people: one password, known to everybody, used where TRACKER_DEMO says so and nowhere else."""

from __future__ import annotations

from tracker.accounts.models import Person
from tracker.accounts.queries import people, person_by_login
from tracker.errors import Refused

DEMO_PASSWORD = "demo-2021"  # noqa: S105 - meant to be read
FIRST_LOGIN = "office1"
NO_PASSWORD = "!"  # noqa: S105 - the hash of none
"""Of people who are made up to have reported, and sign in nowhere."""


def is_loaded() -> bool:
    """Whether the demo's people are here. Refused where there are other people: the demo needs a place of its own."""
    if person_by_login(FIRST_LOGIN) is not None:
        return True
    if people():
        raise Refused("这里已经有人员，演示数据不装进来。请另设 TRACKER_DATA，先运行 tracker init --no-people。")
    return False


def demo_people() -> list[Person]:
    """Those who sign in with the demo's password."""
    return [person for person in people() if person.password_hash != NO_PASSWORD]

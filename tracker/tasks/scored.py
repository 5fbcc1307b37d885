"""A dated fact that points may be given for (考核事实). Any room may find some; `assessment.kinds` lists the kinds."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tracker.tasks.roles import Role


class Span(NamedTuple):
    """What is scored: a plan's obligations whose key day lies from ``from_on`` to ``until_on``, both included, with all
    that was known at the end of ``as_of``."""

    plan_id: int
    from_on: date
    until_on: date
    as_of: date


class Fact(NamedTuple):
    """One thing that happened, or failed to. ``unit_id`` is who it is put down to, ``on`` the day it happened.

    ``role`` None: not a matter of leading or joining in. ``size``: what the kind counts (days late …), else 0.
    ``words``: what a reader sees beside the kind's title: 10月期，迟3天.
    """

    kind: str
    unit_id: int
    on: date
    role: Role | None = None
    task_id: int | None = None
    obligation_id: int | None = None
    size: int = 0
    words: str = ""

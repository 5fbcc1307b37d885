"""Whom the lamp of a task is about: the leads that are behind with a report, or all its leads; who is in arrears."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from tracker.desks import Desk
from tracker.tasks.roles import Role

Rows = Sequence[dict[str, Any]]
"""Each with at least ``unit_id`` and ``unit``."""


class WithLamp(Protocol):
    """A computed or a stored standing, as far as it says why the lamp burns."""

    @property
    def word(self) -> str: ...
    @property
    def axes(self) -> list[Any]: ...
    @property
    def figures(self) -> list[Any]: ...
    @property
    def waiting(self) -> list[Any]: ...


def leads_behind(standing: WithLamp) -> Rows:
    """The leads that have to write, or, where none has, those that have to sign; none when no report turned the lamp:
    partners do not, and what lies at the office waits for no unit."""
    if not any(axis["axis"] == "report" and axis["word"] == standing.word for axis in standing.axes):
        return []
    owed = [one for one in standing.waiting if one["obligation_id"] is not None]
    leads = [one for one in owed if one["desk"] != Desk.OFFICE.value and one["role"] == Role.LEAD.value]
    return [one for one in leads if one["desk"] == Desk.REPORTER.value] or leads


def concerned(standing: WithLamp) -> Rows:
    """The units that have to act on the task, each once."""
    rows = leads_behind(standing) or standing.figures
    return list({row["unit_id"]: row for row in rows}.values())


def can_be_reminded(waiting: dict[str, Any]) -> bool:
    """A report that its unit still owes; what lies with the office is the office's own."""
    return waiting["desk"] != Desk.OFFICE and waiting["obligation_id"] is not None


def in_arrears(waiting: dict[str, Any], day: date) -> bool:
    """One of those whose due day is over."""
    return can_be_reminded(waiting) and waiting["due_on"] < day.isoformat()

"""Whose step it is: desks, and the moves of the state machines between them."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

State = TypeVar("State", bound=StrEnum)


class Desk(StrEnum):
    """Who must act; the value is the post's name on the screen."""

    REPORTER = "单位填报人"
    HEAD = "单位负责人"
    OFFICE = "办公室"
    LEADER = "分管领导"

    @property
    def waiting(self) -> str:
        """等单位填报人, 等单位负责人签字, 等办公室审核, 等分管领导批准."""
        return f"等{self}{_VERBS[self]}"


_VERBS = {Desk.REPORTER: "", Desk.HEAD: "签字", Desk.OFFICE: "审核", Desk.LEADER: "批准"}


class Move(NamedTuple, Generic[State]):
    """Where a step leads and whose step it is; a machine is a dict (state, verb) -> Move."""

    state: State
    by: Desk

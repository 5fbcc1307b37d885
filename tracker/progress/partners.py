"""Units that owe for the same task: how many have reported, and groups folded to one line. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Owing(Protocol):
    """A unit that owes, as far as a line of a group tells of it. ``group``: through which it owes, empty: by name."""

    @property
    def unit(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def is_received(self) -> bool: ...


One = TypeVar("One", bound=Owing)


@dataclass(frozen=True)
class Line(Generic[One]):
    """One line: a unit of its own, or a group with its members."""

    name: str
    ones: tuple[One, ...]
    is_group: bool

    @property
    def received(self) -> int:
        return count_received(self.ones)

    @property
    def missing(self) -> list[str]:
        """Those that have not reported, by name."""
        return [one.unit for one in self.ones if not one.is_received]


def fold(ones: Iterable[One]) -> list[Line[One]]:
    """Units by name each a line, in their order; then each group with its members."""
    alone: list[Line[One]] = []
    groups: dict[str, list[One]] = {}
    for one in ones:
        if one.group:
            groups.setdefault(one.group, []).append(one)
        else:
            alone.append(Line(one.unit, (one,), False))
    return [*alone, *(Line(name, tuple(members), True) for name, members in groups.items())]


def count_received(ones: Iterable[Owing]) -> int:
    """How many have reported."""
    return sum(one.is_received for one in ones)

"""Rules and points in the words of pages and workbooks."""

from __future__ import annotations

from typing import NamedTuple

from tracker.assessment.kinds import KINDS, title_of
from tracker.assessment.rules import POINT, Rule, Scheme
from tracker.assessment.written import points_words

HAND_TITLE = "手工加减"


def signed(points: int) -> str:
    """+0.5, −0.5 with a true minus, 0."""
    return f"+{points_words(points)}" if points > 0 else points_words(points).replace("-", "−")


def fixed(points: int) -> str:
    """92.25 and 92.00: totals stand under each other."""
    return f"{points / POINT:.2f}"


class Column(NamedTuple):
    """A rule as the head of a column: 迟报, 牵头, 每1天−0.1，最多扣5."""

    number: int
    title: str
    role: str
    detail: str

    @property
    def whole(self) -> str:
        """迟报（牵头）"""
        return f"{self.title}（{self.role}）" if self.role else self.title


def column(number: int, rule: Rule) -> Column:
    """The head of the rule's column."""
    return Column(number, title_of(rule.kind), rule.role.label if rule.role else "", detail(rule))


def columns(scheme: Scheme) -> list[Column]:
    """The heads of all rules, in order."""
    return [column(number, rule) for number, rule in enumerate(scheme.rules, start=1)]


def detail(rule: Rule) -> str:
    """What the rule gives: 4–10天，每1天−0.1，最多扣5."""
    unit = KINDS[rule.kind].size if rule.kind in KINDS else ""
    parts = []
    if rule.at_least is not None or rule.at_most is not None:
        parts.append(_bounds(rule.at_least, rule.at_most) + unit)
    each = f"每{rule.per}{unit}" if rule.per is not None else ""
    parts.append(f"{each}{signed(rule.points)}")
    if rule.cap is not None:
        parts.append(f"最多{'加' if rule.points > 0 else '扣'}{points_words(rule.cap)}")
    return "，".join(parts)


def _bounds(least: int | None, most: int | None) -> str:
    if most is None:
        return f"≥{least}"
    return f"≤{most}" if least is None else f"{least}–{most}"

"""Year-end review (年度评估) of tasks without an end date: which year's it is, and what may be decided."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

OPENS_IN = 12
"""The month in which the review of a year begins."""


class Review(StrEnum):
    """What the office decides about a task that has no end date."""

    CONTINUE = "continue"
    CONVERT = "convert"
    RETIRE = "retire"

    @property
    def label(self) -> str:
        return {"continue": "继续", "convert": "改时限", "retire": "不再列入"}[self]


def review_year(today: date) -> int:
    """The latest year whose review has begun."""
    return today.year if today.month >= OPENS_IN else today.year - 1


def years_to_review(first: date, today: date) -> range:
    """The years of a plan confirmed on ``first`` whose review has begun, the earliest first."""
    return range(first.year, review_year(today) + 1)

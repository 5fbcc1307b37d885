"""When people were last urged by hand about what they owe: the reminders stand above and know; registry.py says who is
asked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

teller: list[Callable[[Collection[int]], dict[int, date]]] = []
"""Obligation ids -> the last day of each. One; filled by registry.py from above."""


def last_urged(obligation_ids: Collection[int]) -> dict[int, date]:
    """Obligation id -> the last day on which somebody was urged about it by hand."""
    return teller[0](obligation_ids)

"""How far the reading of a document is, told to whoever listens."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

READ = 60
"""Percent of the work that is done when the format is read; the rest is finding the tasks."""

listener: ContextVar[Callable[[int], None] | None] = ContextVar("listener", default=None)


def tell(percent: int) -> None:
    """So much is done, 0 to 100."""
    if hear := listener.get():
        hear(percent)

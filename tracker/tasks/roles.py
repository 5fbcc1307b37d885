"""The part a unit has in a task (责任分工)."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Lead (牵头) or partner (参与); a lead is the higher."""

    LEAD = "lead"
    PARTNER = "partner"

    @property
    def label(self) -> str:
        return "牵头" if self is Role.LEAD else "参与"

    @property
    def rank(self) -> int:
        """0 for the higher role."""
        return 0 if self is Role.LEAD else 1

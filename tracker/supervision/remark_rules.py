"""Remarks 批示: who may read a leader's words."""

from __future__ import annotations

from enum import StrEnum

from tracker.errors import Invalid
from tracker.permissions import Subject

LONGEST = 1000


class Readers(StrEnum):
    """Who reads a remark besides the leaders."""

    OFFICE = "office"
    LEADS = "leads"
    PARTS = "parts"

    @property
    def label(self) -> str:
        return {"office": "只给办公室", "leads": "办公室和牵头单位", "parts": "办公室和所有有分工的单位"}[self]

    def units(self, subject: Subject) -> frozenset[int]:
        """The ids of the units that read it, of those ``subject`` (the task) names."""
        return {"office": frozenset[int](), "leads": subject.lead_ids, "parts": subject.involved}[self]


def check_words(words: str) -> str:
    """The words without blanks around them. Invalid when there are none or too many."""
    words = words.strip()
    if not words:
        raise Invalid("批示还没有写。", "words")
    if len(words) > LONGEST:
        raise Invalid(f"批示请不要超过 {LONGEST} 字。", "words")
    return words

"""Words with which a unit answers: of slips and of items to be put right alike."""

from __future__ import annotations

from tracker.errors import Invalid

LONGEST = 3000
"""Letters that a unit may write in one go; the rest belongs into a file."""


def checked_words(words: str, sentence: str, field: str) -> str:
    """What the unit wrote, without blanks around it. Invalid, with ``sentence``, when there is nothing."""
    if not words.strip():
        raise Invalid(sentence, field)
    if len(words.strip()) > LONGEST:
        raise Invalid(f"请不要超过 {LONGEST} 字，详情放进附件。", field)
    return words.strip()

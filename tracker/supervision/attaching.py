"""Files that a unit sends with its words: checked and kept alike for slips and for items to be put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

from tracker import clock
from tracker.errors import Invalid
from tracker.permissions import Actor
from tracker.progress.evidence import kept_file
from tracker.storage import Store

LONGEST = 3000
"""Letters that a unit may write in one go; the rest belongs into a file."""


@dataclass(frozen=True)
class Attached:
    """A file that comes with an answer."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Intake:
    """Where files go. ``limit``: bytes a file."""

    store: Store
    limit: int

    def take(self, file: Attached, actor: Actor) -> dict[str, Any]:
        """Keep the file; the columns of `columns.KeptFile`. Invalid for a type that is not taken, or one too big."""
        columns = kept_file(file.name, file.stream, self.store, self.limit)
        return {**columns, "added_at": clock.now(), "added_by_id": actor.person_id}


def checked_words(words: str, sentence: str, field: str) -> str:
    """What the unit wrote, without blanks around it. Invalid, with ``sentence``, when there is nothing."""
    if not words.strip():
        raise Invalid(sentence, field)
    if len(words.strip()) > LONGEST:
        raise Invalid(f"请不要超过 {LONGEST} 字，详情放进附件。", field)
    return words.strip()

"""Files that a unit sends with its words: checked and kept alike for slips and for items to be put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

from tracker import clock
from tracker.errors import Invalid
from tracker.permissions import Actor
from tracker.progress.evidence import clean_name
from tracker.progress.filetypes import accept_evidence
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
        name = clean_name(file.name)
        kind = accept_evidence(name, file.stream)
        file.stream.seek(0)
        stored = self.store.put(file.stream, self.limit)
        return {
            "filename": kind.name_for(name),
            "sha256": stored.sha256,
            "size": stored.size,
            "media_type": kind.media_type,
            "label": kind.label,
            "added_at": clock.now(),
            "added_by_id": actor.person_id,
        }


def checked_words(words: str, sentence: str, field: str) -> str:
    """What the unit wrote, without blanks around it. Invalid, with ``sentence``, when there is nothing."""
    if not words.strip():
        raise Invalid(sentence, field)
    if len(words.strip()) > LONGEST:
        raise Invalid(f"请不要超过 {LONGEST} 字，详情放进附件。", field)
    return words.strip()

"""Files that come with words: checked and kept alike for reports, closings, slips, items to be put right, values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tracker import clock
from tracker.errors import Invalid
from tracker.files.columns import COLUMNS, KeptFile
from tracker.files.filetypes import accept_evidence
from tracker.permissions import Actor
from tracker.storage import Store

LONGEST_NAME = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]')


def clean_name(name: str) -> str:
    """The file's own name without folders and signs that mislead; its ending is kept when it has to be shortened."""
    last = _UNSAFE.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    path = Path(last or "未命名")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:LONGEST_NAME]


def kept_file(name: str, file: BinaryIO, store: Store, limit: int) -> dict[str, Any]:
    """Keep a file; gives the columns that speak of it. Invalid for what is no picture, PDF or Office file; StorageFull,
    and Invalid for what is bigger than ``limit`` bytes, leave all as it was."""
    name = clean_name(name)
    _check_size(name, file, limit)
    kind = accept_evidence(name, file)
    file.seek(0)
    stored = store.put(file, limit)
    return {
        "filename": kind.name_for(name),
        "sha256": stored.sha256,
        "size": stored.size,
        "media_type": kind.media_type,
        "label": kind.label,
    }


def _check_size(name: str, file: BinaryIO, limit: int) -> None:
    if (size := file.seek(0, 2)) > limit:
        raise Invalid(
            f"没有收下“{name}”。{size / 2**20:.0f} MB，超过 {limit / 2**20:g} MB，请压缩后重传，或分成几个文件。",
            "file",
        )


@dataclass(frozen=True)
class Attached:
    """A file as it comes in."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Intake:
    """Where files go. ``limit``: bytes a file."""

    store: Store
    limit: int

    def keep(self, file: Attached) -> dict[str, Any]:
        """Keep the file as `kept_file` does."""
        return kept_file(file.name, file.stream, self.store, self.limit)

    def take(self, file: Attached, actor: Actor) -> dict[str, Any]:
        """Keep the file; the columns of `columns.KeptFile`. Invalid for a type that is not taken, or one too big."""
        return {**self.keep(file), **added_now(actor)}


def added_now(actor: Actor) -> dict[str, Any]:
    """The columns that say by whom a file was sent, and when."""
    return {"added_at": clock.now(), "added_by_id": actor.person_id}


def copied(file: KeptFile) -> dict[str, Any]:
    """The columns of a file, for another row that takes it along: who sent it, and when, stay."""
    return {name: getattr(file, name) for name in COLUMNS}


def logged(file: dict[str, Any]) -> dict[str, Any]:
    """What the log says of a file."""
    return {name: file[name] for name in ("filename", "sha256", "size")}

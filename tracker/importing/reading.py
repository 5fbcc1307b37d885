"""How far the reading of a file is, kept in a small file that any process of the site can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import current_app

from tracker.permissions import Actor

TOKEN = re.compile(r"[0-9a-f]{16}")
"""What the page calls the reading it started."""


def _kept(token: str, actor: Actor) -> Path | None:
    if not TOKEN.fullmatch(token):
        return None
    folder = Path(current_app.config["DATA_FOLDER"]) / "reading"
    return folder / f"{actor.person_id}-{token}"


@contextmanager
def told(token: str, actor: Actor) -> Iterator[Callable[[int], None] | None]:
    """What hears how far the reading is, while it lasts; None for a page that does not ask."""
    kept = _kept(token, actor)
    if kept is None:
        yield None
        return
    _write(kept, 0)
    try:
        yield lambda percent: _write(kept, percent)
    finally:
        kept.unlink(missing_ok=True)


def _write(kept: Path, percent: int) -> None:
    with suppress(OSError):  # a full disk stops the bar, not the reading
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(str(percent), encoding="ascii")


def percent(token: str, actor: Actor) -> int | None:
    """How far it is, 0 to 100; None before it has begun and after it has ended."""
    kept = _kept(token, actor)
    if kept is None:
        return None
    try:
        return int(kept.read_text(encoding="ascii") or "0")
    except FileNotFoundError:
        return None

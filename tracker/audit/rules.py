"""The chain of the audit log: each row's hash covers its own content and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

GENESIS = "0" * 64
"""What the first row has as its previous hash."""


def digest(previous_hash: str, content: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash and the row's content as canonical JSON; 64 hex digits."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}\n{written}".encode()).hexdigest()


def first_break(rows: Iterable[tuple[int, str, str, Mapping[str, Any]]]) -> int | None:
    """The number of the first row that is missing or was changed, or None when the chain holds.

    ``rows``: (number, previous_hash, hash, content), in order.
    """
    previous = GENESIS
    for expected, (number, previous_hash, own_hash, content) in enumerate(rows, start=1):
        if number != expected or previous_hash != previous or own_hash != digest(previous, content):
            return expected
        previous = own_hash
    return None

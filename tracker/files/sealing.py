"""Files that are kept before the words they belong to are: the form carries them, sealed, until it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from tracker.errors import Invalid
from tracker.permissions import Actor

LOST = "有一份材料没有附上。请重新选择这份材料，再存一次。"


@dataclass(frozen=True)
class Sealed:
    """A file that belongs to nothing yet. ``columns``: as of `keeping.kept_file`; ``seal``: what the form carries."""

    columns: dict[str, Any]
    seal: str


def sealed(columns: dict[str, Any], actor: Actor) -> Sealed:
    """The file for a form of this person."""
    return Sealed(columns, _sealer(actor).dumps(columns))


def unsealed(seal: str, actor: Actor) -> Sealed:
    """The file that a form brings back. Invalid for what was not sealed here, for this person."""
    try:
        return Sealed(_sealer(actor).loads(seal), seal)
    except BadData as problem:
        raise Invalid(LOST, "file") from problem


def _sealer(actor: Actor) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"kept-file:{actor.person_id}")

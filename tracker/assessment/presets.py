"""Schemes that come with the program (seed/schemes.json), put in once and then the offices' to start from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.assessment.kinds import KINDS
from tracker.assessment.models import Scheme, SchemeVersion
from tracker.assessment.written import read, written
from tracker.extensions import db, insert


def load_presets(presets: Iterable[Mapping[str, Any]]) -> int:
    """Put in the presets that are not there yet; those that are stay as they are. Returns how many were new.

    A preset is a scheme as `written.read` takes it, with a key ``preset`` and a ``name``. Invalid when one is wrong.
    """
    return sum(_load(preset["preset"], preset["name"], written(read(preset, KINDS))) for preset in presets)


def _load(key: str, name: str, content: dict[str, Any]) -> bool:
    statement = insert(Scheme).values(preset=key, name=name).on_conflict_do_nothing().returning(Scheme.id)
    scheme_id = db.session.scalar(statement)
    if scheme_id is None:
        return False
    values = {"scheme_id": scheme_id, "number": 1, "content": content, "made_at": clock.now()}
    db.session.execute(sa.insert(SchemeVersion).values(values))
    return True

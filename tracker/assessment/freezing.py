"""The hash of a published result: everything a reader could be told of it, in one order, so that a later look can be
compared with the day of publishing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from tracker.assessment.models import Appeal, ScoreLine, ScoreRun
from tracker.assessment.queries import run_board
from tracker.extensions import db


def digest_of(run: ScoreRun) -> str:
    """SHA-256 over the scheme, the table and every line and appeal, as it all stands now."""
    total = hashlib.sha256()
    for part in _parts(run):
        total.update(json.dumps(part, ensure_ascii=False, sort_keys=True, default=str).encode())
        total.update(b"\n")
    return total.hexdigest()


def is_unchanged(run: ScoreRun) -> bool:
    """Whether a final run is what it was when it was published."""
    return digest_of(run) == run.final_hash


def _parts(run: ScoreRun) -> Iterator[list[Any]]:
    yield [run.title, run.as_of, run.shown_on, run.scheme_version.content]
    for row in run_board(run):
        unit = row.unit
        counts = [unit.due, unit.received, unit.on_time]
        yield [unit.unit_id, unit.name, unit.group, *counts, unit.rating, unit.rated_by, row.total, row.place]
    lines = sa.select(*ScoreLine.__table__.columns).where(ScoreLine.run_id == run.id).order_by(ScoreLine.id)
    for line in db.session.execute(lines.execution_options(yield_per=5000)):
        yield list(line)
    appeals = (
        sa.select(Appeal.line_id, Appeal.state, Appeal.reason, Appeal.evidence, Appeal.decision_reason)
        .join(ScoreLine, ScoreLine.id == Appeal.line_id)
        .where(ScoreLine.run_id == run.id)
        .order_by(Appeal.id)
    )
    for appeal in db.session.execute(appeals):
        yield list(appeal)

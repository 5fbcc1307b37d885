"""Closings whose decision rests on an inspection 督导检查: which are offered, which it was, what one has verified."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from flask import url_for

from tracker.extensions import db
from tracker.permissions import Actor
from tracker.progress.closing_queries import readable_closings
from tracker.progress.inspected import Visit
from tracker.progress.models import Closing
from tracker.supervision.inspection_models import (
    InspectedUnit,
    Inspection,
    Rectification,
    inspection_closing,
    inspection_task,
)
from tracker.supervision.inspection_queries import inspections_visible_to
from tracker.supervision.inspection_rules import OUT, InspectionState

MOST = 50
"""Inspections that are offered, the newest."""


def offered_to(closing: Closing) -> list[Visit]:
    """The issued inspections of the plan that visited the unit, looked at the task or found something about it."""
    visited = sa.select(InspectedUnit.inspection_id).where(InspectedUnit.unit_id == closing.unit_id)
    looked = sa.select(inspection_task.c.inspection_id).where(inspection_task.c.task_id == closing.task_id)
    found = sa.select(Rectification.inspection_id).where(
        Rectification.task_id == closing.task_id, Rectification.state.in_(OUT)
    )
    query = (
        sa.select(Inspection.id, Inspection.title, Inspection.first_on)
        .where(Inspection.plan_id == closing.task.plan_id, Inspection.state == InspectionState.ISSUED)
        .where(Inspection.id.in_(sa.union(visited, looked, found)))
        .order_by(Inspection.first_on.desc(), Inspection.id.desc())
        .limit(MOST)
    )
    return [Visit(*row) for row in db.session.execute(query)]


def keep(closing: Closing, visit: Visit) -> None:
    """The closing's decision rests on this one."""
    db.session.execute(sa.insert(inspection_closing).values(closing_id=closing.id, inspection_id=visit.id))


def resting_on(closing_ids: Collection[int], actor: Actor) -> dict[int, Visit]:
    """Closing id -> its inspection; the address only for who may open it."""
    query = (
        sa.select(inspection_closing.c.closing_id, inspections_visible_to(actor))
        .add_columns(Inspection.id, Inspection.title, Inspection.first_on)
        .join(Inspection, Inspection.id == inspection_closing.c.inspection_id)
        .where(inspection_closing.c.closing_id.in_(closing_ids))
    )
    return {
        closing_id: Visit(number, title, on, url_for("inspections.one", inspection_id=number) if is_visible else "")
        for closing_id, is_visible, number, title, on in db.session.execute(query)
    }


def closings_resting_on(inspection: Inspection, actor: Actor) -> list[Closing]:
    """What an inspection has verified, as far as the viewer may read it."""
    query = sa.select(inspection_closing.c.closing_id).where(inspection_closing.c.inspection_id == inspection.id)
    return readable_closings(db.session.scalars(query).all(), actor)

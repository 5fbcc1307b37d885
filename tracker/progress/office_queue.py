"""What of extensions, closings and reviews waits for the office, counted in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.extensions import db
from tracker.plans.models import Plan
from tracker.progress.closing_queries import count_to_look_back
from tracker.progress.extension_queries import count_for_office
from tracker.progress.reviewing import count_to_review


@dataclass(frozen=True)
class Waiting:
    """Applications for more time, closed tasks to be looked at again, tasks without an end to be reviewed."""

    extensions: int
    looks_back: int
    reviews: int

    def __bool__(self) -> bool:
        return bool(self.extensions or self.looks_back or self.reviews)


def asked_of_office(plan: Plan, today: date) -> Waiting:
    """What waits today."""
    counts = (count_for_office(plan.id), count_to_look_back(plan, today), count_to_review(plan, today))
    return Waiting(*db.session.execute(sa.select(*counts)).one())

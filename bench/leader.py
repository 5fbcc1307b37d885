"""A leader's page over 500 tasks × 60 units and six periods without a report: its months worked out, and as kept."""

from __future__ import annotations

from datetime import date
from time import process_time

from bench.figure import Figure
from bench.worlds import application, large_plan, signed_in
from tracker import clock
from tracker.extensions import commit
from tracker.ledger.days import keep_days
from tracker.ledger.keeping import refresh_due
from tracker.obligations.actions import derive

DAY = date(2021, 12, 28)
"""A day after December's due day: six periods have opened and come due."""


def measure() -> list[Figure]:
    with application() as app:
        plan = large_plan(500)
        clock.fix_day(DAY)
        derive(plan, DAY)
        refresh_due(DAY)
        commit()
        leader, address = signed_in(app, "leader"), f"/plans/{plan.id}/"

        def page() -> float:
            begun = process_time()
            if leader.get(address).status_code != 200:
                raise RuntimeError(address)
            return process_time() - begun

        worked_out = page()
        begun = process_time()
        keep_days(plan.id, DAY)
        commit()
        kept = process_time() - begun
        return [
            Figure("leader's page, 500 tasks, months kept", page(), None, 1),
            Figure("the same with five months to work out", worked_out, None, 5),
            Figure("keeping these days, once", kept, None, 5),
        ]

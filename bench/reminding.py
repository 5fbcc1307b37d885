"""A run of the reminders over 5,000 tasks × 60 units, the first of the day and again."""

from __future__ import annotations

from datetime import date
from time import process_time

from bench.figure import Figure
from bench.worlds import application, large_plan
from tracker import clock
from tracker.extensions import commit
from tracker.reminders.actions import remind

DUE = date(2021, 7, 26)


def measure() -> list[Figure]:
    with application():
        plan = large_plan()
        clock.fix_day(DUE)
        figures = []
        for name in ("reminder run over 5,000 tasks × 60 units", "the same run again"):
            begun = process_time()
            remind(DUE, plan)
            commit()
            figures.append(Figure(name, process_time() - begun, None, 30))
        return figures

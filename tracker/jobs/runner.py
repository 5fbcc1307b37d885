"""Running one job: its action, one commit, one line in the log, and what it did in the table of runs."""

from __future__ import annotations

from datetime import date, datetime

import structlog

from tracker import clock
from tracker.extensions import commit, db, insert
from tracker.jobs.models import JobRun
from tracker.jobs.table import Counts, Job

log = structlog.get_logger()


def run(job: Job, today: date | None = None) -> Counts:
    """Run a job inside an application context; what it raises is written down and raised again."""
    day, started_at = today or clock.today(), clock.real_now()
    try:
        counts = job.run(day)
        commit()
    except Exception as fault:
        db.session.rollback()
        _note(job, day, started_at, {}, f"{type(fault).__name__}: {fault}")
        log.exception("job failed", job=job.name, day=day.isoformat())
        raise
    _note(job, day, started_at, counts, "")
    log.info("job", job=job.name, day=day.isoformat(), **counts)
    return counts


def _note(job: Job, day: date, started_at: datetime, counts: Counts, error: str) -> None:
    """Keep the latest run of the job, whichever process ran it."""
    values = {
        "day": day,
        "started_at": started_at,
        "ended_at": clock.real_now(),
        "counts": dict(counts),
        "error": error[:2000],
    }
    row = insert(JobRun).values(name=job.name, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))
    commit()

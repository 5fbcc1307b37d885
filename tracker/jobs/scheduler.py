"""The scheduler: the only place that knows APScheduler. It keeps nothing; what is due is read from the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from tracker.clock import SHANGHAI, real_now
from tracker.jobs.runner import run
from tracker.jobs.table import JOBS, Job

log = structlog.get_logger()


def run_forever(app: Flask) -> None:
    """Run the jobs until the process ends. Several such processes do no harm: whatever a job does, it does once."""
    log.info("scheduler started", jobs=list(JOBS))
    build(app, real_now()).start()


def build(app: Flask, now: datetime) -> BlockingScheduler:
    """A scheduler with every job; those whose time of today has passed run at once, as nobody else may have done it."""
    scheduler = BlockingScheduler(jobstores={"default": MemoryJobStore()}, timezone=SHANGHAI)
    for job in JOBS.values():
        scheduler.add_job(
            _in_context(app, job),
            _trigger(job),
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            **({"next_run_time": now} if job.at is None or job.at <= now.time() else {}),
        )
    return scheduler


def _trigger(job: Job) -> CronTrigger:
    if job.at is None:
        return CronTrigger(minute="*", timezone=SHANGHAI)
    return CronTrigger(hour=job.at.hour, minute=job.at.minute, timezone=SHANGHAI)


def _in_context(app: Flask, job: Job) -> Callable[[], None]:
    def step() -> None:
        with app.app_context():
            run(job)

    return step

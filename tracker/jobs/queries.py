"""Reads of the runs of jobs, and whether the scheduler is alive."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.extensions import db
from tracker.jobs.models import JobRun
from tracker.jobs.table import HEARTBEAT

SILENCE = timedelta(minutes=5)
"""After so long without a heartbeat the scheduler stands still."""


def runs() -> dict[str, JobRun]:
    """Job name -> its latest run."""
    return {run.name: run for run in db.session.scalars(sa.select(JobRun))}


def standing_still(at: datetime) -> str | None:
    """The sentence that says since when no scheduled job has run; None while all is well. ``at``: the real moment."""
    beat = db.session.get(JobRun, HEARTBEAT)
    if beat is not None and at - beat.started_at <= SILENCE:
        return None
    since = f"从 {beat.started_at:%m-%d %H:%M} 起停了" if beat else "还没有启动"
    return f"定时任务{since}，催办不会自动发出。请系统管理员启动 tracker jobs run。"

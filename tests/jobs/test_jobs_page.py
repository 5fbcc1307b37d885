"""The page of scheduled work tells when the scheduler has stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from tests.world import World
from tracker import clock
from tracker.extensions import commit, db
from tracker.jobs.models import JobRun
from tracker.jobs.runner import run
from tracker.jobs.table import COUNT_NAMES, HEARTBEAT, JOBS

SignIn = Callable[[str], FlaskClient]


def page_after(ago: timedelta, sign_in: SignIn) -> str:
    at = clock.real_now() - ago
    db.session.add(JobRun(name=HEARTBEAT, day=clock.today(), started_at=at, ended_at=at, counts={}))
    commit()
    return sign_in("system").get("/jobs").get_data(as_text=True)


def test_a_scheduler_that_never_ran_is_told(sign_in: SignIn) -> None:
    assert "还没有启动" in sign_in("system").get("/jobs").get_data(as_text=True)


def test_a_scheduler_that_stopped_is_told_since_when(sign_in: SignIn) -> None:
    assert "起停了" in page_after(timedelta(minutes=10), sign_in)


def test_a_scheduler_that_runs_is_not_complained_of(sign_in: SignIn) -> None:
    page = page_after(timedelta(seconds=30), sign_in)
    assert "催办不会自动发出" not in page
    assert "定时任务还在运行的信号" in page


def test_every_count_has_a_word(world: World) -> None:
    given = {name for job in JOBS.values() for name in job.run(clock.today())}
    assert given == set(COUNT_NAMES)


def test_the_page_says_what_a_job_did_in_words(sign_in: SignIn) -> None:
    run(JOBS["clear"], clock.today())
    assert "清理文件 0" in sign_in("system").get("/jobs").get_data(as_text=True)

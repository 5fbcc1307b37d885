"""The table of jobs, its runner, the scheduler and the commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from tests.conftest import make_app
from tests.plans import make_plan
from tests.standins import mail_server
from tests.world import World
from tracker import clock
from tracker.accounts.models import LoginAttempt
from tracker.cli import tracker as command
from tracker.extensions import db
from tracker.jobs.models import JobRun
from tracker.jobs.runner import run
from tracker.jobs.scheduler import build
from tracker.jobs.table import JOBS, Job
from tracker.obligations.models import Period
from tracker.reminders.models import Message

EVE = date(2021, 7, 23)


def count(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_run_is_written_down_with_its_counts(app: Flask, world: World) -> None:
    make_plan()
    counts = run(JOBS["remind"], EVE)
    noted = db.session.get_one(JobRun, "remind")
    assert (noted.day, noted.counts, noted.error) == (EVE, dict(counts), "")
    assert counts["messages"] == 4


def test_a_job_that_fails_is_written_down_changes_nothing_and_says_so(app: Flask, world: World) -> None:
    def fail(today: date) -> dict[str, int]:
        db.session.add(LoginAttempt(login="half done", at=clock.real_now(), address="", succeeded=False))
        db.session.flush()
        raise ValueError("the disk is gone")

    with pytest.raises(ValueError, match="the disk is gone"):
        run(Job("send", "", fail), EVE)
    assert db.session.get_one(JobRun, "send").error == "ValueError: the disk is gone"
    assert "half done" not in set(db.session.scalars(sa.select(LoginAttempt.login)))


@pytest.mark.parametrize("name", JOBS)
def test_a_job_that_runs_twice_does_its_work_once(app: Flask, world: World, name: str) -> None:
    make_plan()
    run(JOBS[name], EVE)
    assert not any(run(JOBS[name], EVE).values())


def test_the_daily_job_opens_the_next_period(app: Flask, world: World) -> None:
    make_plan()
    assert run(JOBS["derive"], date(2021, 7, 25))["periods"] == 0
    assert run(JOBS["derive"], date(2021, 7, 26))["periods"] == 1
    assert count(Period) == 2


@pytest.mark.parametrize(
    ("hour", "minute", "at_once"),
    [
        (0, 5, {"send", "heartbeat"}),
        (8, 29, {"send", "heartbeat", "derive", "standings", "past_days", "slips", "clear"}),
        (8, 30, set(JOBS)),
        (23, 0, set(JOBS)),
    ],
)
def test_a_scheduler_that_starts_late_makes_up_for_what_was_due_today(
    app: Flask, hour: int, minute: int, at_once: set[str]
) -> None:
    now = clock.real_now().replace(hour=hour, minute=minute, second=0, microsecond=0)
    scheduler = build(app, now)
    given = {job.id: getattr(job, "next_run_time", None) for job in scheduler.get_jobs()}
    assert {name for name, moment in given.items() if moment == now} == at_once
    for job in scheduler.get_jobs():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
        following = job.trigger.get_next_fire_time(None, now + timedelta(seconds=1))
        assert following.utcoffset() == timedelta(hours=8)


@pytest.fixture
def settings() -> dict[str, object]:
    """Settings of the commands, for a test to fill in."""
    return {}


@pytest.fixture
def cli(
    app: Flask, world: World, database: str, settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Run `tracker …` on the test's database."""
    make_plan()
    monkeypatch.setattr("tracker.app.create_app", lambda: make_app(database, app.config["DATA_FOLDER"], **settings))

    def call(*words: str, code: int = 0) -> str:
        db.session.rollback()  # reading took SQLite's lock, which the command's own connection needs
        answer = CliRunner().invoke(command, list(words))
        assert answer.exit_code == code, answer.output
        return answer.output

    return call


def test_the_command_rehearses_then_runs_and_the_mail_arrives(
    cli: Callable[..., str], settings: dict[str, object]
) -> None:
    with mail_server() as box:
        settings.update(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port)
        rehearsed = cli("remind", "--today", "2021-07-23", "--dry-run")
        assert "张填报\t市卫生健康委填报人\t6 项\t站内消息、电子邮件" in rehearsed
        assert (count(Message), box.mails) == (0, [])
        assert "messages 4" in cli("remind", "--today", "2021-07-23")
        assert len(box.mails) == 3
        assert "messages 0" in cli("remind", "--today", "2021-07-23")
        assert len(box.mails) == 3


def test_on_a_day_off_the_command_says_that_nothing_leaves(cli: Callable[..., str]) -> None:
    assert "2021-07-24 是休息日" in cli("remind", "--today", "2021-07-24")


def test_the_jobs_are_listed_and_run_by_name(cli: Callable[..., str]) -> None:
    assert "periods 1" in cli("jobs", "once", "derive", "--today", "2021-07-26")
    listed = cli("jobs", "list")
    assert "每天 08:30" in listed
    assert "'periods': 1" in listed
    assert "没有 nonsense 这个任务" in cli("jobs", "once", "nonsense", code=2)

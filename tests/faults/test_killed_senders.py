"""Schedulers that run at once and die in the middle: every message exactly one row, none lost, each sent.

The processes are real and are ended with SIGKILL, which no program can answer. The mail server outlives them and
counts what arrived: at least once, and a second copy carries the same Message-ID.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.plans import make_plan
from tests.standins import Mailbox, mail_server
from tests.world import World
from tracker import clock
from tracker.extensions import commit, db
from tracker.jobs.runner import run
from tracker.jobs.sending import send_pending
from tracker.jobs.table import JOBS
from tracker.plans.models import Plan
from tracker.reminders import outbox
from tracker.reminders.models import Delivery, DeliveryState, Message, Reminder
from tracker.reminders.planning import planned_run, recipient_key

DAYS = [date(2021, 7, day) for day in (12, 19, 23, 26, 27, 29)]
"""Fifteen, seven, three days before, the due day, one and three days after."""
PROGRAM = """
import sys
from datetime import date
from pathlib import Path
from tests.conftest import make_app
from tracker.jobs.runner import run
from tracker.jobs.sending import send_pending
from tracker.jobs.table import JOBS

address, folder, port, days = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
app = make_app(address, Path(folder), SMTP_HOST="127.0.0.1", SMTP_PORT=int(port))
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    for day in days:
        run(JOBS["remind"], date.fromisoformat(day))
        send_pending(at_any_hour=True)
"""


@contextmanager
def scheduler(database: str, folder: Path, box: Mailbox, days: list[date]) -> Iterator[subprocess.Popen[str]]:
    """A process that writes and sends the messages of these days once it is told to `begin`."""
    command = [sys.executable, "-c", PROGRAM, database, str(folder), str(box.port), *map(str, days)]
    environment = {**os.environ, "TRACKER_TODAY": "", "PYTHONPATH": str(Path(__file__).parents[2])}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def begin(*processes: subprocess.Popen[str]) -> None:
    """Let them go together, once all of them have started."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def expected(plan_id: int) -> set[tuple[int, date, str]]:
    """(obligation, day it was meant for, recipient) of all the days, as the rules alone say it."""
    plan = db.session.get_one(Plan, plan_id)
    planned = [planned_run(plan, day) for day in DAYS]
    return {
        (told.item.identity["obligation_id"], told.day, recipient_key(person))
        for digests in planned
        for person, all_told in digests.items()
        for told in all_told
    }


def check_every_message_is_there_once(due: set[tuple[int, date, str]], box: Mailbox) -> None:
    reminders = [(r.obligation_id, r.day, r.recipient) for r in db.session.scalars(sa.select(Reminder))]
    assert len(reminders) == len(set(reminders))
    assert set(reminders) == due
    digests = [(m.day, m.recipient_id) for m in db.session.scalars(sa.select(Message))]
    assert len(digests) == len(set(digests))
    mails = list(db.session.scalars(sa.select(Delivery).where(Delivery.channel == "email")))
    people = [day for day, recipient_id in digests if recipient_id is not None]
    assert len(mails) == len(people)
    assert {mail.state for mail in mails} == {DeliveryState.SENT}
    assert {mail["Message-ID"] for mail in box.mails} == {mail.stable_id for mail in mails}


def finish(app: Flask, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next scheduler does later: write what is missing, take up what the dead one had claimed."""
    app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port)
    later = clock.real_now() + outbox.OLD + timedelta(minutes=1)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    for day in DAYS:
        run(JOBS["remind"], day)
    send_pending(at_any_hour=True)


def test_two_schedulers_at_once_write_and_send_each_message_once(
    app: Flask, world: World, database: str, tmp_path: Path
) -> None:
    plan = make_plan()
    due = expected(plan.id)
    commit()
    with mail_server() as box:
        with (
            scheduler(database, tmp_path / "a", box, DAYS) as one,
            scheduler(database, tmp_path / "b", box, DAYS) as other,
        ):
            begin(one, other)
            ends = [process.wait(60) for process in (one, other)]
            assert ends == [0, 0], [process.stderr and process.stderr.read() for process in (one, other)]
        check_every_message_is_there_once(due, box)
        assert len(box.mails) == len({mail["Message-ID"] for mail in box.mails})  # nobody died: no second copy


def kill_and_recover(app: Flask, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Two schedulers, one of them killed after a few mails, in the middle of something; a third does what is left."""
    plan = make_plan()
    due = expected(plan.id)
    commit()
    chance = random.Random(seed)
    arrived, moment = chance.randrange(12), chance.uniform(0, 0.03)
    with mail_server() as box:
        with (
            scheduler(database, tmp_path / "a", box, DAYS) as doomed,
            scheduler(database, tmp_path / "b", box, DAYS[:3]) as other,
        ):
            begin(doomed, other)
            while len(box.mails) < arrived:
                time.sleep(0.002)
            time.sleep(moment)
            doomed.kill()
            assert doomed.wait() == -9, "it was done before it could be killed"
            assert other.wait(60) == 0
        finish(app, box, monkeypatch)
        check_every_message_is_there_once(due, box)


@pytest.mark.parametrize("seed", range(3))
def test_a_scheduler_that_is_killed_loses_nothing_and_doubles_nothing(
    app: Flask, world: World, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    kill_and_recover(app, database, tmp_path, monkeypatch, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_twenty_killed_schedulers_lose_nothing(
    app: Flask, world: World, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    kill_and_recover(app, database, tmp_path, monkeypatch, seed)

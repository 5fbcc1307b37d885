"""A July that is over: one unit reported, one is late, one was sent back, one waits for its head."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.plans import make_plan, owed_by
from tests.world import EDUCATION, FINANCE, HEALTH, World
from tracker import clock
from tracker.extensions import commit
from tracker.obligations.models import Obligation
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.models import Report

DUE_ON = date(2021, 7, 26)
"""25 July was a Sunday."""
DAY_AFTER = date(2021, 7, 27)

Send = Callable[[Obligation], Report]


@pytest.fixture
def send(world: World) -> Send:
    """Write and submit a report on the business day."""
    writer = world.actor("health")

    def submit(obligation: Obligation) -> Report:
        report = actions.save_draft(obligation, actions.Writing(progress="累计完成12场。"), writer)
        actions.submit([report], writer)
        return report

    return submit


@pytest.fixture
def july(world: World, send: Send) -> Plan:
    """The plan on the day after July's due day. 市卫生健康委: one accepted, one to verify, one returned, the rest not
    written; 市财政局: one waiting for its head; 市教育局: reported; the towns: nothing."""
    plan = make_plan()
    head, office = world.actor("health-head"), world.actor("office1")
    clock.fix_day(date(2021, 7, 20))
    accepted, to_verify, returned = (send(owed_by(plan, HEALTH, no)) for no in "123")
    schools = send(owed_by(plan, EDUCATION, "3"))
    actions.sign([accepted, to_verify, returned, schools], head)
    clock.fix_day(date(2021, 7, 21))
    actions.accept([accepted], office)
    send_back(returned, office)
    send(owed_by(plan, FINANCE, "1"))
    commit()
    clock.fix_day(DAY_AFTER)
    return plan


def send_back(report: Report, office: Actor) -> None:
    actions.send_back(report, "缺累计数", office, by_office=True)

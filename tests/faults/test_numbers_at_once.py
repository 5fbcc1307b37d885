"""Numbers of papers, two at once on both databases: without gaps, and never the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from flask import Flask

from tests.faults.test_at_once import at_once, shared  # noqa: F401 - a fixture
from tests.supervision.conftest import DAY, pressed_plan
from tests.world import World
from tracker.extensions import commit, db
from tracker.obligations.queries import periods
from tracker.supervision.batch import Wanted, candidates
from tracker.supervision.bulletins import draft_bulletin
from tracker.supervision.models import Bulletin, Slip
from tracker.supervision.numbers import take_number
from tracker.supervision.proposing import propose_slips
from tracker.supervision.rules import SlipState


def writing(slip: Slip) -> dict[str, object]:
    return {"colour": "blue", "pace": "normal", "basis": "", "content": "请办理。", "seen_version": slip.version}


def test_slips_issued_at_once_are_numbered_without_gaps(shared: Flask) -> None:  # noqa: F811
    with shared.app_context():
        propose_slips(pressed_plan(World()), DAY, None)
        commit()
        slips = list(db.session.scalars(sa.select(Slip).order_by(Slip.id)))
        steps = [(f"office{1 + n % 2}", f"/slips/{slip.id}/issue", writing(slip)) for n, slip in enumerate(slips)]
        steps[2][2]["content"] = ""  # one of them is refused
    assert at_once(shared, *steps) == [303, 303, 303, 303, 303, 422]
    with shared.app_context():
        numbers = set(db.session.scalars(sa.select(Slip.doc_number).where(Slip.state == SlipState.ISSUED)))
        assert numbers == {f"潜健督〔2021〕{number}号" for number in range(1, 6)}


def test_one_slip_issued_by_two_at_once_has_one_number(shared: Flask) -> None:  # noqa: F811
    with shared.app_context():
        propose_slips(pressed_plan(World()), DAY, None)
        commit()
        slip = db.session.scalars(sa.select(Slip).order_by(Slip.id)).first()
        assert slip is not None
        steps = [(login, f"/slips/{slip.id}/issue", writing(slip)) for login in ("office1", "office2")]
    assert at_once(shared, *steps) == [303, 409]


def test_a_batch_and_single_slips_at_once_leave_no_gap_and_nobody_gets_two(shared: Flask) -> None:  # noqa: F811
    with shared.app_context():
        plan = pressed_plan(World())
        propose_slips(plan, DAY, None)
        commit()
        there = f"/plans/{plan.id}/slips/batch"
        matters = [one.key for one in candidates(plan, Wanted(), DAY)]
        written = {"colour": "blue", "pace": "normal", "pattern": "{任务}", "confirmed": "1", "matter": matters}
        slips = list(db.session.scalars(sa.select(Slip).order_by(Slip.id)))[:2]
        steps = [("office1", there, written), ("office2", there, written)]
        steps += [("office2", f"/slips/{slip.id}/issue", writing(slip)) for slip in reversed(slips)]
    answers = at_once(shared, *steps)
    assert set(answers) <= {303, 403, 409}
    with shared.app_context():
        out = list(db.session.scalars(sa.select(Slip).where(Slip.state == SlipState.ISSUED)))
        assert {slip.doc_number for slip in out} == {f"潜健督〔2021〕{n}号" for n in range(1, len(out) + 1)}
        assert len({(slip.task_id, slip.unit_id) for slip in out}) == len(out) >= 2


def test_bulletins_published_at_once_are_numbered_one_after_the_other(shared: Flask) -> None:  # noqa: F811
    with shared.app_context():
        plan, world = pressed_plan(World()), World()
        drafts = [draft_bulletin(plan, periods(plan.id)[0], DAY, world.actor("office1")) for _ in range(3)]
        commit()
        steps = [
            ("office1", f"/bulletins/{one.id}/publish", {"title": "通报", "addressees": "各单位", "seen_version": 1})
            for one in drafts
        ]
    assert at_once(shared, *steps) == [303, 303, 303]
    with shared.app_context():
        assert set(db.session.scalars(sa.select(Bulletin.number))) == {1, 2, 3}


def test_a_number_that_was_rolled_back_is_given_again(shared: Flask) -> None:  # noqa: F811
    gate = Barrier(6)

    def take(turn: int) -> None:
        gate.wait()
        with shared.app_context():
            take_number(1, "潜健督", 2021)
            db.session.rollback() if turn % 2 else commit()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(take, range(6)))
    with shared.app_context():
        assert take_number(1, "潜健督", 2021) == 4

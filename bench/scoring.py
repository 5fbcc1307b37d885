"""A run of the scores over 5,000 tasks × 60 units × 12 periods: some 180,000 things owed, most of them reported."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from time import process_time
from typing import Any

import sqlalchemy as sa

from bench.figure import Figure
from bench.worlds import application, large_plan, office_actor
from tracker import clock
from tracker.assessment.models import Scheme, ScoreRun
from tracker.assessment.pages import run_table
from tracker.assessment.presets import load_presets
from tracker.assessment.runs import make_run
from tracker.config import bundled
from tracker.extensions import commit, db
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.obligations.queries import periods
from tracker.plans.models import Plan
from tracker.progress.models import Report, ReportVersion
from tracker.progress.rules import ReportState

LAST_OPENS, LATER = date(2022, 6, 1), date(2022, 7, 30)
MORNING = time(10, 0, tzinfo=clock.SHANGHAI)


def measure() -> list[Figure]:
    with application():
        plan = large_plan()
        live_a_year(plan)
        load_presets(json.loads((bundled("seed") / "schemes.json").read_text(encoding="utf-8")))
        commit()
        clock.fix_day(LATER)
        version = db.session.scalars(sa.select(Scheme).where(Scheme.preset == "additions")).one().latest
        found = periods(plan.id)[:12]
        runs: list[ScoreRun] = []

        def run() -> None:
            runs.append(make_run(version, found[0], found[-1], office_actor()))
            commit()

        owed = db.session.scalar(sa.select(sa.func.count()).select_from(Obligation))
        return [
            Figure(f"scoring run, {len(found)} periods, {owed:,} owed", seconds(run), None, 30),
            Figure("the table of that run", seconds(lambda: run_table(runs[0])), None, 2),
        ]


def seconds(work: Callable[[], object]) -> float:
    """CPU of this process, SQLite's work among it."""
    begun = process_time()
    work()
    return process_time() - begun


def live_a_year(plan: Plan) -> None:
    """Twelve periods: of every ten things owed one is missing, one three days late, one returned and sent again."""
    derive(plan, LAST_OPENS)
    commit()
    writer_id = office_actor().person_id
    owed = db.session.execute(sa.select(Obligation.id, Obligation.due_on).order_by(Obligation.id)).all()
    rows = [row for row in owed if row.id % 10]
    for part in _parts(rows):
        db.session.execute(sa.insert(Report), [_report(row, writer_id) for row in part])
    ids = {row.obligation_id: row.id for row in db.session.execute(sa.select(Report.obligation_id, Report.id))}
    for part in _parts(rows):
        versions = [version for row in part for version in _versions(row, ids[row.id], writer_id)]
        db.session.execute(sa.insert(ReportVersion), versions)
    commit()


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    return (rows[start : start + 10_000] for start in range(0, len(rows), 10_000))


def _report(row: Any, writer_id: int) -> dict[str, Any]:
    return {
        "obligation_id": row.id,
        "state": ReportState.SIGNED,
        "saved_at": datetime.combine(row.due_on, MORNING),
        "saved_by_id": writer_id,
        "writer_ids": [writer_id],
        "version": 1,
    }


def _versions(row: Any, report_id: int, writer_id: int) -> Iterator[dict[str, Any]]:
    day = row.due_on + timedelta(days=3 if row.id % 10 == 1 else -1)
    is_returned = row.id % 10 == 2
    for number in (1, 2) if is_returned else (1,):
        sent_at = datetime.combine(day + timedelta(days=number - 1), MORNING)
        yield {
            "report_id": report_id,
            "number": number,
            "progress": "按计划推进。",
            "problems": "",
            "next_steps": "",
            "self_state": "",
            "no_news": False,
            "evidence_ids": [],
            "submitted_at": sent_at,
            "submitted_by_id": writer_id,
            "signed_at": sent_at,
            "returned_at": sent_at + timedelta(hours=2) if is_returned and number == 1 else None,
            "returned_by_office": True if is_returned and number == 1 else None,
            "return_reason": "",
        }

"""One row of the unit page saved as it is typed, beside a bare UPDATE and COMMIT of the same row."""

from __future__ import annotations

from itertools import count
from time import perf_counter, process_time

import sqlalchemy as sa
from flask import Flask

from bench.figure import Figure, side_by_side
from bench.worlds import application, demo_plan, signed_in
from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.progress.models import Report
from tracker.progress.rules import ReportState
from tracker.units.models import Unit
from tracker.web.access import public

TEXT = "专家库入库{n}人，资源库上传科普作品128件；与市广播电视台商定每周固定栏目。"
AIM = 2.0


def _open_row() -> tuple[int, int]:
    """(obligation id, version) of a draft that 市卫生健康委 still has on its desk."""
    query = (
        sa.select(Obligation.id, Report.version)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Period, Period.id == Obligation.period_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(Unit.name == "市卫生健康委", Obligation.kind == Kind.PERIOD)
        .where(Report.id.is_(None) | (Report.state == ReportState.DRAFT))
        .order_by(Period.due_on.desc(), Obligation.id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise RuntimeError("the demo leaves nothing open for 市卫生健康委")
    return row[0], row[1] or 0


def _add_floor(app: Flask, obligation_id: int) -> None:
    """A route that writes the row, commits, and says that it did."""
    numbers = count()

    def bare() -> str:
        row = sa.update(Report).where(Report.obligation_id == obligation_id)
        db.session.execute(row.values(progress=TEXT.format(n=next(numbers))))
        db.session.commit()
        return "ok"

    app.add_url_rule("/floor/save", "floor_save", public(bare), methods=["POST"])


def measure() -> list[Figure]:
    with application() as app:
        demo_plan()
        obligation_id, version = _open_row()
        _add_floor(app, obligation_id)
        client, seen, numbers = signed_in(app, "health"), [version], count()

        def save() -> None:
            values = {"progress": TEXT.format(n=next(numbers)), "seen_version": seen[0]}
            answer = client.post(
                f"/obligations/{obligation_id}/draft", data=values, headers={"X-Requested-With": "fetch"}
            )
            seen[0] = answer.get_json()["version"]

        def bare() -> None:
            if client.post("/floor/save").status_code != 200:
                raise RuntimeError("the floor does not save")

        return [
            Figure("one report saved (CPU)", *side_by_side(save, bare, 15, process_time), AIM),
            Figure("one report saved (wall, with the disk)", *side_by_side(save, bare, 15, perf_counter), AIM),
        ]

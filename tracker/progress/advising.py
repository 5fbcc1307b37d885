"""From rows to advice: what the rule of `advice` is asked about a report, for the unit's page and the office's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from tracker import clock
from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.progress.advice import Advice, Shown, Written, advise
from tracker.progress.measured import measured
from tracker.progress.models import Evidence, Report, ReportVersion
from tracker.progress.queries import earlier_reports
from tracker.tasks.models import Task
from tracker.tasks.roles import Role

Shared = Mapping[tuple[int, str], tuple[str, ...]]
"""(unit, sha256) -> labels of the items of the plan to which the unit has put the file."""


class Said(Protocol):
    """A report as it is written, or one of its versions."""

    @property
    def progress(self) -> str: ...
    @property
    def percent(self) -> int | None: ...


def advice_on(
    obligation: Obligation,
    said: Said,
    last: ReportVersion | None,
    files: Iterable[Evidence],
    period: Period | None,
    shared: Shared,
    is_measured: bool,
) -> list[Advice]:
    """What to look at again in what a unit says to an obligation. ``last``: its report before; ``period``: the one on
    whose page it stands; ``is_measured``: its task has an indicator."""
    shown = tuple(
        Shown(file.filename, file.shows_on, shared.get((obligation.unit_id, file.sha256), ())) for file in files
    )
    return advise(
        Written(
            text=said.progress,
            percent=said.percent,
            last_text=last.progress if last else "",
            last_percent=last.percent if last else None,
            is_lead=obligation.role is Role.LEAD,
            task_text=obligation.task.text,
            is_measured=is_measured,
            files=shown,
            opens_on=period.opens_on if period else None,
            until_on=period.due_on if period else None,
        )
    )


def advice_now(report: Report, period: Period | None) -> list[Advice]:
    """What to look at again in a report as it stands."""
    obligation, files = report.obligation, report.evidence
    last = earlier_reports([obligation]).get(obligation.id)
    shared = shared_files(obligation.task.plan_id, files)
    is_measured = bool(measured([obligation.task_id], clock.today()))
    return advice_on(obligation, report, last, files, period, shared, is_measured)


def shared_files(plan_id: int, files: Iterable[Evidence]) -> Shared:
    """For these files, all items to which the same unit has put the same bytes, in the order of the document; one
    statement, none when there are no files."""
    hashes = {file.sha256 for file in files}
    return _shared(_same_bytes(plan_id, Evidence.sha256.in_(hashes))) if hashes else {}


def load_files(plan_id: int, reports: Collection[Report]) -> Shared:
    """Give these reports of one unit their files, and say to which items the unit has put them; one statement for both,
    since the unit's page has few."""
    twin = sa.orm.aliased(Evidence)
    theirs = sa.select(twin.sha256).where(
        twin.report_id.in_([report.id for report in reports]), twin.removed_at.is_(None)
    )
    rows = _same_bytes(plan_id, Evidence.sha256.in_(theirs)) if reports else []
    files: dict[int, list[Evidence]] = defaultdict(list)
    for _unit_id, file, _task in rows:
        files[file.report_id].append(file)
    for report in reports:
        set_committed_value(report, "evidence", sorted(files[report.id], key=attrgetter("id")))
    return _shared(rows)


Rows = Sequence[Any]
"""(unit, Evidence, Task) of every file with the same bytes."""


def _same_bytes(plan_id: int, condition: sa.ColumnElement[bool]) -> Rows:
    query = (
        sa.select(Obligation.unit_id, Evidence, Task)
        .select_from(Evidence)
        .join(Report, Report.id == Evidence.report_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Task, Task.id == Obligation.task_id)
        .where(Task.plan_id == plan_id, condition)
        .where(Evidence.removed_at.is_(None), Obligation.withdrawn_on.is_(None))
        .order_by(Task.position, Evidence.id)
    )
    return db.session.execute(query).all()


def _shared(rows: Rows) -> Shared:
    found: dict[tuple[int, str], dict[str, None]] = {}
    for unit_id, file, task in rows:
        found.setdefault((unit_id, file.sha256), {})[task.label] = None
    return {key: tuple(labels) for key, labels in found.items()}

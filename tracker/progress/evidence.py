"""Writes on evidence (佐证材料): take a file, take it off again."""

from __future__ import annotations

from typing import BinaryIO

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Refused
from tracker.extensions import db
from tracker.files.keeping import added_now, kept_file, logged
from tracker.obligations.models import Obligation
from tracker.permissions import Actor
from tracker.progress import pictures
from tracker.progress.actions import EDITABLE
from tracker.progress.models import Evidence, Report
from tracker.progress.queries import report_of
from tracker.progress.rules import ReportState
from tracker.storage import Store


def add_evidence(
    obligation: Obligation, name: str, file: BinaryIO, store: Store, limit: int, actor: Actor
) -> tuple[Evidence, Report]:
    """Keep a file with the report, which begins with it if nothing was written yet. ``limit``: bytes.

    Invalid for what is no picture, PDF or Office file and for what is too big; StorageFull leaves all as it was. The
    same file twice is one.
    """
    report = report_of(obligation.id)
    if report is not None and report.state not in EDITABLE:
        raise Refused(f"这一项{report.state.label}，现在不能加材料。要改请先撤回。")
    columns = kept_file(name, file, store, limit)
    if report is None:
        report = Report(obligation=obligation, state=ReportState.DRAFT)
        db.session.add(report)
    elif there := next((one for one in report.evidence if one.sha256 == columns["sha256"]), None):
        return there, report
    report.saved(clock.now(), actor.person_id)
    evidence = Evidence(report=report, shows_on=pictures.shows_on(file), **columns, **added_now(actor))
    db.session.add(evidence)
    db.session.flush()
    label = f"{obligation.task.label} {obligation.unit.name}：{evidence.filename}"
    record(actor, "evidence.add", "evidence", evidence.id, label, task_id=obligation.task_id, after=logged(columns))
    return evidence, report


def remove_evidence(evidence: Evidence, actor: Actor) -> Report:
    """Take a file off the report; what was submitted with it still names it. Refused once it is frozen or sent."""
    report = evidence.report
    if evidence.frozen_at is not None:
        raise Refused("这份材料所属的填报已被接受，材料已固定，不能去掉。")
    if report.state not in EDITABLE:
        raise Refused(f"这一项{report.state.label}，现在不能去掉材料。要改请先撤回。")
    if evidence.removed_at is None:
        now = clock.now()
        evidence.removed_at, evidence.removed_by_id = now, actor.person_id
        report.saved(now, actor.person_id)
        obligation = report.obligation
        label = f"{obligation.task.label} {obligation.unit.name}：{evidence.filename}"
        record(actor, "evidence.remove", "evidence", evidence.id, label, task_id=obligation.task_id)
        db.session.flush()
    return report

"""Writes on evidence (佐证材料): take a file, take it off again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, BinaryIO

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.permissions import Actor
from tracker.progress import pictures
from tracker.progress.actions import EDITABLE
from tracker.progress.filetypes import PICTURES, accept_evidence
from tracker.progress.models import Evidence, Report
from tracker.progress.queries import report_of
from tracker.progress.rules import ReportState
from tracker.storage import Store

LONGEST_NAME = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]')


def clean_name(name: str) -> str:
    """The file's own name without folders and signs that mislead; its ending is kept when it has to be shortened."""
    last = _UNSAFE.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    path = Path(last or "未命名")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:LONGEST_NAME]


def kept_file(name: str, file: BinaryIO, store: Store, limit: int) -> dict[str, Any]:
    """Keep a file that is no report's evidence; gives the columns that speak of it. Invalid for what is no picture, PDF
    or Office file; StorageFull, and Invalid for what is bigger than ``limit`` bytes, leave all as it was."""
    name = clean_name(name)
    _check_size(name, file, limit)
    kind = accept_evidence(name, file)
    file.seek(0)
    stored = store.put(file, limit)
    return {
        "filename": kind.name_for(name),
        "sha256": stored.sha256,
        "size": stored.size,
        "media_type": kind.media_type,
        "label": kind.label,
    }


def _check_size(name: str, file: BinaryIO, limit: int) -> None:
    if (size := file.seek(0, 2)) > limit:
        raise Invalid(
            f"没有收下“{name}”。{size / 2**20:.0f} MB，超过 {limit / 2**20:g} MB，请压缩后重传，或分成几个文件。",
            "file",
        )


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
    name = clean_name(name)
    _check_size(name, file, limit)
    kind = accept_evidence(name, file)
    shows_on = pictures.shows_on(file) if kind in PICTURES else None
    file.seek(0)
    stored = store.put(file, limit)
    now = clock.now()
    if report is None:
        report = Report(obligation=obligation, state=ReportState.DRAFT)
        db.session.add(report)
    elif there := next((one for one in report.evidence if one.sha256 == stored.sha256), None):
        return there, report
    report.saved(now, actor.person_id)
    evidence = Evidence(
        report=report,
        filename=kind.name_for(name),
        sha256=stored.sha256,
        size=stored.size,
        media_type=kind.media_type,
        label=kind.label,
        shows_on=shows_on,
        added_at=now,
        added_by_id=actor.person_id,
    )
    db.session.add(evidence)
    db.session.flush()
    after = {"filename": evidence.filename, "sha256": stored.sha256, "size": stored.size}
    label = f"{obligation.task.label} {obligation.unit.name}：{evidence.filename}"
    record(actor, "evidence.add", "evidence", evidence.id, label, task_id=obligation.task_id, after=after)
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

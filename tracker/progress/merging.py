"""Taking partners' words into the lead's report (并入), and whose words stand in a version of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Stale
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.permissions import Actor
from tracker.progress.actions import EDITABLE, Writing, save_draft, writing_of
from tracker.progress.models import Passage, Report, ReportVersion
from tracker.progress.passages import Box, Fate, Taken, fates, passage, put_in
from tracker.progress.queries import report_of

Taking = tuple[Box, ReportVersion, str]
"""A box, the partner's version, its words with their author."""


def passages_of(report: Report | None) -> list[Passage]:
    """What was ever taken over into the report, the oldest first."""
    if report is None:
        return []
    query = sa.select(Passage).where(Passage.report_id == report.id).order_by(Passage.id)
    source = joinedload(Passage.source).joinedload(ReportVersion.report).joinedload(Report.obligation)
    return list(db.session.scalars(query.options(source.joinedload(Obligation.unit), joinedload(Passage.taken_by))))


def taken(passages: Iterable[Passage], box: Box) -> list[Taken]:
    """The passages of a box as the rules take them."""
    return [
        Taken(one.source.report.obligation.unit.name, one.source.number, one.words)
        for one in passages
        if one.box is box
    ]


def by_then(passages: Iterable[Passage], version: ReportVersion) -> list[Passage]:
    """Those that had been taken over when the version was submitted."""
    return [one for one in passages if one.taken_at <= version.submitted_at]


def credits_of(report: Report | None) -> dict[int, list[tuple[str, Fate]]]:
    """Number of a version -> whose words it holds, with what became of them: (市教育局第1稿, 有改动); the same once."""
    passages = passages_of(report)
    return {one.number: _credits(one, by_then(passages, one)) for one in (report.versions if report else ())}


def _credits(version: ReportVersion, passages: Sequence[Passage]) -> list[tuple[str, Fate]]:
    found = [one for box in Box for one in fates(getattr(version, box.value), taken(passages, box))]
    return list(dict.fromkeys((one.label, fate) for one, fate in found))


def merge(obligation: Obligation, sources: Sequence[ReportVersion], actor: Actor) -> Report:
    """Put the partners' words into the lead's draft, each on a line of its own with its author, and remember from which
    version they come. What was written stays; a newer version takes the place of an older one that nobody changed.

    Stale when the draft has left the desk; Invalid when there are no words to take.
    """
    report = report_of(obligation.id)
    if report is not None and report.state not in EDITABLE:
        raise Stale(f"这一项{report.state.label}，现在不能并入。要改请先撤回。")
    takings = [one for source in sources for one in _takings(source)]
    if not takings:
        raise Invalid("没有可并入的文字：选中的单位写的是“无新进展”，或者还没有签字。")
    known = passages_of(report)
    report = save_draft(obligation, _with(writing_of(report), takings, known), actor)
    there = {(one.source_id, one.box) for one in known}
    now = clock.now()
    for box, source, words in takings:
        if (source.id, box) not in there:
            db.session.add(
                Passage(report=report, source=source, box=box, words=words, taken_at=now, taken_by_id=actor.person_id)
            )
    db.session.flush()
    names = list(dict.fromkeys(_name(source) for _, source, _ in takings))
    label = f"{obligation.task.label} {obligation.unit.name}：并入{'、'.join(names)}"
    record(actor, "report.merge", "report", report.id, label, task_id=obligation.task_id, after={"from": names})
    return report


def _takings(source: ReportVersion) -> list[Taking]:
    unit = source.report.obligation.unit.name
    found = [(box, source, passage(unit, getattr(source, box.value))) for box in Box]
    return [one for one in found if one[2]]


def _with(writing: Writing, takings: Sequence[Taking], known: Sequence[Passage]) -> Writing:
    texts: dict[str, Any] = {box.value: getattr(writing, box.value) for box in Box}
    for box, source, words in takings:
        older = [one.words for one in known if one.box is box and one.source.report_id == source.report_id]
        texts[box.value] = put_in(texts[box.value], words, older[::-1])
    return replace(writing, **texts)


def _name(source: ReportVersion) -> str:
    return f"{source.report.obligation.unit.name}（第{source.number}稿）"

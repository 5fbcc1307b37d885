"""Writes on reports: save a draft, submit, withdraw, sign, accept, return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.obligations.occurrences import begins_on
from tracker.obligations.rules import Kind
from tracker.permissions import Actor
from tracker.progress.models import Report, ReportVersion
from tracker.progress.queries import fixed_by_closings, last_version
from tracker.progress.rules import ReportState, SelfAssessment, Verb, next_state
from tracker.tasks.roles import Role

WRITTEN = ("progress", "problems", "next_steps", "percent", "self_state", "no_news", "milestone")
EDITABLE = frozenset({ReportState.DRAFT, ReportState.RETURNED})


@dataclass(frozen=True)
class Writing:
    """What stands in the boxes of one row. ``seen_version``: of the report when the page was loaded, None: of none."""

    progress: str = ""
    problems: str = ""
    next_steps: str = ""
    percent: int | None = None
    self_state: str = ""
    no_news: bool = False
    milestone: Kind | None = None
    held_on: date | None = None
    """Of an occurrence alone; None leaves the day as it is."""
    seen_version: int | None = None


def save_draft(obligation: Obligation, writing: Writing, actor: Actor) -> Report:
    """Keep what was typed. Not an event for the log: that begins with submitting.

    Stale when somebody else saved the row since the page was loaded; Invalid for a percent that is none.
    """
    report = db.session.scalar(sa.select(Report).where(Report.obligation_id == obligation.id))
    if report is None:
        if writing.seen_version not in (None, 0):
            raise Stale("这一行已被清空，请刷新后再写。")
        report = Report(obligation=obligation, state=ReportState.DRAFT, versions=[], evidence=[])
        db.session.add(report)
    else:
        _check_fresh(report, writing, actor)
    _check_values(obligation, writing)
    _check_occurrence(report, obligation, writing)
    for name in WRITTEN:
        setattr(report, name, getattr(writing, name))
    report.held_on = writing.held_on or report.held_on
    if report.progress.strip():
        report.no_news = False
    report.saved(clock.now(), actor.person_id)
    db.session.flush()
    return report


def say_no_news(obligation: Obligation, writing: Writing, last: ReportVersion | None, actor: Actor) -> Report:
    """本期无新进展 in one click: last period's percentage and self-assessment stay in force."""
    if last is not None and obligation.role is Role.LEAD and writing.percent is None:
        writing = replace(writing, percent=last.percent)
    if last is not None and not writing.self_state:
        writing = replace(writing, self_state=last.self_state)
    return save_draft(obligation, replace(writing, progress="", no_news=True), actor)


def writing_of(report: Report | None) -> Writing:
    """What stands in the row now."""
    if report is None:
        return Writing(seen_version=0)
    values = {name: getattr(report, name) for name in WRITTEN}
    return Writing(**values, seen_version=report.version)


def _check_fresh(report: Report, writing: Writing, actor: Actor) -> None:
    if report.state not in EDITABLE:
        raise Stale(f"这一项{report.state.label}，现在不能改。要改请先撤回。")
    if writing.seen_version is not None and writing.seen_version != report.version:
        if report.saved_by_id == actor.person_id and writing.seen_version == report.version - 1:
            return  # one's own last save, whose answer did not arrive
        raise Stale(f"这一行 {report.saved_at:%H:%M} 被{report.saved_by.name}改过。")


def _check_values(obligation: Obligation, writing: Writing) -> None:
    if writing.percent is not None and obligation.role is Role.PARTNER:
        raise Invalid("参与单位不填完成比例，由牵头单位填。", "percent")
    if writing.percent is not None and not 0 <= writing.percent <= 100:
        raise Invalid("请填 0 到 100 的数。", "percent")
    if writing.self_state and writing.self_state not in set(SelfAssessment):
        raise Invalid("自评请从列出的几项里选。", "self_state")
    if writing.milestone is not None and obligation.role is not Role.LEAD:
        raise Invalid("启动、完成由牵头单位报。", "milestone")


def _check_occurrence(report: Report, obligation: Obligation, writing: Writing) -> None:
    """An occurrence has a day of its span, and is never 本期无新进展."""
    if obligation.kind is not Kind.OCCURRENCE:
        if writing.held_on is not None:
            raise Invalid("只有定期事项要填哪天办的。", "held_on")
        return
    if writing.no_news:
        raise Invalid("定期事项没有“无新进展”：办了就记一次，没办就不记。", "progress")
    held_on, every = writing.held_on or report.held_on, obligation.task.limit_every
    if writing.progress.strip() and held_on is None:
        raise Invalid("请先填哪天办的。", "held_on")
    if held_on is None or every is None:
        return
    if not begins_on(every, obligation.key_on) <= held_on <= min(obligation.key_on, clock.today()):
        first, last = begins_on(every, obligation.key_on), min(obligation.key_on, clock.today())
        raise Invalid(f"这一次要在{first}到{last}之间。别的期间办的，请另记一次。", "held_on")


def is_written(report: Report | None) -> bool:
    """Whether there is something to submit: a text, or 本期无新进展."""
    return report is not None and (report.no_news or bool(report.progress.strip()))


def submit(reports: Sequence[Report], actor: Actor) -> list[ReportVersion]:
    """Send reports to the head's desk, a part may go first; each becomes a new version.

    A unit that skips signing (免签) sends them straight to the office.
    """
    versions = [_submit(report, actor) for report in reports]
    db.session.flush()
    return versions


def _submit(report: Report, actor: Actor) -> ReportVersion:
    if not is_written(report):
        raise Invalid(f"{report.obligation.task.label}还没有写进展，也没有点“无新进展”。", "progress")
    skips = report.obligation.unit.skips_signing
    report.state = next_state(report.state, Verb.SUBMIT, skip_signing=skips)
    now = clock.now()
    version = ReportVersion(
        report=report,
        number=len(report.versions) + 1,
        progress=report.progress,
        problems=report.problems,
        next_steps=report.next_steps,
        percent=report.percent,
        self_state=report.self_state,
        no_news=report.no_news,
        milestone=report.milestone,
        held_on=report.held_on,
        evidence_ids=[evidence.id for evidence in report.evidence],
        submitted_at=now,
        submitted_by_id=actor.person_id,
        signed_at=now if skips else None,
    )
    db.session.add(version)
    if report.obligation.submitted_on is None:
        report.obligation.submitted_on = now.date()
    if skips:
        report.first_signed_at = report.first_signed_at or now
    _log(report, version, Verb.SUBMIT, actor)
    return version


def withdraw(reports: Sequence[Report], actor: Actor) -> int:
    """Take reports back from the head's desk before they are signed."""
    for report in reports:
        report.state = next_state(report.state, Verb.WITHDRAW)
        version = _standing(report)
        version.withdrawn_at = clock.now()
        _log(report, version, Verb.WITHDRAW, actor)
    db.session.flush()
    return len(reports)


def sign(reports: Sequence[Report], actor: Actor) -> int:
    """The head signs the batch once."""
    now = clock.now()
    for report in reports:
        report.state = next_state(report.state, Verb.SIGN)
        version = _standing(report)
        version.signed_at, version.signed_by_id = now, actor.person_id
        report.first_signed_at = report.first_signed_at or now
        _log(report, version, Verb.SIGN, actor)
    db.session.flush()
    return len(reports)


def accept(reports: Sequence[Report], actor: Actor) -> int:
    """The office accepts; the evidence can no longer be taken off."""
    now = clock.now()
    for report in reports:
        report.state = next_state(report.state, Verb.ACCEPT)
        version = _standing(report)
        version.accepted_at, version.accepted_by_id = now, actor.person_id
        for evidence in report.evidence:
            evidence.frozen_at = evidence.frozen_at or now
        _log(report, version, Verb.ACCEPT, actor)
    db.session.flush()
    return len(reports)


def send_back(report: Report, reason: str, actor: Actor, *, by_office: bool) -> ReportVersion:
    """Return a report to the writer's desk, with a reason; the old version is kept."""
    if not reason.strip():
        raise Invalid("退回要写理由，填报人才知道改什么。", "reason")
    report.state = next_state(report.state, Verb.RETURN)
    version = _standing(report)
    version.returned_at, version.returned_by_id = clock.now(), actor.person_id
    version.returned_by_office, version.return_reason = by_office, reason.strip()
    _log(report, version, Verb.RETURN, actor, reason.strip())
    db.session.flush()
    return version


def undo(report: Report, actor: Actor) -> ReportVersion:
    """Take back one's own decision on a report, before anything else happened to it; the log keeps both.

    Only on the day of the decision, so that no figure of a day that has ended ever changes.
    """
    version = _standing(report)
    deciders = (version.accepted_by_id, version.returned_by_id if version.returned_by_office else None)
    decided_at = version.accepted_at or version.returned_at
    if actor.person_id not in deciders or decided_at is None or decided_at.date() != clock.today():
        raise Refused("只能撤销本人今天的审核。要改请退回，或等单位重报。")
    if report.state is ReportState.RETURNED and report.saved_at > decided_at:
        raise Refused("填报人已经在改了，不能再撤销退回。")
    report.state = next_state(report.state, Verb.UNDO)
    fixed = fixed_by_closings(report.obligation.task_id)
    for evidence in report.evidence:
        if evidence.frozen_at == version.accepted_at and evidence.id not in fixed:
            evidence.frozen_at = None
    version.accepted_at = version.accepted_by_id = version.returned_at = version.returned_by_id = None
    version.returned_by_office, version.return_reason = None, ""
    _log(report, version, Verb.UNDO, actor)
    return version


def check_seen(report: Report, number: int | None) -> None:
    """Stale when the report is no longer the version that was on the screen, or somebody else has decided it."""
    version = last_version(report)
    if version is not None and version.accepted_at and version.accepted_by:
        raise Stale(f"这一份 {version.accepted_at:%H:%M} 已由{version.accepted_by.name}接受，不用再审。")
    if version is not None and version.returned_at and version.returned_by:
        raise Stale(f"这一份 {version.returned_at:%H:%M} 已由{version.returned_by.name}退回，不用再审。")
    if version is None or version.number != number or report.state is not ReportState.SIGNED:
        raise Stale("这一份刚有变动，请看过新的再审。")


def _standing(report: Report) -> ReportVersion:
    version = last_version(report)
    if version is None:
        raise Stale("这一项已被撤回，请刷新页面。")
    return version


def _log(report: Report, version: ReportVersion, verb: Verb, actor: Actor, reason: str = "") -> None:
    obligation = report.obligation
    label = f"{obligation.task.label} {obligation.unit.name}（第{version.number}稿）"
    after: dict[str, Any] = {"state": report.state.value}
    if verb is Verb.SUBMIT:
        after |= {"progress": version.progress, "percent": version.percent, "no_news": version.no_news}
        after |= {"held_on": version.held_on.isoformat()} if version.held_on else {}
    action = f"report.{verb.value}"
    record(actor, action, "report", report.id, label, task_id=obligation.task_id, after=after, reason=reason)

"""What the verifier's page shows: the queue by unit, and one report with all that it is judged by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.desks import Desk
from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.progress.advice import Advice, Doubt
from tracker.progress.advising import advice_on, shared_files
from tracker.progress.beside import Beside, beside
from tracker.progress.extension_queries import count_for_office, waiting_at
from tracker.progress.lamps import facts_of, lamps_of
from tracker.progress.measured import measured
from tracker.progress.merging import by_then, passages_of, taken
from tracker.progress.models import Closing, Extension, Passage, Report, ReportVersion
from tracker.progress.partners import Line, fold
from tracker.progress.passages import Box, Fate, Taken, fates, pieces
from tracker.progress.queries import closings_to_decide, earlier_reports, last_version
from tracker.progress.rules import ReportState
from tracker.progress.text_figures import new_figures
from tracker.tasks.axes import pace_on
from tracker.tasks.lamp import Lamp
from tracker.tasks.models import Task
from tracker.units.models import Unit


@dataclass(frozen=True)
class Waiting:
    """One line of the queue: a signed report, an application to close a task, or one for more time."""

    task: Task
    unit: Unit
    lamp: Lamp
    report: Report | None = None
    closing: Closing | None = None
    extension: Extension | None = None
    advice: tuple[Advice, ...] = ()

    @property
    def key(self) -> str:
        """What the address of the page says: r12 a report, c3 a closing, e4 an extension."""
        if self.extension:
            return f"e{self.extension.id}"
        return f"r{self.report.id}" if self.report else f"c{self.closing.id if self.closing else 0}"

    @property
    def kind(self) -> str:
        if self.extension:
            return "extension"
        if self.closing:
            return "closing"
        return "no_news" if self.report and self.report.no_news else "news"

    @property
    def is_same(self) -> bool:
        """It says what last period's did: the list names this doubt."""
        return any(one.doubt is Doubt.SAME for one in self.advice)

    def is_shown(self, only: str | None) -> bool:
        """Whether a chip of the page lets it through."""
        return bool(self.advice) if only == "advised" else only in (None, "", self.kind)


@dataclass(frozen=True)
class Part:
    """A stretch of a text, in pieces of which those marked are new figures. ``whose`` None: the unit's own words; else
    the partner's passage that stands there, whole or changed."""

    pieces: list[tuple[str, bool]]
    whose: Taken | None
    fate: Fate | None


@dataclass(frozen=True)
class Judgeable:
    """One of the three texts and last period's. ``gone``: passages that were taken over and do not stand in it."""

    label: str
    parts: list[Part]
    last: str
    gone: list[Taken]


@dataclass(frozen=True)
class Earlier:
    """What the same unit reported for the task in an earlier period."""

    label: str
    percent: int | None
    pace: int | None
    text: str
    on: date | None


@dataclass(frozen=True)
class Judged:
    """One report with all that it is judged by."""

    report: Report
    version: ReportVersion
    pace: int | None
    last: ReportVersion | None
    boxes: list[Judgeable]
    others: list[Line[Beside]]
    """The other units' reports of the task and period, groups folded."""
    earlier: list[Earlier]
    course: list[tuple[datetime, str, str]]


def queue(plan: Plan, today: date) -> list[Waiting]:
    """Everything that waits for the office in a plan, by unit, in the order of the document."""
    query = (
        sa.select(Report)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Task, Task.id == Obligation.task_id)
        .where(Task.plan_id == plan.id, Report.state == ReportState.SIGNED, Obligation.withdrawn_on.is_(None))
        .options(
            joinedload(Report.obligation).options(
                joinedload(Obligation.task), joinedload(Obligation.unit), joinedload(Obligation.period)
            ),
            joinedload(Report.saved_by),
            selectinload(Report.versions),
            selectinload(Report.evidence),
        )
    )
    reports = list(db.session.scalars(query))
    closings, extensions = closings_to_decide(plan.id), waiting_at(plan.id, Desk.OFFICE)
    asked = {one.task_id for one in closings} | {one.task_id for one in extensions}
    lamps = lamps_of({one.obligation.task_id for one in reports} | asked, today)
    told = _advice(plan, reports, today)
    found = [
        Waiting(one.obligation.task, one.obligation.unit, lamps[one.obligation.task_id], one, advice=told[one.id])
        for one in reports
    ]
    found += [Waiting(one.task, one.unit, lamps[one.task_id], closing=one) for one in closings]
    found += [Waiting(one.task, one.unit, lamps[one.task_id], extension=one) for one in extensions]
    waiting = Counter(one.unit for one in found)
    return sorted(
        found, key=lambda one: (-waiting[one.unit], one.unit.sort_key, one.unit.id, one.task.position, one.key)
    )


def _advice(plan: Plan, reports: Sequence[Report], today: date) -> dict[int, tuple[Advice, ...]]:
    """Report id -> what to look at again; three statements."""
    with_indicator = measured({one.obligation.task_id for one in reports}, today)
    earlier = earlier_reports([one.obligation for one in reports])
    shared = shared_files(plan.id, [file for one in reports for file in one.evidence])

    def advice_of(one: Report) -> list[Advice]:
        owed = one.obligation
        is_measured = owed.task_id in with_indicator
        return advice_on(owed, one, earlier.get(owed.id), one.evidence, owed.period, shared, is_measured)

    return {one.id: tuple(advice_of(one)) for one in reports}


def by_unit(waiting: Sequence[Waiting]) -> list[tuple[Unit, list[Waiting]]]:
    """The queue in groups, one for each unit."""
    return [(unit, list(ones)) for unit, ones in groupby(waiting, key=lambda one: one.unit)]


def count_to_verify(plan_id: int) -> sa.ScalarSelect[int]:
    """How much waits for the office: signed reports, applications to close and for more time."""
    signed = (
        sa.select(sa.func.count())
        .select_from(Report)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Task, Task.id == Obligation.task_id)
        .where(Task.plan_id == plan_id, Report.state == ReportState.SIGNED, Obligation.withdrawn_on.is_(None))
    )
    applied = sa.select(sa.func.count()).select_from(Closing).join(Closing.task)
    applied = applied.where(Task.plan_id == plan_id, Closing.state == "applied")
    asked = count_for_office(plan_id)
    return sa.select(signed.scalar_subquery() + applied.scalar_subquery() + asked).scalar_subquery()


def judged(report: Report, today: date) -> Judged:
    """One report, loaded with its versions, and what stands round it."""
    obligation, version = report.obligation, last_version(report)
    if version is None:
        raise ValueError("a signed report has a version")
    facts = facts_of(obligation.task_id, today)
    last = earlier_reports([obligation]).get(obligation.id)
    passages = passages_of(report)
    return Judged(
        report=report,
        version=version,
        pace=pace_on(facts, today),
        last=last,
        boxes=[_box(box, version, last, by_then(passages, version)) for box in Box],
        others=fold(beside(obligation)),
        earlier=[
            Earlier(period.name, said.percent, pace_on(facts, period.due_on), said.progress, _day(said.signed_at))
            for period, said in _earlier(obligation)
        ],
        course=course(report, passages),
    )


def _box(box: Box, version: ReportVersion, last: ReportVersion | None, passages: Sequence[Passage]) -> Judgeable:
    text, before = getattr(version, box.value), getattr(last, box.value) if last else ""
    theirs = taken(passages, box)
    parts, at, new = [], 0, new_figures(text, before)
    for piece in pieces(text, theirs):
        end = at + len(piece.text)
        parts.append(Part(_marked(text, at, end, new), piece.taken, piece.fate))
        at = end
    return Judgeable(box.label, parts, before, [one for one, fate in fates(text, theirs) if fate is Fate.GONE])


def _marked(text: str, start: int, end: int, new: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The stretch from ``start`` to ``end`` cut at its new figures; one that reaches over an end is cut there."""
    cut, at = [], start
    for first, last in new:
        first, last = max(first, start), min(last, end)
        if first < last:
            cut += [(text[at:first], False), (text[first:last], True)]
            at = last
    return [piece for piece in (*cut, (text[at:end], False)) if piece[0]]


def _earlier(obligation: Obligation) -> list[tuple[Period, ReportVersion]]:
    """What the unit had signed for the task in earlier periods, the latest period first."""
    query = (
        sa.select(Period, ReportVersion)
        .join(Obligation, Obligation.period_id == Period.id)
        .join(Report, Report.obligation_id == Obligation.id)
        .join(ReportVersion, ReportVersion.report_id == Report.id)
        .where(
            Obligation.task_id == obligation.task_id,
            Obligation.unit_id == obligation.unit_id,
            Obligation.kind == Kind.PERIOD,
            Obligation.key_on < obligation.key_on,
            ReportVersion.signed_at.is_not(None),
            ReportVersion.returned_at.is_(None),
        )
        .order_by(Obligation.key_on.desc(), ReportVersion.number.desc())
    )
    found: dict[int, tuple[Period, ReportVersion]] = {}
    for period, version in db.session.execute(query):
        found.setdefault(period.id, (period, version))
    return list(found.values())


def course(report: Report, passages: Sequence[Passage] = ()) -> list[tuple[datetime, str, str]]:
    """The course of a report, the latest first: when, what, and how the line is marked."""
    lines = [(at, f"{who}并入{'、'.join(labels)}", "") for (at, who), labels in _mergings(passages).items()]
    for version in report.versions:
        nth = f"（第{version.number}稿）"
        lines.append((version.submitted_at, f"填报人送签{nth}", ""))
        if version.withdrawn_at:
            lines.append((version.withdrawn_at, f"填报人撤回{nth}", ""))
        if version.signed_at:
            lines.append((version.signed_at, "单位负责人签字" if version.signed_by_id else "免签，直接送审", ""))
        if version.returned_at:
            who = "办公室" if version.returned_by_office else "单位负责人"
            lines.append((version.returned_at, f"{who}退回：{version.return_reason}", "returned"))
        if version.accepted_at:
            lines.append((version.accepted_at, "办公室接受", ""))
    lines.sort(key=lambda line: line[0])
    lines.reverse()
    return [(at, what, mark or ("latest" if n == 0 else "")) for n, (at, what, mark) in enumerate(lines)]


def _mergings(passages: Sequence[Passage]) -> dict[tuple[datetime, str], list[str]]:
    """(when, by whom) -> from which versions words were taken over then."""
    found: dict[tuple[datetime, str], dict[str, None]] = {}
    for box in Box:
        for one, label in zip((p for p in passages if p.box is box), taken(passages, box), strict=True):
            found.setdefault((one.taken_at, one.taken_by.name), {})[label.label] = None
    return {key: list(labels) for key, labels in found.items()}


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None

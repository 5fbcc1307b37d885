"""An occurrence of a recurring duty is the report of one of its obligations, with the day it was held.

So it is signed, verified, returned and shown with evidence as any report. What is recorded beyond the n that are owed
gets an obligation of its own, numbered from EXTRA on, which derivation leaves alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused
from tracker.extensions import db, lock
from tracker.obligations.models import Obligation, Period
from tracker.obligations.occurrences import EXTRA, begins_on, span_of
from tracker.obligations.rules import Kind
from tracker.permissions import Actor
from tracker.progress.actions import EDITABLE, Writing, is_written, save_draft
from tracker.progress.models import Report
from tracker.progress.queries import reports_of
from tracker.tasks.models import Task

TAKEN_BACK = "多记的一次，填报人撤下"


def occurrences_of(task: Task, unit_id: int) -> list[Obligation]:
    """What a unit owes, and recorded besides, of a recurring duty; in order."""
    query = sa.select(Obligation).where(Obligation.task_id == task.id, Obligation.unit_id == unit_id)
    query = query.where(Obligation.kind == Kind.OCCURRENCE, Obligation.withdrawn_on.is_(None))
    return list(db.session.scalars(query.order_by(Obligation.key_on, Obligation.number)))


def record_occurrence(task: Task, unit_id: int, held_on: date, words: str, page: Period | None, actor: Actor) -> Report:
    """It took place on a day: the next open obligation of its span is answered, or one more is added.

    ``page``: the period whose page the clerk is on; there it stands from now on, to be sent with the rest. Invalid for
    a day to come, a day in no span in which the unit owes anything, and without words.
    """
    if held_on > clock.today():
        raise Invalid(f"{held_on}还没有到，办了再记。", "held_on")
    if not words.strip():
        raise Invalid("请写明办了什么，例如开了什么会、谁参加。", "words")
    owed = occurrences_of(task, unit_id)
    every = task.limit_every
    key_on = span_of({one.key_on for one in owed}, held_on, every) if every else None
    if every is None or key_on is None:
        raise Invalid(f"{held_on}不在要办的期间里：{_first_day(task, owed)}。请核对日期。", "held_on")
    same = [one for one in owed if one.key_on == key_on]
    obligation = _next_open(same) or _one_more(same[0])
    obligation.stands_on = _within(page, clock.today())
    report = reports_of([obligation.id]).get(obligation.id)
    seen = report.version if report else 0
    return save_draft(obligation, Writing(progress=words.strip(), held_on=held_on, seen_version=seen), actor)


def _first_day(task: Task, owed: Sequence[Obligation]) -> str:
    if not owed or task.limit_every is None:
        return "本单位在这项任务里没有要办的次数"
    return f"最早可以记{begins_on(task.limit_every, owed[0].key_on)}的"


def _next_open(same: Sequence[Obligation]) -> Obligation | None:
    reports = reports_of([one.id for one in same])
    is_open = (one for one in same if one.number < EXTRA and not is_written(reports.get(one.id)))
    return next(is_open, None)


def _one_more(like: Obligation) -> Obligation:
    """Another obligation of the span, beyond what is owed; a number once taken is not given again."""
    same = (
        (Obligation.task_id == like.task_id)
        & (Obligation.unit_id == like.unit_id)
        & (Obligation.kind == Kind.OCCURRENCE)
        & (Obligation.key_on == like.key_on)
    )
    last = db.session.scalar(sa.select(sa.func.max(Obligation.number)).where(same)) or 0
    made = Obligation(
        task=like.task,
        unit_id=like.unit_id,
        kind=Kind.OCCURRENCE,
        key_on=like.key_on,
        number=max(last, EXTRA) + 1,
        due_on=like.due_on,
        role=like.role,
        via_group_id=like.via_group_id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _within(page: Period | None, today: date) -> date:
    return today if page is None else min(max(today, page.opens_on), page.nominal_due_on)


def take_back(obligation: Obligation, actor: Actor) -> None:
    """One beyond what is owed is taken off again, as long as it lies with the writer."""
    report = reports_of([obligation.id]).get(obligation.id)
    if obligation.kind is not Kind.OCCURRENCE or obligation.number < EXTRA:
        raise Refused("要办的次数不能撤下；写错了就在本行改。")
    if report is not None:
        lock(report)
        flag_modified(report, "state")  # who sends it at the same moment is told
    if report is not None and report.state not in EDITABLE:
        raise Refused(f"这一次{report.state.label}，现在不能撤下。要撤请先撤回送签。")
    obligation.withdrawn_on, obligation.withdrawn_reason = clock.today(), TAKEN_BACK
    label = f"{obligation.task.label} {obligation.unit.name}"
    about = report.id if report else None
    record(actor, "occurrence.take_back", "report", about, label, task_id=obligation.task_id, reason=TAKEN_BACK)
    db.session.flush()

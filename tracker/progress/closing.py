"""Writes on closings (办结销号): the lead applies, the office decides or merges, looks again, and may open it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import db, lock
from tracker.files.keeping import added_now, kept_file, logged
from tracker.obligations.actions import derive
from tracker.permissions import Actor
from tracker.progress.closing_rules import Checked, ClosingState, ClosingVerb, LookedBack, next_closing_state
from tracker.progress.inspected import Visit, rest_on, visits_for
from tracker.progress.models import Closing, ClosingFile, Evidence, LookBack
from tracker.progress.queries import closings_of
from tracker.storage import Store
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task
from tracker.units.models import Unit

NEVER_CLOSE = frozenset({LimitKind.CONTINUOUS, LimitKind.START_THEN_CONTINUOUS, LimitKind.NONE, LimitKind.RECURRING})
LONGEST = 3000


@dataclass(frozen=True)
class Basis:
    """What a decision rests on: how it was checked, at which inspection if it was at one, and what was found."""

    checked: Checked | None = None
    words: str = ""
    visit_id: int | None = None


NOT_SAID = Basis()


def apply_for_closing(task: Task, unit: Unit, result: str, actor: Actor, evidence: Sequence[Evidence] = ()) -> Closing:
    """A lead says the task is done and what was achieved, and names evidence of its reports; of two leads at once the
    second is told of the first."""
    lock(task)
    last = _last(task)
    if last is not None and last.state is ClosingState.APPLIED:
        raise Stale(f"{last.unit.name}已申请销号，等办公室核定。")
    if task.withdrawn_on is not None:
        raise Refused(f"{task.label}已于{task.withdrawn_on}撤销，不用销号。")
    if task.limit_kind in NEVER_CLOSE:
        raise Invalid("持续推进的任务不销号；年底由办公室决定是否继续。", "result")
    result = _checked_length(result.strip(), "result")
    if not result:
        raise Invalid("申请销号要写完成情况。", "result")
    state = next_closing_state(last.state if last else None, ClosingVerb.APPLY)
    closing = Closing(
        task=task,
        unit=unit,
        state=state,
        result=result,
        evidence_ids=[one.id for one in evidence],
        applied_at=clock.now(),
        applied_by_id=actor.person_id,
    )
    db.session.add(closing)
    _log(closing, ClosingVerb.APPLY, actor, result)
    return closing


def attach(closing: Closing, name: str, file: BinaryIO, store: Store, limit: int, actor: Actor) -> ClosingFile:
    """A file that comes with the application; it is never changed or taken off. ``limit``: bytes."""
    columns = kept_file(name, file, store, limit)
    kept = ClosingFile(closing=closing, **columns, **added_now(actor))
    db.session.add(kept)
    db.session.flush()
    label = f"{closing.task.label} {closing.unit.name}：{kept.filename}"
    record(actor, "closing.attach", "closing", closing.id, label, task_id=closing.task_id, after=logged(columns))
    return kept


def decide_closing(closing: Closing, agreed: bool, reason: str, actor: Actor, basis: Basis = NOT_SAID) -> Closing:
    """The office finds the task done, or not, with a reason; done, it owes no more reports from today on."""
    lock(closing)
    if not agreed and not reason.strip():
        raise Invalid("不同意销号要写理由。", "reason")
    _decide(closing, ClosingVerb.CLOSE if agreed else ClosingVerb.REFUSE, reason, actor, basis)
    if agreed:
        _end(closing, "任务已办结，不再应报")
    return closing


def merge_closing(closing: Closing, into: Task, reason: str, actor: Actor, basis: Basis = NOT_SAID) -> Closing:
    """The office lets another task of the plan go on with this one, which counts as closed. Invalid for a task that
    cannot: of another plan, itself, ended."""
    lock(closing)
    if into.plan_id != closing.task.plan_id or into.id == closing.task_id:
        raise Invalid("请选本方案里的另一项任务并入。", "merged_into")
    for one in sorted((closing.task, into), key=lambda task: task.id):  # else two may be merged into each other
        lock(one)
    if into.closed_on is not None or into.withdrawn_on is not None:
        raise Invalid(f"{into.label}已经办结或撤销，不能并入。请另选一项。", "merged_into")
    closing.merged_into, closing.merged_label = into, into.label
    _decide(closing, ClosingVerb.MERGE, reason, actor, basis, f"并入{into.label}")
    _end(closing, f"任务已并入{into.label}，不再应报")
    return closing


def _decide(closing: Closing, verb: ClosingVerb, reason: str, actor: Actor, basis: Basis, says: str = "") -> None:
    closing.state = next_closing_state(closing.state, verb)
    visit = _visit(closing, basis)
    closing.decided_at, closing.decided_by_id = clock.now(), actor.person_id
    closing.decision_reason = _checked_length(reason.strip(), "reason")
    closing.checked, closing.checked_words = basis.checked, _checked_length(basis.words.strip(), "checked_words")
    if visit is not None:
        rest_on(closing, visit)
    checked, at = basis.checked.label if basis.checked else "", visit.label if visit else ""
    _log(closing, verb, actor, "；".join(filter(None, (says, reason.strip(), checked, at, basis.words.strip()))))


def _visit(closing: Closing, basis: Basis) -> Visit | None:
    """The inspection that was chosen. Invalid for another than was offered, or on site with neither one nor words."""
    if basis.visit_id is None:
        if basis.checked is Checked.ON_SITE and not basis.words.strip():
            raise Invalid(
                "现场核查要写核查说明：哪天、谁去的、看到什么；核查有检查记录的，选那次检查。", "checked_words"
            )
        return None
    if basis.checked is not Checked.ON_SITE:
        raise Invalid("选了检查，核定方式请选“现场核查”；只审材料的，检查请选“没有对应的检查”。", "inspection")
    found = next((one for one in visits_for(closing) if one.id == basis.visit_id), None)
    if found is None:
        raise Invalid("这次检查没有查这家单位，也没有看这项任务。请另选一次。", "inspection")
    return found


def _end(closing: Closing, reason: str) -> None:
    """It counts as closed, and owes nothing from today on. What it rested on stays as it was then: the evidence it
    names is fixed."""
    named = sa.update(Evidence).where(Evidence.id.in_(closing.evidence_ids), Evidence.frozen_at.is_(None))
    db.session.execute(named.values(frozen_at=closing.decided_at))
    closing.task.closed_on = clock.today()
    derive(closing.task.plan, clock.today(), [closing.task_id], reason)


def look_back(closing: Closing, found: LookedBack, words: str, actor: Actor) -> LookBack:
    """The office looks again at what was closed (回头看): the result held, or the task is opened again."""
    lock(closing)
    if db.session.scalar(sa.select(LookBack.id).where(LookBack.closing_id == closing.id)):
        raise Stale(f"{closing.task.label}刚才已经有人回头看过。请刷新页面。")
    if closing.state is not ClosingState.CLOSED:
        raise Refused(f"{closing.task.label}{closing.state.label}，不用回头看。")
    words = _checked_length(words.strip(), "words")
    if not words:
        raise Invalid("回头看要写看到的情况。", "words")
    looked = LookBack(closing=closing, found=found, words=words, looked_at=clock.now(), looked_by_id=actor.person_id)
    db.session.add(looked)
    db.session.flush()
    label = f"{closing.task.label} {closing.unit.name}：{found.label}"
    record(actor, "closing.look_back", "closing", closing.id, label, task_id=closing.task_id, reason=words)
    if found is LookedBack.LOST:
        reopen(closing, words, actor)
    return looked


def reopen(closing: Closing, reason: str, actor: Actor) -> Closing:
    """The office opens a closed task again: it owes reports once more. Invalid without a reason."""
    lock(closing)
    state = next_closing_state(closing.state, ClosingVerb.REOPEN)
    if not reason.strip():
        raise Invalid("重新打开要写原因，牵头单位看得到。", "reason")
    closing.state = state
    closing.reopened_at, closing.reopened_by_id = clock.now(), actor.person_id
    closing.reopen_reason = reason.strip()
    _note_pause(closing.task)
    _log(closing, ClosingVerb.REOPEN, actor, reason)
    derive(closing.task.plan, clock.today(), [closing.task_id])
    return closing


def _note_pause(task: Task) -> None:
    """What fell due while the task was closed is not owed when it is opened again."""
    if task.closed_on is not None:
        task.pauses = [*task.pauses, [task.closed_on.isoformat(), clock.today().isoformat()]]
    task.closed_on = None


def _last(task: Task) -> Closing | None:
    return next(iter(reversed(closings_of([task.id]).get(task.id, []))), None)


def _checked_length(words: str, field: str) -> str:
    if len(words) > LONGEST:
        raise Invalid(f"请不要超过 {LONGEST} 字，详情放进附件。", field)
    return words


def _log(closing: Closing, verb: ClosingVerb, actor: Actor, reason: str) -> None:
    db.session.flush()
    label = f"{closing.task.label} {closing.unit.name}"
    after = {"state": closing.state.value}
    action = f"closing.{verb.value}"
    record(actor, action, "closing", closing.id, label, task_id=closing.task_id, after=after, reason=reason)

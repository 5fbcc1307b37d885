"""Writes on rectifications 整改事项: reported by the unit, settled or sent back by the office, turned into a slip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import db, lock
from tracker.files.keeping import Attached, Intake
from tracker.permissions import Actor
from tracker.supervision.answering import LONGEST, checked_words
from tracker.supervision.inspection_models import Rectification, RectificationFile, RectificationReport
from tracker.supervision.inspection_rules import OWED, RectificationVerb, next_rectification_state
from tracker.supervision.models import Slip
from tracker.supervision.slips import draw_up
from tracker.supervision.telling import tell_of_return
from tracker.tasks.models import Task

LIMIT = "整改时限"


def report_item(
    item: Rectification, words: str, files: Sequence[Attached], intake: Intake, seen_version: int, actor: Actor
) -> Rectification:
    """The unit reports what it has put right, with files if it has any."""
    hold_item(item, seen_version)
    state = next_rectification_state(item.state, RectificationVerb.REPORT)
    words = checked_words(words, "整改情况还没有写。", "words")
    report = RectificationReport(
        item=item, number=_next_number(item), words=words, reported_at=clock.now(), reported_by_id=actor.person_id
    )
    db.session.add(report)
    report.files = [RectificationFile(**intake.take(file, actor)) for file in files]
    item.state = state
    log_item(item, "rectification.report", actor)
    return item


def _next_number(item: Rectification) -> int:
    query = sa.select(sa.func.max(RectificationReport.number)).where(RectificationReport.item_id == item.id)
    return (db.session.scalar(query) or 0) + 1


def settle_item(item: Rectification, words: str, seen_version: int, actor: Actor) -> Rectification:
    """The office is content with what was reported."""
    hold_item(item, seen_version)
    _decide(item, RectificationVerb.SETTLE, words.strip(), actor)
    return item


def reopen_item(
    item: Rectification, reason: str, due_again_on: date | None, seen_version: int, actor: Actor
) -> Rectification:
    """The office sends it back and says why; the unit is told. ``due_again_on``: another limit, None: the old holds."""
    hold_item(item, seen_version)
    if due_again_on is not None and due_again_on < clock.today():
        raise Invalid("新的整改时限不能早于今天。", "due_again_on")
    if not reason.strip():
        raise Invalid("退回要写原因，单位要照着改。", "reason")
    tell_of_return(_decide(item, RectificationVerb.REOPEN, reason.strip(), actor, due_again_on))
    return item


def item_to_slip(item: Rectification, task: Task, seen_version: int, actor: Actor) -> Slip:
    """Draw up a slip about an item that is overdue; the item stays owed until it is settled. Refused before its limit
    is over, or while it has a slip already."""
    hold_item(item, seen_version)
    over = (clock.today() - item.due_on).days
    if item.state not in OWED or over <= 0:
        raise Refused("整改逾期以后才能转督办单；单位已报的，请先核定。")
    if task.plan_id != item.inspection.plan_id or item.task_id not in (None, task.id):
        raise Refused("督办单要按这条整改事项涉及的任务来拟。")
    if item.open_slip is not None:
        raise Refused(f"已转督办单（{item.open_slip.name}），一事一单。")
    why = f"{item.inspection.title}发现的{item.name}（{item.finding[:60]}）整改逾期{over}天"
    slip = draw_up(task, item.unit, None, actor, why)
    item.slips.append(slip)
    log_item(item, "rectification.to_slip", actor, slip.name)
    return slip


def _decide(
    item: Rectification, verb: RectificationVerb, words: str, actor: Actor, due_again_on: date | None = None
) -> RectificationReport:
    """Gives the report that was decided about, the last."""
    before = state_of(item)
    item.state = next_rectification_state(item.state, verb)
    if len(words) > LONGEST:
        raise Invalid(f"请不要超过 {LONGEST} 字。", "reason")
    query = sa.select(RectificationReport).where(RectificationReport.item_id == item.id)
    report = db.session.scalars(query.order_by(RectificationReport.number.desc()).limit(1)).one()
    report.is_settled = verb is RectificationVerb.SETTLE
    report.decision, report.decided_at, report.decided_by_id = words, clock.now(), actor.person_id
    if due_again_on is not None:
        report.due_again_on, item.due_on = due_again_on, due_again_on
    log_item(item, f"rectification.{verb.value}", actor, words, before)
    return report


def hold_item(item: Rectification, seen_version: int) -> None:
    """Hold the row, and be sure that it is the one that was looked at."""
    lock(item)
    if item.version != seen_version:
        raise Stale("这条整改事项刚才被别人办过，您的改动没有存上。请刷新后再办。")


def state_of(item: Rectification) -> dict[str, str]:
    """What the log keeps of an item."""
    return {"状态": item.state.label, LIMIT: item.due_on.isoformat()}


def log_item(
    item: Rectification, action: str, actor: Actor, reason: str = "", before: dict[str, str] | None = None
) -> None:
    """Record a step of an item."""
    db.session.flush()
    label = f"{item.inspection.title}{item.name} {item.unit.name}"
    after, task_id = state_of(item), item.task_id
    record(actor, action, "rectification", item.id, label, task_id=task_id, before=before, after=after, reason=reason)

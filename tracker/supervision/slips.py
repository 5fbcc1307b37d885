"""Writes on slips 督办单: drawn up, issued with a number, answered, settled or escalated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import db, lock
from tracker.files.keeping import Attached, Intake
from tracker.permissions import Actor
from tracker.supervision.answering import LONGEST, checked_words
from tracker.supervision.models import Remark, Slip, SlipFile
from tracker.supervision.numbers import take_number
from tracker.supervision.proposing import new_slip
from tracker.supervision.reminding import tell_of_issue
from tracker.supervision.rules import (
    RUNNING,
    UNSETTLED,
    Pace,
    Proposal,
    SlipColour,
    SlipState,
    SlipVerb,
    answer_due_on,
    colours_allowed,
    doc_number,
    is_overdue,
    next_slip_state,
)
from tracker.supervision.setting import setting_of
from tracker.tasks.models import Task
from tracker.tasks.queries import current_assignments, subject_of
from tracker.tasks.roles import Role
from tracker.units.models import Unit
from tracker.workdays import state_council

ONE_AT_A_TIME = "这件事已有一张督办单在办，一事一单。请先办结那一张。"


@dataclass(frozen=True)
class Writing:
    """What the office writes in a slip. ``seen_version``: how the slip stood when the form was opened."""

    colour: SlipColour
    pace: Pace
    basis: str
    content: str
    contact: str
    seen_version: int


def draw_up(task: Task, unit: Unit, remark: Remark | None, actor: Actor, why: str = "") -> Slip:
    """A slip that a person wants, as a proposal; ``why``: the reason it gives, empty: the usual words. Refused while
    another about the same matter is open; Invalid for a unit without a part in the task."""
    today = clock.today()
    lock(task.plan)
    subject = subject_of(task, today)
    if unit.id not in subject.involved or unit.is_group:
        raise Invalid("这个单位没有参与这项任务，请在有分工的单位里选。", "unit")
    if _open_slip(task.id, unit.id) is not None:
        raise Refused(ONE_AT_A_TIME)
    names = [one.unit.name for one in current_assignments(task, today) if one.role is Role.PARTNER]
    colour = SlipColour.YELLOW if remark else SlipColour.BLUE
    quoted = remark.words if remark and unit.id in remark.readers.units(subject) else ""
    words = why or _because(remark, quoted)
    slip = new_slip(task.plan, task, Proposal(task.id, unit.id, colour, words), names, today)
    slip.proposed_by_id, slip.remark_id = actor.person_id, remark.id if remark else None
    slip.remark_words = quoted
    db.session.add(slip)
    _log(slip, "slip.draw_up", actor, words)
    return slip


def _because(remark: Remark | None, quoted: str) -> str:
    """Why a person wants it; a remark that is not meant for the unit is named and not quoted."""
    if remark is None:
        return "办公室认为需要督办"
    return f"{remark.written_by.name}批示：{quoted}" if quoted else f"{remark.written_by.name}有批示"


def _open_slip(task_id: int, unit_id: int) -> Slip | None:
    query = sa.select(Slip).where(Slip.task_id == task_id, Slip.unit_id == unit_id, Slip.state.in_(UNSETTLED))
    return db.session.scalar(query.limit(1))


def save_slip(slip: Slip, writing: Writing, actor: Actor) -> Slip:
    """Keep what the office wrote in a proposal. Stale when somebody else did meanwhile."""
    _take(slip, writing.seen_version)
    if slip.state is not SlipState.PROPOSED:
        raise Refused(f"这张督办单{slip.state.label}，内容已固定，不能再改。")
    if writing.colour not in colours_allowed(slip.follows.colour if slip.follows else None):
        raise Invalid("颜色要按台阶来：蓝色或黄色起，办而未果再升一级。", "colour")
    if not writing.content.strip():
        raise Invalid("督办内容要写。", "content")
    for name, words in (("content", writing.content), ("basis", writing.basis)):
        if len(words) > LONGEST:
            raise Invalid(f"请不要超过 {LONGEST} 字。", name)
    slip.colour, slip.pace = writing.colour, writing.pace
    slip.basis, slip.content, slip.contact = writing.basis.strip(), writing.content.strip(), writing.contact.strip()
    _log(slip, "slip.save", actor)
    return slip


def issue_slip(slip: Slip, writing: Writing, actor: Actor) -> Slip:
    """Issue a slip: it gets its number and its day, the unit a message; the slip it follows is escalated by it.

    Refused when that one was answered meanwhile, or when another about the same matter is open.
    """
    issue_slips([(slip, writing)], actor)
    return slip


def issue_slips(pairs: Sequence[tuple[Slip, Writing]], actor: Actor) -> None:
    """Issue several in one act: all of them or, where one is refused, none. A person hears of his slips in one message.

    Every row is held before the first number is taken, so that two who issue at once wait and do not block each other;
    those that were issued before the others, as who answers holds the slip and then takes back the one that follows.
    """
    before = {slip.follows.id: slip.follows for slip, _ in pairs if slip.follows}
    for _, one in sorted(before.items()):
        lock(one)
    for slip, writing in pairs:
        _let_out(slip, writing, actor)
    db.session.flush()
    for slip, _ in pairs:
        setting, year = setting_of(slip.plan_id), clock.today().year
        slip.doc_number = doc_number(setting.prefix, year, take_number(slip.office_id, f"{setting.prefix}督", year))
        _log(slip, "slip.issue", actor, slip.reason)
    tell_of_issue([slip for slip, _ in pairs], clock.today())


def _let_out(slip: Slip, writing: Writing, actor: Actor) -> None:
    """Everything of an issue but the number."""
    save_slip(slip, writing, actor)
    state = next_slip_state(slip.state, SlipVerb.ISSUE)
    _escalate_by(slip, actor)
    running = sa.select(Slip.doc_number).where(
        Slip.task_id == slip.task_id, Slip.unit_id == slip.unit_id, Slip.state.in_(RUNNING)
    )
    if db.session.scalar(running.limit(1)) is not None:
        raise Refused(ONE_AT_A_TIME)
    slip.state, slip.issued_at, slip.issued_by_id = state, clock.now(), actor.person_id
    slip.due_on = answer_due_on(clock.today(), setting_of(slip.plan_id).days.of(slip.pace), state_council())


def _escalate_by(slip: Slip, actor: Actor) -> None:
    """The slip before it, which is held, went unanswered: issuing this one escalates it."""
    before = slip.follows
    if before is None:
        return
    if before.state is SlipState.ESCALATED:
        return
    if before.state is not SlipState.ISSUED:
        raise Refused(f"{before.name}{before.state.label}，不用再升级。请把这张拟发的不发。")
    _decide(before, SlipVerb.ESCALATE, f"逾期没有答复，已发{slip.colour.label}", actor)


def drop_slip(slip: Slip, reason: str, seen_version: int, actor: Actor) -> Slip:
    """The office does not issue what was proposed, and says why."""
    _take(slip, seen_version)
    _decide(slip, SlipVerb.DROP, _needed(reason, "不发要写原因。"), actor)
    return slip


def answer_slip(
    slip: Slip, words: str, files: Sequence[Attached], intake: Intake, seen_version: int, actor: Actor
) -> Slip:
    """The unit answers, with files if it has any; one answer a slip. A slip that the system proposed because none came
    is taken back."""
    _take(slip, seen_version)
    state = next_slip_state(slip.state, SlipVerb.ANSWER)
    words = checked_words(words, "答复还没有写。", "answer")
    for file in files:
        db.session.add(SlipFile(slip_id=slip.id, **intake.take(file, actor)))
    slip.state, slip.answer, slip.answered_at, slip.answered_by_id = state, words, clock.now(), actor.person_id
    _log(slip, "slip.answer", actor)
    following = sa.select(Slip).where(Slip.follows_id == slip.id, Slip.state == SlipState.PROPOSED)
    for one in db.session.scalars(following):
        one.state, one.decision, one.decided_at = SlipState.DROPPED, "单位已答复", clock.now()
    db.session.flush()
    return slip


def settle_slip(slip: Slip, words: str, seen_version: int, actor: Actor) -> Slip:
    """The office is content with the answer."""
    _take(slip, seen_version)
    _decide(slip, SlipVerb.SETTLE, words.strip(), actor)
    return slip


def escalate_slip(slip: Slip, reason: str, seen_version: int, actor: Actor) -> Slip:
    """The answer does not do, or none came in time: the slip ends, and the next of the ladder is proposed. Gives it."""
    _take(slip, seen_version)
    if slip.state is SlipState.ISSUED and not is_overdue(slip.due_on, clock.today()):
        raise Refused(f"还没有到答复期限（{slip.due_on}），到期没有答复才能升级。")
    reason = _needed(reason, "升级要写原因。")
    _decide(slip, SlipVerb.ESCALATE, reason, actor)
    waiting = sa.select(Slip).where(
        Slip.task_id == slip.task_id, Slip.unit_id == slip.unit_id, Slip.state == SlipState.PROPOSED
    )
    there = db.session.scalar(waiting)
    if there is not None:
        return there
    why = f"{slip.colour.label}{slip.name}没有落实（{reason}）"
    one = Proposal(slip.task_id, slip.unit_id, slip.colour.next, why, slip.id)
    following = new_slip(slip.plan, slip.task, one, filter(None, [slip.partners]), clock.today())
    following.proposed_by_id, following.remark_id = actor.person_id, slip.remark_id
    following.remark_words = slip.remark_words
    db.session.add(following)
    _log(following, "slip.draw_up", actor, why)
    return following


def _decide(slip: Slip, verb: SlipVerb, words: str, actor: Actor) -> None:
    slip.state = next_slip_state(slip.state, verb)
    slip.decision, slip.decided_at, slip.decided_by_id = words, clock.now(), actor.person_id
    _log(slip, f"slip.{verb.value}", actor, words)


def _take(slip: Slip, seen_version: int) -> None:
    """Hold the slip, and be sure that it is the one that was looked at."""
    lock(slip)
    if slip.version != seen_version:
        raise Stale("这张督办单刚才被别人办过，您的改动没有存上。请刷新后再办。")


def _needed(words: str, sentence: str, field: str = "reason") -> str:
    if not words.strip():
        raise Invalid(sentence, field)
    return words.strip()


def _log(slip: Slip, action: str, actor: Actor, reason: str = "") -> None:
    db.session.flush()
    label = f"{slip.name} {slip.task.label} {slip.unit.name}"
    after = {"state": slip.state.value, "colour": slip.colour.value}
    record(actor, action, "slip", slip.id, label, task_id=slip.task_id, after=after, reason=reason)

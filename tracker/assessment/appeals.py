"""Writes on appeals (申诉): a unit objects to one line; the office upholds or rejects, with a reason."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.assessment.models import Appeal, ScoreLine
from tracker.assessment.queries import lines_of, rules_of
from tracker.assessment.rules import Change, changes
from tracker.assessment.states import AppealState, AppealVerb, next_appeal_state, why_no_appeal
from tracker.assessment.telling import tell_of_decision
from tracker.assessment.written import points_words
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import db, lock
from tracker.permissions import Actor

MOST_WORDS = 2000


def file_appeal(line: ScoreLine, reason: str, evidence: str, actor: Actor) -> Appeal:
    """The unit objects to a line, while appeals are open. Raises Invalid, Refused."""
    lock(line.run)
    refusal = why_no_appeal(line.run.state, line.run.appeals_until, clock.today())
    if refusal:
        raise Refused(refusal)
    if line.corrects_id is not None:
        raise Refused("这是复核后的更正，不能再申诉。")
    earlier = db.session.scalar(sa.select(Appeal.state).where(Appeal.line_id == line.id))
    state = next_appeal_state(earlier, AppealVerb.FILE)
    appeal = Appeal(
        line=line,
        state=state,
        reason=_needed(reason, "请写申诉理由", "reason"),
        evidence=_needed(evidence, "请写证明材料：文件、日期、谁能证明", "evidence"),
        filed_at=clock.now(),
        filed_by_id=actor.person_id,
    )
    db.session.add(appeal)
    db.session.flush()
    _log(appeal, AppealVerb.FILE, actor, reason.strip())
    return appeal


def _needed(text: str, sentence: str, field: str) -> str:
    text = text.strip()
    if not text or len(text) > MOST_WORDS:
        raise Invalid(f"{sentence}，不超过 {MOST_WORDS} 字。", field)
    return text


def decide_appeal(appeal: Appeal, upheld: bool, points: int, reason: str, seen: int | None, actor: Actor) -> Appeal:
    """The office answers. Upheld, the line counts ``points`` (hundredths, before its rule's cap) from today on: a line
    of its own says the difference, and what the cap then lets through. Raises Invalid, Refused, Stale."""
    lock(appeal.line.run)
    lock(appeal)
    if seen != appeal.version and appeal.state is AppealState.FILED:
        raise Stale("这份申诉刚被别人改过。请刷新后再看。")
    verb = AppealVerb.UPHOLD if upheld else AppealVerb.REJECT
    appeal.state = next_appeal_state(appeal.state, verb)
    appeal.decision_reason = _needed(reason, "复核要写理由", "reason")
    appeal.decided_at, appeal.decided_by_id = clock.now(), actor.person_id
    if upheld:
        _correct(appeal.line, points, appeal.decision_reason, actor)
    _log(appeal, verb, actor, appeal.decision_reason, {"改为": points_words(points)} if upheld else {})
    db.session.flush()
    tell_of_decision(appeal)
    return appeal


def _correct(line: ScoreLine, points: int, reason: str, actor: Actor) -> None:
    """Write what changes, of this line and of those of the same rule that its cap had held back."""
    mine = [one for one in lines_of(line.run_id, line.unit_id) if one.rule_no == line.rule_no]
    standing = [one for one in mine if one.corrects_id is None and (line.rule_no is not None or one.id == line.id)]
    raws = [one.raw + sum(later.raw for later in mine if later.corrects_id == one.id) for one in standing]
    given = [one.points + sum(later.points for later in mine if later.corrects_id == one.id) for one in standing]
    cap = rules_of(line.run.scheme_version).rules[line.rule_no - 1].cap if line.rule_no is not None else None
    found = changes(raws, given, [one.id for one in standing].index(line.id), points, cap)
    if not any(any(change) for change in found):
        raise Invalid("改后的分值和原来一样；维持原分请选“不采纳”。", "points")
    for one, change in zip(standing, found, strict=True):
        if any(change):
            db.session.add(_correction(one, change, reason, actor))


def _correction(line: ScoreLine, change: Change, reason: str, actor: Actor) -> ScoreLine:
    return ScoreLine(
        run_id=line.run_id,
        unit_id=line.unit_id,
        rule_no=line.rule_no,
        kind=line.kind,
        role=line.role,
        task_id=line.task_id,
        obligation_id=line.obligation_id,
        on=clock.today(),
        size=0,
        words=f"申诉复核：{reason}"[:300],
        raw=change.raw,
        points=change.points,
        corrects_id=line.id,
        entered_by_id=actor.person_id,
    )


def _log(appeal: Appeal, verb: AppealVerb, actor: Actor, reason: str, more: dict[str, str] | None = None) -> None:
    line = appeal.line
    label = f"{line.run.title} {line.unit.name} {line.words}"
    after = {"state": appeal.state.value, **(more or {})}
    action = f"appeal.{verb.value}"
    record(actor, action, "appeal", appeal.id, label, task_id=line.task_id, after=after, reason=reason)

"""Writes on score runs (考核结果): made from the facts, completed by hand, shown to the units, finished and frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from tracker import clock
from tracker.assessment.board import Points, Row, UnitCounts, board
from tracker.assessment.freezing import digest_of
from tracker.assessment.kinds import gather
from tracker.assessment.models import SchemeVersion, ScoreLine, ScoreRun, ScoreUnit
from tracker.assessment.queries import kept_counts, open_appeals, rules_of, score_unit, score_units, unit_counts
from tracker.assessment.rules import POINT, Line, Scheme, score, sums
from tracker.assessment.sources import LATE, ON_TIME, REPORTS, owed_by_unit
from tracker.assessment.states import RunState, RunVerb, appeals_until, next_run_state, why_not_final
from tracker.assessment.telling import tell_of_end, tell_of_showing
from tracker.assessment.written import points_words
from tracker.audit.actions import record
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import Base, db, lock
from tracker.obligations.models import Period
from tracker.permissions import Actor
from tracker.tasks.scored import Fact, Span

BY_HAND = "by_hand"
"""The kind of a line that the office entered."""
MOST_WORDS = 200


def span_of(first: Period, last: Period, scheme: Scheme) -> Span:
    """From the first day of the first period to the nominal due day of the last, read after the days of waiting."""
    if first.plan_id != last.plan_id or first.nominal_due_on > last.nominal_due_on:
        raise Invalid("起止填报期不对：起不能晚于止。", "last")
    as_of = last.due_on + timedelta(days=scheme.settle_days)
    return Span(first.plan_id, first.opens_on, last.nominal_due_on, as_of)


def settled_span(first: Period, last: Period, scheme: Scheme) -> Span:
    """The span, once the day of its reading is over: then the same facts are found for ever. Refused before."""
    span = span_of(first, last, scheme)
    if span.as_of >= clock.today():
        raise Refused(f"{last.name}的事实取到{span.as_of}为止，过了这一天才能算。")
    return span


def counts_of(facts: Sequence[Fact]) -> list[UnitCounts]:
    """The units the facts are about, with what they owed."""
    owed = owed_by_unit(facts)
    named = unit_counts({fact.unit_id for fact in facts})
    return [
        unit._replace(
            due=sum(owed[number][kind] for kind in REPORTS),
            received=owed[number][ON_TIME] + owed[number][LATE],
            on_time=owed[number][ON_TIME],
        )
        if number in owed
        else unit
        for number, unit in sorted(named.items())
    ]


def preview(facts: Sequence[Fact], scheme: Scheme) -> list[Row]:
    """The table that a scheme would make of these facts; nothing is kept."""
    points: Points = sums(((line.fact.unit_id, line.rule_no), line.points) for line in score(facts, scheme))
    return board(counts_of(facts), points, scheme)


def make_run(version: SchemeVersion, first: Period, last: Period, actor: Actor) -> ScoreRun:
    """Score the periods by the version, as a draft that only the office sees. Raises Invalid, Refused."""
    scheme = rules_of(version)
    span = settled_span(first, last, scheme)
    facts = gather(span)
    run = ScoreRun(
        plan_id=span.plan_id,
        scheme_version=version,
        first_period=first,
        last_period=last,
        as_of=span.as_of,
        made_at=clock.now(),
        made_by_id=actor.person_id,
    )
    db.session.add(run)
    db.session.flush()
    units = counts_of(facts)
    _keep(ScoreUnit, [_unit_values(run.id, unit) for unit in units])
    _keep(ScoreLine, [_line_values(run.id, line) for line in score(facts, scheme)])
    after = {
        "办法": f"{version.scheme.name} 第{version.number}版",
        "事实截至": span.as_of.isoformat(),
        "单位": len(units),
    }
    record(actor, "assessment.run", "score_run", run.id, run.title, after=after)
    return run


def _keep(model: type[Base], rows: list[dict[str, object]]) -> None:
    """Insert plain rows: a year of a large plan has 200,000 lines."""
    if rows:
        db.session.execute(sa.insert(cast(sa.Table, model.__table__)), rows)


def _unit_values(run_id: int, unit: UnitCounts) -> dict[str, object]:
    values = {"unit_id": unit.unit_id, "name": unit.name, "group": unit.group, "rated_by": ""}
    return {"run_id": run_id, **values, "due": unit.due, "received": unit.received, "on_time": unit.on_time}


def _line_values(run_id: int, line: Line) -> dict[str, object]:
    fact = line.fact
    return {
        "run_id": run_id,
        "unit_id": fact.unit_id,
        "rule_no": line.rule_no,
        "kind": fact.kind,
        "role": fact.role,
        "task_id": fact.task_id,
        "obligation_id": fact.obligation_id,
        "on": fact.on,
        "size": fact.size,
        "words": fact.words[:300],
        "raw": line.raw,
        "points": line.points,
    }


def rate(run: ScoreRun, ratings: Mapping[int, int], rated_by: str, actor: Actor) -> ScoreRun:
    """Enter a leader's ratings: unit id -> 0 to 100 points in hundredths, by the leader's name. Invalid, Refused."""
    _change(run)
    if not rules_of(run.scheme_version).rating_share:
        raise Refused("这份考核办法没有领导评分。")
    if not ratings or not all(0 <= rating <= 100 * POINT for rating in ratings.values()):
        raise Invalid("领导评分在 0 到 100 之间，至少填一家。", "rating")
    if not rated_by.strip():
        raise Invalid("请写是哪位领导评的分。", "rated_by")
    before, after = {}, {}
    for unit in score_units(run.id):
        if unit.unit_id in ratings:
            before[unit.name] = "" if unit.rating is None else points_words(unit.rating)
            unit.rating, unit.rated_by = ratings[unit.unit_id], rated_by.strip()
            after[unit.name] = points_words(unit.rating)
    if not after:
        raise Invalid("这次考核里没有这些单位，请刷新页面。", "rating")
    label = f"{run.title} {rated_by.strip()}"
    record(actor, "assessment.rate", "score_run", run.id, label, before=before, after=after)
    db.session.flush()
    return run


def add_line(run: ScoreRun, unit_id: int, points: int, words: str, actor: Actor) -> ScoreLine:
    """Enter points by hand (表扬、弄虚作假 …) with the reason, as a line of its own. Raises Invalid, Refused."""
    _change(run)
    if not points:
        raise Invalid("分值不能是 0。", "points")
    if not words.strip() or len(words.strip()) > MOST_WORDS:
        raise Invalid(f"加减分要写依据，不超过 {MOST_WORDS} 字。", "words")
    unit = score_unit(run.id, unit_id)
    line = ScoreLine(
        run=run,
        unit_id=unit_id,
        kind=BY_HAND,
        on=clock.today(),
        size=0,
        words=words.strip(),
        raw=points,
        points=points,
        entered_by_id=actor.person_id,
    )
    db.session.add(line)
    label = f"{run.title} {unit.name}"
    after = {"分值": points_words(points)}
    record(actor, "assessment.line", "score_run", run.id, label, after=after, reason=words.strip())
    db.session.flush()
    return line


def _change(run: ScoreRun) -> None:
    """Hold the run, and let who saw it before know: its number goes up."""
    lock(run)
    if run.state is not RunState.DRAFT:
        raise Refused(f"{run.state.label}的考核结果不能再改。")
    flag_modified(run, "state")


def show_run(run: ScoreRun, seen: int | None, actor: Actor) -> ScoreRun:
    """Let each unit see its own lines, and appeal. Raises Refused, Stale."""
    lock(run)
    _refuse_stale(run, seen)
    scheme = rules_of(run.scheme_version)
    unrated = [unit.name for unit in kept_counts(run.id) if unit.rating is None] if scheme.rating_share else []
    if unrated:
        raise Refused(f"还有 {len(unrated)} 家没有领导评分（{unrated[0]}等），填齐后再公示。")
    run.state = next_run_state(run.state, RunVerb.SHOW)
    run.shown_on = clock.today()
    run.appeals_until = appeals_until(run.shown_on, scheme.appeal_days)
    after = {"申诉截止": run.appeals_until.isoformat()}
    record(actor, "assessment.show", "score_run", run.id, run.title, after=after)
    db.session.flush()
    tell_of_showing(run)
    return run


def finish_run(run: ScoreRun, seen: int | None, actor: Actor) -> ScoreRun:
    """Publish the result for good: frozen, with a hash. Raises Refused while appeals are open or may come, Stale."""
    lock(run)
    _refuse_stale(run, seen)
    state = next_run_state(run.state, RunVerb.FINISH)
    refusal = why_not_final(run.appeals_until, open_appeals(run.plan_id, run.id), clock.today())
    if refusal:
        raise Refused(refusal)
    run.state, run.final_at, run.final_by_id = state, clock.now(), actor.person_id
    run.final_hash = digest_of(run)
    record(actor, "assessment.finish", "score_run", run.id, run.title, after={"校验码": run.final_hash})
    db.session.flush()
    tell_of_end(run)
    return run


def give_up(run: ScoreRun, reason: str, actor: Actor) -> ScoreRun:
    """Put a draft aside (作废): nobody sees it any more, its rows stay. Raises Invalid, Refused."""
    _change(run)
    if not reason.strip():
        raise Invalid("作废要写原因。", "reason")
    run.ended_on, run.ended_reason = clock.today(), reason.strip()
    record(actor, "assessment.give_up", "score_run", run.id, run.title, reason=reason.strip())
    db.session.flush()
    return run


def _refuse_stale(run: ScoreRun, seen: int | None) -> None:
    if seen != run.version:
        raise Stale("这次考核刚被别人改过。请看过最新的结果再办。")

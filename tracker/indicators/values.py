"""Writes on values: a unit enters, the office verifies or returns. Every entry is a new version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, Stale
from tracker.extensions import db, lock
from tracker.files.keeping import added_now, copied, logged
from tracker.files.sealing import Sealed
from tracker.indicators.models import Indicator, IndicatorValue, IndicatorValueFile
from tracker.indicators.path import period_label
from tracker.indicators.queries import Row
from tracker.indicators.rules import ValueState, ValueVerb, next_state, value_words
from tracker.indicators.value_queries import is_last
from tracker.permissions import Actor
from tracker.units.models import Unit


@dataclass(frozen=True)
class Entry:
    """One figure as typed. ``seen``: number of the last version that was on the page, 0 for none. ``again``: the same
    figure once more, because what was returned was right. The files of that version go along, but for those whose ids
    are ``dropped``; ``added`` are new."""

    row: Row
    period_on: date
    value: Decimal
    evidence: str
    seen: int
    again: bool = False
    dropped: frozenset[int] = frozenset()
    added: tuple[Sealed, ...] = ()

    def along(self, last: IndicatorValue | None) -> list[IndicatorValueFile]:
        """The files of the version before that this one has too."""
        return [one for one in last.files if one.id not in self.dropped] if last else []

    def new(self, last: IndicatorValue | None) -> list[Sealed]:
        """The files that came with it; the same file twice is one."""
        there = {one.sha256 for one in self.along(last)}
        by_content = {one.columns["sha256"]: one for one in self.added}
        return [one for sha256, one in by_content.items() if sha256 not in there]


def stale_words(last: IndicatorValue | None, row: Row) -> str:
    """What the later of two people is told."""
    if last is None:
        return "这一格刚才有变动，请刷新后再填。"
    said = value_words(row.definition, last.value)
    by = f"这一格 {last.entered_at:%H:%M} 由{last.entered_by.name}填了{said}"
    return f"{by}，您填的没有存上。请核对，以您填的为准就再存一次。"


def enter(unit: Unit, entries: Sequence[Entry], actor: Actor) -> list[IndicatorValue]:
    """New versions of what changed; what is the same as before is left alone. All or none.

    Stale when somebody else entered one since the page was loaded; Invalid for a period that has not begun.
    """
    made = [one for entry in entries if (one := _enter(unit, entry, actor)) is not None]
    if made:
        after = {"values": [_said(entry) for entry in entries], "unit_id": unit.id}
        plan = entries[0].row.indicator.plan
        record(actor, "indicator.enter", "plan", plan.id, plan.title, after=after)
    db.session.flush()
    return made


def _said(entry: Entry) -> str:
    definition = entry.row.definition
    label = period_label(definition.every, entry.period_on)
    return f"{definition.title} {label}：{value_words(definition, entry.value)}"


def _enter(unit: Unit, entry: Entry, actor: Actor) -> IndicatorValue | None:
    row, cell = entry.row, (unit.id, entry.period_on)
    if entry.period_on not in row.periods:
        raise Invalid(f"“{row.definition.name}”这一期还没有开始，或不在目标年份里。")
    last = row.last(cell)
    if last is not None and is_same(entry, last):
        return None
    if (last.number if last else 0) != entry.seen:
        raise Stale(stale_words(last, row))
    made = IndicatorValue(
        indicator=row.indicator,
        unit=unit,
        period_on=entry.period_on,
        number=entry.seen + 1,
        value=entry.value,
        evidence=entry.evidence,
        state=ValueState.ENTERED,
        entered_at=clock.now(),
        entered_by_id=actor.person_id,
    )
    db.session.add(made)
    made.files = [IndicatorValueFile(**copied(one)) for one in entry.along(last)]
    for one in entry.new(last):
        made.files.append(IndicatorValueFile(**one.columns, **added_now(actor)))
        label = f"{unit.name} {entry.period_on}（第{made.number}稿）：{one.columns['filename']}"
        record(actor, "indicator.attach", "indicator", row.indicator.id, label, after=logged(one.columns))
    return made


def is_same(entry: Entry, last: IndicatorValue) -> bool:
    """Nothing changed, neither the figure nor where it is from, nor its files; and it is not to be sent again after a
    return."""
    if entry.again and last.state is ValueState.RETURNED:
        return False
    is_kept = len(entry.along(last)) == len(last.files) and not entry.new(last)
    return is_kept and (last.value, last.evidence) == (entry.value, entry.evidence)


def verify(values: Sequence[IndicatorValue], actor: Actor) -> int:
    """The office takes these figures as they are; from now on they count."""
    for one in values:
        _decide(one, ValueVerb.VERIFY, "", actor)
    db.session.flush()
    return len(values)


def send_back(one: IndicatorValue, reason: str, actor: Actor) -> IndicatorValue:
    """The office returns a figure, with the reason; what was verified before stays in force."""
    if not reason.strip():
        raise Invalid("退回要写理由，填报人才知道改什么。", "reason")
    _decide(one, ValueVerb.RETURN, reason.strip(), actor)
    db.session.flush()
    return one


def _decide(one: IndicatorValue, verb: ValueVerb, reason: str, actor: Actor) -> None:
    lock(one)
    if not is_last(one):
        raise Stale(f"{one.unit.name}刚才重填了这个数，请刷新后看新的。")
    one.state = next_state(one.state, verb)
    one.decided_at, one.decided_by_id, one.return_reason = clock.now(), actor.person_id, reason
    indicator: Indicator = one.indicator
    label = f"{one.unit.name} {one.period_on}（第{one.number}稿）"
    after = {"state": one.state.value, "value": str(one.value)}
    record(actor, f"indicator.{verb.value}", "indicator", indicator.id, label, after=after, reason=reason)

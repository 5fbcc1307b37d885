"""Where tasks stand on a day: the lamp, the leads' words, who is awaited; pure from facts. `keeping` stores today's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.desks import Desk
from tracker.ledger.facts import Scope, TaskFacts, facts, texts
from tracker.ledger.models import Standing
from tracker.ledger.occurrences import duty_facts, settled, words
from tracker.ledger.rules import (
    Figure,
    Owed,
    PeriodState,
    Sent,
    Text,
    Waiting,
    is_pending,
    milestone_accepted_on,
    period_words,
    waiting_for,
)
from tracker.obligations.rules import Kind
from tracker.plans.models import Plan
from tracker.progress.facts import current_percent, report_standing
from tracker.tasks.axes import Axis, Colour, LampFacts, ReportFact, ReportStanding, pace_on
from tracker.tasks.lamp import Lamp, lamp, lamp_on
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.workdays import ONE_DAY, state_council

AXES = {"time": "时间", "pace": "序时进度", "report": "报送"}


@dataclass(frozen=True)
class TaskStanding:
    """Where a task stands on a day; the columns of the model `Standing`, by the same names."""

    next_change_on: date | None
    severity: int
    colour: Colour
    word: str
    sentence: str
    axes: list[dict[str, Any]]
    percent: int | None
    pace: int | None
    limit_kind: LimitKind
    limit_raw: str
    limit_note: str
    figures: list[dict[str, Any]]
    is_pending: bool
    reported_on: date | None
    period_state: PeriodState
    period_word: str
    waiting: list[dict[str, Any]]
    occurrences: str | None


def of_plan(plan: Plan) -> sa.Select[Any]:
    """The tasks of a plan, as the scope of `standings`."""
    return sa.select(Task.id).where(Task.plan_id == plan.id)


def standings(scope: Scope, as_of: date, *, ahead: bool = True) -> dict[int, TaskStanding]:
    """Task id -> where it stood at the end of the day, for every task in ``scope``; five statements, however many."""
    return from_facts(facts(scope, as_of), as_of, ahead=ahead)


def from_facts(found: Mapping[int, TaskFacts], as_of: date, *, ahead: bool = True) -> dict[int, TaskStanding]:
    """The standings of tasks whose facts of the day are there; one statement, for the texts. ``ahead``: say when each
    will be another, which a page of that day does not ask."""
    figures = {task_id: _latest(one, as_of) for task_id, one in found.items()}
    wanted = {sent.id for latest in figures.values() for sent in latest.values() if sent is not None}
    said = texts(sorted(wanted))
    return {task_id: _standing(one, figures[task_id], said, as_of, ahead) for task_id, one in found.items()}


def stored(row: Standing) -> TaskStanding:
    """What a row keeps."""
    return TaskStanding(**{field.name: getattr(row, field.name) for field in fields(TaskStanding)})


# Working out


def lamp_facts(found: TaskFacts, as_of: date) -> LampFacts:
    """What the lamp of the task is worked out from."""
    leads = frozenset(one.unit_id for one in found.owed if one.unit_id in found.leads)
    milestone = Kind.START if found.limit.kind is LimitKind.START_THEN_CONTINUOUS else Kind.COMPLETION
    percents = (_percent(reports, as_of) for reports in _by_lead(found).values())
    return LampFacts(
        limit=found.limit,
        first_year=found.plan.first_year,
        first_due_on=found.plan.first_due_on,
        lead_percents=tuple(percent for percent in percents if percent is not None),
        reports=tuple(
            ReportFact(
                task_id=found.task_id,
                unit_id=one.unit_id,
                unit=one.unit,
                role=one.role,
                label=one.label,
                due_on=one.due_on,
                standing=report_standing(one.versions, one.due_on, as_of),
            )
            for one in found.owed
            if one.kind is Kind.PERIOD and not one.is_closed
        ),
        milestone_accepted_on=milestone_accepted_on(found.owed, milestone, leads),
        closed_on=found.closed_on,
        merged_into=found.merged_into,
        duties=tuple(duty_facts(found, as_of)),
    )


def lamp_of(found: TaskFacts, as_of: date) -> Lamp:
    """The lamp of a task whose facts of the day are there, without a look ahead."""
    return _lamp(found, lamp_facts(found, as_of), as_of, ahead=False)


def _lamp(found: TaskFacts, given: LampFacts, as_of: date, ahead: bool) -> Lamp:
    return (lamp if ahead else lamp_on)(given, as_of, state_council(), found.plan.thresholds)


def lamp_facts_on(task_id: int, as_of: date) -> LampFacts:
    """What the lamp of one task is worked out from on a day; four statements."""
    return lamp_facts(facts([task_id], as_of)[task_id], as_of)


def _by_lead(found: TaskFacts) -> dict[int, list[Owed]]:
    """Unit id -> its period reports as a lead, the oldest first: of the leads of the day, or, while none of them has
    had one signed, of those who led before."""
    led: dict[int, list[Owed]] = {}
    for one in found.owed:
        if one.role is Role.LEAD and one.kind is Kind.PERIOD:
            led.setdefault(one.unit_id, []).append(one)
    present = {unit_id: reports for unit_id, reports in led.items() if unit_id in found.leads}
    has_words = any(sent.days.signed_on for reports in present.values() for one in reports for sent in one.sent)
    return present if has_words or not present else led


def _percent(reports: Sequence[Owed], as_of: date) -> int | None:
    return current_percent([one.versions for one in reports], as_of)


def _latest(found: TaskFacts, as_of: date) -> dict[int, Sent | None]:
    """Obligation id -> the version whose words are the lead's own: of each lead the latest report that has one."""
    latest: dict[int, Sent | None] = {}
    for reports in _by_lead(found).values():
        signed = [(one, sent) for one in reports if (sent := one.figure_on(as_of)) is not None]
        one, sent = signed[-1] if signed else (reports[-1], None)
        latest[one.obligation_id] = sent
    return latest


def _standing(
    found: TaskFacts, latest: Mapping[int, Sent | None], said: Mapping[int, Text], as_of: date, ahead: bool
) -> TaskStanding:
    given = lamp_facts(found, as_of)
    shown = _lamp(found, given, as_of, ahead)
    is_closed = shown.colour is Colour.CLOSED
    current = [one for one in found.owed if one.is_current and one.role is Role.LEAD]
    state, word = period_words(current, as_of)
    signed_on = [sent.days.signed_on for one in current if (sent := one.figure_on(as_of)) and sent.days.signed_on]
    figures = [] if not found.owed else _figures(found, latest, said, as_of)
    return TaskStanding(
        next_change_on=_next_change_on(found, shown, as_of) if ahead else None,
        severity=len(Colour) - shown.colour.rank,
        colour=shown.colour,
        word=shown.word,
        sentence=shown.sentence,
        axes=_axes(shown),
        percent=min(given.lead_percents, default=None),
        pace=None if is_closed else pace_on(given, as_of),
        limit_kind=found.limit.kind,
        limit_raw=_limit_words(found),
        limit_note=_limit_note(found),
        figures=[dict(vars(figure)) for figure in figures],
        is_pending=any(figure.is_pending for figure in figures),
        reported_on=max(signed_on, default=None),
        period_state=state,
        period_word=word,
        waiting=[dict(vars(one)) for one in _waiting(found, as_of)],
        occurrences=words(found, as_of),
    )


def _axes(shown: Lamp) -> list[dict[str, Any]]:
    if shown.axes is None:
        return []
    return [_axis(key, getattr(shown.axes, key)) for key in AXES]


def _axis(key: str, axis: Axis) -> dict[str, Any]:
    return {"axis": key, "colour": axis.colour.value, "word": axis.word, "sentence": axis.sentence}


def _figures(
    found: TaskFacts, latest: Mapping[int, Sent | None], said: Mapping[int, Text], as_of: date
) -> list[Figure]:
    by_lead = _by_lead(found)
    last = {one.unit_id: one for one in found.owed if one.obligation_id in latest}
    return [_figure(last[unit_id], by_lead[unit_id], latest, said, as_of) for unit_id in by_lead]


def _figure(
    one: Owed, reports: Sequence[Owed], latest: Mapping[int, Sent | None], said: Mapping[int, Text], as_of: date
) -> Figure:
    missing = _missing(reports, as_of)
    sent = latest[one.obligation_id]
    if sent is None:
        return Figure(one.unit_id, one.unit, missing=missing)
    text = said[sent.id]
    return Figure(
        unit_id=one.unit_id,
        unit=one.unit,
        progress=text.progress,
        problems=text.problems,
        next_steps=text.next_steps,
        percent=_percent(reports, as_of),
        self_state=text.self_state,
        no_news=sent.no_news,
        is_pending=is_pending(sent, as_of),
        signed_on=sent.days.signed_on.isoformat() if sent.days.signed_on else None,
        period=one.label,
        missing=missing,
    )


def _missing(reports: Sequence[Owed], as_of: date) -> str:
    """9月期、10月期未报, or nothing."""
    late = [
        one.label
        for one in reports
        if one.due_on < as_of
        and not one.is_closed
        and report_standing(one.versions, one.due_on, as_of) is ReportStanding.MISSING
    ]
    return f"{'、'.join(late)}未报" if late else ""


def _waiting(found: TaskFacts, as_of: date) -> list[Waiting]:
    if found.closed_on is not None:
        return []
    done = settled(found, as_of)
    awaited = waiting_for((one for one in found.owed if one.obligation_id not in done), as_of)
    if found.more_time is not None:
        asked = found.more_time
        why = f"延期申请，{asked.desk.waiting}"
        awaited.append(Waiting(asked.unit_id, asked.unit, Role.LEAD.value, asked.desk.value, why, None, None))
    if found.applied is not None:
        unit_id, unit = found.applied
        why = "申请销号，等办公室核定"
        awaited.append(Waiting(unit_id, unit, Role.LEAD.value, Desk.OFFICE.value, why, None, None))
    return awaited


def _limit_words(found: TaskFacts) -> str:
    """2021, 2021（延至2022-03-31）, 2021（延期申请中）; short enough for its column."""
    asks = found.more_time is not None and found.closed_on is None
    return found.limit.words[:190] + "（延期申请中）" if asks else found.limit.words


def _limit_note(found: TaskFacts) -> str:
    """The days behind the words of the limit: as printed, as granted, as it came; and what is asked for now."""
    said = []
    if found.limit.extended_from:
        said.append(f"原定{found.limit.extended_from}，准延至{found.limit.due_on}")
        said += [f"实际{found.closed_on}办结"] if found.closed_on else []
    if found.more_time is not None and found.closed_on is None:
        said.append(found.more_time.sentence)
    return "；".join(said)[:200]


def _next_change_on(found: TaskFacts, shown: Lamp, as_of: date) -> date | None:
    """The lamp's, the plan's next turn, the day more is owed, or the day after something else falls due."""
    days = [*found.turns, *found.plan.turns, *(one.due_on + ONE_DAY for one in found.owed if one.due_on >= as_of)]
    days += [one.key_on + ONE_DAY for one in found.owed if one.kind is Kind.OCCURRENCE]
    days += [shown.next_change_on] if shown.next_change_on else []
    return min((day for day in days if day > as_of), default=None)

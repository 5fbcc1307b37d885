"""Reports as they stood on a day: the SQL says what the rules say, over random histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plans import make_plan, owed_by
from tests.world import EDUCATION, FINANCE, HEALTH, World
from tracker import clock
from tracker.clock import SHANGHAI
from tracker.extensions import commit, db, end_of
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.progress.day import owed_on, received_before, reports_on, unsigned_before
from tracker.progress.facts import version_of
from tracker.progress.models import Report, ReportVersion
from tracker.progress.rules import ReportState, Version, first_signed_on, received, state_on
from tracker.tasks.actions import change_units
from tracker.units.models import Unit

BEGIN = date(2021, 7, 1)
LAST = 12
"""Days of a history after BEGIN."""
WAYS = ("submitted", "withdrawn", "signed", "accepted", "returned by head", "returned by office")


def _moment(turn: int, day: int) -> datetime:
    """The hours from midnight on, when Shanghai and UTC do not agree on the day."""
    return datetime.combine(BEGIN + timedelta(days=day), time(turn), SHANGHAI)


@dataclass(frozen=True)
class History:
    """``ends``: for each version how far it came; ``days``: rising day numbers of every step in turn."""

    ends: tuple[str, ...]
    days: tuple[int, ...]
    saved: int


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Versions one after another: all but the last are withdrawn or returned, as the transitions ask."""
    earlier = draw(st.lists(st.sampled_from(("withdrawn", "returned by head", "returned by office")), max_size=3))
    last = draw(st.sampled_from((*WAYS, "none")))
    ends = tuple(earlier) if last == "none" else (*earlier, last)
    steps = sum(len(_steps(end)) for end in ends)
    days = draw(st.lists(st.integers(0, LAST), min_size=steps, max_size=steps))
    return History(ends, tuple(sorted(days)), draw(st.integers(0, LAST)))


def _steps(end: str) -> tuple[str, ...]:
    return {
        "submitted": ("submitted_at",),
        "withdrawn": ("submitted_at", "withdrawn_at"),
        "signed": ("submitted_at", "signed_at"),
        "accepted": ("submitted_at", "signed_at", "accepted_at"),
        "returned by head": ("submitted_at", "returned_at"),
        "returned by office": ("submitted_at", "signed_at", "returned_at"),
    }[end]


def _write(obligation: Obligation, history: History, person_id: int) -> Report:
    report = Report(obligation=obligation, saved_at=_moment(5, history.saved), saved_by_id=person_id)
    report.state = ReportState.DRAFT
    db.session.add(report)
    days = iter(enumerate(history.days))
    for number, end in enumerate(history.ends, start=1):
        moments = {step: _moment(*next(days)) for step in _steps(end)}
        blank: dict[str, Any] = {"progress": "", "problems": "", "next_steps": "", "self_state": "", "no_news": False}
        version = ReportVersion(report=report, number=number, evidence_ids=[], submitted_by_id=person_id, **blank)
        for step, moment in moments.items():
            setattr(version, step, moment)
        if end.startswith("returned"):
            version.returned_by_office = end == "returned by office"
        db.session.add(version)
    db.session.flush()
    return report


def _facts(report: Report) -> Sequence[Version]:
    return [version_of(version) for version in report.versions] or [Version(1, report.saved_at.date())]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_database_says_what_the_rules_say(app: Flask, world: World) -> None:
    obligation = owed_by(make_plan(), HEALTH, "1")
    person_id = world.person("health").id

    @given(histories())
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def holds(history: History) -> None:
        with db.session.begin_nested() as trial:
            report = _write(obligation, history, person_id)
            facts = _facts(report)
            for as_of in (BEGIN + timedelta(days=number) for number in range(-1, LAST + 1)):
                _compare(obligation, facts, as_of)
            trial.rollback()

    holds()


def _compare(obligation: Obligation, facts: Sequence[Version], as_of: date) -> None:
    found = reports_on(as_of, sa.select(Obligation.id).where(Obligation.id == obligation.id))
    row = db.session.execute(sa.select(found)).one()
    first_on = first_signed_on([fact for fact in facts if fact.signed_on and fact.signed_on <= as_of])
    assert row.state == state_on(facts, obligation.due_on, as_of).state
    assert row.received == received(facts, as_of)
    assert (row.first_signed_at and row.first_signed_at.date()) == first_on
    alone = sa.select(received_before(end_of(as_of))).select_from(Obligation).where(Obligation.id == obligation.id)
    assert db.session.scalar(alone) == received(facts, as_of)
    unsigned = sa.select(unsigned_before(end_of(as_of))).select_from(Obligation).where(Obligation.id == obligation.id)
    assert db.session.scalar(unsigned) == (row.state is ReportState.SUBMITTED)


def test_nothing_written_has_no_row(app: Flask) -> None:
    obligation = owed_by(make_plan(), HEALTH, "1")
    found = reports_on(BEGIN, sa.select(Obligation.id).where(Obligation.id == obligation.id))
    assert db.session.execute(sa.select(found)).all() == []


def test_a_new_lead_owes_from_the_day_it_leads(world: World) -> None:
    """Asked of a day before the change, the old lead owed the report; asked of a day after it, the new one."""
    plan = make_plan()
    task = owed_by(plan, FINANCE, "6").task
    clock.fix_day(date(2021, 7, 12))
    change_units(task, [world.unit(EDUCATION)], [], "职责划转", world.actor("office1"))
    derive(plan, clock.today())
    commit()

    def owing(day: int) -> set[str]:
        query = sa.select(Unit.name).join(Obligation, Obligation.unit_id == Unit.id)
        found = query.where(Obligation.task_id == task.id, owed_on(date(2021, 7, day)))
        return set(db.session.scalars(found))

    assert owing(11) == {FINANCE, HEALTH}
    assert owing(12) == {EDUCATION}

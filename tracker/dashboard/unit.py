"""What the home page of a unit's people shows: what I owe, what came back, what is near or late, what to sign for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.assessment.models import ScoreRun
from tracker.assessment.queries import own_totals, runs
from tracker.dashboard.asked import Asked
from tracker.dashboard.items import Item, board
from tracker.dashboard.queries import ReturnedReport, counts_by_unit, gaps, reports_to_sign, returned_to
from tracker.dashboard.units import Counts, UnitRow, unit_rows
from tracker.obligations.models import Period
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.progress.extension_queries import waiting_of_unit
from tracker.progress.models import Extension
from tracker.supervision.inspection_queries import ItemRow, items_to_report
from tracker.supervision.models import Slip
from tracker.supervision.slip_queries import slips_to_answer
from tracker.tasks.axes import Colour, ReportFact, Thresholds
from tracker.tasks.models import Assignment
from tracker.tasks.queries import unacknowledged, visible_to
from tracker.workdays import state_council

NOTHING = Counts({}, 0)


class OwnScore(NamedTuple):
    """A result of scoring and the unit's total in it, in hundredths."""

    run: ScoreRun
    total: int


@dataclass(frozen=True)
class UnitPage:
    """Everything on the page. ``row`` None: the unit owes nothing in the period, or none has opened."""

    period: Period | None
    row: UnitRow | None
    workdays_left: int
    late: list[ReportFact]
    """Reports of earlier periods that are still owed."""
    returned: list[ReturnedReport]
    items: list[Item]
    """Near or late, and the unit's to mend."""
    to_acknowledge: list[Assignment]
    to_sign: int
    """Reports on the desk of the unit's head."""
    scores: list[OwnScore]
    """Results of scoring that were shown to the unit, the newest first."""
    slips: list[Slip]
    """Slips to be answered, the earliest due first."""
    extensions: list[Extension]
    """Applications of the unit for more time that nobody has decided."""
    to_mend: list[ItemRow]
    """What inspections found and is to be put right, the earliest limit first."""

    @property
    def counts(self) -> Counts:
        return self.row.counts if self.row else NOTHING


def unit_page(plan: Plan, asked: Asked, actor: Actor, unit_id: int) -> UnitPage:
    """The page of a unit's reporter or head, as of today."""
    near = board(plan.id, asked, (Colour.RED, Colour.YELLOW, Colour.BLUE), visible_to(actor, asked.today)).items
    period = asked.period
    row, late = _figures(plan, period, asked.today, unit_id) if period else (None, [])
    return UnitPage(
        period,
        row,
        max(0, state_council().workdays_between(asked.today, period.due_on)) if period else 0,
        late,
        returned_to(unit_id, plan.id),
        [one for one in near if unit_id in one.concerned],
        unacknowledged(unit_id, plan.id, asked.today),
        reports_to_sign(unit_id, plan.id),
        own_scores(plan.id, actor, unit_id),
        slips_to_answer(unit_id, plan.id),
        waiting_of_unit(plan.id, unit_id),
        items_to_report(unit_id, plan.id, asked.today),
    )


def own_scores(plan_id: int, actor: Actor, unit_id: int) -> list[OwnScore]:
    """The runs that the unit may read, with its total."""
    shown = runs(plan_id, actor)
    totals = own_totals(shown, unit_id)
    return [OwnScore(run, totals[run.id]) for run in shown]


def _figures(plan: Plan, period: Period, today: date, unit_id: int) -> tuple[UnitRow | None, list[ReportFact]]:
    found = gaps(plan.id, period, today, unit_id)
    counts = counts_by_unit(period, today, unit_id)
    rows = unit_rows(counts, found, period.due_on, today, Thresholds(**plan.thresholds))
    return next(iter(rows), None), [gap.fact for gap in found if gap.fact.due_on < period.due_on]

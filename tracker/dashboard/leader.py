"""What a leader's home page shows (picture 06)."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.dashboard.asked import Asked
from tracker.dashboard.items import Board, board
from tracker.dashboard.office import PeriodFigures, period_figures
from tracker.dashboard.queries import shares
from tracker.dashboard.units import UnitRow
from tracker.obligations.models import Period
from tracker.obligations.rates import Share, same_day
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.progress.extension_queries import own_to_decide
from tracker.progress.models import Extension
from tracker.supervision.models import Remark, Slip
from tracker.supervision.remarks import own_remarks
from tracker.tasks.axes import Colour
from tracker.units.rules import UnitKind

LAST_PERIODS = 6
"""Periods whose rates stand side by side."""


@dataclass(frozen=True)
class LeaderPage:
    """Everything on the page. ``rates``: the last periods, each on the same day after its due day, the oldest first."""

    figures: PeriodFigures | None
    board: Board
    rates: list[tuple[Period, Share]]
    remarks: list[tuple[Remark, Slip | None]]
    """The leader's own remarks, the newest first, each with the slip that was made of it."""
    extensions: list[Extension]
    """Applications for more time that wait for this leader."""

    @property
    def townships(self) -> list[UnitRow]:
        return [row for row in self._rows if row.unit.kind is UnitKind.TOWNSHIP]

    @property
    def departments(self) -> list[UnitRow]:
        return [row for row in self._rows if row.unit.kind is not UnitKind.TOWNSHIP]

    @property
    def running(self) -> list[UnitRow]:
        return [row for row in self._rows if row.is_running]

    @property
    def _rows(self) -> list[UnitRow]:
        return self.figures.units if self.figures else []


def leader_page(plan: Plan, asked: Asked, actor: Actor) -> LeaderPage:
    """The page of a plan as asked."""
    worst = board(plan.id, asked, (Colour.RED, Colour.YELLOW))
    remarks, extensions = own_remarks(actor, plan.id), own_to_decide(plan.id, actor)
    return LeaderPage(period_figures(plan, asked), worst, rates_by_period(asked), remarks, extensions)


def rates_by_period(asked: Asked) -> list[tuple[Period, Share]]:
    """Each period up to the one shown, on the day that lies from its due day as the day asked for from this one's."""
    if asked.period is None:
        return []
    due_on, place = asked.period.due_on, asked.opened.index(asked.period) + 1
    shown = asked.opened[max(0, place - LAST_PERIODS) : place]
    found = shares({one.id: same_day(due_on, one.due_on, asked.as_of) for one in shown}, asked.as_of)
    return [(one, found[one.id]) for one in shown]

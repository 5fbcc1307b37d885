"""What a leader's home page shows (picture 06)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from tracker.dashboard.asked import Asked
from tracker.dashboard.items import Board, board
from tracker.dashboard.leader_words import Words, change, month_of, sentence
from tracker.dashboard.office import PeriodFigures, period_figures
from tracker.dashboard.queries import shares
from tracker.dashboard.units import UnitRow
from tracker.ledger.days import LampCounts, compared, lamps_on
from tracker.obligations.models import Period
from tracker.obligations.rates import Share
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.progress.extension_queries import own_to_decide
from tracker.progress.models import Extension
from tracker.supervision.remarks import OwnRemark, own_remarks
from tracker.tasks.axes import Colour
from tracker.units.rules import UnitKind

COUNTED = (Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN, Colour.CLOSED)
"""The lamps whose counts a leader reads."""


@dataclass(frozen=True)
class Month:
    """A period among others, all on the same day after (or before) their due day. ``lamps`` None: of a day before the
    plan was confirmed."""

    period: Period
    share: Share
    lamps: LampCounts | None

    @property
    def label(self) -> str:
        return month_of(self.period.name)


@dataclass(frozen=True)
class LampCount:
    """How many tasks stand at a colour, and how that differs from the period before: 比9月 +1, empty without one."""

    colour: Colour
    count: int
    change: str


@dataclass(frozen=True)
class LeaderPage:
    """Everything on the page. ``months``: the last periods, the oldest first, the one shown last."""

    asked: Asked
    figures: PeriodFigures | None
    board: Board
    months: list[Month]
    remarks: list[OwnRemark]
    """The leader's own remarks, the newest first, with what became of each."""
    extensions: list[Extension]
    """Applications for more time that wait for this leader."""

    @property
    def sentence(self) -> list[Words]:
        earlier = self._earlier
        before = (earlier.period.name, earlier.lamps or {}) if earlier else None
        return sentence(self.board.lamps, before, self.figures, self.asked.as_of)

    @property
    def counts(self) -> list[LampCount]:
        return [LampCount(one, self.board.lamps[one], self._change(one)) for one in COUNTED]

    @property
    def charted(self) -> list[Month]:
        """The months whose lamps are known."""
        return [month for month in self.months if month.lamps is not None]

    @property
    def townships(self) -> list[UnitRow]:
        return [row for row in self._rows if row.unit.kind is UnitKind.TOWNSHIP]

    @property
    def departments(self) -> list[UnitRow]:
        return [row for row in self._rows if row.unit.kind is not UnitKind.TOWNSHIP]

    @property
    def _rows(self) -> list[UnitRow]:
        return self.figures.units if self.figures else []

    @property
    def _earlier(self) -> Month | None:
        return self.charted[-2] if len(self.charted) > 1 else None

    def _change(self, colour: Colour) -> str:
        earlier = self._earlier
        if earlier is None or earlier.lamps is None:
            return ""
        more = change(self.board.lamps[colour], earlier.lamps.get(colour, 0))
        return _("比%(earlier)s %(more)s", earlier=earlier.label, more=more)


def leader_page(plan: Plan, asked: Asked, actor: Actor) -> LeaderPage:
    """The page of a plan as asked."""
    worst = board(plan.id, asked, (Colour.RED, Colour.YELLOW))
    own, waiting = own_remarks(actor, plan.id, asked.as_of), own_to_decide(plan.id, actor)
    figures = period_figures(plan, asked)
    return LeaderPage(asked, figures, worst, months(plan, asked, worst.lamps), own, waiting)


def months(plan: Plan, asked: Asked, lamps: LampCounts) -> list[Month]:
    """The last periods up to the one shown. ``lamps``: of the day asked for; those of earlier days are mostly kept."""
    if asked.period is None:
        return []
    days = {one.id: day for one, day in compared(asked.opened, asked.period, asked.as_of)}
    reported = shares(days, asked.as_of)
    earlier = lamps_on(plan.id, [day for day in days.values() if plan.confirmed_on <= day < asked.as_of])
    by_day = earlier | {asked.as_of: lamps}
    return [Month(one, reported[one.id], by_day.get(days[one.id])) for one in asked.opened if one.id in days]

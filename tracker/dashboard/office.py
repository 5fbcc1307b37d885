"""What the office's home page shows (picture 01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.assessment.queries import open_appeals
from tracker.dashboard.asked import Asked
from tracker.dashboard.items import Board, board
from tracker.dashboard.queries import Queue, counts_by_unit, gaps, queue, shares
from tracker.dashboard.units import Counts, UnitRow, total, unit_rows
from tracker.exports.table import TableColumn, table_xlsx
from tracker.obligations.models import Period
from tracker.obligations.rates import Share, same_day
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.progress.office_queue import Waiting, asked_of_office
from tracker.reminders.queries import last_reminded
from tracker.supervision.slip_queries import unsettled_slips
from tracker.tasks.axes import Colour, Thresholds
from tracker.tasks.queries import acknowledgements

WATCHED = (Colour.RED, Colour.YELLOW, Colour.BLUE)


@dataclass(frozen=True)
class PeriodFigures:
    """How far a period is, in all and by unit. ``earlier``: the one before, on the same day after its due day."""

    period: Period
    counts: Counts
    units: list[UnitRow]
    earlier: Period | None
    earlier_share: Share | None

    @property
    def late_units(self) -> list[UnitRow]:
        return [row for row in self.units if row.is_late]


@dataclass(frozen=True)
class OfficePage:
    """Everything on the page. ``figures`` None: no period has opened."""

    figures: PeriodFigures | None
    board: Board
    queue: Queue
    unacknowledged: list[str]
    """Names of units that have not signed for all they got (未签收), the most open first."""
    appeals: int
    """Appeals against scores (申诉) that wait for the office."""
    asked: Waiting
    """Applications for more time, looks back, year-end reviews that wait for the office."""
    last_reminded: dict[int, tuple[date, str]]
    """Unit id -> when its people were last told (上次催办), 人工 or 自动."""
    slips: dict[int, int]
    """Task id -> the slip about it that is not settled."""


def office_page(plan: Plan, asked: Asked, actor: Actor) -> OfficePage:
    """The page of a plan as asked; its queue is today's and this person's."""
    return OfficePage(
        period_figures(plan, asked),
        board(plan.id, asked, WATCHED),
        queue(plan, actor, asked.today),
        [row.unit.name for row in acknowledgements(plan.id, asked.today) if row.is_open],
        open_appeals(plan.id),
        asked_of_office(plan, asked.today),
        last_reminded(plan.id),
        unsettled_slips(plan.id),
    )


def period_figures(plan: Plan, asked: Asked) -> PeriodFigures | None:
    """The figures of the period asked for."""
    period, earlier = asked.period, asked.earlier
    if period is None:
        return None
    counts = counts_by_unit(period, asked.as_of)
    rows = unit_rows(
        counts, gaps(plan.id, period, asked.as_of), period.due_on, asked.as_of, Thresholds(**plan.thresholds)
    )
    days = {earlier.id: same_day(period.due_on, earlier.due_on, asked.as_of)} if earlier else {}
    earlier_share = shares(days, asked.as_of).get(earlier.id) if earlier else None
    return PeriodFigures(period, total(counts.values()), rows, earlier, earlier_share)


_COLUMNS = (
    TableColumn("单位", 60),
    TableColumn("状态", 26),
    TableColumn("应报", 16, "number"),
    TableColumn("已报", 16, "number"),
    TableColumn("欠报", 16, "number"),
    TableColumn("退回", 16, "number"),
    TableColumn("待签", 16, "number"),
    TableColumn("待审", 16, "number"),
    TableColumn("在等谁", 30),
    TableColumn("说明", 62),
)


def arrears_xlsx(figures: PeriodFigures, as_of: date, foot: str) -> bytes:
    """The units in arrears as a workbook (导出名单): the order of the page, those without arrears left out."""
    title = f"{figures.period.name}欠报单位名单（截至{as_of.isoformat()}）"
    rows = [
        (
            row.unit.name,
            row.lamp.word,
            row.counts.due,
            row.counts.received,
            row.counts.unsent,
            row.counts.returned,
            row.counts.submitted,
            row.counts.signed,
            str(row.counts.desk or "–"),
            row.lamp.sentence,
        )
        for row in figures.late_units
    ]
    return table_xlsx(title, _COLUMNS, rows, foot)

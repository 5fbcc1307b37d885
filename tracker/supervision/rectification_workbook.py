"""The list of rectifications (整改台账) as a workbook for A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tracker.exports.ledger import LAMPS
from tracker.exports.sheet import Value
from tracker.exports.table import TableColumn, table_xlsx
from tracker.plans.models import Plan
from tracker.supervision.inspection_queries import ItemRow
from tracker.supervision.inspection_rules import tally

_HEADS = (
    TableColumn("序号", 10, "number"),
    TableColumn("检查", 34),
    TableColumn("问题", 10, "number"),
    TableColumn("责任单位", 28),
    TableColumn("发现的问题", 54),
    TableColumn("整改要求", 46),
    TableColumn("关联任务", 22),
    TableColumn("整改时限", 23, "date"),
    TableColumn("报送日", 23, "date"),
    TableColumn("销号日", 23, "date"),
    TableColumn("状态", 26),
    TableColumn("督办单", 26),
)


def items_workbook(plan: Plan, rows: Sequence[ItemRow], day: date, foot: str) -> bytes:
    """The rows of the page in their order, as they stood on ``day``."""
    counts = tally((row.stand for row in rows), day)
    title = f"{plan.short_title}整改台账（截至{day}，{counts.total}条，已销号{counts.settled}/{counts.total}）"
    return table_xlsx(title, _HEADS, _rows(rows), foot)


def _rows(rows: Sequence[ItemRow]) -> Iterator[list[Value]]:
    for turn, row in enumerate(rows, start=1):
        item, stand, sign = row.item, row.stand, row.sign
        yield [
            turn,
            item.inspection.title,
            item.number,
            item.unit.name,
            item.finding,
            item.asked,
            item.task.label if item.task else "",
            stand.due_on,
            stand.reported_on,
            stand.ended_on,
            f"{LAMPS[sign.colour.value][0]}{sign.word}",
            row.slip.name if row.slip else "",
        ]

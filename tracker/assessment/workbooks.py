"""The table of a run and the sheet of a unit as workbooks for A4."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.assessment.board import Row
from tracker.assessment.models import ScoreRun
from tracker.assessment.pages import Sheet, SheetLine, Table
from tracker.assessment.rules import POINT
from tracker.assessment.words import HAND_TITLE
from tracker.exports.sheet import Value
from tracker.exports.table import TableColumn, table_xlsx

_WIDE = 250
"""Millimetres that the columns of rules share with the rest of the table."""


def table_workbook(run: ScoreRun, table: Table, foot: str) -> bytes:
    """Places, totals and points by rule, the groups apart, the order of the page."""
    return table_xlsx(
        f"{run.plan.short_title}考核结果（{run.title}，{run.state.label}）", _heads(table), _rows(table), foot
    )


def _heads(table: Table) -> list[TableColumn]:
    titles = [f"{one.whole} {one.detail}" for one in table.columns]
    titles += [HAND_TITLE] if table.has_hand else []
    titles += ["领导评分"] if table.scheme.rating_share else []
    width = max(14.0, min(24.0, (_WIDE - 160) / max(1, len(titles))))
    return [
        TableColumn("类别", 22),
        TableColumn("名次", 13, "number"),
        TableColumn("单位", 44),
        TableColumn("总分", 17, "number"),
        *(TableColumn(title, width, "number") for title in titles),
        TableColumn("报送率", 34),
        TableColumn("及时率", 34),
    ]


def _rows(table: Table) -> Iterator[list[Value]]:
    numbers: list[int | None] = [one.number for one in table.columns]
    numbers += [None] if table.has_hand else []
    for group, rows in table.groups:
        for row in rows:
            place: Value = "不排名" if row.place is None else row.place
            points: list[Value] = [_points(row.points.get(number)) for number in numbers]
            points += [_points(row.unit.rating)] if table.scheme.rating_share else []
            shares = str(row.placed.result.reported), str(row.placed.result.in_time)
            yield [group.label, place, row.unit.name, row.total / POINT, *points, *shares]


def _points(points: int | None) -> Value:
    return None if points is None else points / POINT


_SHEET_HEADS = (
    TableColumn("计分项", 52),
    TableColumn("日期", 22, "date"),
    TableColumn("任务", 80),
    TableColumn("事由", 50),
    TableColumn("分工", 14),
    TableColumn("分值", 16, "number"),
    TableColumn("申诉", 40),
)


def sheet_workbook(run: ScoreRun, sheet: Sheet, foot: str) -> bytes:
    """Every line of a unit, then how the total came about."""
    title = f"{sheet.row.unit.name}考核明细（{run.title}，{run.state.label}）"
    return table_xlsx(title, _SHEET_HEADS, [*_lines(sheet), *_sum(sheet.row, sheet)], foot)


def _lines(sheet: Sheet) -> Iterator[list[Value]]:
    for part in sheet.parts:
        for one in part.lines:
            yield [f"{part.column.whole} {part.column.detail}".strip(), *_line(one), one.points / POINT, _appeal(one)]


def _line(one: SheetLine) -> list[Value]:
    line = one.line
    task = f"{line.task.label} {line.task.text}" if line.task else ""
    return [line.on, task, line.words, line.role.label if line.role else ""]


def _appeal(one: SheetLine) -> str:
    if one.appeal is None:
        return ""
    return "：".join(text for text in (one.appeal.state.label, one.appeal.decision_reason) if text)


def _sum(row: Row, sheet: Sheet) -> Iterator[list[Value]]:
    parts = [
        ("基础分", sheet.scheme.base),
        ("加分合计", sheet.plus),
        ("扣分合计", sheet.minus),
        ("规则得分", row.by_rules),
    ]
    if row.unit.rating is not None:
        parts.append((f"领导评分（占{sheet.scheme.rating_share}%，{row.unit.rated_by}）", row.unit.rating))
    for words, points in [*parts, ("总分", row.total)]:
        yield [words, None, "", "", "", points / POINT, ""]

"""Indicators as workbooks: what they are with target and value of each year, and every figure that was reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tracker.exports.sheet import Value
from tracker.exports.table import TableColumn, table_xlsx
from tracker.indicators.definitions import Definition
from tracker.indicators.models import IndicatorValue
from tracker.indicators.page import baseline_words, level_words, reported_words
from tracker.indicators.path import period_label, year_of
from tracker.indicators.queries import Row
from tracker.indicators.rules import ValueState, value_words
from tracker.indicators.written import target_words
from tracker.permissions import Actor

MOST_YEARS = 12


def indicators_workbook(title: str, rows: Sequence[Row], foot: str) -> bytes:
    """One line for each indicator; each year of targets or values has a column for both."""
    targets = {year_of(one, row.years) for row in rows for one in row.definition.targets}
    years = sorted(targets | {day.year for row in rows for day in row.wholes})[-MOST_YEARS:]
    return table_xlsx(title, _heads(years), (_row(n, row, years) for n, row in enumerate(rows, start=1)), foot)


def _heads(years: Sequence[int]) -> list[TableColumn]:
    by_year = (TableColumn(f"{year}年{what}", 22) for year in years for what in ("目标", "实际"))
    return [
        TableColumn("序号", 11, "number"),
        TableColumn("指标", 60),
        TableColumn("单位", 16),
        TableColumn("属性", 16),
        TableColumn("方向", 11),
        TableColumn("汇总", 18),
        TableColumn("基期", 22),
        *by_year,
        TableColumn("责任单位", 40),
        TableColumn("已报", 14),
        TableColumn("状态", 26),
        TableColumn("说明", 50),
    ]


def _row(number: int, row: Row, years: Sequence[int]) -> list[Value]:
    one = row.definition
    by_year = [words for year in years for words in (_target(row, year), _value(row, year))]
    units = "、".join(unit.name for unit in row.named)
    kind = [one.attribute, one.direction.label, one.formula.label, baseline_words(row)]
    tail = [units, reported_words(row), row.lamp.word, row.lamp.sentence]
    return [number, one.title, one.measure, *kind, *by_year, *tail]


def _target(row: Row, year: int) -> str:
    return "、".join(target_words(one) for one in row.definition.targets if year_of(one, row.years) == year)


def _value(row: Row, year: int) -> str:
    """The last value of the year, as it is read."""
    of_year = [(day, found) for day, found in row.wholes.items() if day.year == year and found.value is not None]
    if not of_year:
        return ""
    day, found = max(of_year, key=lambda one: one[0])
    assert found.value is not None
    words = value_words(row.definition, found.value)
    return words if found.is_complete else f"{words}（{found.reported}/{found.owing}家）"


_VALUE_HEADS = (
    TableColumn("指标", 56),
    TableColumn("期", 22),
    TableColumn("单位", 40),
    TableColumn("计量单位", 18),
    TableColumn("实际值", 22, "number"),
    TableColumn("应达", 20),
    TableColumn("依据", 44),
    TableColumn("稿", 9, "number"),
    TableColumn("状态", 16),
    TableColumn("填报人", 20),
    TableColumn("填报时间", 30, "moment"),
    TableColumn("核定人", 20),
    TableColumn("核定时间", 30, "moment"),
    TableColumn("退回理由", 36),
)


def values_workbook(title: str, rows: Iterable[Row], actor: Actor, foot: str) -> bytes:
    """Every version of every figure that the viewer may read."""
    return table_xlsx(title, _VALUE_HEADS, (line for row in rows for line in _values(row, actor)), foot)


def _values(row: Row, actor: Actor) -> Iterator[list[Value]]:
    for (unit_id, day), versions in sorted(row.versions.items(), key=lambda one: (one[0][1], one[0][0])):
        if not row.readable(actor, unit_id):
            continue
        asked = level_words(row, row.expected(day))
        for one in versions:
            state = row.state_of(one)
            yield [
                row.definition.title,
                period_label(row.definition.every, day),
                one.unit.name,
                _measure(row.definition),
                float(one.value),
                asked,
                one.evidence,
                one.number,
                state.label,
                one.entered_by.name,
                one.entered_at,
                *_decision(one, state),
            ]


def _decision(one: IndicatorValue, state: ValueState) -> list[Value]:
    """Who decided when, and the reason of a return; nothing of what was decided after the day."""
    if state is ValueState.ENTERED or one.decided_by is None:
        return ["", None, ""]
    return [one.decided_by.name, one.decided_at, one.return_reason]


def _measure(definition: Definition) -> str:
    return "达到为1，未达到为0" if definition.is_words else definition.measure

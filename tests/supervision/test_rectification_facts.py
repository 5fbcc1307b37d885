"""Which facts for scoring an item gives in which span, as of which day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tracker.assessment.kinds import KINDS
from tracker.registry import fill
from tracker.supervision.inspection_models import Rectification, RectificationReport
from tracker.supervision.rectification_facts import IN_TIME, LATE, SENT_BACK, UNDONE, item_facts
from tracker.tasks.scored import Span

DUE = date(2021, 8, 10)
AUGUST = Span(1, date(2021, 7, 27), date(2021, 8, 25), date(2021, 8, 30))
SEPTEMBER = Span(1, date(2021, 8, 26), date(2021, 9, 27), date(2021, 10, 2))


def at(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai")) if day else None


def report(
    reported: date, decided: date | None = None, is_settled: bool = False, again: date | None = None
) -> RectificationReport:
    return RectificationReport(
        reported_at=at(reported), decided_at=at(decided), is_settled=is_settled, due_again_on=again
    )


def facts(span: Span, *reports: RectificationReport) -> list[tuple[str, date, int]]:
    item = Rectification(number=3, unit_id=7, task_id=9, first_due_on=DUE, due_on=DUE)
    item.reports = list(reports)
    return [(one.kind, one.on, one.size) for one in item_facts(item, span)]


def day(month: int, number: int) -> date:
    return date(2021, month, number)


@pytest.mark.parametrize(
    ("reports", "august", "september"),
    [
        ([], [(UNDONE, DUE, 0)], []),
        ([(day(8, 9), day(8, 12), True)], [(IN_TIME, day(8, 9), 0)], []),
        ([(day(8, 9),)], [(IN_TIME, day(8, 9), 0)], []),
        ([(day(8, 13), day(8, 20), True)], [(LATE, day(8, 13), 3)], []),
        ([(day(9, 3), day(9, 4), True)], [(UNDONE, DUE, 0)], []),
        (
            [(day(8, 9), day(8, 11), False), (day(8, 14), day(8, 16), True)],
            [(SENT_BACK, day(8, 11), 0), (LATE, day(8, 14), 4)],
            [],
        ),
        (
            [(day(8, 9), day(8, 11), False, day(9, 10)), (day(9, 8), day(9, 9), True)],
            [(SENT_BACK, day(8, 11), 0)],
            [(IN_TIME, day(9, 8), 0)],
        ),
        ([(day(8, 9), day(8, 28), False)], [(UNDONE, DUE, 0)], [(SENT_BACK, day(8, 28), 0)]),
    ],
    ids=[
        "nothing",
        "in time",
        "waits for the office",
        "late",
        "after the reading",
        "sent back",
        "longer",
        "back later",
    ],
)
def test_an_item_is_counted_once_in_the_span_of_its_limit(
    reports: list[tuple[object, ...]], august: list[object], september: list[object]
) -> None:
    assert facts(AUGUST, *(report(*one) for one in reports)) == august  # type: ignore[arg-type]
    assert facts(SEPTEMBER, *(report(*one) for one in reports)) == september  # type: ignore[arg-type]


def test_the_kinds_are_in_the_editor_of_schemes() -> None:
    fill()
    assert [KINDS[key].title for key in (IN_TIME, LATE, UNDONE, SENT_BACK)] == [
        "按期整改",
        "逾期整改",
        "到期未整改",
        "整改被退回",
    ]

"""The ledger on paper and as a workbook: its head, and its rows as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from tracker.exports.ledger import LedgerHead, LedgerRow
from tracker.indicators.queries import targets_of_tasks
from tracker.ledger.queries import Row
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.tasks.limits import LimitKind

ON_TRACK = 5
"""Points either side of 序时 that are still 达进度 (papers.md, classes in use)."""


def ledger_head(plan: Plan, actor: Actor, as_of: date, period: str, now: datetime, remark: str) -> LedgerHead:
    """What stands above, below and at the foot of the ledger."""
    return LedgerHead(
        title=f"{plan.short_title}重点任务督查台账",
        reporting_unit=plan.office.name,
        filled_on=now.date(),
        as_of=as_of,
        period=period,
        printed_by=f"{actor.label} {actor.name}",
        printed_at=now,
        remark=remark,
    )


def ledger_rows(plan: Plan, rows: Iterable[Row], as_of: date) -> Iterator[LedgerRow]:
    """Rows of the list as rows of the workbook, with what their indicators are to reach; three statements."""
    source, shown = source_of(plan), list(rows)
    targets = targets_of_tasks([row.task.id for row in shown], as_of)
    return (_row(source, row, targets.get(row.task.id, "")) for row in shown)


def source_of(plan: Plan) -> str:
    """《关于……的通知》（2021年6月29日，文号待补）."""
    day = plan.issued_on
    facts = [f"{day.year}年{day.month}月{day.day}日"] if day else []
    return f"《{plan.title}》（{'，'.join([*facts, plan.doc_number or '文号待补'])}）"


def pace_word(percent: int | None, pace: int | None) -> str:
    """超进度, 达进度, 欠进度; nothing where one of the two is missing."""
    if percent is None or pace is None:
        return ""
    if percent - pace >= ON_TRACK:
        return "超进度"
    return "达进度" if pace - percent < ON_TRACK else "欠进度"


def _row(source: str, row: Row, target: str) -> LedgerRow:
    standing, said = row.standing, row.said
    has_end = standing.limit_kind in (LimitKind.DATE, LimitKind.YEAR)
    percent = said.percent if has_end else None
    leads = "、".join(unit.name for unit in row.leads)
    return LedgerRow(
        no=int(row.number) if row.number.isdecimal() else row.number,
        task=row.task.text,
        lamp=standing.colour.value,
        state=standing.word,
        section=row.section,
        source=source,
        target=target,
        leader=row.task.leader_name,
        lead=f"{leads}（分别负责）" if len(row.leads) > 1 else leads,
        partners="、".join(unit.name for unit in row.partners),
        limit=f"{standing.limit_raw}（{standing.occurrences}）" if standing.occurrences else standing.limit_raw,
        contact=row.contact,
        progress=said.progress,
        percent=percent,
        pace=pace_word(percent, standing.pace),
        problems=said.problems,
        next_steps=said.next_steps,
    )

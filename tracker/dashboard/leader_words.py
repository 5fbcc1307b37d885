"""The sentence that opens a leader's page, made from its figures, to be read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _

from tracker.dashboard.office import PeriodFigures
from tracker.dashboard.units import UnitRow
from tracker.ledger.days import LampCounts
from tracker.tasks.axes import Colour
from tracker.web.words import month_day

NAMED = 3
"""Units in arrears for two periods running that are named; the rest are a number."""


class Words(NamedTuple):
    """A part of the sentence; ``tone`` is the colour of a lamp where the part is to be seen at once."""

    text: str
    tone: str = ""


def sentence(
    lamps: LampCounts, earlier: tuple[str, LampCounts] | None, figures: PeriodFigures | None, as_of: date
) -> list[Words]:
    """What a leader is told first. ``earlier``: the name of the period before, and its counts on the same day."""
    red, yellow = lamps[Colour.RED], lamps[Colour.YELLOW]
    said = [Words(_("%(n)s 项任务，", n=sum(lamps.values())))]
    said.append(Words(_("%(n)s 项逾期", n=red), "red") if red else Words(_("没有逾期")))
    said.append(Words(_("、")))
    said.append(Words(_("%(n)s 项滞后", n=yellow), "yellow") if yellow else Words(_("没有滞后")))
    if earlier is not None:
        said.append(Words(_("，") + _compared(red, earlier[1].get(Colour.RED, 0), month_of(earlier[0]))))
    said.append(Words(_("。")))
    if figures is not None:
        said.append(Words("".join(_period(figures, as_of)) + _("。")))
    return said


def month_of(period: str) -> str:
    """10月期 -> 10月; 第三季度 stays."""
    return period.removesuffix("期")


def change(now: int, before: int) -> str:
    """+1, −2, 0: how many more than before."""
    return "0" if now == before else f"{now - before:+d}".replace("-", "−")


def _compared(now: int, before: int, earlier: str) -> str:
    if now == before:
        return _("逾期项数与%(earlier)s同日相同", earlier=earlier)
    if now > before:
        return _("比%(earlier)s同日多 %(n)s 项逾期", earlier=earlier, n=now - before)
    return _("比%(earlier)s同日少 %(n)s 项逾期", earlier=earlier, n=before - now)


def _period(figures: PeriodFigures, as_of: date) -> Iterator[str]:
    counts, share = figures.counts, figures.counts.share
    percent = "–" if share.percent is None else f"{share.percent}%"
    yield _(
        "%(period)s应报 %(due)s 件，已报 %(n)s 件（%(percent)s）",
        period=figures.period.name,
        due=counts.due,
        n=counts.received,
        percent=percent,
    )
    if figures.late_units:
        yield _("，%(n)s 家单位欠报", n=len(figures.late_units))
        yield _running([row for row in figures.units if row.is_running])
    elif figures.period.due_on >= as_of:
        yield _("，%(day)s截止", day=month_day(figures.period.due_on))
    elif counts.received == counts.due:
        yield _("，都报齐了")


def _running(rows: list[UnitRow]) -> str:
    if not rows:
        return ""
    names = _("、").join(row.unit.name for row in rows[:NAMED])
    more = _("等 %(n)s 家", n=len(rows)) if len(rows) > NAMED else ""
    return _("，其中%(names)s连续两期欠报", names=names + more)

"""What of a report may need a second look (提示): told to the writer before sending, to the head and the office after.

One rule for all three. It advises and never blocks: values in, sentences out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.progress.text_figures import aims_at_a_figure, says_a_figure

NAMED = 4
"""Items that are named one by one; of more the first and how many."""


class Doubt(StrEnum):
    """What a piece of advice is about."""

    SAME = "same"
    FALLING = "falling"
    NO_FIGURE = "no_figure"
    OUTSIDE = "outside"
    SHARED = "shared"


@dataclass(frozen=True)
class Shown:
    """A file put to a report. ``shows_on``: the day of what it shows, None: not known; ``items``: labels of all items
    of the unit that have the same file, this one among them."""

    name: str
    shows_on: date | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """A report as far as advice depends on it. ``last_text``, ``last_percent``: of the unit's last signed report of the
    task; ``is_measured``: the task has an indicator; the span is the period's, both days included."""

    text: str = ""
    percent: int | None = None
    last_text: str = ""
    last_percent: int | None = None
    is_lead: bool = True
    task_text: str = ""
    is_measured: bool = False
    files: tuple[Shown, ...] = ()
    opens_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class Advice:
    """One thing to look at again, in a sentence that says what was found."""

    doubt: Doubt
    sentence: str


def advise(written: Written) -> list[Advice]:
    """Everything there is to look at again, in the order of Doubt. Of an empty text (无新进展) only its files and its
    percentage are looked at."""
    found = {
        Doubt.SAME: _same(written),
        Doubt.FALLING: _falling(written),
        Doubt.NO_FIGURE: _no_figure(written),
        Doubt.OUTSIDE: "；".join(_outside(written)),
        Doubt.SHARED: "；".join(_shared(written)),
    }
    return [Advice(doubt, sentence + "。") for doubt, sentence in found.items() if sentence]


def _same(written: Written) -> str:
    said = _letters(written.text)
    return "进展情况与上期一字不差，请写本期的" if said and said == _letters(written.last_text) else ""


def _letters(text: str) -> str:
    """The text without blanks and punctuation, which make no news."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def _falling(written: Written) -> str:
    if written.percent is None or written.last_percent is None or written.percent >= written.last_percent:
        return ""
    return f"完成比例从上期的{written.last_percent}%降到{written.percent}%，请核对，或写明原因"


def _no_figure(written: Written) -> str:
    if not written.is_lead or not written.text.strip() or says_a_figure(written.text):
        return ""
    if written.is_measured:
        return "任务有指标，进展情况里没有数字"
    return "任务写明了数量目标，进展情况里没有数字" if aims_at_a_figure(written.task_text) else ""


def _outside(written: Written) -> Iterator[str]:
    opens_on, until_on = written.opens_on, written.until_on
    if opens_on is None or until_on is None:
        return
    for file in written.files:
        if file.shows_on is not None and not opens_on <= file.shows_on <= until_on:
            span = f"{_day(opens_on, file.shows_on)}—{_day(until_on, file.shows_on)}"
            yield f"“{file.name}”是{_day(file.shows_on, until_on)}的，不在本期（{span}）内"


def _day(day: date, beside: date) -> str:
    """9月18日; with the year where the other day is of another one."""
    year = f"{day.year}年" if day.year != beside.year else ""
    return f"{year}{day.month}月{day.day}日"


def _shared(written: Written) -> Iterator[str]:
    for file in written.files:
        if len(file.items) > 1:
            yield f"“{file.name}”用在{_listed(file.items, '项')}，请确认每项都用得上"


def _listed(names: tuple[str, ...], measure: str) -> str:
    """第1项、第5项; 第1项、第2项、第3项、第4项等 9 项."""
    shown = "、".join(names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown}等 {len(names)} {measure}"

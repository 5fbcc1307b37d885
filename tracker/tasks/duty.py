"""Recurring duties on the lamp's axis of reports: the last span that is over with fewer occurrences than are owed.

What was not held in a span before that can no longer be held in it, as with a period that the office closed: it turns
the lamp no more, but two spans running that fell short are red, as two missing periods are (domain.md, Derived).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.tasks.axes import DEFAULT, Axis, Colour, DutyFact, Thresholds, day_words


def duty_axis(duties: Sequence[DutyFact], as_of: date, thresholds: Thresholds = DEFAULT) -> Axis | None:
    """How the leads' duties stand on the day; None where none of them fell short."""
    over = sorted((one for one in duties if one.due_on < as_of), key=lambda one: (one.due_on, one.unit_id))
    last = {one.unit_id: one for one in over}
    short = [one for one in last.values() if one.done < one.owed]
    missing = [one for one in short if one.is_missing]
    if missing:
        return _missing_axis(missing, over, as_of, thresholds)
    if short:
        return Axis(Colour.BLUE, "待签", f"{short[0].words}，已记的等单位负责人签字")
    return None


def _missing_axis(missing: Sequence[DutyFact], over: Sequence[DutyFact], as_of: date, thresholds: Thresholds) -> Axis:
    first = missing[0]
    days = (as_of - first.due_on).days
    is_running = any(_run(over, one) >= thresholds.missing_red_periods for one in missing)
    is_red = is_running or days >= thresholds.missing_red_days
    word = f"定期缺{first.owed - first.done}次" if len(missing) == 1 else f"{len(missing)}家定期缺次"
    others = f"等{len(missing)}家" if len(missing) > 1 else ""
    sentence = f"{first.unit}{others}{first.words}，应{day_words(first.due_on)}前报，逾期{days}天"
    return Axis(Colour.RED if is_red else Colour.YELLOW, word, sentence)


def _run(over: Sequence[DutyFact], last: DutyFact) -> int:
    """How many spans of the unit running, up to the last, were missing."""
    length = 0
    for one in reversed([one for one in over if one.unit_id == last.unit_id]):
        if not one.is_missing:
            break
        length += 1
    return length

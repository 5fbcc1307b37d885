"""The table that a unit fills in: what stands in it, what was typed, what of that can be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from werkzeug.datastructures import MultiDict

from tracker.errors import Invalid, Stale, TrackerError
from tracker.files.sealing import Sealed
from tracker.indicators.definitions import Formula
from tracker.indicators.figures import figure_words
from tracker.indicators.forms import Box, figure_typed
from tracker.indicators.page import level_words
from tracker.indicators.queries import Row
from tracker.indicators.rules import ValueState, value_words
from tracker.indicators.values import Entry, is_same, stale_words
from tracker.web.intake import numbers

MOST_EVIDENCE = 500


def years_of(rows: Sequence[Row]) -> list[int]:
    """The years of which something can be entered, the latest first."""
    return sorted({day.year for row in rows for day in row.periods}, reverse=True)


def usual_year(rows: Sequence[Row], unit_id: int, today: date) -> int:
    """The year to open: of a figure that came back, else the last in which a period has ended."""
    returned = [
        day.year
        for row in rows
        for (owner, day), versions in row.versions.items()
        if owner == unit_id and versions[-1].state is ValueState.RETURNED
    ]
    ended = [day.year for row in rows for day in row.periods if day < today]
    return max(returned or ended or years_of(rows), default=today.year)


def boxes(rows: Sequence[Row], unit_id: int, year: int) -> list[Box]:
    """A row for each indicator and period of the year that the unit reports, as it stands."""
    found = []
    for row in rows:
        if unit_id not in {unit.id for unit in row.members}:
            continue
        for day in row.periods:
            if day.year == year:
                found.append(box_of(row, unit_id, day))
    return found


def box_of(row: Row, unit_id: int, day: date, number: int | None = None) -> Box:
    """The box as it stands, or as it stood with the version of this number, 0 for none."""
    versions = row.versions.get((unit_id, day), [])
    last = next((one for one in reversed(versions) if number in (None, one.number)), None)
    if last is None:
        return Box(row, day, number or 0)
    text = value_words(row.definition, last.value) if row.definition.is_words else figure_words(last.value)
    return Box(row, day, last.number, text, last.evidence, files=tuple(last.files))


@dataclass(frozen=True)
class Received:
    """The files that came for one box, and why others were not taken."""

    files: tuple[Sealed, ...] = ()
    refusals: tuple[TrackerError, ...] = ()


def filled(
    shown: Sequence[Box], form: MultiDict[str, str], unit_id: int, received: Mapping[str, Received]
) -> list[Box]:
    """The boxes with what was typed into them. One left as the page showed it is as it stands now, whoever wrote in it
    meanwhile. ``received``: by the key of the box."""
    return [
        _typed(box, form, box_of(box.row, unit_id, box.period_on, _seen(box, form)), received.get(box.key, Received()))
        for box in shown
    ]


def _typed(box: Box, form: MultiDict[str, str], before: Box, received: Received) -> Box:
    text = form.get(f"value-{box.key}", before.text).strip()
    evidence = form.get(f"evidence-{box.key}", before.evidence).strip()[:MOST_EVIDENCE]
    typed = replace(
        before,
        text=text,
        evidence=evidence,
        again=f"again-{box.key}" in form,
        dropped=_dropped(box, form),
        added=received.files,
        problem=" ".join(map(str, received.refusals)),
    )
    return box if typed == before else typed


def _dropped(box: Box, form: MultiDict[str, str]) -> frozenset[int]:
    """The files that the page showed with a tick, which was taken out."""
    shown, kept = (set(numbers(form.getlist(f"{name}-{box.key}"))) for name in ("shown", "keep"))
    return frozenset(shown - kept)


def _seen(box: Box, form: MultiDict[str, str]) -> int:
    text = form.get(f"seen-{box.key}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else box.seen


def checked(typed: Sequence[Box], unit_id: int) -> tuple[list[Entry], list[Box]]:
    """What can be kept, and the boxes again, each with the sentence that says what is wrong with it. Who was told what
    somebody else entered has seen it."""
    entries, again = [], []
    for box in typed:
        if box.problem:
            again.append(box)
            continue
        try:
            entry = _entry(box, unit_id)
        except Invalid as problem:
            again.append(replace(box, problem=str(problem)))
            continue
        except Stale as problem:
            now = box_of(box.row, unit_id, box.period_on)
            again.append(replace(now, text=box.text, evidence=box.evidence, added=box.added, problem=str(problem)))
            continue
        again.append(box)
        if entry is not None:
            entries.append(entry)
    return entries, again


def _entry(box: Box, unit_id: int) -> Entry | None:
    """None where nothing was typed or changed. Invalid for no figure; Stale when somebody entered one meanwhile."""
    last, entry = box.row.last((unit_id, box.period_on)), None
    if box.text:
        figure = figure_typed(box.text, box.row.definition)
        entry = Entry(
            box.row, box.period_on, figure, box.evidence, box.seen, box.again, dropped=box.dropped, added=box.added
        )
        if last is not None and is_same(entry, last):
            return None
    if (last.number if last else 0) != box.seen:
        raise Stale(stale_words(last, box.row))
    if entry is None and last is not None:
        raise Invalid("报过的数不能清空；数不对就改成对的，会另存一稿。")
    if entry is None and (box.evidence or box.added):
        raise Invalid("依据和材料随数一起报。请把数填上，再存一次。")
    return entry


def asked_at(row: Row, period_on: date) -> str:
    """What is to stand at the end of the period; of a sum what all units together are to reach."""
    words = level_words(row, row.expected(period_on))
    is_share = row.definition.formula is Formula.SUM and len(row.members) > 1
    return f"共 {words}" if is_share and words != "–" else words


def earlier_of(box: Box, unit_id: int) -> str:
    """The unit's value of the period before."""
    before = [day for day in box.row.periods if day < box.period_on]
    held = box.row.last((unit_id, before[-1])) if before else None
    return value_words(box.row.definition, held.value) if held else "–"

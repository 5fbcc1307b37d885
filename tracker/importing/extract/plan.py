"""A document's blocks to the draft of a plan: titles, parts, header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.importing.blocks import Document, Paragraph, Table
from tracker.importing.extract.columns import columns_of
from tracker.importing.extract.drafts import ColumnMap, Draft, PartDraft, TaskDraft
from tracker.importing.extract.duties import duties_in
from tracker.importing.extract.flattened import rebuild
from tracker.importing.extract.header import read_header, restore_quotes, year_in
from tracker.importing.extract.indicators import indicators_in, is_indicator_table
from tracker.importing.extract.parties import states_first_leads
from tracker.importing.extract.prose import ProseReader, measures
from tracker.importing.extract.tables import Columns, Context, TableReading, read_table
from tracker.importing.extract.titles import Title, find_titles
from tracker.importing.steps import READ, tell

__all__ = ["extract", "rebuild"]


def extract(document: Document, maps: Sequence[ColumnMap] = ()) -> Draft:
    """The draft of a document in which flattened tables are already rebuilt (``rebuild``).

    ``maps``: columns that a person named, in this document or in earlier ones.
    """
    titles = find_titles(document)
    first_look = read_header(document, titles, None)
    year = first_look.year
    tables = columns_of(document, maps, first_look.issuer)
    stretches = _stretches(document, titles)
    found: list[Found] = []
    for at, (title, first, end) in enumerate(stretches):
        found += _parts(document, title, first, end, year, tables)
        tell(READ + (100 - READ) * (at + 1) // len(stretches))
    parts = _without_notices(found) or _unnamed(document, stretches, year)
    numbered = [replace(part, n=n) for n, (_, part) in enumerate(parts, 1)]
    chosen = next((p.n for p in numbered if p.layout == "table"), numbered[0].n if numbered else 0)
    header = read_header(document, titles, parts[chosen - 1][0] if chosen else None)
    if not header.title and chosen:
        header.title = numbered[chosen - 1].title
    header.notes = [*document.notes, *header.notes, *_rule_notes(document)]
    numbered = [
        _with_figures(document, stretches, title, p, year) for p, (title, _) in zip(numbered, parts, strict=True)
    ]
    return Draft(
        header,
        [replace(part, title=restore_quotes(part.title, document.text)) for part in numbered],
        chosen,
        _used(tables),
    )


def _used(tables: Tables) -> list[ColumnMap]:
    """The maps that tables were read with, each where it was used."""
    return [replace(used, block=number, row=columns.last) for number, (columns, used) in tables.items() if used]


def _with_figures(
    document: Document, stretches: list[Stretch], title: Title | None, part: PartDraft, year: int | None
) -> PartDraft:
    """The part with the indicators and duties of its stretch, and the duties of the notice around it."""
    first, end = next(((a, b) for own, a, b in stretches if own is title), (0, len(document.blocks)))
    own_year = _year_of(title, year) if title and _ONE_YEAR.search(title.text) else None
    around = [(a, b) for own, a, b in stretches if own is None or own.is_notice]
    held = [(n, b) for n, b in document.paragraphs() if any(a <= n < z for a, z in {*around, (first, end)})]
    return replace(part, indicators=indicators_in(document, first, end, own_year), duties=list(duties_in(held)))


_ONE_YEAR = re.compile(r"(?<![-—－–~至\d])(?:19|20)\d\d\s*年(?!\s*[-—－–~至])")
_FEW, _HARDLY = 5, 20
Stretch = tuple[Title | None, int, int]
Found = tuple[Title | None, PartDraft]
Tables = dict[int, tuple[Columns, ColumnMap | None]]


def _stretches(document: Document, titles: list[Title]) -> list[Stretch]:
    first = titles[0].block if titles else len(document.blocks)
    opening: list[Stretch] = [(None, 0, first)] if first else []
    return opening + [(title, title.body, title.end) for title in titles]


def _parts(
    document: Document, title: Title | None, first: int, end: int, year: int | None, tables: Tables
) -> list[Found]:
    """The parts of a stretch: its running text, and its tables of tasks."""
    own_year = _year_of(title, year)
    rule = _rule_before(document, first)
    prose = [(n, b) for n, b in document.paragraphs() if first <= n < end]
    tasks = ProseReader(own_year, rule).tasks(prose)
    if title and not title.is_notice:
        tasks = _with_unnamed(tasks, prose, own_year)
    name = title.text if title else ""
    found: list[Found] = [(title, PartDraft(0, name or _first_line(prose), "prose", tasks))] if tasks else []
    return found + _table_parts(document, title, first, end, own_year, tables)


def _with_unnamed(tasks: list[TaskDraft], prose: list[tuple[int, Paragraph]], year: int | None) -> list[TaskDraft]:
    """Where hardly a measure names its unit, the others are tasks too, their units still to be given."""
    if not 0 < len(tasks) < _FEW:
        return tasks
    unnamed = measures(prose, year)
    if len(tasks) * _HARDLY > len(unnamed):
        return tasks
    named = {task.source.block for task in tasks}
    return sorted([*tasks, *(task for task in unnamed if task.source.block not in named)], key=_place)


def _place(task: TaskDraft) -> tuple[int, int]:
    return task.source.block, task.source.start


def _year_of(title: Title | None, year: int | None) -> int | None:
    return (year_in(title.text) if title else None) or year


def _first_line(prose: list[tuple[int, Paragraph]]) -> str:
    return next((block.text[:40] for _, block in prose if block.text), "")


def _table_parts(
    document: Document, title: Title | None, first: int, end: int, year: int | None, tables: Tables
) -> list[Found]:
    """A sheet or a table with a title of its own is a part; further tables of the stretch go on with the last."""
    parts: list[Found] = []
    for number in range(first, end):
        table = document.blocks[number]
        columns, mapped = tables.get(number, (None, None))
        if not isinstance(table, Table) or columns is None or (is_indicator_table(table) and not mapped):
            continue
        reading = read_table(table, columns, Context(number, year, _rule_before(document, number)))
        if parts and not reading.title and not table.name:
            _append(parts[-1][1], reading)
        elif reading.tasks:
            own = Title(reading.title, number, table.where_row(0), number, number + 1, 0) if reading.title else title
            name = own.text if own else table.name or table.where
            parts.append((own, PartDraft(0, name, "table", reading.tasks, reading.notes, reading.doubts)))
    return parts


def _append(part: PartDraft, reading: TableReading) -> None:
    part.tasks += reading.tasks
    part.notes += reading.notes
    part.doubts += reading.doubts


def _rule_before(document: Document, number: int) -> bool:
    return any(states_first_leads(block.text) for n, block in document.paragraphs() if n < number)


def _without_notices(found: list[Found]) -> list[Found]:
    """Requirements of a covering notice are no tasks, unless there is nothing else."""
    plans = [(title, part) for title, part in found if part.layout == "table" or not (title and title.is_notice)]
    return plans or found


def _unnamed(document: Document, stretches: list[Stretch], year: int | None) -> list[Found]:
    """A plan in which no item names a unit: its numbered measures."""
    found: list[Found] = []
    for title, first, end in stretches:
        if title is None or title.is_notice:
            continue
        tasks: list[TaskDraft] = measures(((n, b) for n, b in document.paragraphs() if first <= n < end), year)
        if tasks:
            found.append((title, PartDraft(0, title.text, "prose", tasks)))
    return found


def _rule_notes(document: Document) -> list[str]:
    notes = []
    for _, block in document.paragraphs():
        if states_first_leads(block.text):
            notes.append(f"{block.where}写明排在首位的为牵头单位，自此处起照此办理。")
            break
    return notes

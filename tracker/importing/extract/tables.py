"""Tasks of a table: what its columns are, which rows are tasks, sections or notes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from tracker.importing.blocks import Cell, Table
from tracker.importing.extract import doubts as say
from tracker.importing.extract.drafts import Doubt, Span, TaskDraft, UnitName
from tracker.importing.extract.labels import Label, column_label, unit_roles
from tracker.importing.extract.names import Name
from tracker.importing.extract.numbering import mark_of, number_value
from tracker.importing.extract.parties import Parties, read_parties, states_first_leads
from tracker.importing.extract.words import fold, squeeze, tidy
from tracker.tasks.limits import LimitKind, TimeLimit, read_limit

_TEXTS = (Label.DETAIL, Label.TEXT, Label.GOAL)
_UNITS = (Label.LEAD, Label.RESPONSIBLE, Label.DOER, Label.PARTNER)
_LEADING = (Label.LEAD, Label.RESPONSIBLE, Label.DOER)
_SAME = {"同上", "〃", "″", '"', "''", "同前"}
_NOTE_WORDS = ("备注", "说明", "注:", "注：", "填表", "附注", "备 注")
_NO_TITLE = re.compile(r"^(?:附件|单位|填报)|\d\s*日\s*(?:印发|印|制)?$")
"""A line above the heads that is none: who fills it in, or who issued it and when."""
HEAD_SEARCH = 15
"""Rows among which the heads of a table are looked for."""
_NO_DAY = date.min


@dataclass
class Columns:
    """The head of a task table: the rows it takes and what each column holds."""

    first: int
    last: int
    labels: dict[int, Label]
    text: int
    inferred: bool = False

    def of(self, *labels: Label) -> list[int]:
        """The columns with one of the labels."""
        return [column for column, label in self.labels.items() if label in labels]


@dataclass
class TableReading:
    """What a table gave."""

    title: str | None
    tasks: list[TaskDraft]
    notes: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """What stands outside the table: its block, the plan's year, whether the first unit leads, sections above."""

    block: int
    year: int | None
    first_leads: bool = False
    sections: tuple[str, ...] = ()


def find_columns(table: Table) -> Columns | None:
    """The head of a table of tasks: a row with a unit column and at least one more that is known."""
    for row in range(min(table.height, HEAD_SEARCH)):
        labels = _labels(table, row, row)
        if len(labels) < 2 or not set(labels.values()) & set(_UNITS):
            continue
        first, last = _head_rows(table, row)
        labels = _labels(table, first, last)
        text, inferred = _text_column(table, last, labels)
        if text is not None:
            labels.setdefault(text, Label.TEXT)
            return Columns(first, last, labels, text, inferred)
    return None


def _head_rows(table: Table, row: int) -> tuple[int, int]:
    """The rows of a head: those that its merged cells cover, and a second level below a head that spans columns."""
    cells = [cell for cell in table.row(row) if cell]
    last = max(cell.row + cell.row_span - 1 for cell in cells if cell.row_span < 5)
    first = min(cell.row for cell in cells)
    if first < row and len(_labels(table, first, first)) < 1:
        first = row
    below = _labels(table, last + 1, last + 1) if last + 1 < table.height else {}
    wide = any(1 < cell.column_span < table.width for cell in cells)
    return first, last + 1 if wide and last == row and len(below) >= 2 else last


def _labels(table: Table, first: int, last: int) -> dict[int, Label]:
    """What each column holds: its lowest head that is known, else the one above it."""
    labels = {}
    for column in range(table.width):
        for row in range(last, first - 1, -1):
            cell = table.grid.get((row, column))
            label = column_label(cell.text) if cell and cell.column_span < max(table.width, 2) else None
            if label:
                labels[column] = label
                break
    return labels


def _text_column(table: Table, last: int, labels: dict[int, Label]) -> tuple[int | None, bool]:
    """The column of the tasks: detail before task before goal; of equals the last; a head without words is known
    by the longest text below it."""
    for label in _TEXTS[:2]:
        columns = [column for column, known in labels.items() if known is label]
        if columns:
            return columns[-1], False
    lengths: Counter[int] = Counter()
    for row in range(last + 1, min(table.height, last + 40)):
        for column, cell in enumerate(table.row(row)):
            if cell and cell.column_span == 1 and labels.get(column) in (None, Label.GOAL, Label.CATEGORY):
                lengths[column] += len(cell.text)
    if not lengths:
        return None, False
    longest = lengths.most_common(1)[0][0]
    return longest, longest not in labels


def read_table(table: Table, columns: Columns, context: Context) -> TableReading:
    """The tasks of a table whose columns are known."""
    return _TableReader(table, columns, context).read()


class _TableReader:
    """One pass down the rows."""

    def __init__(self, table: Table, columns: Columns, context: Context) -> None:
        self.table, self.columns, self.context = table, columns, context
        self.roles = unit_roles(columns.labels.values())
        self.first_leads = context.first_leads or _states_rule(table)
        self.sections: list[tuple[int, str]] = []
        self.reading = TableReading(self._title(), [])
        self.last_of_text: Cell | None = None
        self.numbers: list[tuple[int, int]] = []

    def read(self) -> TableReading:
        for row in range(self.columns.last + 1, self.table.height):
            if row not in self.table.hidden_rows:
                self._row(row)
        _number_parts(self.reading.tasks, self.numbers)
        say.mark_repeated_numbers(self.reading.tasks)
        return self.reading

    def _title(self) -> str | None:
        titles = []
        for row in range(self.columns.first):
            texts = {tidy(cell.text) for cell in self.table.row(row) if cell and cell.text.strip()}
            if len(texts) == 1:
                titles.append(texts.pop())
        long = [title for title in titles if len(title) > 5 and not _NO_TITLE.search(fold(title))]
        return "".join(long[:2]) or None

    def _row(self, row: int) -> None:
        cells = self.table.row(row)
        texts = [tidy(cell.text) if cell else "" for cell in cells]
        said = [text for text in texts if text]
        if not said or self._is_head_again(texts):
            return
        if said[0].startswith(_NOTE_WORDS) and len(set(said)) <= 2:
            self.reading.notes.append("".join(dict.fromkeys(said)))
        elif len(set(said)) == 1 and self._is_section(row, said[0]):
            self._open_section(said[0])
        elif texts[self.columns.text] and not squeeze(said[0]).startswith(("合计", "总计", "小计")):
            self._task(row, cells)

    def _is_head_again(self, texts: list[str]) -> bool:
        heads = {column: self.table.grid.get((self.columns.last, column)) for column in self.columns.labels}
        return all(cell is not None and squeeze(texts[c]) == squeeze(cell.text) for c, cell in heads.items())

    def _is_section(self, row: int, words: str) -> bool:
        """One text alone in its row: a heading, unless it stands in the column of the tasks beside merged cells."""
        alone = sum(1 for cell in set(filter(None, self.table.row(row))) if cell.text.strip()) == 1
        return alone and (mark_of(words) is not None or len(words) <= 40) and number_value(words) is None

    def _open_section(self, words: str) -> None:
        mark = mark_of(words)
        level = mark.level if mark else 9
        while self.sections and self.sections[-1][0] >= level:
            self.sections.pop()
        self.sections.append((level, words))

    def _task(self, row: int, cells: list[Cell | None]) -> None:
        text_cell = cells[self.columns.text]
        assert text_cell is not None
        if text_cell is self.last_of_text and self.reading.tasks:
            self._continue_task(row, self.reading.tasks[-1])
            return
        self.last_of_text = text_cell
        parties, spans = self._parties(row)
        limit, limit_span, found = self._limit(row, parties)
        number = self._number(cells)
        source = self._span(text_cell)
        task = TaskDraft(
            number,
            [*self.context.sections, *(words for _, words in self.sections), *self._categories(cells)],
            tidy(text_cell.text),
            spans[0],
            spans[1],
            limit,
            source,
            {"text": [source], "limit": [limit_span] if limit_span else []},
        )
        task.doubts = [*found, *self._doubts(row, parties, task), *say.lost_characters(text_cell.text, source)]
        task.confidence = say.confidence(task.doubts)
        self.numbers.append(self._number_cell(cells))
        self.reading.tasks.append(task)

    def _continue_task(self, row: int, task: TaskDraft) -> None:
        """The text is merged over this row too: only its units are further ones."""
        _, (leads, partners) = self._parties(row)
        known = {unit.name for unit in task.leads + task.partners}
        task.leads += [unit for unit in leads if unit.name not in known]
        task.partners += [unit for unit in partners if unit.name not in known]

    def _number(self, cells: list[Cell | None]) -> str | None:
        for column in self.columns.of(Label.NUMBER):
            cell = cells[column]
            if cell and cell.text.strip():
                return squeeze(cell.text).rstrip(".、．")
        return None

    def _number_cell(self, cells: list[Cell | None]) -> tuple[int, int]:
        """Which number cell the row stands under; (-1, row) for none."""
        for column in self.columns.of(Label.NUMBER):
            cell = cells[column]
            if cell and cell.text.strip():
                return cell.row, cell.row_span
        return -1, 1

    def _categories(self, cells: list[Cell | None]) -> list[str]:
        """A category column, or a column of text left of the tasks, is a section."""
        named = []
        for column in self.columns.of(Label.CATEGORY, *_TEXTS):
            cell = cells[column]
            if column != self.columns.text and column < self.columns.text and cell and cell.text.strip():
                named.append(tidy(cell.text))
        return list(dict.fromkeys(named))

    def _parties(self, row: int) -> tuple[Parties, tuple[list[UnitName], list[UnitName]]]:
        """The units of a row's unit columns, a cell that covers several read once."""
        whole, leads, partners = Parties(), [], []
        seen: set[int] = set()
        for column in self.columns.of(*_UNITS):
            cell = self._cell_or_above(row, column)
            if cell is None or id(cell) in seen:
                continue
            seen.add(id(cell))
            parties = read_parties(cell.text, self.roles[self.columns.labels[column]], self.first_leads)
            leads += self._names(parties.leads, cell)
            partners += self._names(parties.partners, cell)
            whole.shared |= parties.shared or self._leads_across(cell, column, parties)
            whole.bare |= parties.bare
            whole.strange += parties.strange
            whole.first_leads |= parties.first_leads
        return whole, (leads, partners)

    def _leads_across(self, cell: Cell, column: int, parties: Parties) -> bool:
        """A lead cell merged with its neighbour of partners, several names in it."""
        covered = {self.columns.labels.get(c) for c in range(column, column + cell.column_span)}
        return len(parties.leads) > 1 and Label.PARTNER in covered and bool(covered & set(_LEADING))

    def _cell_or_above(self, row: int, column: int) -> Cell | None:
        while row > self.columns.last:
            cell = self.table.grid.get((row, column))
            if cell is None or squeeze(cell.text) not in _SAME:
                return cell
            row -= 1
        return None

    def _names(self, names: list[Name], cell: Cell) -> list[UnitName]:
        return [UnitName(name.name, name.raw, self._span(cell, name.start, name.end)) for name in names]

    def _limit(self, row: int, parties: Parties) -> tuple[TimeLimit, Span | None, list[Doubt]]:
        """The limit of the row; of several columns of days the last that says something."""
        cells = [self._cell_or_above(row, column) for column in self.columns.of(Label.LIMIT)]
        said = [cell for cell in cells if cell and cell.text.strip()]
        if not said:
            return TimeLimit(LimitKind.NONE), None, []
        readings = [(read_limit(tidy(cell.text), self.context.year), cell) for cell in said]
        (limit, found), cell = max(readings, key=lambda pair: (pair[0][0].due_on or _NO_DAY, pair[0][0].kind != "none"))
        span = self._span(cell)
        return limit, span, [say.limit(doubt, limit, span) for doubt in found]

    def _doubts(self, row: int, parties: Parties, task: TaskDraft) -> list[Doubt]:
        cell = next((c for c in (self._cell_or_above(row, column) for column in self.columns.of(*_UNITS)) if c), None)
        words = tidy(cell.text) if cell else ""
        return say.units(parties, task, words, self._span(cell) if cell else task.source)

    def _span(self, cell: Cell, start: int = 0, end: int | None = None) -> Span:
        stop = len(cell.text) if end is None else end
        return Span(self.context.block, start, stop, self.table.where_row(cell.row), cell.row, cell.column)


def _states_rule(table: Table) -> bool:
    return any(len(cell.text) < 400 and states_first_leads(cell.text) for cell in table.cells)


def _number_parts(tasks: list[TaskDraft], numbers: list[tuple[int, int]]) -> None:
    """One number over several rows: 7-1, 7-2 …"""
    counts = Counter(number for number in numbers if number[0] >= 0)
    seen: Counter[tuple[int, int]] = Counter()
    for task, number in zip(tasks, numbers, strict=True):
        if counts[number] > 1:
            seen[number] += 1
            task.no = f"{task.no}-{seen[number]}"

"""What the pages of runs and sheets show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from tracker.assessment.board import Row, by_group
from tracker.assessment.kinds import title_of
from tracker.assessment.models import Appeal, ScoreLine, ScoreRun
from tracker.assessment.queries import (
    PAGE,
    appeals_of,
    corrections_of,
    page_of_lines,
    rules_of,
    run_board,
)
from tracker.assessment.ranking import Group
from tracker.assessment.rules import Scheme
from tracker.assessment.runs import BY_HAND
from tracker.assessment.words import HAND_TITLE, Column, columns, signed
from tracker.errors import NotFound


@dataclass(frozen=True)
class Cell:
    """Points of a unit by one rule. ``heat``: none; late, few, many by the share of the largest deduction of the table;
    all where the rule's cap is used up."""

    words: str
    heat: str = ""


@dataclass(frozen=True)
class Table:
    """Units by rules, the groups apart. ``has_hand``: points were entered by hand somewhere."""

    scheme: Scheme
    columns: list[Column]
    groups: list[tuple[Group, list[Row]]]
    worst: int

    @property
    def has_hand(self) -> bool:
        return any(None in row.points for _, rows in self.groups for row in rows)

    @property
    def units(self) -> int:
        return sum(len(rows) for _, rows in self.groups)

    def cell(self, row: Row, number: int | None) -> Cell:
        """The cell of a rule; None: what was entered by hand."""
        points = row.points.get(number, 0)
        if not points:
            return Cell("–" if number not in row.points else "0")
        cap = None if number is None else self.scheme.rules[number - 1].cap
        return Cell(signed(points), _heat(points, cap, self.worst))


def _heat(points: int, cap: int | None, worst: int) -> str:
    if points > 0:
        return ""
    if cap is not None and -points >= cap:
        return "all"
    if 3 * points > worst:
        return "late"
    return "few" if 3 * points > 2 * worst else "many"


def table_of(rows: Sequence[Row], scheme: Scheme) -> Table:
    """The rows as a table."""
    worst = min((points for row in rows for points in row.points.values()), default=0)
    return Table(scheme, columns(scheme), by_group(rows), worst)


def run_table(run: ScoreRun) -> Table:
    """The table of a run as it stands."""
    return table_of(run_board(run), rules_of(run.scheme_version))


@dataclass(frozen=True)
class SheetLine:
    """A line with what became of it. ``points``: as it counts now; ``was``: before corrections, None without any."""

    line: ScoreLine
    corrections: Sequence[ScoreLine]
    appeal: Appeal | None

    @property
    def points(self) -> int:
        return self.line.points + sum(one.points for one in self.corrections)

    @property
    def raw(self) -> int:
        return self.line.raw + sum(one.raw for one in self.corrections)

    @property
    def was(self) -> int | None:
        return self.line.points if self.corrections else None


@dataclass(frozen=True)
class Part:
    """The lines of one rule on a sheet; ``total``: of all the unit's lines of it, shown here or not."""

    column: Column
    total: int
    lines: list[SheetLine]


@dataclass(frozen=True)
class Sheet:
    """A unit's sheet (计分明细): its row of the table, and a page of its lines by rule."""

    row: Row
    scheme: Scheme
    parts: list[Part]
    total_lines: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total_lines / PAGE))

    @property
    def plus(self) -> int:
        return sum(points for points in self.row.points.values() if points > 0)

    @property
    def minus(self) -> int:
        return sum(points for points in self.row.points.values() if points < 0)

    def line(self, line_id: int | None) -> SheetLine | None:
        """The line of this number on the page."""
        return next((one for part in self.parts for one in part.lines if one.line.id == line_id), None)


def sheet_of(run: ScoreRun, unit_id: int, page: int | None = 1) -> Sheet:
    """The sheet of a unit; NotFound where the run does not have it. ``page`` None: all lines."""
    row = next((row for row in run_board(run) if row.unit.unit_id == unit_id), None)
    if row is None:
        raise NotFound("这次考核里没有这个单位。")
    scheme = rules_of(run.scheme_version)
    lines, total = page_of_lines(run.id, unit_id, page)
    corrections, appeals = corrections_of(run.id, unit_id), appeals_of(run.id, unit_id)
    shown: dict[int | None, list[SheetLine]] = {}
    for line in lines:
        one = SheetLine(line, corrections.get(line.id, ()), appeals.get(line.id))
        shown.setdefault(line.rule_no, []).append(one)
    heads: dict[int | None, Column] = {one.number: one for one in columns(scheme)}
    heads[None] = Column(0, HAND_TITLE, "", "")
    parts = [Part(heads[number], row.points.get(number, 0), found) for number, found in shown.items()]
    return Sheet(row, scheme, parts, total, page or 1)


def line_words(line: ScoreLine) -> str:
    """What a line is about, in a few words: 迟报：9月期，迟3天."""
    if line.kind == BY_HAND:
        return f"{HAND_TITLE}：{line.words}"
    return f"{title_of(line.kind)}：{line.words}" if line.words else title_of(line.kind)

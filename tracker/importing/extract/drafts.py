"""What extraction gives: a draft of a plan, every field with the words it was read from and what is doubtful."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.importing.plain import dump, load
from tracker.plans.cadence import Every
from tracker.tasks.limits import TimeLimit


class Meaning(StrEnum):
    """What a column can be said to hold."""

    NUMBER = "number"
    TEXT = "text"
    CATEGORY = "category"
    LEAD = "lead"
    PARTNER = "partner"
    RESPONSIBLE = "responsible"
    LIMIT = "limit"
    LEADER = "leader"
    PERSON = "person"
    NOTE = "note"
    UNUSED = "unused"


@dataclass(frozen=True)
class ColumnMap:
    """What the columns of a table hold. By ``block`` and ``row`` (the head's, -1 for a table without one) for the
    document it was set in; by the words of its heads in any other."""

    heads: list[str]
    meanings: list[Meaning]
    block: int | None = None
    row: int | None = None
    memory_id: int | None = None
    """The remembered one that it is."""
    issuer: str = ""
    """For whose documents it was remembered; empty where the document did not say."""
    by_hand: bool = False
    """Set in this draft, not taken from memory."""


class Field(StrEnum):
    """The parts of a draft that a doubt or a span can be about."""

    TITLE = "title"
    DOC_NUMBER = "doc_number"
    ISSUER = "issuer"
    ISSUE_DATE = "issue_date"
    YEAR = "year"
    NO = "no"
    TEXT = "text"
    LEADS = "leads"
    PARTNERS = "partners"
    LIMIT = "limit"
    TABLE = "table"


@dataclass(frozen=True)
class Span:
    """Characters ``start``..``end`` of a block; of the cell at ``row``, ``column`` when the block is a table."""

    block: int
    start: int
    end: int
    where: str
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Candidate:
    """One way to settle a doubt. ``value`` is what the field becomes: plain JSON values; None leaves it as it is."""

    label: str
    value: Any = None
    likely: bool = False


@dataclass(frozen=True)
class Doubt:
    """What a clerk should look at. Doubts of one ``code`` can be settled together."""

    code: str
    about: Field
    words: str
    why: str
    candidates: list[Candidate] = field(default_factory=list)
    span: Span | None = None

    def __str__(self) -> str:
        return f"“{self.words}”：{self.why}" if self.words else self.why


@dataclass(frozen=True)
class UnitName:
    """A unit as it will be looked up and as it was printed (the prefix may have been restored)."""

    name: str
    raw: str
    span: Span | None = None


@dataclass
class TaskDraft:
    """One task. ``spans``: where each field was read, for marking the source."""

    no: str | None
    section: list[str]
    text: str
    leads: list[UnitName]
    partners: list[UnitName]
    limit: TimeLimit
    source: Span
    spans: dict[str, list[Span]] = field(default_factory=dict)
    confidence: float = 1.0
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """What an indicator is to reach. ``op``: >=, <=, =, range; decrease_by, increase_by: ``value`` is the change."""

    year: int | None
    op: str
    value: float | None
    raw: str


@dataclass(frozen=True)
class IndicatorDraft:
    """A figure with targets. ``unit``: of the figures (%, 万人); ``attribute``: 预期性, 约束性."""

    name: str
    unit: str | None
    population: str | None
    baseline: float | None
    baseline_raw: str | None
    attribute: str | None
    targets: list[Target]
    source: Span


@dataclass(frozen=True)
class DutyDraft:
    """Something to be done again and again, or by a day of each year. ``due_rule``: as written, 次年2月15日前."""

    text: str
    unit: str | None
    every: Every
    times: int
    due_rule: str | None
    source: Span


@dataclass
class PartDraft:
    """One part of a document that has tasks. ``layout``: table or prose."""

    n: int
    title: str
    layout: str
    tasks: list[TaskDraft]
    notes: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    indicators: list[IndicatorDraft] = field(default_factory=list)
    duties: list[DutyDraft] = field(default_factory=list)


@dataclass
class HeaderDraft:
    """What the document says of itself. ``title`` is the document's; each part has its own."""

    title: str
    doc_number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    year: int | None = None
    spans: dict[str, list[Span]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass
class Draft:
    """The whole reading. ``chosen``: number of the part taken for the plan, 0 when no part has tasks."""

    header: HeaderDraft
    parts: list[PartDraft]
    chosen: int
    columns: list[ColumnMap] = field(default_factory=list)
    """The maps that tables were read with, set by a person; most documents need none."""

    def part(self, n: int) -> PartDraft | None:
        """The part with that number."""
        return next((part for part in self.parts if part.n == n), None)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for storing."""
        return dump(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Draft:
        """What ``to_json`` gave."""
        return load(cls, data)

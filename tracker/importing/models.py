"""Tables of import drafts: what was read from a document, as people correct it before it becomes a plan."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.plans.cadence import Every
from tracker.plans.models import Plan, SourceDocument


class DraftState(StrEnum):
    """An import is read, then reviewed, then confirmed into a plan or given up."""

    REVIEW = "review"
    CONFIRMED = "confirmed"
    ABANDONED = "abandoned"


class Purpose(StrEnum):
    """What a confirmed draft becomes: a plan, changes to a plan that runs, or the plan that follows one."""

    NEW = "new"
    ADJUST = "adjust"
    SUCCEED = "succeed"

    @property
    def label(self) -> str:
        return {"new": "一份新方案", "adjust": "对现有方案的调整", "succeed": "接续上一年的方案"}[self.value]


class Settled(StrEnum):
    """How a difference was settled."""

    IGNORED = "ignored"
    ROW_ADDED = "row_added"
    UNITS_ADDED = "units_added"
    AGREED = "agreed"

    @property
    def label(self) -> str:
        return {"ignored": "不处理", "row_added": "加了一行", "units_added": "加为参与单位", "agreed": "确认"}[
            self.value
        ]


class ImportDraft(Base):
    """A document under review. Only confirming makes a plan of it; the columns of the plan wait here."""

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_document_id: Mapped[int] = mapped_column(sa.ForeignKey("source_document.id"), index=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    state: Mapped[DraftState] = mapped_column(choice(DraftState), index=True)
    parts: Mapped[list[Any]]
    """The parts found in the document: {"n", "title", "tasks", "first", "last"} (blocks)."""
    part: Mapped[int]
    """The part taken for the plan."""
    spans: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field of the header -> where it was read."""
    notes: Mapped[list[Any]] = mapped_column(default=list)
    title: Mapped[str] = mapped_column(sa.String(300))
    short_title: Mapped[str] = mapped_column(sa.String(60))
    doc_number: Mapped[str | None] = mapped_column(sa.String(60))
    """None: still to be added; empty: the document has none (本文无文号)."""
    issuer: Mapped[str | None] = mapped_column(sa.String(200))
    issued_on: Mapped[date | None]
    first_year: Mapped[int | None]
    last_year: Mapped[int | None]
    every: Mapped[Every] = mapped_column(choice(Every), default=Every.MONTH)
    due_day: Mapped[int] = mapped_column(default=25)
    first_due_on: Mapped[date | None]
    """Nominal due day of the first period; None: the first whose due day follows confirmation."""
    columns: Mapped[list[Any]] = mapped_column(default=list)
    """ColumnMaps that the tables were read with, set by hand or remembered; empty: by the heads alone."""
    unit_choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Name as written -> {"as": new|alias|group|known, "unit_id" or "kind"}: what the clerk said it is."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    abandoned_reason: Mapped[str] = mapped_column(sa.Text, default="")
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose), default=Purpose.NEW)
    base_plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    """The plan that is adjusted or followed; None for a new plan."""
    change_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    """Why the plan is adjusted: kept with every change."""
    version: Mapped[int] = mapped_column(default=1)

    source_document: Mapped[SourceDocument] = relationship()
    created_by: Mapped[Person] = relationship()
    plan: Mapped[Plan | None] = relationship(foreign_keys=plan_id)
    base_plan: Mapped[Plan | None] = relationship(foreign_keys=base_plan_id)

    __mapper_args__ = {"version_id_col": version}

    @property
    def still_asking(self) -> Plan | None:
        """The plan that this one follows, while it has not ended: both ask for reports then."""
        before = self.base_plan if self.purpose is Purpose.SUCCEED else None
        return before if before is not None and before.closed_on is None else None


class ImportRow(Base):
    """One task of a draft, in any of the document's parts. Units are {"name", "raw", "span"}."""

    __tablename__ = "import_row"
    __table_args__ = (sa.Index("ix_import_row_draft_part", "draft_id", "part", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("import_draft.id"))
    part: Mapped[int]
    position: Mapped[int]
    """1, 2, 3 … in its part."""
    no: Mapped[str | None] = mapped_column(sa.String(20))
    section: Mapped[list[Any]]
    text: Mapped[str] = mapped_column(sa.Text)
    leads: Mapped[list[Any]]
    partners: Mapped[list[Any]]
    limit: Mapped[dict[str, Any]]
    """A TimeLimit as plain values."""
    source: Mapped[dict[str, Any]]
    spans: Mapped[dict[str, Any]]
    is_task: Mapped[bool] = mapped_column(default=True)
    """False: the clerk said that it is no task; it stays to be taken back."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def label(self) -> str:
        """第14项, or the position when the document gave no number."""
        return f"第{self.no or self.position}项"


class ImportDoubt(Base):
    """What a person must look at: of a row, of a part (``part`` alone) or of the document (neither)."""

    __tablename__ = "import_doubt"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("import_draft.id"), index=True)
    part: Mapped[int | None]
    row_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_row.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    about: Mapped[str] = mapped_column(sa.String(20))
    words: Mapped[str] = mapped_column(sa.Text)
    why: Mapped[str] = mapped_column(sa.Text)
    candidates: Mapped[list[Any]]
    """{"label", "value", "likely"}: ways to settle it; a value of None leaves the field as it is."""
    span: Mapped[dict[str, Any] | None]
    decided: Mapped[str | None] = mapped_column(sa.Text)
    """What was decided, in words; None while it is open."""

    row: Mapped[ImportRow | None] = relationship()


class ImportIndicator(Base):
    """An indicator read from a part of the document; ``targets`` are {"year", "op", "value", "raw"}."""

    __tablename__ = "import_indicator"
    __table_args__ = (sa.Index("ix_import_indicator_draft_part", "draft_id", "part", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("import_draft.id"))
    part: Mapped[int]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.Text)
    unit: Mapped[str | None] = mapped_column(sa.String(60))
    """Of the figures: %, 万人."""
    population: Mapped[str | None] = mapped_column(sa.Text)
    baseline: Mapped[float | None] = mapped_column(sa.Double)
    baseline_raw: Mapped[str | None] = mapped_column(sa.Text)
    attribute: Mapped[str | None] = mapped_column(sa.String(60))
    """预期性 or 约束性."""
    targets: Mapped[list[Any]]
    source: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ImportDuty(Base):
    """A recurring or dated duty read from a part of the document."""

    __tablename__ = "import_duty"
    __table_args__ = (sa.Index("ix_import_duty_draft_part", "draft_id", "part", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("import_draft.id"))
    part: Mapped[int]
    position: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    unit: Mapped[str | None] = mapped_column(sa.Text)
    every: Mapped[Every] = mapped_column(choice(Every))
    times: Mapped[int]
    due_rule: Mapped[str | None] = mapped_column(sa.Text)
    """As written: 次年2月15日前."""
    source: Mapped[dict[str, Any]]


class ColumnMemory(Base):
    """What the columns under these heads mean in the tables of an issuer, as a clerk of the office once said."""

    __tablename__ = "column_memory"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(200))
    """Empty: the document did not say who issued it."""
    heads: Mapped[list[Any]]
    """The words above each column, from the left."""
    meanings: Mapped[list[Any]]
    """A Meaning for each column."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class ImportSettlement(Base):
    """What a clerk said of one difference that a comparison of the draft found."""

    __tablename__ = "import_settlement"
    __table_args__ = (sa.UniqueConstraint("draft_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("import_draft.id"))
    key: Mapped[str] = mapped_column(sa.String(160))
    """Names the difference: see ``Difference.key`` and ``Change.key``."""
    how: Mapped[Settled] = mapped_column(choice(Settled))
    words: Mapped[str] = mapped_column(sa.Text)
    """The difference as it was shown."""
    row_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_row.id"))
    """The row that was added, or that got the units."""
    units: Mapped[list[Any]] = mapped_column(default=list)
    """The names that the row got."""
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    person: Mapped[Person] = relationship()
    row: Mapped[ImportRow | None] = relationship()


class ImportPairing(Base):
    """A clerk's word that a row is this task of the plan, or (None) none of them."""

    __tablename__ = "import_pairing"
    __table_args__ = (sa.UniqueConstraint("row_id", "plan_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(sa.ForeignKey("import_row.id"))
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    """The plan whose task it is; what was said of another plan stays beside it."""
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"))

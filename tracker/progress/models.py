"""Tables of reports and evidence, of closings and looks back, extensions and year-end reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.files.columns import KeptFile
from tracker.obligations.models import Obligation
from tracker.obligations.rules import Kind
from tracker.progress.closing_rules import Checked, ClosingState, LookedBack
from tracker.progress.extension_rules import WAITING, ExtensionState, days_late
from tracker.progress.passages import Box
from tracker.progress.review_rules import Review
from tracker.progress.rules import ReportState
from tracker.tasks.models import Task
from tracker.units.models import Unit


class Report(Base):
    """What a unit answers to one obligation: the desk copy being written. Each submission is a ReportVersion."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation.id"), unique=True)
    state: Mapped[ReportState] = mapped_column(choice(ReportState), default=ReportState.DRAFT, index=True)
    progress: Mapped[str] = mapped_column(sa.Text, default="")
    problems: Mapped[str] = mapped_column(sa.Text, default="")
    next_steps: Mapped[str] = mapped_column(sa.Text, default="")
    percent: Mapped[int | None]
    """0 to 100; leads alone; None: not said."""
    self_state: Mapped[str] = mapped_column(sa.String(20), default="")
    no_news: Mapped[bool] = mapped_column(default=False)
    """本期无新进展: one click, the texts of last period stay in force."""
    milestone: Mapped[Kind | None] = mapped_column(choice(Kind))
    """START or COMPLETION: the mark a lead sets in a period's report; None: no mark."""
    held_on: Mapped[date | None]
    """Of an occurrence of a recurring duty: the day it took place."""
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    writer_ids: Mapped[list[Any]] = mapped_column(default=list)
    """Everybody who ever saved it: none of them signs or verifies it."""
    first_signed_at: Mapped[datetime | None]
    """Of the first signed version: what 及时率 asks; a return does not undo it."""
    version: Mapped[int] = mapped_column(default=1)

    obligation: Mapped[Obligation] = relationship()
    saved_by: Mapped[Person] = relationship()
    versions: Mapped[list[ReportVersion]] = relationship(back_populates="report", order_by="ReportVersion.number")
    evidence: Mapped[list[Evidence]] = relationship(
        back_populates="report",
        order_by="Evidence.id",
        primaryjoin="and_(Report.id == Evidence.report_id, Evidence.removed_at.is_(None))",
    )

    __mapper_args__ = {"version_id_col": version}

    def saved(self, at: datetime, by_id: int) -> None:
        """Somebody wrote in it, or put evidence to it."""
        self.saved_at, self.saved_by_id = at, by_id
        self.writer_ids = sorted({*(self.writer_ids or ()), by_id})


class ReportVersion(Base):
    """A report as it was submitted, never overwritten, with the moments of its way from desk to desk."""

    __tablename__ = "report_version"
    __table_args__ = (sa.UniqueConstraint("report_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"))
    number: Mapped[int]
    progress: Mapped[str] = mapped_column(sa.Text)
    problems: Mapped[str] = mapped_column(sa.Text)
    next_steps: Mapped[str] = mapped_column(sa.Text)
    percent: Mapped[int | None]
    self_state: Mapped[str] = mapped_column(sa.String(20))
    no_news: Mapped[bool]
    milestone: Mapped[Kind | None] = mapped_column(choice(Kind))
    held_on: Mapped[date | None]
    evidence_ids: Mapped[list[Any]]
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None] = mapped_column(index=True)
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """None with ``signed_at`` set: the unit skips signing (免签)."""
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    returned_by_office: Mapped[bool | None]
    return_reason: Mapped[str] = mapped_column(sa.Text, default="")

    report: Mapped[Report] = relationship(back_populates="versions")
    submitted_by: Mapped[Person] = relationship(foreign_keys=submitted_by_id)
    signed_by: Mapped[Person | None] = relationship(foreign_keys=signed_by_id)
    accepted_by: Mapped[Person | None] = relationship(foreign_keys=accepted_by_id)
    returned_by: Mapped[Person | None] = relationship(foreign_keys=returned_by_id)


class Passage(Base):
    """Words of a partner's report that the lead took into its own (并入): whose they are stays known, whatever becomes
    of them in the lead's text."""

    __tablename__ = "passage"
    __table_args__ = (sa.UniqueConstraint("report_id", "source_id", "box"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"))
    """The lead's."""
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("report_version.id"))
    """The partner's, as it was signed."""
    box: Mapped[Box] = mapped_column(choice(Box))
    words: Mapped[str] = mapped_column(sa.Text)
    """As they were put in, the unit's name before them."""
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    report: Mapped[Report] = relationship()
    source: Mapped[ReportVersion] = relationship()
    taken_by: Mapped[Person] = relationship()


class Evidence(KeptFile, Base):
    """A file that shows what a report says (佐证材料)."""

    __tablename__ = "evidence"

    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"), index=True)
    shows_on: Mapped[date | None]
    """Day of what it shows: from the picture's own data, or as the writer said."""
    frozen_at: Mapped[datetime | None]
    """Set when the report is accepted: it can no longer be taken off."""
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    report: Mapped[Report] = relationship(back_populates="evidence")


class Closing(Base):
    """A lead's application to close a task (办结销号) and what became of it."""

    __tablename__ = "closing"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    state: Mapped[ClosingState] = mapped_column(choice(ClosingState), index=True)
    result: Mapped[str] = mapped_column(sa.Text)
    """What was achieved, in the lead's words."""
    evidence_ids: Mapped[list[Any]] = mapped_column(default=list)
    """Evidence of the task's reports that the application names."""
    applied_at: Mapped[datetime]
    applied_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decision_reason: Mapped[str] = mapped_column(sa.Text, default="")
    checked: Mapped[Checked | None] = mapped_column(choice(Checked))
    """What the decision rests on (核定方式); None: not said."""
    checked_words: Mapped[str] = mapped_column(sa.Text, default="")
    """What was found, as where and when the office went (核查说明)."""
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"))
    """The task of the plan that goes on with this one."""
    merged_label: Mapped[str] = mapped_column(sa.String(40), default="")
    """第3项: what that task was called when it was merged, whatever number it has now."""
    reopened_at: Mapped[datetime | None]
    reopened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reopen_reason: Mapped[str] = mapped_column(sa.Text, default="")

    task: Mapped[Task] = relationship(foreign_keys=task_id)
    merged_into: Mapped[Task | None] = relationship(foreign_keys=merged_into_id)
    unit: Mapped[Unit] = relationship()
    applied_by: Mapped[Person] = relationship(foreign_keys=applied_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
    files: Mapped[list[ClosingFile]] = relationship(back_populates="closing", order_by="ClosingFile.id")


class ClosingFile(KeptFile, Base):
    """A file given with an application to close."""

    __tablename__ = "closing_file"

    closing_id: Mapped[int] = mapped_column(sa.ForeignKey("closing.id"), index=True)

    closing: Mapped[Closing] = relationship(back_populates="files")


class LookBack(Base):
    """What the office found when it looked again at a closed task (回头看), once for each closing."""

    __tablename__ = "look_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    closing_id: Mapped[int] = mapped_column(sa.ForeignKey("closing.id"), unique=True)
    found: Mapped[LookedBack] = mapped_column(choice(LookedBack))
    words: Mapped[str] = mapped_column(sa.Text)
    looked_at: Mapped[datetime]
    looked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    closing: Mapped[Closing] = relationship()
    looked_by: Mapped[Person] = relationship()


_IS_WAITING = sa.text("state IN (" + ", ".join(f"'{state}'" for state in WAITING) + ")")


class Extension(Base):
    """An application for more time (延期申请); one at most waits for each task. ``limit_on``: the limit that it asks to
    move, as it was on the day of the application."""

    __tablename__ = "extension"
    __table_args__ = (
        sa.Index(
            "uq_extension_waiting", "task_id", unique=True, sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    state: Mapped[ExtensionState] = mapped_column(choice(ExtensionState), index=True)
    limit_on: Mapped[date]
    new_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    progress: Mapped[str] = mapped_column(sa.Text)
    """How far the task is, in the unit's words."""
    applied_at: Mapped[datetime]
    applied_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    """By the unit's head."""
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """None with ``agreed_at`` set: the unit skips signing (免签)."""
    agreed_words: Mapped[str] = mapped_column(sa.Text, default="")
    passed_at: Mapped[datetime | None]
    """By the office, to the leader in charge."""
    passed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    passed_words: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    """The words of who granted or refused it."""
    version: Mapped[int] = mapped_column(default=1)

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()
    applied_by: Mapped[Person] = relationship(foreign_keys=applied_by_id)
    agreed_by: Mapped[Person | None] = relationship(foreign_keys=agreed_by_id)
    passed_by: Mapped[Person | None] = relationship(foreign_keys=passed_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)

    __mapper_args__ = {"version_id_col": version}

    @property
    def days_late(self) -> int:
        """How many days after the limit it was applied for; 0: in time."""
        return days_late(self.limit_on, self.applied_at.date())

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING


class YearReview(Base):
    """What the office decided at a year's end about a task without an end date (年度评估), once for each year."""

    __tablename__ = "year_review"
    __table_args__ = (sa.UniqueConstraint("task_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"))
    year: Mapped[int]
    outcome: Mapped[Review] = mapped_column(choice(Review))
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    task: Mapped[Task] = relationship()
    decided_by: Mapped[Person] = relationship()

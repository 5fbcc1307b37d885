"""Tables of inspections (督导检查) and of what was found at them (整改事项)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.files.columns import KeptFile
from tracker.plans.models import Plan
from tracker.reminders.models import Reminding
from tracker.supervision.inspection_rules import InspectionState, RectificationState, Round, Stand, stand_on
from tracker.supervision.models import Slip
from tracker.tasks.models import Task
from tracker.units.models import Unit

inspection_task = sa.Table(
    "inspection_task",
    Base.metadata,
    sa.Column("inspection_id", sa.ForeignKey("inspection.id"), primary_key=True),
    sa.Column("task_id", sa.ForeignKey("task.id"), primary_key=True),
)
"""The tasks that were looked at."""


rectification_slip = sa.Table(
    "rectification_slip",
    Base.metadata,
    sa.Column("item_id", sa.ForeignKey("rectification.id"), primary_key=True),
    sa.Column("slip_id", sa.ForeignKey("slip.id"), primary_key=True),
)
"""The slips that an item was turned into."""


inspection_closing = sa.Table(
    "inspection_closing",
    Base.metadata,
    sa.Column("closing_id", sa.ForeignKey("closing.id"), primary_key=True),
    sa.Column("inspection_id", sa.ForeignKey("inspection.id"), nullable=False, index=True),
)
"""The inspection that a decision about a closing rests on (现场核查)."""


class Inspection(Base):
    """A visit (督导检查). What it says is as it was when it was issued."""

    __tablename__ = "inspection"
    __table_args__ = (sa.Index("ix_inspection_plan_state", "plan_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    state: Mapped[InspectionState] = mapped_column(choice(InspectionState))
    title: Mapped[str] = mapped_column(sa.String(200))
    first_on: Mapped[date]
    last_on: Mapped[date]
    """The last day of the visit, itself included."""
    inspectors: Mapped[str] = mapped_column(sa.String(300), default="")
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    """What was seen in all; for the office and for leaders, as it may speak of every unit."""
    contact: Mapped[str] = mapped_column(sa.String(100), default="")
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    edited_at: Mapped[datetime]
    """When the draft was last saved: a finding that is written moves the version of its inspection with it."""
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    dropped_at: Mapped[datetime | None]
    dropped_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    drop_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    office: Mapped[Unit] = relationship(foreign_keys=office_id)
    drafted_by: Mapped[Person] = relationship(foreign_keys=drafted_by_id)
    issued_by: Mapped[Person | None] = relationship(foreign_keys=issued_by_id)
    dropped_by: Mapped[Person | None] = relationship(foreign_keys=dropped_by_id)
    visited: Mapped[list[InspectedUnit]] = relationship(
        back_populates="inspection", order_by="InspectedUnit.id", cascade="all, delete-orphan"
    )
    tasks: Mapped[list[Task]] = relationship(secondary=inspection_task, order_by=Task.position)
    items: Mapped[list[Rectification]] = relationship(back_populates="inspection", order_by="Rectification.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def findings(self) -> list[Rectification]:
        """Its items without those that were taken out of the draft."""
        return [one for one in self.items if one.state is not RectificationState.DROPPED]


class InspectedUnit(Base):
    """A unit that was visited, with the number of the notice (整改通知书) it got; None where nothing was found."""

    __tablename__ = "inspected_unit"
    __table_args__ = (sa.UniqueConstraint("inspection_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(sa.ForeignKey("inspection.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    doc_number: Mapped[str | None] = mapped_column(sa.String(60))

    inspection: Mapped[Inspection] = relationship(back_populates="visited")
    unit: Mapped[Unit] = relationship()


class Rectification(Base):
    """What was found (问题) and is to be put right by one unit (整改事项)."""

    __tablename__ = "rectification"
    __table_args__ = (
        sa.UniqueConstraint("inspection_id", "number"),
        sa.Index("ix_rectification_unit_state", "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(sa.ForeignKey("inspection.id"))
    number: Mapped[int | None]
    """From 1 within its inspection, given when that is issued."""
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"), index=True)
    finding: Mapped[str] = mapped_column(sa.Text)
    asked: Mapped[str] = mapped_column(sa.Text)
    """What the unit has to do."""
    first_due_on: Mapped[date]
    """The limit as it was issued."""
    due_on: Mapped[date] = mapped_column(index=True)
    """The limit now; a report that was sent back may have been given another."""
    state: Mapped[RectificationState] = mapped_column(choice(RectificationState))
    withdrawn_at: Mapped[datetime | None]
    """When the office took it back, as it was issued by mistake; it counts nowhere from that day on."""
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    withdraw_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    inspection: Mapped[Inspection] = relationship(back_populates="items")
    unit: Mapped[Unit] = relationship()
    task: Mapped[Task | None] = relationship()
    withdrawn_by: Mapped[Person | None] = relationship()
    slips: Mapped[list[Slip]] = relationship(secondary=rectification_slip, order_by=Slip.id)
    """Those it was turned into when it was overdue, one after the other."""
    reports: Mapped[list[RectificationReport]] = relationship(
        back_populates="item", order_by="RectificationReport.number"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """问题3; what it is called before it has a number."""
        return f"问题{self.number}" if self.number else "未下达的问题"

    @property
    def open_slip(self) -> Slip | None:
        """The slip it was turned into, while that is not settled."""
        return next((one for one in self.slips if one.is_open), None)

    def stand_on(self, day: date) -> Stand:
        """How it stood at the end of a day on which it was out; its reports are loaded."""
        withdrawn_on = self.withdrawn_at.date() if self.withdrawn_at else None
        return stand_on(self.first_due_on, self.rounds, day, withdrawn_on)

    @property
    def rounds(self) -> list[Round]:
        """Its reports as the rules take them."""
        return [one.round for one in self.reports]


class RectificationReport(Base):
    """What a unit reported of an item, and what the office said to it; one row each time, never overwritten."""

    __tablename__ = "rectification_report"
    __table_args__ = (sa.UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("rectification.id"))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(sa.Text)
    reported_at: Mapped[datetime]
    reported_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    is_settled: Mapped[bool | None]
    """Whether the office was content; None while it has not decided."""
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    due_again_on: Mapped[date | None]
    """The new limit of one that was sent back; None: the old one holds."""

    item: Mapped[Rectification] = relationship(back_populates="reports")
    reported_by: Mapped[Person] = relationship(foreign_keys=reported_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
    files: Mapped[list[RectificationFile]] = relationship(back_populates="report", order_by="RectificationFile.id")

    @property
    def round(self) -> Round:
        decided_on = self.decided_at.date() if self.decided_at else None
        return Round(self.reported_at.date(), decided_on, bool(self.is_settled), self.due_again_on)


class RectificationFile(KeptFile, Base):
    """A file that a unit sent with its report of an item."""

    __tablename__ = "rectification_file"

    report_id: Mapped[int] = mapped_column(sa.ForeignKey("rectification_report.id"), index=True)

    report: Mapped[RectificationReport] = relationship(back_populates="files")


class RectificationReminder(Reminding, Base):
    """One reason to tell one person on one day about one item."""

    __tablename__ = "rectification_reminder"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "source", "day", "recipient"),
        sa.Index("ix_rectification_reminder_message", "message_id"),
    )

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("rectification.id"))

    item: Mapped[Rectification] = relationship()

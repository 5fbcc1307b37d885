"""Tables of slips, remarks and bulletins, and of the numbers they are given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.files.columns import KeptFile
from tracker.obligations.models import Period
from tracker.plans.models import Plan
from tracker.reminders.models import Reminding
from tracker.supervision.bulletin_rules import BulletinState
from tracker.supervision.remark_rules import Readers
from tracker.supervision.rules import RUNNING, UNSETTLED, Pace, SlipColour, SlipState
from tracker.tasks.axes import Colour
from tracker.tasks.models import Task
from tracker.units.models import Unit


class IssueNumber(Base):
    """The last number given out in a series of an office and a year."""

    __tablename__ = "issue_number"

    office_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    series: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    """潜健督, 通报."""
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class SupervisionSetting(Base):
    """How a plan is pressed; a plan without a row has the defaults of supervision.rules."""

    __tablename__ = "supervision_setting"

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), primary_key=True)
    prefix: Mapped[str] = mapped_column(sa.String(20), default="")
    """The sign of the office before 督〔2021〕5号."""
    starts_at: Mapped[Colour] = mapped_column(choice(Colour))
    """The lamp from which on slips are proposed."""
    normal_days: Mapped[int]
    urgent_days: Mapped[int]
    ordinary_days: Mapped[int]


class Remark(Base):
    """A leader's words on a task (批示), with who may read them; never changed."""

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    words: Mapped[str] = mapped_column(sa.Text)
    readers: Mapped[Readers] = mapped_column(choice(Readers))
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)

    task: Mapped[Task] = relationship()
    written_by: Mapped[Person] = relationship()


class Slip(Base):
    """A slip (督办单) to one unit about one task. What it says is as it was when it was issued."""

    __tablename__ = "slip"
    __table_args__ = (
        sa.UniqueConstraint("office_id", "doc_number"),
        sa.Index(
            "uq_slip_proposed",
            "task_id",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        ),
        sa.Index(
            "uq_slip_running",
            "task_id",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("state IN ('issued', 'answered')"),
            postgresql_where=sa.text("state IN ('issued', 'answered')"),
        ),
        sa.Index("ix_slip_plan_state", "plan_id", "state"),
        sa.Index("ix_slip_unit_state", "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    colour: Mapped[SlipColour] = mapped_column(choice(SlipColour))
    state: Mapped[SlipState] = mapped_column(choice(SlipState))
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slip.id"))
    """The slip before it on the ladder."""
    remark_id: Mapped[int | None] = mapped_column(sa.ForeignKey("remark.id"))
    remark_words: Mapped[str] = mapped_column(sa.Text, default="")
    """The leader's words as the slip quotes them; empty when they are not meant for the unit."""
    reason: Mapped[str] = mapped_column(sa.Text)
    """Why it was proposed: the system's sentence, or the person's."""
    proposed_on: Mapped[date]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """None: the system."""
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    content: Mapped[str] = mapped_column(sa.Text, default="")
    partners: Mapped[str] = mapped_column(sa.Text, default="")
    """Names of the partner units on the day of proposing."""
    contact: Mapped[str] = mapped_column(sa.String(100), default="")
    pace: Mapped[Pace] = mapped_column(choice(Pace), default=Pace.NORMAL)
    doc_number: Mapped[str | None] = mapped_column(sa.String(60))
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date | None] = mapped_column(index=True)
    """The last day to answer."""
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    """The office's words when it settled, escalated or dropped it."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """None with ``decided_at`` set: the system dropped its proposal, as the reason was gone."""
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    office: Mapped[Unit] = relationship(foreign_keys=office_id)
    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=unit_id)
    follows: Mapped[Slip | None] = relationship(remote_side=id)
    remark: Mapped[Remark | None] = relationship()
    issued_by: Mapped[Person | None] = relationship(foreign_keys=issued_by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
    files: Mapped[list[SlipFile]] = relationship(back_populates="slip", order_by="SlipFile.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """Its number, or what it is called before it has one."""
        return self.doc_number or f"拟发的{self.colour.label}"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_open(self) -> bool:
        return self.state in UNSETTLED


class SlipFile(KeptFile, Base):
    """A file that a unit sent with its answer."""

    __tablename__ = "slip_file"

    slip_id: Mapped[int] = mapped_column(sa.ForeignKey("slip.id"), index=True)

    slip: Mapped[Slip] = relationship(back_populates="files")


class SlipReminder(Reminding, Base):
    """One reason to tell one person on one day about one slip."""

    __tablename__ = "slip_reminder"
    __table_args__ = (
        sa.UniqueConstraint("slip_id", "source", "day", "recipient"),
        sa.Index("ix_slip_reminder_message", "message_id"),
    )

    slip_id: Mapped[int] = mapped_column(sa.ForeignKey("slip.id"))

    slip: Mapped[Slip] = relationship()


class Bulletin(Base):
    """A bulletin (通报) of a period. Once published it is never changed: the database refuses it."""

    __tablename__ = "bulletin"
    __table_args__ = (sa.UniqueConstraint("office_id", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    as_of: Mapped[date]
    state: Mapped[BulletinState] = mapped_column(choice(BulletinState))
    title: Mapped[str] = mapped_column(sa.String(200))
    addressees: Mapped[str] = mapped_column(sa.String(300))
    copies: Mapped[str] = mapped_column(sa.String(300), default="")
    texts: Mapped[dict[str, Any]]
    """Key of a section -> its text as it is edited; what is derived stands in it by name: {报送率}."""
    facts: Mapped[dict[str, Any]]
    """The figures and tables it speaks of, as they were taken from the ledger."""
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was published, figures put in."""
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    """Of the canonical form of ``content``."""
    year: Mapped[int | None]
    number: Mapped[int | None]
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    office: Mapped[Unit] = relationship()
    period: Mapped[Period] = relationship()
    drafted_by: Mapped[Person] = relationship(foreign_keys=drafted_by_id)
    published_by: Mapped[Person | None] = relationship(foreign_keys=published_by_id)

    __mapper_args__ = {"version_id_col": version}

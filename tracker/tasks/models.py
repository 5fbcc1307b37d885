"""Tables of tasks, assignments, acknowledgements, changed limits and changed words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.plans.cadence import Every
from tracker.plans.models import Plan, Section
from tracker.tasks.likeness import Verdict
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.roles import Role
from tracker.units.models import Unit


class Task(Base):
    """One item of a plan (任务), with its limit as it stands now and where it was read from."""

    __tablename__ = "task"
    __table_args__ = (sa.Index("ix_task_plan_position", "plan_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id"))
    position: Mapped[int]
    """1, 2, 3 … in the order of the document; numbers as printed may repeat or be missing."""
    no: Mapped[str | None] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    limit_kind: Mapped[LimitKind] = mapped_column(choice(LimitKind))
    limit_due_on: Mapped[date | None]
    limit_start_on: Mapped[date | None]
    limit_every: Mapped[Every | None] = mapped_column(choice(Every))
    limit_times: Mapped[int | None]
    limit_continues: Mapped[bool] = mapped_column(default=False)
    limit_raw: Mapped[str] = mapped_column(sa.String(200), default="")
    limit_extended_from: Mapped[date | None]
    """The last day as printed, once an extension was granted."""
    leader_name: Mapped[str] = mapped_column(sa.String(64), default="")
    """分管领导 as printed; ``leader_id`` once the office has said who that is."""
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    source_block: Mapped[int | None]
    source_start: Mapped[int | None]
    source_end: Mapped[int | None]
    source_where: Mapped[str] = mapped_column(sa.String(100), default="")
    version: Mapped[int] = mapped_column(default=1)
    closed_on: Mapped[date | None]
    """The day it was last found done; None again after reopening."""
    pauses: Mapped[list[Any]] = mapped_column(default=list)
    """[closed, reopened]: the days between which it counted as done, for each time it was opened again."""
    from_on: Mapped[date | None]
    """The day an adjusted list brought it into a plan that ran already; None: it came with the plan."""
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.Text, default="")
    source_document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("source_document.id"))
    """The adjusted list that ``source_block`` and what follows are of; None: the plan's document."""
    carries_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"), index=True)
    """The task of an earlier plan that this one goes on with."""

    plan: Mapped[Plan] = relationship()
    section: Mapped[Section | None] = relationship()
    leader: Mapped[Person | None] = relationship()
    carries_on: Mapped[Task | None] = relationship(remote_side=id)
    assignments: Mapped[list[Assignment]] = relationship(back_populates="task", order_by="Assignment.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def limit(self) -> TimeLimit:
        return TimeLimit(
            kind=self.limit_kind,
            due_on=self.limit_due_on,
            start_on=self.limit_start_on,
            every=self.limit_every,
            times=self.limit_times,
            continues=self.limit_continues,
            raw=self.limit_raw,
            extended_from=self.limit_extended_from,
        )

    @limit.setter
    def limit(self, limit: TimeLimit) -> None:
        for column, value in self.limit_columns(limit).items():
            setattr(self, column, value)

    @staticmethod
    def limit_columns(limit: TimeLimit) -> dict[str, Any]:
        """The columns that keep a limit."""
        return {
            "limit_kind": limit.kind,
            "limit_due_on": limit.due_on,
            "limit_start_on": limit.start_on,
            "limit_every": limit.every,
            "limit_times": limit.times,
            "limit_continues": limit.continues,
            "limit_raw": limit.raw[:200],
            "limit_extended_from": limit.extended_from,
        }

    @property
    def limit_words(self) -> str:
        """The limit as pages show it: 2021（延至2022-03-31）."""
        return self.limit.words

    @property
    def label(self) -> str:
        """第14项, or the position when the document gave no number."""
        return f"第{self.no or self.position}项"


class Assignment(Base):
    """A unit's part in a task (责任分工), from ``from_on`` up to and without ``until_on``; a group is one row here."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    raw: Mapped[str] = mapped_column(sa.String(100), default="")
    """The name as printed."""
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    task: Mapped[Task] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()


class Acknowledgement(Base):
    """A unit signed for what it got (签收); a group's members each sign for themselves."""

    __tablename__ = "acknowledgement"
    __table_args__ = (sa.UniqueConstraint("assignment_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    assignment: Mapped[Assignment] = relationship()
    person: Mapped[Person] = relationship()


class Changed:
    """What both tables of dated changes of a task keep, ``before`` and ``after`` as plain values."""

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    changed_on: Mapped[date]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class LimitChange(Changed, Base):
    """A limit was changed on a day, for a reason; ``before`` and ``after`` are TimeLimits as plain values."""

    __tablename__ = "limit_change"


class Coverage(Base):
    """What a person said of one task of the higher plan: which task of ours answers it, which does not, or that it
    does not concern us (``local_task_id`` None). Taking it back makes it OPEN; no row goes."""

    __tablename__ = "coverage"
    __table_args__ = (sa.UniqueConstraint("plan_id", "above_task_id", "local_task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    """The local plan."""
    above_task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    local_task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    decided_by: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": version}


class TextChange(Changed, Base):
    """A task's number or words were changed on a day, for a reason; ``before`` and ``after``: {"no", "text"}."""

    __tablename__ = "text_change"

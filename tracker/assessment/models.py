"""Tables of schemes and their versions, score runs with units and lines, appeals. Points are whole hundredths."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.assessment.ranking import Group
from tracker.assessment.states import AppealState, RunState
from tracker.extensions import Base, choice
from tracker.obligations.models import Obligation, Period
from tracker.plans.models import Plan
from tracker.tasks.models import Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit


class Scheme(Base):
    """A way of scoring (考核办法): of an office, or a preset that every office may start from."""

    __tablename__ = "scheme"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    """None: a preset."""
    preset: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    """The preset's key in seed/schemes.json."""
    name: Mapped[str] = mapped_column(sa.String(60))
    ended_on: Mapped[date | None]

    versions: Mapped[list[SchemeVersion]] = relationship(back_populates="scheme", order_by="SchemeVersion.number")

    @property
    def latest(self) -> SchemeVersion:
        return self.versions[-1]


class SchemeVersion(Base):
    """A scheme as it was saved, never changed: ``content`` is what `written.written` makes of it."""

    __tablename__ = "scheme_version"
    __table_args__ = (sa.UniqueConstraint("scheme_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(sa.ForeignKey("scheme.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    scheme: Mapped[Scheme] = relationship(back_populates="versions")
    made_by: Mapped[Person | None] = relationship()


class ScoreRun(Base):
    """The points of a plan's units for some periods by one version of a scheme (考核结果)."""

    __tablename__ = "score_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    scheme_version_id: Mapped[int] = mapped_column(sa.ForeignKey("scheme_version.id"))
    first_period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    last_period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    as_of: Mapped[date]
    """The day at whose end the facts were read."""
    state: Mapped[RunState] = mapped_column(choice(RunState), default=RunState.DRAFT)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    shown_on: Mapped[date | None]
    appeals_until: Mapped[date | None]
    final_at: Mapped[datetime | None]
    final_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    final_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    """Of everything that was published; see freezing.py."""
    ended_on: Mapped[date | None]
    """A draft that was given up."""
    ended_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    scheme_version: Mapped[SchemeVersion] = relationship()
    first_period: Mapped[Period] = relationship(foreign_keys=first_period_id)
    last_period: Mapped[Period] = relationship(foreign_keys=last_period_id)
    made_by: Mapped[Person] = relationship(foreign_keys=made_by_id)
    final_by: Mapped[Person | None] = relationship(foreign_keys=final_by_id)

    __mapper_args__ = {"version_id_col": version}

    @property
    def title(self) -> str:
        """2021年7月期至9月期; 2021年9月期 of one period."""
        first, last = self.first_period, self.last_period
        begin = f"{first.nominal_due_on.year}年{first.name}"
        if first.id == last.id:
            return begin
        same_year = first.nominal_due_on.year == last.nominal_due_on.year
        return f"{begin}至{'' if same_year else f'{last.nominal_due_on.year}年'}{last.name}"


class ScoreUnit(Base):
    """A unit in a run: its name and sort as they were, how much it owed, and a leader's rating."""

    __tablename__ = "score_unit"
    __table_args__ = (sa.UniqueConstraint("run_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("score_run.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(sa.String(100))
    group: Mapped[Group] = mapped_column(choice(Group))
    due: Mapped[int]
    received: Mapped[int]
    on_time: Mapped[int]
    rating: Mapped[int | None]
    """Of 100, in hundredths; None: not given."""
    rated_by: Mapped[str] = mapped_column(sa.String(60), default="")
    """The leader whose rating it is, as typed by the office."""

    run: Mapped[ScoreRun] = relationship()
    unit: Mapped[Unit] = relationship()


class ScoreLine(Base):
    """Points of a unit with the fact behind them (计分明细), never changed: a correction is a line of its own."""

    __tablename__ = "score_line"
    __table_args__ = (sa.Index("ix_score_line_run_unit", "run_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("score_run.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    rule_no: Mapped[int | None]
    """Which rule of the version, from 1; None: entered by hand."""
    kind: Mapped[str] = mapped_column(sa.String(40))
    role: Mapped[Role | None] = mapped_column(choice(Role))
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"))
    obligation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("obligation.id"))
    on: Mapped[date]
    size: Mapped[int]
    words: Mapped[str] = mapped_column(sa.String(300))
    raw: Mapped[int]
    """Before the cap."""
    points: Mapped[int]
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("score_line.id"), index=True)
    """The line whose points this one changes, by ``points``, after an appeal."""
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    run: Mapped[ScoreRun] = relationship()
    unit: Mapped[Unit] = relationship()
    task: Mapped[Task | None] = relationship()
    obligation: Mapped[Obligation | None] = relationship()
    entered_by: Mapped[Person | None] = relationship()


class Appeal(Base):
    """A unit's objection to one line (申诉) and what became of it."""

    __tablename__ = "appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("score_line.id"), unique=True)
    state: Mapped[AppealState] = mapped_column(choice(AppealState), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    evidence: Mapped[str] = mapped_column(sa.Text)
    """What shows it, in words: documents, dates, who can confirm."""
    filed_at: Mapped[datetime]
    filed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decision_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    line: Mapped[ScoreLine] = relationship()
    filed_by: Mapped[Person] = relationship(foreign_keys=filed_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)

    __mapper_args__ = {"version_id_col": version}

"""Tables of indicators, their definitions, who reports them, the tasks they belong to, and their values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.extensions import Base, choice
from tracker.files.columns import KeptFile
from tracker.indicators.rules import ValueState
from tracker.plans.models import Plan
from tracker.tasks.models import Task
from tracker.units.models import Unit

MILLION = Decimal(10) ** 6


class Exact(sa.types.TypeDecorator[Decimal]):
    """A decimal of up to six places, kept as whole millionths: both databases give back what was typed."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value * MILLION)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / MILLION


class Indicator(Base):
    """A figure that a plan is to reach (指标), followed up from ``from_on``; what it is stands in its definitions."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    from_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    definitions: Mapped[list[IndicatorDefinition]] = relationship(
        back_populates="indicator", order_by="IndicatorDefinition.number"
    )

    __mapper_args__ = {"version_id_col": version}


class IndicatorDefinition(Base):
    """An indicator as it was defined, never changed; the latest made by a day holds on it. ``content``: `dump`'s."""

    __tablename__ = "indicator_definition"
    __table_args__ = (sa.UniqueConstraint("indicator_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    indicator: Mapped[Indicator] = relationship(back_populates="definitions")
    made_by: Mapped[Person] = relationship()


class IndicatorUnit(Base):
    """A unit, or a group through its members, reports the values of an indicator in these days."""

    __tablename__ = "indicator_unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    unit: Mapped[Unit] = relationship()


class IndicatorTask(Base):
    """An indicator measures a task in these days."""

    __tablename__ = "indicator_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"), index=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    task: Mapped[Task] = relationship()


class IndicatorValue(Base):
    """What a unit reported of a period, one row for each version, never overwritten. ``period_on``: its last day."""

    __tablename__ = "indicator_value"
    __table_args__ = (
        sa.UniqueConstraint("indicator_id", "unit_id", "period_on", "number"),
        sa.Index("ix_indicator_value_unit_id", "unit_id"),
        sa.Index("ix_indicator_value_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    period_on: Mapped[date]
    number: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Exact())
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    """Where the figure is from, in words: 卫生统计年报 第3表."""
    state: Mapped[ValueState] = mapped_column(choice(ValueState))
    """Of this version; a later version takes its place once that is verified."""
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    return_reason: Mapped[str] = mapped_column(sa.Text, default="")

    indicator: Mapped[Indicator] = relationship()
    unit: Mapped[Unit] = relationship()
    entered_by: Mapped[Person] = relationship(foreign_keys=entered_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
    files: Mapped[list[IndicatorValueFile]] = relationship(back_populates="value", order_by="IndicatorValueFile.id")


class IndicatorValueFile(KeptFile, Base):
    """A file that shows where a figure is from, sent with this version of it or taken along from the version before."""

    __tablename__ = "indicator_value_file"

    value_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator_value.id"), index=True)

    value: Mapped[IndicatorValue] = relationship(back_populates="files")

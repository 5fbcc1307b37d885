"""Tables of the unit register."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.extensions import Base, choice
from tracker.units.rules import GROUP_KINDS, UnitKind


class Unit(Base):
    """A unit (单位), or a group of units that is named as one (各区镇街道)."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    sort_key: Mapped[str] = mapped_column(sa.String(200), index=True)
    """The name in pinyin, so that lists are in the order a reader expects."""
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    skips_signing: Mapped[bool] = mapped_column(default=False)
    """The unit's reports need no signature (免签)."""
    note: Mapped[str] = mapped_column(sa.Text, default="")
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(sa.Text, default="")

    parent: Mapped[Unit | None] = relationship(remote_side=id)
    aliases: Mapped[list[Alias]] = relationship(back_populates="unit", order_by="Alias.id")

    @property
    def is_group(self) -> bool:
        return self.kind in GROUP_KINDS


class Alias(Base):
    """Another name of a unit, from ``from_on`` up to and without ``until_on``; None means open."""

    __tablename__ = "alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100), index=True)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]

    unit: Mapped[Unit] = relationship(back_populates="aliases")


class Membership(Base):
    """A unit's time in a group, from ``from_on`` up to and without ``until_on``; None: still a member."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    group: Mapped[Unit] = relationship(foreign_keys=group_id)
    member: Mapped[Unit] = relationship(foreign_keys=member_id)

    def holds(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

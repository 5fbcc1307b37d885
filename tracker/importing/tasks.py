"""Rows of a draft as tasks of a plan: their sections, their columns, who has which part in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.extensions import db
from tracker.importing.models import ImportRow
from tracker.importing.plain import load
from tracker.plans.models import Plan, Section
from tracker.tasks.limits import TimeLimit
from tracker.tasks.models import Assignment, Task
from tracker.tasks.roles import Role
from tracker.units.models import Unit

Path = tuple[str, ...]


@dataclass
class Sections:
    """The headings of a plan by the path of titles that leads to each; one that is missing is made, once."""

    plan: Plan
    known: dict[Path, Section] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> Sections:
        """Those that are there."""
        there = db.session.scalars(sa.select(Section).where(Section.plan_id == plan.id).order_by(Section.position))
        by_id: dict[int, tuple[Path, Section]] = {}
        for section in there:
            above = by_id[section.parent_id][0] if section.parent_id in by_id else ()
            by_id[section.id] = ((*above, section.title), section)
        return cls(plan, dict(by_id.values()))

    def at(self, path: Path) -> Section | None:
        """The heading a task stands under, with the headings above it; None for no heading."""
        if not path:
            return None
        short = tuple(title[:300] for title in path)
        if short not in self.known:
            parent = self.at(short[:-1])
            section = Section(plan_id=self.plan.id, parent_id=parent.id if parent else None)
            section.position, section.title = len(self.known) + 1, short[-1]
            db.session.add(section)
            db.session.flush()
            self.known[short] = section
        return self.known[short]


def add_tasks(
    sections: Sections,
    placed: Sequence[tuple[int, ImportRow]],
    units: Mapping[str, Unit],
    begin: date,
    more: Mapping[int, Mapping[str, Any]],
) -> None:
    """Tasks at their positions and who has which part in them from ``begin``, in two statements however many they are.

    ``more``: row -> further columns of its task, the same for all.
    """
    new = [
        {
            "plan_id": sections.plan.id,
            "position": position,
            "no": row.no,
            "text": row.text,
            "version": 1,
            **place_of(row, sections),
            **Task.limit_columns(load(TimeLimit, row.limit)),
            **more[row.id],
        }
        for position, row in placed
    ]
    if not new:
        return
    db.session.execute(sa.insert(Task), new)
    wanted = sa.select(Task.position, Task.id).where(Task.plan_id == sections.plan.id)
    ids = {row.position: row.id for row in db.session.execute(wanted)}
    parts = [part for position, row in placed for part in _parts(ids[position], row, units, begin)]
    db.session.execute(sa.insert(Assignment), parts)


def place_of(row: ImportRow, sections: Sections) -> dict[str, Any]:
    """The columns of a task that say where it stands in the document."""
    place, section = (row.spans.get("text") or [row.source])[0], sections.at(tuple(row.section))
    return {
        "section_id": section.id if section else None,
        "source_block": place["block"],
        "source_start": place["start"],
        "source_end": place["end"],
        "source_where": row.source["where"][:100],
    }


def _parts(task_id: int, row: ImportRow, units: Mapping[str, Unit], begin: date) -> Iterator[dict[str, Any]]:
    """One part for each unit: two names of one unit are one, and who leads is no partner besides."""
    given: set[int] = set()
    for role, named in ((Role.LEAD, row.leads), (Role.PARTNER, row.partners)):
        for one in named:
            unit_id = units[one["name"]].id
            if unit_id not in given:
                given.add(unit_id)
                yield {"task_id": task_id, "unit_id": unit_id, "role": role, "raw": one["raw"][:100], "from_on": begin}

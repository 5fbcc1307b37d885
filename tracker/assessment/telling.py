"""What the people of a unit are told of its scores, through the outbox: shown, an appeal decided, final.

No points stand in a message: what goes to a robot is read by a whole group. One message a person and happening.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Person
from tracker.assessment.models import Appeal, ScoreRun
from tracker.assessment.queries import score_units
from tracker.extensions import db
from tracker.plans.models import Plan
from tracker.reminders.planning import OFFICE, contacts, recipient_key
from tracker.reminders.rules import Audience
from tracker.reminders.writing import post
from tracker.web.words import month_day


class Scored(NamedTuple):
    """A unit as `planning.Contacts` asks about it."""

    unit_id: int
    task_id: int = 0
    is_submitted: bool = False


def tell_of_showing(run: ScoreRun) -> int:
    """Every unit of the run learns that it can read its lines, and until when it may appeal. Returns how many messages
    were written."""
    until = f"申诉到{month_day(run.appeals_until)}为止。" if run.appeals_until else ""
    said = f"{run.title}考核已公示。请在“考核”里看本单位的明细，有异议的可以对那一条申诉，{until}"
    return _tell(run.plan, _units(run), f"score:{run.id}:shown", f"{run.title}考核公示", said)


def tell_of_end(run: ScoreRun) -> int:
    """Every unit of the run learns that the result is final."""
    said = f"{run.title}考核已定稿，不再改动。请在“考核”里看本单位的明细。"
    return _tell(run.plan, _units(run), f"score:{run.id}:final", f"{run.title}考核定稿", said)


def tell_of_decision(appeal: Appeal) -> int:
    """The unit learns how its appeal ended; the reason stands under the line."""
    line = appeal.line
    said = f"{line.run.title}考核的一件申诉已复核：{appeal.state.label}。理由写在“考核”里那一条的下面。"
    title = f"{line.run.title}考核申诉：{appeal.state.label}"
    return _tell(line.run.plan, {line.unit_id: line.unit.name}, f"appeal:{appeal.id}", title, said)


def _units(run: ScoreRun) -> dict[int, str]:
    return {unit.unit_id: unit.name for unit in score_units(run.id)}


def _tell(plan: Plan, units: Mapping[int, str], happening: str, title: str, said: str) -> int:
    today = clock.today()
    known = contacts(plan, today)
    told: dict[int | None, list[str]] = {}
    for unit_id, name in units.items():
        for person in known.told(Scored(unit_id), [Audience.REPORTER, Audience.HEAD]):
            told.setdefault(person, []).append(name)
    ids = [person for person in told if person is not OFFICE]
    people = {one.id: one for one in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    at = datetime.combine(today, clock.now().timetz())
    rows = [_message(plan, people.get(one or 0), told[one], happening, title, said, at) for one in told]
    written, _ = post(rows, people, at)
    return len(written)


def _message(
    plan: Plan, person: Person | None, names: Sequence[str], happening: str, title: str, said: str, at: datetime
) -> dict[str, Any]:
    body = [f"{person.name if person else plan.office.name}，您好：", "", said, ""]
    if person is None:
        body += [f"下面的单位有岗位没有联系人，请办公室另行告知：{'、'.join(names)}。", ""]
    return {
        "key": f"{happening}:{recipient_key(person.id if person else OFFICE)}",
        "created_at": at,
        "plan_id": plan.id,
        "day": at.date(),
        "recipient_id": person.id if person else None,
        "unit_id": None,  # a message about scores is no reminder of what the unit owes
        "hand_sent_id": None,
        "title": f"【考核】{plan.short_title}：{title}"[:200],
        "body": "\n".join([*body, "谢谢您！"]),
    }

"""Notes about decisions through the outbox: one message a person, through every channel that is switched on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Person
from tracker.extensions import db
from tracker.progress.telling import Note
from tracker.reminders.planning import recipient_key
from tracker.reminders.writing import post


def write_note(note: Note) -> None:
    """Tell each of them; what was said before is not said again."""
    people = {one.id: one for one in db.session.scalars(sa.select(Person).where(Person.id.in_(note.person_ids)))}
    at = datetime.combine(clock.today(), clock.now().timetz())
    rows = [
        {
            "key": f"{note.key}:{recipient_key(person.id)}",
            "created_at": at,
            "plan_id": note.plan.id,
            "day": clock.today(),
            "recipient_id": person.id,
            "unit_id": note.unit_id,
            "hand_sent_id": None,
            "title": note.title[:200],
            "body": "\n".join([f"{person.name}，您好：", "", *note.lines]),
        }
        for person in people.values()
    ]
    post(rows, people, at)

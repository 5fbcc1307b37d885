"""Notes about decisions through the outbox: one message a person, through every channel that is switched on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Person
from tracker.extensions import db
from tracker.progress.telling import Note
from tracker.reminders.planning import OFFICE, contacts, recipient_key
from tracker.reminders.writing import post


def write_note(note: Note) -> None:
    """Tell whoever holds the posts today, the office when nobody does; what was said before is not said again."""
    posts = contacts(note.plan, clock.today()).posts
    ids = {one for role in note.roles for one in posts.get((note.unit_id, role), ())}
    people = {one.id: one for one in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    told: dict[int | None, str] = {one.id: one.name for one in people.values()}
    told = told or {OFFICE: note.plan.office.name}
    at = datetime.combine(clock.today(), clock.now().timetz())
    rows = [
        {
            "key": f"{note.key}:{recipient_key(person_id)}",
            "created_at": at,
            "plan_id": note.plan.id,
            "day": clock.today(),
            "recipient_id": person_id,
            "unit_id": note.unit_id,
            "hand_sent_id": None,
            "title": note.title[:200],
            "body": "\n".join([f"{name}，您好：", "", *note.lines]),
        }
        for person_id, name in told.items()
    ]
    post(rows, people, at)

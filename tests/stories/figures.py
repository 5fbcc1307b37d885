"""What the pages would show: lamps, rates, who was told what. Read for the story to compare with its own counts."""

from __future__ import annotations

from collections import Counter
from datetime import date

import sqlalchemy as sa

from tests.stories.city import City
from tracker.accounts.models import Person
from tracker.dashboard.queries import counts_by_unit
from tracker.extensions import db
from tracker.ledger.facts import TaskFacts, facts
from tracker.ledger.standing import TaskStanding, of_plan, standings
from tracker.obligations.models import Period
from tracker.obligations.rates import ClosingFact, RateFact, Rates, closing_rate, rates, rates_of_period
from tracker.obligations.rules import Kind
from tracker.progress.facts import rate_fact
from tracker.reminders.models import Message, Reminder
from tracker.tasks.models import Task


def lamps(city: City, day: str) -> dict[str, TaskStanding]:
    """Number of the task -> where it stood on the day."""
    numbers = {row.id: row.no for row in db.session.execute(sa.select(Task.id, Task.no))}
    found = standings(of_plan(city.plan), date.fromisoformat(day))
    return {numbers[task_id]: standing for task_id, standing in found.items()}


def lamp(city: City, no: str, day: str) -> tuple[str, str]:
    """Colour and word of one task."""
    found = standings([city.task(no).id], date.fromisoformat(day))[city.task(no).id]
    return found.colour.value, found.word


def words(found: dict[str, TaskStanding], colour: str) -> dict[str, str]:
    """Number -> word of the tasks whose lamp has this colour."""
    return {no: one.word for no, one in found.items() if one.colour == colour}


def counts(found: dict[str, TaskStanding]) -> dict[str, int]:
    """Colour -> how many lamps."""
    return dict(Counter(one.colour.value for one in found.values()))


def of_period(city: City, name: str, day: str) -> tuple[str, str]:
    """报送率 and 及时率 of a period on the day; the office's home page counts the same."""
    as_of = date.fromisoformat(day)
    found = rates_of_period(_facts(city, as_of, name), 0, as_of)
    period = db.session.scalars(sa.select(Period).where(Period.name == name)).one()
    on_page = counts_by_unit(period, as_of).values()
    assert (sum(one.received for one in on_page), sum(one.due for one in on_page)) == tuple(found.reported)
    return str(found.reported), str(found.on_time)


def in_all(city: City, day: str) -> Rates:
    """The rates of all that was due by the day."""
    as_of = date.fromisoformat(day)
    return rates(_facts(city, as_of), as_of)


def closed(city: City, day: str) -> str:
    """办结率 on the day."""
    as_of = date.fromisoformat(day)
    dated = [one for one in _tasks(city, as_of) if one.limit.due_on is not None]
    return str(closing_rate([ClosingFact(one.limit.due_on, one.closed_on) for one in dated], as_of))


def told(day: str) -> dict[str, int]:
    """Name of the recipient -> how many items the messages of the day told; 办公室 for what has no contact."""
    query = (
        sa.select(sa.func.coalesce(Person.name, "办公室"), sa.func.count(Reminder.id))
        .select_from(Message)
        .join(Reminder, Reminder.message_id == Message.id)
        .outerjoin(Person, Person.id == Message.recipient_id)
        .where(Message.day == date.fromisoformat(day))
        .group_by(Message.id, Person.name)
    )
    return {name: n for name, n in db.session.execute(query)}


def _tasks(city: City, as_of: date) -> list[TaskFacts]:
    return list(facts(of_plan(city.plan), as_of).values())


def _facts(city: City, as_of: date, period: str = "") -> list[RateFact]:
    """One fact for each period report owed on the day; of one period, or of all."""
    return [
        rate_fact(one.unit_id, 0, one.due_on, one.versions)
        for task in _tasks(city, as_of)
        for one in task.owed
        if one.kind is Kind.PERIOD and period in ("", one.label)
    ]

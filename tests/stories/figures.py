"""What the pages would show: lamps, rates, who was told what. Read for the story to compare with its own counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from tests.stories.city import City
from tracker.accounts.models import Person
from tracker.dashboard.queries import counts_by_unit
from tracker.extensions import db
from tracker.ledger.facts import TaskFacts, facts
from tracker.ledger.standing import TaskStanding, from_facts, of_plan, standings
from tracker.obligations.models import Period
from tracker.obligations.rates import ClosingFact, RateFact, Rates, Share, closing_rate, rates, rates_of_period
from tracker.progress.facts import rate_fact
from tracker.reminders.models import Message, Reminder
from tracker.tasks.models import Task


def lamps(city: City, day: str) -> dict[str, TaskStanding]:
    """Number of the task -> where it stood on the day."""
    return evening(city, day)[0]


def evening(city: City, day: str) -> tuple[dict[str, TaskStanding], str]:
    """Number of the task -> where it stood on the day; and all rates of the day in words."""
    as_of = date.fromisoformat(day)
    found = facts(of_plan(city.plan), as_of)
    numbers = {row.id: row.no for row in db.session.execute(sa.select(Task.id, Task.no))}
    standings_by_no = {numbers[task_id]: standing for task_id, standing in from_facts(found, as_of).items()}
    rates_so_far = rates(_period_reports(found.values()), as_of)
    return standings_by_no, f"{rates_so_far} {_closing_rate(found.values(), as_of)}"


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
    period = db.session.scalars(sa.select(Period).where(Period.name == name)).one()
    found = rates_of_period(_period_reports(_tasks(city, as_of)), period.id, as_of)
    on_page = counts_by_unit(period, as_of).values()
    assert (sum(one.received for one in on_page), sum(one.due for one in on_page)) == tuple(found.reported)
    return str(found.reported), str(found.on_time)


def in_all(city: City, day: str) -> Rates:
    """The rates of all that was due by the day."""
    as_of = date.fromisoformat(day)
    return rates(_period_reports(_tasks(city, as_of)), as_of)


def closed(city: City, day: str) -> str:
    """办结率 on the day."""
    as_of = date.fromisoformat(day)
    return str(_closing_rate(_tasks(city, as_of), as_of))


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


def _period_reports(tasks: Iterable[TaskFacts]) -> list[RateFact]:
    """One fact for each period report that was owed."""
    return [
        rate_fact(one.unit_id, one.period_id, one.due_on, one.versions)
        for task in tasks
        for one in task.owed
        if one.period_id is not None
    ]


def _closing_rate(tasks: Iterable[TaskFacts], as_of: date) -> Share:
    dated = [(one.limit.due_on, one.closed_on) for one in tasks]
    return closing_rate([ClosingFact(due_on, closed_on) for due_on, closed_on in dated if due_on is not None], as_of)


class Memory:
    """What the lamps and rates were on some evenings, to be asked again when the year is over."""

    def __init__(self) -> None:
        self.evenings: dict[str, object] = {}

    def keep(self, city: City, day: str) -> dict[str, TaskStanding]:
        found, rates = evening(city, day)
        self.evenings[day] = self._said(found), rates
        return found

    def differing(self, city: City) -> list[str]:
        """The days on which the same question has another answer now."""
        asked = {day: evening(city, day) for day in self.evenings}
        return [day for day, (found, rates) in asked.items() if (self._said(found), rates) != self.evenings[day]]

    def _said(self, found: dict[str, TaskStanding]) -> dict[str, TaskStanding]:
        """``next_change_on`` looks ahead: it is no answer about the day."""
        return {no: replace(one, next_change_on=None) for no, one in found.items()}

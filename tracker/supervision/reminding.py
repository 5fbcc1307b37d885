"""Slips through the outbox: told when issued, and reminded of by the plan's own rules until they are answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.accounts.models import Person
from tracker.audit.actions import record
from tracker.extensions import db, insert
from tracker.plans.models import Plan
from tracker.reminders.actions import ensure_rules, open_plans
from tracker.reminders.digest import lateness
from tracker.reminders.planning import OFFICE, contacts, recipient_key, rules_of
from tracker.reminders.rules import Audience, Fired, Rule, due_reminder
from tracker.reminders.writing import post
from tracker.supervision.models import Slip, SlipReminder
from tracker.supervision.rules import SlipState
from tracker.web.words import month_day
from tracker.workdays import state_council

ISSUED = "issued"


class ToAnswer(NamedTuple):
    """A slip as `planning.Contacts` asks about it."""

    task_id: int
    unit_id: int
    is_submitted: bool = False


class Due(NamedTuple):
    """One reason to tell a person about one slip."""

    slip: Slip
    source: str
    day: date


@dataclass(frozen=True)
class Told:
    """What was written: messages, and slips they speak of."""

    messages: int = 0
    slips: int = 0

    def __add__(self, other: Told) -> Told:
        return Told(self.messages + other.messages, self.slips + other.slips)


def tell_of_issue(slip: Slip, today: date) -> Told:
    """The unit's reporters and heads learn of a slip at once."""
    people = contacts(slip.plan, today).told(ToAnswer(slip.task_id, slip.unit_id), [Audience.REPORTER, Audience.HEAD])
    due = Due(slip, ISSUED, today)
    return _write(slip.plan, {person: [due] for person in people}, today, f"slip:{slip.id}")


def remind_of_slips(today: date) -> Told:
    """The run of the morning over every open plan; on a day off nothing is due. Again on the same day: nothing."""
    return sum((_remind(plan, today) for plan in open_plans(today)), Told())


def _remind(plan: Plan, today: date) -> Told:
    ensure_rules(plan)
    rules = rules_of(plan.id)
    query = sa.select(Slip).where(Slip.plan_id == plan.id, Slip.state == SlipState.ISSUED)
    query = query.options(joinedload(Slip.task), joinedload(Slip.unit)).order_by(Slip.due_on, Slip.id)
    pairs = [(slip, fired) for slip in db.session.scalars(query) if (fired := _fired(slip, today, rules))]
    if not pairs:
        return Told()
    people, said = contacts(plan, today), _said([slip.id for slip, _ in pairs])
    digests: dict[int | None, list[Due]] = {}
    for slip, fired in pairs:
        source = f"rule:{fired.rule.id}"
        for person in people.told(ToAnswer(slip.task_id, slip.unit_id), fired.rule.reach.reached()):
            if (slip.id, source, fired.day, recipient_key(person)) not in said:
                digests.setdefault(person, []).append(Due(slip, source, fired.day))
    told = _write(plan, digests, today, f"slips:{plan.id}:{today}")
    if told.messages:
        after = {"发出": told.messages, "督办单": told.slips}
        record(None, "slip.remind", "plan", plan.id, plan.short_title, after=after)
    return told


def _fired(slip: Slip, today: date, rules: Sequence[Rule]) -> Fired | None:
    """What the plan's rules say about the day to answer, but for days before the slip was issued."""
    if slip.due_on is None or slip.issued_at is None:
        return None
    fired = due_reminder(slip.due_on, today, rules, state_council())
    return fired if fired is not None and fired.day > slip.issued_at.date() else None


def _said(slip_ids: Sequence[int]) -> set[tuple[int, str, date, str]]:
    columns = (SlipReminder.slip_id, SlipReminder.source, SlipReminder.day, SlipReminder.recipient)
    rows = db.session.execute(sa.select(*columns).where(SlipReminder.slip_id.in_(slip_ids)))
    return {(row[0], row[1], row[2], row[3]) for row in rows}


def _write(plan: Plan, digests: dict[int | None, list[Due]], today: date, run: str) -> Told:
    """One message a person with its reminders; whoever wrote it first, wrote it."""
    if not digests:
        return Told()
    ids = [person for person in digests if person is not OFFICE]
    people = {one.id: one for one in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    at = datetime.combine(today, clock.now().timetz())
    keys = {person: f"{run}:{recipient_key(person)}" for person in digests}
    rows = []
    for person, dues in digests.items():
        name = people[person].name if person is not None else plan.office.name
        units = {due.slip.unit_id for due in dues}
        rows.append(
            {
                "key": keys[person],
                "created_at": at,
                "plan_id": plan.id,
                "day": today,
                "recipient_id": person,
                "unit_id": units.pop() if len(units) == 1 else None,
                "hand_sent_id": None,
                "title": _title(plan, dues, today)[:200],
                "body": _body(name, dues, today, is_contact=person is OFFICE),
            }
        )
    written, _ = post(rows, people, at)
    reminders = [
        {"slip_id": due.slip.id, "source": due.source, "day": due.day, "recipient": recipient_key(person)}
        | {"message_id": written[keys[person]]}
        for person, dues in digests.items()
        if keys[person] in written
        for due in dues
    ]
    if reminders:
        db.session.execute(insert(SlipReminder).on_conflict_do_nothing().returning(SlipReminder.id), reminders)
    return Told(len(written), len({row["slip_id"] for row in reminders}))


def _title(plan: Plan, dues: Sequence[Due], today: date) -> str:
    first = dues[0].slip
    if dues[0].source == ISSUED:
        return f"【督办】{plan.short_title}：{first.doc_number}（{first.colour.label}）"
    late = sum(due.slip.due_on is not None and due.slip.due_on < today for due in dues)
    counts = [f"{late}张已逾期"] * bool(late) + [f"{len(dues) - late}张待答复"] * (late < len(dues))
    return f"【督办】{plan.short_title}：{'，'.join(counts)}"


def _body(name: str, dues: Iterable[Due], today: date, is_contact: bool) -> str:
    lines = [f"{name}，您好：", ""]
    if is_contact:
        lines += ["下面的单位没有联系人，请办公室另行联系。", ""]
    for due in dues:
        lines += [*_lines(due.slip, today), ""]
    return "\n".join([*lines, "请在“督办”里答复，可以附材料。谢谢您！"])


def _lines(slip: Slip, today: date) -> list[str]:
    due = f"{month_day(slip.due_on)}前答复，{lateness(slip.due_on, today)}" if slip.due_on else ""
    head = f"{slip.doc_number}（{slip.colour.label}）　{slip.unit.name}　{slip.task.label}"
    return [head, f"事由：{slip.reason}", f"内容：{slip.content}", f"时限：{due}"]

"""Slips and items through the outbox, in one chain: told when issued, and reminded of by the plan's own rules until the
unit has answered. What one person has to hear in a run is one message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

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
from tracker.supervision.inspection_models import Inspection
from tracker.supervision.matters import ITEM, SLIP, SORTS, Matter, Sort, awaited, of_item, of_slip
from tracker.supervision.models import Slip
from tracker.web.words import month_day
from tracker.workdays import state_council

ISSUED = "issued"
AT_ISSUE = (Audience.REPORTER, Audience.HEAD)
Said = set[tuple[Sort, int, str, date, str]]


class Due(NamedTuple):
    """One reason to tell a person about one matter."""

    matter: Matter
    source: str
    day: date


Digests = dict[int | None, list[Due]]


@dataclass(frozen=True)
class Told:
    """What was written: messages, and the slips and items they speak of."""

    messages: int = 0
    slips: int = 0
    items: int = 0

    def __add__(self, other: Told) -> Told:
        return Told(self.messages + other.messages, self.slips + other.slips, self.items + other.items)


def tell_of_issue(slips: Sequence[Slip], today: date) -> Told:
    """The reporters and heads learn at once of slips that were issued in one act, which are of one plan."""
    return _tell(slips[0].plan, [of_slip(slip) for slip in slips], today, f"slip:{slips[0].id}")


def tell_of_findings(inspection: Inspection, today: date) -> Told:
    """The reporters and heads learn at once of what their unit has to put right."""
    matters = [of_item(item) for item in inspection.findings]
    return _tell(inspection.plan, matters, today, f"rectification:{inspection.id}")


def _tell(plan: Plan, matters: Sequence[Matter], today: date, key: str) -> Told:
    people, digests = contacts(plan, today), Digests()
    for matter in matters:
        for person in people.told(matter, AT_ISSUE):
            digests.setdefault(person, []).append(Due(matter, ISSUED, today))
    return _write(plan, digests, today, dict.fromkeys(digests, key))


def remind_of_slips(today: date) -> Told:
    """The run of the morning over every open plan; on a day off nothing is due. Again on the same day: nothing."""
    return sum((_remind(plan, today) for plan in open_plans(today)), Told())


def _remind(plan: Plan, today: date) -> Told:
    ensure_rules(plan)
    rules = rules_of(plan.id)
    pairs = [(matter, fired) for matter in awaited(plan.id) if (fired := _fired(matter, today, rules))]
    if not pairs:
        return Told()
    people, said, digests = contacts(plan, today), _said([matter for matter, _ in pairs]), Digests()
    for matter, fired in pairs:
        source = f"rule:{fired.rule.id}"
        for person in people.told(matter, fired.rule.reach.reached()):
            if (matter.sort, matter.row_id, source, fired.day, recipient_key(person)) not in said:
                digests.setdefault(person, []).append(Due(matter, source, fired.day))
    told = _write(plan, digests, today, {person: _run(dues, plan, today) for person, dues in digests.items()})
    if told.messages:
        after = {"发出": told.messages, SLIP.noun: told.slips, ITEM.noun: told.items}
        record(None, "slip.remind", "plan", plan.id, plan.short_title, after=after)
    return told


def _run(dues: Sequence[Due], plan: Plan, today: date) -> str:
    """The key of the message of a morning: where there are slips, it leads to them."""
    sorts = {due.matter.sort for due in dues}
    return f"{(SLIP if SLIP in sorts else ITEM).key}s:{plan.id}:{today}"


def _fired(matter: Matter, today: date, rules: Sequence[Rule]) -> Fired | None:
    """What the plan's rules say about the day to answer, but for days before the matter was issued."""
    fired = due_reminder(matter.due_on, today, rules, state_council())
    return fired if fired is not None and fired.day > matter.issued_on else None


def _said(matters: Sequence[Matter]) -> Said:
    found: Said = set()
    for sort in SORTS:
        ids = [matter.row_id for matter in matters if matter.sort is sort]
        columns = [getattr(sort.reminders, name) for name in (sort.column, "source", "day", "recipient")]
        rows = db.session.execute(sa.select(*columns).where(columns[0].in_(ids))) if ids else ()
        found |= {(sort, *row) for row in rows}
    return found


def _write(plan: Plan, digests: Digests, today: date, runs: dict[int | None, str]) -> Told:
    """One message a person with its reminders; whoever wrote it first, wrote it."""
    if not digests:
        return Told()
    ids = [person for person in digests if person is not OFFICE]
    people = {one.id: one for one in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    at = datetime.combine(today, clock.now().timetz())
    keys = {person: f"{runs[person]}:{recipient_key(person)}" for person in digests}
    rows = []
    for person, dues in digests.items():
        name = people[person].name if person is not None else plan.office.name
        units = {due.matter.unit_id for due in dues}
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
    messages = {person: written[key] for person, key in keys.items() if key in written}
    return Told(len(written), *(_keep(sort, digests, messages) for sort in SORTS))


def _keep(sort: Sort, digests: Digests, messages: dict[int | None, int]) -> int:
    """Write why each was told of matters of a sort; gives of how many."""
    reminders = [
        {sort.column: due.matter.row_id, "source": due.source, "day": due.day, "recipient": recipient_key(person)}
        | {"message_id": message_id}
        for person, message_id in messages.items()
        for due in digests[person]
        if due.matter.sort is sort
    ]
    if reminders:
        model = sort.reminders
        db.session.execute(insert(model).on_conflict_do_nothing().returning(model.id), reminders)
    return len({row[sort.column] for row in reminders})


def _title(plan: Plan, dues: Sequence[Due], today: date) -> str:
    if dues[0].source == ISSUED and len(dues) == 1:
        return f"【督办】{plan.short_title}：{dues[0].matter.title}"
    parts = (_count(sort, [due for due in dues if due.matter.sort is sort], today) for sort in SORTS)
    return f"【督办】{plan.short_title}：{'，'.join(filter(None, parts))}"


def _count(sort: Sort, dues: Sequence[Due], today: date) -> str:
    """2张督办单，1张已逾期."""
    late = sum(due.matter.due_on < today for due in dues)
    words = f"{len(dues)}{sort.counter}{sort.noun}待{sort.verb}" if dues else ""
    return words + (f"，{late}{sort.counter}已逾期" if late else "")


def _body(name: str, dues: Iterable[Due], today: date, is_contact: bool) -> str:
    lines = [f"{name}，您好：", ""]
    if is_contact:
        lines += ["下面的单位没有联系人，请办公室另行联系。", ""]
    for due in dues:
        lines += [*due.matter.lines, f"时限：{_limit(due.matter, today)}", ""]
    return "\n".join([*lines, "请在“督办”里答复，可以附材料。谢谢您！"])


def _limit(matter: Matter, today: date) -> str:
    return f"{month_day(matter.due_on)}前{matter.sort.verb}，{lateness(matter.due_on, today)}"

"""Writes on reminders: a run, 催办 by hand, the rules, and what was seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.audit.stale import check_fresh, standing_of
from tracker.errors import Invalid
from tracker.extensions import db, insert, lock
from tracker.obligations.models import Obligation
from tracker.obligations.rules import Kind
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.reminders.models import HandSent, Message, Reminder, ReminderRule
from tracker.reminders.planning import (
    Digests,
    Told,
    contacts,
    open_items,
    planned_run,
    recipient_key,
    rules_of,
    stored_rules,
)
from tracker.reminders.rules import PRESET, Audience, Rule, check_rules
from tracker.reminders.writing import Counts, write
from tracker.units.models import Unit

NEAR = timedelta(days=31)
"""How near a milestone or an occurrence must be for 催办 of all a unit owes."""
LONGEST_WORDS = 500


def remind(today: date, plan: Plan | None = None) -> Counts:
    """Write what is to be said on ``today`` about one plan, or every open one. Again on the same day: nothing.

    On a day off nothing is due; what fell on it is due on the next working day.
    """
    plans = [plan] if plan else open_plans(today)
    return sum((_remind(one, today) for one in plans), Counts())


def open_plans(today: date) -> list[Plan]:
    """The plans that are under way on ``today``."""
    still_open = Plan.closed_on.is_(None) | (Plan.closed_on > today)
    return list(db.session.scalars(sa.select(Plan).where(Plan.confirmed_on <= today, still_open).order_by(Plan.id)))


def _remind(plan: Plan, today: date) -> Counts:
    ensure_rules(plan)
    counts = write(plan, planned_run(plan, today), today, f"run:{plan.id}:{today}")
    if counts:
        told = {"发出": counts.messages, "事项": counts.reminders, "无联系人": counts.without_contact}
        record(None, "reminder.run", "plan", plan.id, plan.short_title, after=told)
    return counts


def ensure_rules(plan: Plan) -> None:
    """Give a plan that never had a rule the preset."""
    if not stored_rules(plan.id):
        db.session.execute(insert(ReminderRule).on_conflict_do_nothing(), [_row(plan, rule) for rule in PRESET])


def _row(plan: Plan, rule: Rule) -> dict[str, object]:
    return {
        "plan_id": plan.id,
        "offset_days": rule.offset,
        "audience": rule.reach,
        "repeat_days": rule.repeat,
        "ended_on": None,
    }


def standing(rules: Iterable[Rule]) -> str:
    """How the rules stand, for the form that shows them."""
    return standing_of(*sorted((rule.offset, rule.reach.value, rule.repeat or 0) for rule in rules))


def set_rules(plan: Plan, rules: Sequence[Rule], actor: Actor, loaded: str | None = None) -> list[Rule]:
    """Let these rules hold from now on; one that is no longer there ends today. Invalid when they make no sense.

    ``loaded``: the `standing` that the form was opened on; Stale when somebody else changed the rules since.
    """
    wanted = {rule.offset: rule for rule in check_rules(rules)}
    lock(plan)
    check_fresh(loaded, standing(rules_of(plan.id)), "plan", plan.id, "reminder.rules")
    ensure_rules(plan)
    stored = {row.offset_days: row for row in stored_rules(plan.id)}
    before = [_words(row) for row in stored.values() if row.ended_on is None]
    for offset, row in stored.items():
        rule = wanted.pop(offset, None)
        if rule is None:
            row.ended_on = row.ended_on or clock.today()
        else:
            row.audience, row.repeat_days, row.ended_on = rule.reach, rule.repeat, None
    db.session.add_all(ReminderRule(**_row(plan, rule)) for rule in wanted.values())
    db.session.flush()
    now = [_words(row) for row in stored_rules(plan.id) if row.ended_on is None]
    if now != before:
        record(actor, "reminder.rules", "plan", plan.id, plan.short_title, before={"规则": before}, after={"规则": now})
    return list(check_rules(rules))


def _words(row: ReminderRule) -> str:
    rule = Rule(row.offset_days, row.audience, row.repeat_days)
    return f"{rule.label}：{rule.reach.label}"


@dataclass(frozen=True)
class SentByHand:
    """What 催办 by hand did. ``already``: what was not said again, as it was said by hand today."""

    sent: HandSent | None
    counts: Counts
    already: int


def remind_by_hand(
    plan: Plan, obligation_ids: Collection[int], unit_ids: Collection[int], words: str, actor: Actor
) -> SentByHand:
    """Urge whoever must act on these obligations, and on all that these units owe now. At most once a day for each.

    Invalid when nothing was chosen or nothing of it is open.
    """
    return send_by_hand(plan, _chosen(obligation_ids, unit_ids, clock.today()), words, actor)


def send_by_hand(
    plan: Plan, which: sa.ColumnElement[bool], words: str, actor: Actor, lead: Unit | None = None
) -> SentByHand:
    """Urge whoever must act on the open obligations that meet ``which``. ``lead``: the lead that urges its partners,
    who hear of it once a day however many tasks they share; None: the office.

    Invalid when none of them is open, or with too many words.
    """
    if len(words) > LONGEST_WORDS:
        raise Invalid(f"留言请不要超过 {LONGEST_WORDS} 字。", "words")
    lock(plan)  # a double click waits here
    today = clock.today()
    items = open_items(plan.id, which)
    if not items:
        raise Invalid("选中的事项都已报送，不用催办。请刷新后再选。")
    people, said = contacts(plan, today), _urged_today(plan.id, today)
    heard = _heard_today(plan.id, today, lead) if lead else set()
    asked = [(item, *pair) for item in items for pair in people.told(item, [Audience.REPORTER]).items()]
    new = [
        (item, person, ask)
        for item, person, ask in asked
        if (item.id, recipient_key(person)) not in said and person not in heard
    ]
    if not new:
        return SentByHand(None, Counts(), len(asked))
    hand = HandSent(plan_id=plan.id, sent_at=clock.now(), sent_by_id=actor.person_id, words=words.strip(), unit=lead)
    db.session.add(hand)
    db.session.flush()
    digests: Digests = {}
    for item, person, ask in new:
        digests.setdefault(person, []).append(Told(item, f"hand:{hand.id}", today, ask))
    counts = write(plan, digests, today, f"hand:{hand.id}", hand)
    after = {"发出": counts.messages, "事项": counts.reminders, "留言": hand.words}
    after |= {"催办单位": lead.name} if lead else {}
    record(actor, "reminder.send", "plan", plan.id, plan.short_title, after=after)
    return SentByHand(hand, counts, len(asked) - len(new))


def _heard_today(plan_id: int, today: date, lead: Unit) -> set[int]:
    """The people whom this lead has urged today."""
    query = (
        sa.select(Message.recipient_id)
        .join(HandSent, HandSent.id == Message.hand_sent_id)
        .where(Message.plan_id == plan_id, Message.day == today, HandSent.unit_id == lead.id)
    )
    return {person for person in db.session.scalars(query) if person is not None}


def _chosen(obligation_ids: Collection[int], unit_ids: Collection[int], today: date) -> sa.ColumnElement[bool]:
    near = (Obligation.kind == Kind.PERIOD) | (Obligation.due_on <= today + NEAR)
    return Obligation.id.in_(obligation_ids) | (Obligation.unit_id.in_(unit_ids) & near)


def _urged_today(plan_id: int, today: date) -> set[tuple[int, str]]:
    query = (
        sa.select(Reminder.obligation_id, Reminder.recipient)
        .join(Message, Message.id == Reminder.message_id)
        .where(Message.plan_id == plan_id, Message.day == today, Message.hand_sent_id.is_not(None))
    )
    return {(row[0], row[1]) for row in db.session.execute(query)}


def mark_seen(messages: Sequence[Message]) -> None:
    """Note that the reader has opened them; the first time counts. Not audited: reading changes nothing."""
    for message in messages:
        message.seen_at = message.seen_at or clock.now()
    db.session.flush()

"""What a unit has to answer by a day, slips and items alike, as the chain of reminding sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.extensions import db
from tracker.supervision.inspection_models import Inspection, Rectification, RectificationReminder
from tracker.supervision.inspection_rules import OWED
from tracker.supervision.models import Slip, SlipReminder
from tracker.supervision.rules import SlipState


class Sort(NamedTuple):
    """``key``: begins the unique key of messages about it. ``column``: that of ``reminders`` which names the row."""

    key: str
    noun: str
    counter: str
    verb: str
    reminders: type[SlipReminder] | type[RectificationReminder]
    column: str


SLIP = Sort("slip", "督办单", "张", "答复", SlipReminder, "slip_id")
ITEM = Sort("rectification", "整改事项", "条", "整改", RectificationReminder, "item_id")
SORTS = (SLIP, ITEM)


@dataclass(frozen=True)
class Matter:
    """One of them. ``task_id`` 0: about no task, so that no leader is in charge. ``lines``: what a message says of it,
    but for the limit. A submitted one is awaited no more."""

    sort: Sort
    row_id: int
    task_id: int
    unit_id: int
    issued_on: date
    due_on: date
    title: str
    lines: tuple[str, ...]
    is_submitted: bool = False


def of_slip(slip: Slip) -> Matter:
    """An issued slip."""
    if slip.issued_at is None or slip.due_on is None:
        raise ValueError(f"{slip.name} was not issued")
    name = f"{slip.doc_number}（{slip.colour.label}）"
    lines = (f"{name}　{slip.unit.name}　{slip.task.label}", f"事由：{slip.reason}", f"内容：{slip.content}")
    return Matter(SLIP, slip.id, slip.task_id, slip.unit_id, slip.issued_at.date(), slip.due_on, name, lines)


def of_item(item: Rectification) -> Matter:
    """An item that is owed."""
    inspection = item.inspection
    if inspection.issued_at is None:
        raise ValueError(f"{item.name} was not issued")
    name = f"{inspection.title}{item.name}"
    head = f"{name}　{item.unit.name}" + (f"　{item.task.label}" if item.task else "")
    lines = (head, f"问题：{item.finding}", f"要求：{item.asked}")
    return Matter(ITEM, item.id, item.task_id or 0, item.unit_id, inspection.issued_at.date(), item.due_on, name, lines)


def awaited(plan_id: int) -> list[Matter]:
    """Everything of a plan that units still have to answer, the earliest limit first; two statements."""
    slips = sa.select(Slip).where(Slip.plan_id == plan_id, Slip.state == SlipState.ISSUED)
    items = sa.select(Rectification).join(Inspection, Inspection.id == Rectification.inspection_id)
    items = items.where(Inspection.plan_id == plan_id, Rectification.state.in_(OWED))
    found = [of_slip(one) for one in db.session.scalars(slips.options(joinedload(Slip.task), joinedload(Slip.unit)))]
    with_all = (joinedload(Rectification.inspection), joinedload(Rectification.task), joinedload(Rectification.unit))
    found += [of_item(one) for one in db.session.scalars(items.options(*with_all))]
    return sorted(found, key=lambda one: (one.due_on, one.sort.key, one.row_id))

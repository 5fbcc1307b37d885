"""Slips, remarks and what inspections found, in the course of a task, to whom may read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for

from tracker.accounts.models import Person
from tracker.ledger.course import Happening, Topic
from tracker.permissions import Actor, Subject
from tracker.supervision.inspection_models import Rectification
from tracker.supervision.inspection_queries import items_of_task
from tracker.supervision.models import Slip
from tracker.supervision.remarks import remarks_of
from tracker.supervision.slip_queries import slips_of_task

Told = Iterator[tuple[Topic, Happening]]


def told_of_slips(task_id: int, actor: Actor, subject: Subject) -> Told:
    """Each slip: issued, answered, settled or escalated."""
    for slip in slips_of_task(task_id, actor):
        name = f"{slip.doc_number or '拟发'}（{slip.colour.label}）"
        yield from _happening(slip, slip.issued_at, slip.issued_by, "签发督办单", f"{name}，发{slip.unit.name}")
        yield from _happening(slip, slip.answered_at, slip.answered_by, "答复督办单", f"{name}，{slip.unit.name}")
        if slip.issued_at is not None:
            words = f"{name}，{slip.state.label}" + (f"：{slip.decision}" if slip.decision else "")
            yield from _happening(slip, slip.decided_at, slip.decided_by, "核定督办单", words)


def _happening(slip: Slip, at: datetime | None, who: Person | None, verb: str, words: str) -> Told:
    if at is not None:
        address = url_for("slips.slip", slip_id=slip.id)
        name = who.name if who else "系统"
        yield Topic.SLIP, Happening(f"{at:%Y-%m-%d %H:%M}", name, verb, words, is_return=False, address=address)


def told_of_items(task_id: int, actor: Actor, subject: Subject) -> Told:
    """Each item about the task: found, reported, settled or sent back, withdrawn."""
    for item in items_of_task(task_id, actor):
        name = f"{item.inspection.title}{item.name}，{item.unit.name}"
        issued_by = item.inspection.issued_by
        yield from _of_item(item, item.inspection.issued_at, issued_by, "检查发现问题", f"{name}：{item.finding}")
        for one in item.reports:
            yield from _of_item(item, one.reported_at, one.reported_by, "报整改情况", name)
            words = f"{name}：{one.decision}" if one.decision else name
            yield from _of_item(
                item, one.decided_at, one.decided_by, "整改销号" if one.is_settled else "整改退回", words
            )
        yield from _of_item(
            item, item.withdrawn_at, item.withdrawn_by, "撤回整改事项", f"{name}：{item.withdraw_reason}"
        )


def _of_item(item: Rectification, at: datetime | None, who: Person | None, verb: str, words: str) -> Told:
    if at is not None and who is not None:
        address = url_for("rectifications.one", rectification_id=item.id)
        is_return = verb == "整改退回"
        yield Topic.RECTIFICATION, Happening(f"{at:%Y-%m-%d %H:%M}", who.name, verb, words, is_return, address)


def told_of_remarks(task_id: int, actor: Actor, subject: Subject) -> Told:
    """Each remark that is meant for the viewer."""
    for remark in remarks_of(task_id, actor, subject):
        when = f"{remark.written_at:%Y-%m-%d %H:%M}"
        yield Topic.REMARK, Happening(when, remark.written_by.name, "批示", remark.words, is_return=False)

"""The course of a task: what happened to it, from the audit log, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from tracker.audit.models import AuditEvent
from tracker.audit.queries import actions_of_task, events_of_task
from tracker.permissions import Actor, Subject


class Topic(StrEnum):
    """What the course can be narrowed to; the beginning of an action's name."""

    REPORT = "report"
    TASK = "task"
    REMINDER = "reminder"
    SLIP = "slip"
    RECTIFICATION = "rectification"
    REMARK = "remark"
    CLOSING = "closing"
    EXTENSION = "extension"
    REVIEW = "review"

    @property
    def label(self) -> str:
        return _TOPIC_LABELS[self]


_TOPIC_LABELS = dict(
    zip(Topic, ("填报", "任务、分工、时限", "催办", "督办", "整改", "批示", "销号", "延期", "年度评估"), strict=True)
)
ACTIONS = {
    "report.submit": "送签",
    "report.withdraw": "撤回",
    "report.sign": "签字送审",
    "report.accept": "接受",
    "report.return": "退回",
    "task.acknowledge": "签收",
    "task.change_units": "改分工",
    "task.change_limit": "改时限",
    "task.change_words": "改任务内容",
    "task.end": "撤销任务",
    "closing.apply": "申请销号",
    "closing.close": "核定销号",
    "closing.merge": "并入其他任务",
    "closing.refuse": "不同意销号",
    "closing.look_back": "回头看",
    "closing.reopen": "重新打开",
    "extension.apply": "申请延期",
    "extension.agree": "同意上报延期",
    "extension.report_up": "报分管领导",
    "extension.grant": "准予延期",
    "extension.refuse": "不同意延期",
    "review.continue": "年度评估：继续",
    "review.convert": "年度评估：改时限",
    "review.retire": "年度评估：不再列入",
}


@dataclass(frozen=True)
class Happening:
    """One line: when (the business day, the real time of day), who, what was done, and the particulars."""

    when: str
    who: str
    verb: str
    words: str
    is_return: bool
    address: str = ""
    """Of the page that tells more."""


reminded: list[Callable[[int], list[Happening]]] = []
"""Task id -> who was urged about it and when. The log tells of the run alone; filled by registry.py from above."""
tellers: list[Callable[[int, Actor, Subject], Iterable[tuple[Topic, Happening]]]] = []
"""(Task id, viewer, the task's subject) -> what an upper room tells of it, as far as this viewer may read it; filled
by registry.py. What the log has about the same things is left out."""
TOLD_FROM_ABOVE = frozenset({"slip", "rectification", "remark", "appeal"})
"""Kinds of subjects in the log that upper rooms tell of themselves, to whom they may."""


PAGE = 50
"""Happenings of a page; a longer course is turned over."""


@dataclass(frozen=True)
class Course:
    """A page of the happenings of a topic, newest first, and how many there are of each topic."""

    happenings: list[Happening]
    topics: Counter[Topic]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def course(
    task_id: int,
    readable: sa.ColumnElement[bool],
    topic: Topic | None,
    page: int = 1,
    from_above: Iterable[tuple[Topic, Happening]] = (),
) -> Course:
    """What happened of a topic (None: all). ``readable``: which AuditEvents the viewer may read; ``from_above``: what
    `tellers` say to this viewer; three statements."""
    readable &= AuditEvent.subject_type.not_in(TOLD_FROM_ABOVE)
    actions = actions_of_task(task_id, readable)
    others = [(Topic.REMINDER, happening) for tell in reminded for happening in tell(task_id)] + list(from_above)
    topics = Counter(one for one, _ in others)
    for action, count in actions.items():
        topics.update({one: count for one in Topic if one == action.partition(".")[0]})
    total = topics[topic] if topic else sum(actions.values()) + len(others)
    page = min(page, max(1, -(-total // PAGE)))
    told = [_happening(event) for event in events_of_task(task_id, readable, topic, page * PAGE)]
    told += [happening for one, happening in others if topic in (None, one)]
    told.sort(key=lambda happening: happening.when, reverse=True)
    return Course(told[(page - 1) * PAGE : page * PAGE], topics, total, page)


def _happening(event: Any) -> Happening:
    words = [event.subject, _change(event), f"原因：{event.reason}" if event.reason else ""]
    return Happening(
        when=f"{event.business_on} {event.at:%H:%M}",
        who=event.actor,
        verb=ACTIONS.get(event.action, event.action),
        words="；".join(word for word in words if word),
        is_return=event.action == "report.return",
    )


def _change(event: Any) -> str:
    """From what to what, for a changed limit or changed parts."""
    if event.action == "task.change_limit":
        return " → ".join(_limit_words(values) for values in (event.before, event.after))
    if event.action == "task.change_words":
        before, after = (
            f"{values.get('no') or '无序号'} {values.get('text', '')}" for values in (event.before, event.after)
        )
        return f"{before} → {after}"
    if event.action == "task.change_units":
        before, after = (
            "，".join(f"{label}：{'、'.join(values.get(role, [])) or '无'}" for role, label in ROLES.items())
            for values in (event.before, event.after)
        )
        return f"{before} → {after}"
    return ""


def _limit_words(values: dict[str, Any]) -> str:
    """A recorded limit as pages show it."""
    raw = values.get("raw") or "没有写"
    return f"{raw}（延至{values['due_on']}）" if values.get("extended_from") else raw


ROLES = {"lead": "牵头", "partner": "参与"}

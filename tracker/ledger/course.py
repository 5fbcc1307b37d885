"""The course of a task: what happened to it, from the audit log, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tracker.audit.models import AuditEvent
from tracker.permissions import Actor, Subject


class Topic(StrEnum):
    """What the course can be narrowed to; the beginning of an action's name."""

    REPORT = "report"
    TASK = "task"
    REMINDER = "reminder"
    SLIP = "slip"
    REMARK = "remark"
    CLOSING = "closing"

    @property
    def label(self) -> str:
        return _TOPIC_LABELS[self]


_TOPIC_LABELS = dict(zip(Topic, ("填报", "分工、时限", "催办", "督办", "批示", "销号"), strict=True))
ACTIONS = {
    "report.submit": "送签",
    "report.withdraw": "撤回",
    "report.sign": "签字送审",
    "report.accept": "接受",
    "report.return": "退回",
    "task.acknowledge": "签收",
    "task.change_units": "改分工",
    "task.change_limit": "改时限",
    "closing.apply": "申请销号",
    "closing.close": "核定销号",
    "closing.refuse": "不同意销号",
    "closing.reopen": "重新打开",
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
TOLD_FROM_ABOVE = frozenset({"slip", "remark"})
"""Kinds of subjects in the log that the tellers speak of."""


def course(
    task_id: int,
    events: Iterable[AuditEvent],
    topic: Topic | None,
    may_read: Callable[[AuditEvent], bool],
    from_above: Iterable[tuple[Topic, Happening]] = (),
) -> tuple[list[Happening], Counter[Topic]]:
    """The happenings of a topic (None: all), newest first, and how many there are of each. Of reports that the viewer
    may not read nothing is told. ``from_above``: what `tellers` say to this viewer."""
    logged = (event for event in events if event.subject_type not in TOLD_FROM_ABOVE)
    told = [(_topic(event), _happening(event)) for event in logged if may_read(event)]
    told += [(Topic.REMINDER, happening) for tell in reminded for happening in tell(task_id)]
    told += from_above
    counts = Counter(one for one, _ in told if one is not None)
    shown = [happening for one, happening in told if topic in (None, one)]
    return sorted(shown, key=lambda happening: happening.when, reverse=True), counts


def _topic(event: AuditEvent) -> Topic | None:
    kind = event.action.partition(".")[0]
    return next((topic for topic in Topic if topic.value == kind), None)


def _happening(event: AuditEvent) -> Happening:
    words = [event.subject, _change(event), f"原因：{event.reason}" if event.reason else ""]
    return Happening(
        when=f"{event.business_on} {event.at:%H:%M}",
        who=event.actor,
        verb=ACTIONS.get(event.action, event.action),
        words="；".join(word for word in words if word),
        is_return=event.action == "report.return",
    )


def _change(event: AuditEvent) -> str:
    """From what to what, for a changed limit or changed parts."""
    if event.action == "task.change_limit":
        return f"{event.before.get('raw') or '没有写'} → {event.after.get('raw') or '没有写'}"
    if event.action == "task.change_units":
        before, after = (
            "，".join(f"{label}：{'、'.join(values.get(role, [])) or '无'}" for role, label in ROLES.items())
            for values in (event.before, event.after)
        )
        return f"{before} → {after}"
    return ""


ROLES = {"lead": "牵头", "partner": "参与"}

"""What a unit hears at once of what it was to put right: sent back, or taken back."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.permissions import Role
from tracker.progress.telling import Note, tell
from tracker.supervision.inspection_models import Rectification, RectificationReport
from tracker.web.words import month_day

TOLD = (Role.REPORTER, Role.HEAD)


def tell_of_return(report: RectificationReport) -> None:
    """Its report was sent back: why, and until when to report again."""
    item = report.item
    limit = f"请改好再报，整改时限是{month_day(item.due_on)}。"
    _tell(item, f"item:{item.id}:returned:{report.number}", f"{_name(item)}退回重改", [item], report.decision, limit)


def tell_of_withdrawal(items: Sequence[Rectification], reason: str) -> None:
    """The office took these back, which are of one inspection and unit."""
    first = min(items, key=lambda one: one.id)
    name = _name(first) if len(items) == 1 else f"{first.inspection.title}{len(items)}条整改事项"
    key = f"inspection:{first.inspection_id}:withdrawn:{first.id}"
    _tell(first, key, f"{name}已撤回", items, reason, "从今天起不用再整改，也不计入考核。")


def _tell(item: Rectification, key: str, title: str, items: Sequence[Rectification], reason: str, close: str) -> None:
    plan = item.inspection.plan
    lines = [f"{_name(one)}：{one.finding}" for one in items]
    note = (*lines, f"原因：{reason}", close)
    tell(Note(plan, item.unit_id, TOLD, key, f"【整改】{plan.short_title}：{title}", note))


def _name(item: Rectification) -> str:
    return f"{item.inspection.title}{item.name}"

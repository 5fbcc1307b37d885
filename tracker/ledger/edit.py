"""改分工、时限: what was typed, how a limit was understood, and the change with all that follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.errors import Invalid, Stale
from tracker.extensions import lock
from tracker.obligations.actions import derive
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.tasks.actions import change_limit, change_units
from tracker.tasks.axes import limit_words
from tracker.tasks.limits import LimitKind, TimeLimit, read_limit
from tracker.tasks.models import Task
from tracker.tasks.queries import current_assignments
from tracker.tasks.roles import Role
from tracker.units.models import Unit
from tracker.units.queries import register, unit_by_id
from tracker.units.rules import Known, resolve

BETWEEN = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True)
class Edit:
    """What stands in the form. ``seen_limit``: the limit whose meaning was shown already; ``loaded``: how the task
    stood when the form was opened."""

    leads: str
    partners: str
    limit: str
    reason: str = ""
    seen_limit: str | None = None
    loaded: str | None = None

    @property
    def standing(self) -> str:
        """Parts and limit in one text."""
        return "\n".join((self.leads, self.partners, self.limit))


def edit_of(task: Task, day: date) -> Edit:
    """The form as the task stands."""
    held = current_assignments(task, day)
    names = {role: "、".join(one.unit.name for one in held if one.role is role) for role in Role}
    found = Edit(names[Role.LEAD], names[Role.PARTNER], task.limit_raw)
    return replace(found, loaded=found.standing)


def read_edit(form: MultiDict[str, str]) -> Edit:
    """What was typed."""
    values = {name: form.get(name, "").strip() for name in ("leads", "partners", "limit", "reason")}
    return Edit(**values, seen_limit=form.get("seen_limit"), loaded=form.get("loaded"))


def understood(written: str, plan: Plan) -> tuple[str, list[str]]:
    """How a limit is read, in a sentence, and what is doubtful about it."""
    limit, doubts = read_limit(written, plan.last_year)
    return meaning(limit), [doubt.value for doubt in doubts]


def meaning(limit: TimeLimit) -> str:
    """2021年底到期（2021-12-31）; 持续推进，没有截止日期 …"""
    if limit.kind is LimitKind.RECURRING and limit.every:
        return f"定期开展：{limit.every.label}{limit.times or 1}次"
    if limit.kind is LimitKind.START_THEN_CONTINUOUS and limit.start_on:
        return f"{limit.start_on.year}年启动，要报一次启动报告，之后持续推进"
    if limit.due_on:
        after = "，之后持续推进" if limit.continues else ""
        return f"{limit_words(limit.due_on)}到期（{limit.due_on}）{after}"
    return "持续推进，没有截止日期" if limit.kind is LimitKind.CONTINUOUS else "没有写时限，按填报期报进展"


def change_task(task: Task, typed: Edit, actor: Actor) -> None:
    """Change what differs, then say again what is owed. Invalid without a reason, a lead, or any change; Stale when
    somebody else changed it since the form was opened."""
    lock(task)
    now = edit_of(task, clock.today())
    if typed.loaded is not None and typed.loaded.replace("\r\n", "\n") != now.standing:
        raise Stale("分工或时限刚才被别人改过，您的改动没有存上。请回到任务页看过再改。")
    changes_units = (typed.leads, typed.partners) != (now.leads, now.partners)
    if not changes_units and typed.limit == now.limit:
        raise Invalid("分工、时限都没有变化，没有保存。", "leads")
    if changes_units:
        known = register()
        leads, partners = _units(typed.leads, known, "leads"), _units(typed.partners, known, "partners")
        change_units(task, leads, partners, typed.reason, actor)
    if typed.limit != now.limit:
        change_limit(task, read_limit(typed.limit, task.plan.last_year)[0], typed.reason, actor)
    derive(task.plan, clock.today(), [task.id], typed.reason)


def _units(written: str, known: list[Known], field: str) -> list[Unit]:
    """The units of names with 、 between them. Invalid for a name that is none or not one."""
    found = []
    for name in filter(None, BETWEEN.split(written)):
        ids = resolve(name, known, clock.today())
        if not ids:
            raise Invalid(f"名册里没有“{name}”。请照单位名册写全称或别名，单位之间用顿号隔开。", field)
        if len(ids) > 1:
            raise Invalid(f"“{name}”对应几个单位，请写全称。", field)
        found.append(unit_by_id(ids.pop()))
    return found

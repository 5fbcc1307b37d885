"""Writes on a confirmed plan: its 文号, name and leader, how often reports are due, and its end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tracker import clock
from tracker.audit.actions import record
from tracker.audit.stale import check_fresh, standing_of
from tracker.errors import Invalid, Refused
from tracker.extensions import db, lock
from tracker.obligations.actions import HANDED_ON, derive
from tracker.obligations.periods import Cadence, goes_on_with
from tracker.obligations.queries import periods
from tracker.permissions import Actor
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.plans.queries import handed_on
from tracker.workdays import ONE_DAY


@dataclass(frozen=True)
class Settings:
    """What of a confirmed plan can be changed. ``doc_number``: None to be added later, "" when it has none."""

    short_title: str
    doc_number: str | None
    leader_id: int | None
    every: Every
    due_day: int
    extension_asks_leader: bool = False
    look_back_days: int = 180


LONGEST_LOOK_BACK = 3660
"""Days after a closing: ten years."""


def settings_of(plan: Plan) -> Settings:
    """As they stand."""
    return Settings(
        plan.short_title,
        plan.doc_number,
        plan.leader_id,
        plan.every,
        plan.due_day,
        plan.extension_asks_leader,
        plan.look_back_days,
    )


def standing(plan: Plan) -> str:
    """How the settings stand, for the form that shows them."""
    return standing_of(settings_of(plan), plan.closed_on)


def change_settings(plan: Plan, settings: Settings, actor: Actor, loaded: str | None = None) -> Plan:
    """Change the plan's settings; another cadence holds from the first period that has not opened.

    ``loaded``: the `standing` that the form was opened on. Raises Invalid, Refused, and Stale.
    """
    lock(plan)
    _refuse_closed(plan)
    check_fresh(loaded, standing(plan), "plan", plan.id, "plan.settings")
    if not settings.short_title.strip():
        raise Invalid("简称要填，顶栏和消息里用它。", "short_title")
    if not 1 <= settings.due_day <= 31:
        raise Invalid("截止日填 1 到 31；填 31 表示当月最后一天。", "due_day")
    if not 0 <= settings.look_back_days <= LONGEST_LOOK_BACK:
        raise Invalid(f"回头看填 0 到 {LONGEST_LOOK_BACK} 天；填 0 表示不回头看。", "look_back_days")
    before = asdict(settings_of(plan))
    plan.short_title, plan.doc_number = settings.short_title.strip()[:60], settings.doc_number
    plan.leader_id = settings.leader_id
    plan.extension_asks_leader, plan.look_back_days = settings.extension_asks_leader, settings.look_back_days
    if (settings.every, settings.due_day) != (plan.every, plan.due_day):
        _change_cadence(plan, Cadence(settings.every, settings.due_day))
    changed = {key: value for key, value in asdict(settings_of(plan)).items() if value != before[key]}
    if changed:
        old: dict[str, Any] = {key: before[key] for key in changed}
        record(actor, "plan.settings", "plan", plan.id, plan.title, before=old, after=changed)
    db.session.flush()
    return plan


def _change_cadence(plan: Plan, cadence: Cadence) -> None:
    """What has opened keeps its days; the plan goes on with the new cadence after it."""
    plan.every, plan.due_day = cadence.every, cadence.due_day
    stored = periods(plan.id)
    last = stored[-1].nominal_due_on if stored else plan.first_due_on.replace(day=1) - ONE_DAY
    plan.first_due_on = goes_on_with(cadence, last)
    derive(plan, clock.today(), reason="填报频次已改")


def close_plan(plan: Plan, reason: str, actor: Actor) -> Plan:
    """No further period opens from today on; those that have opened are still reported, but for what the plan that
    follows asks. Raises Invalid, Refused."""
    lock(plan)
    _refuse_closed(plan)
    if not reason.strip():
        raise Invalid("结束方案要写原因。", "reason")
    plan.closed_on, plan.closed_reason = clock.today(), reason.strip()
    derive(plan, clock.today(), reason=HANDED_ON if handed_on(plan) else "方案已结束")
    record(actor, "plan.close", "plan", plan.id, plan.title, reason=reason.strip())
    db.session.flush()
    return plan


def _refuse_closed(plan: Plan) -> None:
    if plan.closed_on is not None:
        raise Refused(f"这份方案已于{plan.closed_on}结束，不能再改。")

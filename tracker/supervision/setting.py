"""How a plan is pressed: the sign in its numbers, the lamp that a slip begins at, the days to answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tracker.audit.actions import record
from tracker.errors import Invalid
from tracker.extensions import db, insert
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.supervision.models import SupervisionSetting
from tracker.supervision.rules import AnswerDays, Ladder, check_prefix
from tracker.tasks.axes import Colour

STARTS = (Colour.RED, Colour.YELLOW)
"""The lamps from which on slips may be proposed."""


@dataclass(frozen=True)
class Setting:
    """The values; a plan that says nothing has these."""

    prefix: str = ""
    ladder: Ladder = field(default_factory=Ladder)
    days: AnswerDays = field(default_factory=AnswerDays)

    def plain(self) -> dict[str, Any]:
        """The columns that keep them."""
        return {
            "prefix": self.prefix,
            "starts_at": self.ladder.starts_at.value,
            "normal_days": self.days.normal,
            "urgent_days": self.days.urgent,
            "ordinary_days": self.days.ordinary,
        }


def setting_of(plan_id: int) -> Setting:
    """What holds for a plan."""
    row = db.session.get(SupervisionSetting, plan_id)
    if row is None:
        return Setting()
    days = AnswerDays(row.normal_days, row.urgent_days, row.ordinary_days)
    return Setting(row.prefix, Ladder(row.starts_at), days)


def change_setting(plan: Plan, setting: Setting, actor: Actor) -> Setting:
    """Let these values hold for slips that are issued from now on. Invalid when one makes no sense."""
    checked = replace(setting, prefix=check_prefix(setting.prefix.strip()), days=setting.days.checked())
    if checked.ladder.starts_at not in STARTS:
        raise Invalid("请选从红灯起还是从黄灯起。", "starts_at")
    before, after = setting_of(plan.id).plain(), checked.plain()
    if before != after:
        row = insert(SupervisionSetting).values(plan_id=plan.id, **after)
        db.session.execute(row.on_conflict_do_update(index_elements=["plan_id"], set_=after))
        record(actor, "slip.setting", "plan", plan.id, plan.short_title, before=before, after=after)
        db.session.expire_all()
    return checked

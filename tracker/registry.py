"""What the rooms offer, in one place: models, blueprints' navigation, what runs before a commit."""

from __future__ import annotations

import tracker.accounts.models
import tracker.audit.models
import tracker.importing.models
import tracker.jobs.models
import tracker.ledger.models
import tracker.obligations.models
import tracker.plans.models
import tracker.progress.models
import tracker.reminders.models
import tracker.tasks.models
import tracker.units.models  # noqa: F401 - importing a models module registers its tables
from tracker.audit.actions import append_pending
from tracker.extensions import before_commit
from tracker.permissions import EVERYONE, Role
from tracker.plans.queries import menu
from tracker.reminders.queries import unseen
from tracker.web import navigation


def fill() -> None:
    """Tell the lower rooms what the upper ones bring. Safe to call again."""
    before_commit[:] = [append_pending]
    navigation.set_plans(menu)
    navigation.ENTRIES[:] = [
        navigation.Entry("reminders", "催办", "reminders.deliveries", frozenset({Role.OFFICE})),
        navigation.Entry("inbox", "消息", "reminders.inbox", EVERYONE, needs_plan=False, count=unseen),
        navigation.Entry("jobs", "定时任务", "jobs.listing", frozenset({Role.SYSTEM_ADMIN}), needs_plan=False),
    ]
